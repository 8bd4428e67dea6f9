/** `skip`: it could not be looked at, mostly for want of a permission; that is no finding. */
export type CheckState = 'pass' | 'warn' | 'fail' | 'skip';

/** What is looked at before a deploy, in the order in which it is told. */
const CHECKS = [
  'service',
  'task-definition',
  'image',
  'lifecycle',
  'scan',
  'execution-role',
  'task-role',
  'secret',
  'log-group',
  'target-group',
  'network',
  'schedule',
  'cookbooks',
] as const;
export type CheckName = (typeof CHECKS)[number];

/** One thing that was looked at. */
export interface Check {
  readonly check: CheckName;
  /** What: the name of a role, an image, a log group. */
  readonly subject: string;
  readonly state: CheckState;
  /** One line; may hold text from outside. */
  readonly message: string;
}

/** What a check found. */
export type Finding = Pick<Check, 'state' | 'message'>;

export const pass = (message: string): Finding => ({ state: 'pass', message });
export const warn = (message: string): Finding => ({ state: 'warn', message });
export const fail = (message: string): Finding => ({ state: 'fail', message });
export const skip = (message: string): Finding => ({ state: 'skip', message });

/** In the order of `CHECKS`, and what needs somebody first within each. */
export function inOrder(checks: readonly Check[]): Check[] {
  const urgency: Record<CheckState, number> = { fail: 0, warn: 1, skip: 2, pass: 3 };
  return checks.toSorted(
    (one, other) =>
      CHECKS.indexOf(one.check) - CHECKS.indexOf(other.check) ||
      urgency[one.state] - urgency[other.state] ||
      (one.subject < other.subject ? -1 : one.subject > other.subject ? 1 : 0),
  );
}

/** "9 passed, 1 warning, 2 failed, 3 skipped"; states without a check are left out. */
export function tally(checks: readonly Check[]): string {
  const count = (state: CheckState) => checks.filter((check) => check.state === state).length;
  const words: [number, string][] = [
    [count('fail'), 'failed'],
    [count('warn'), count('warn') === 1 ? 'warning' : 'warnings'],
    [count('skip'), 'skipped'],
    [count('pass'), 'passed'],
  ];
  const told = words.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return told.length === 0 ? 'nothing to check' : told.join(', ');
}
