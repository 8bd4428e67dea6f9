/** Lines of a verification's output that are kept for the report. */
export const MOST_TAIL_LINES = 50;

/** What a verification found. */
export type Finding = { state: 'passed' } | { state: 'failed' | 'timed-out'; reason: string };

/** What is known of one that is under way. */
export interface Progress {
  attempts: number;
  /** The last lines of its output: text from outside. */
  tail: string[];
}
