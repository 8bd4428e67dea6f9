/** Where the process runs: GitHub Actions, CircleCI, or a terminal (any other CI system included). */
export interface Host {
  readonly kind: 'github' | 'circleci' | 'terminal';
  /** An input as the user gave it: trimmed, undefined when absent or empty. */
  input(name: string): string | undefined;
  /** The command word given on the command line, when the host has one; `input('command')` otherwise. */
  readonly arguments: readonly string[];
  /** The address of this version's files on the web, with a slash at its end; for links into the docs. */
  readonly docs?: string;
  /** What made this run start. */
  event(): Promise<HostEvent>;

  /** A line of our own. Never text from outside: that goes through `outside`. */
  info(line: string): void;
  /**
   * Takes the place of the line before of the same name, where lines can be rewritten while somebody watches. Without
   * it every line is an `info`.
   */
  readonly progress?: (name: string, line: string, state?: ProgressState) => void;
  /** Lines from outside (container logs, build output, service events): printed so that they cannot command the runner. */
  outside(lines: readonly string[]): void;
  openGroup(title: string): void;
  closeGroup(): void;
  annotate(annotation: Annotation): void;
  /** Hides a secret in all later output. Prints nothing where no runner listens. */
  mask(secret: string): void;
  /** A text as it may go elsewhere, into a comment or a message: without what this host is known to hide. */
  shareable(text: string): string;
  setOutput(name: string, value: string): void;
  /** Kept for the post step, even when this process is killed right after. */
  saveState(name: string, value: string): void;
  /** What was saved by this run so far; in the post step, by the main step. */
  savedState(): Readonly<Record<string, string>>;
  writeSummary(markdown: string): Promise<void>;
  /** The audience that AWS knows this host's tokens by, where it is not the usual one. */
  readonly oidcAudience?: string;
  /** The OIDC token for an audience; undefined where the host has none to give. */
  oidcToken(audience: string): Promise<string | undefined>;
  /** Debug lines, shown only when the user asked the host for them. */
  debug(line: string): void;
  /** Prints the result object where `--json` asked for it; on GitHub nothing. */
  result(json: string): void;
}

/** Of what a line of progress is about: it goes on, has completed, or has ended otherwise. */
export type ProgressState = 'open' | 'completed' | 'ended';

export interface Annotation {
  level: 'error' | 'warning' | 'notice';
  title: string;
  message: string;
  file?: string;
  line?: number;
  column?: number;
}

export interface PullRequestEvent {
  number: number;
  /** The branch that it would be merged into. */
  base: string;
  /** Its branch is in another repository: GitHub gives the run no rights then. */
  isFork: boolean;
}

/** The facts of the run. `undefined` is "unknown", never a guess. */
export interface HostEvent {
  kind: 'push' | 'pull_request' | 'other' | 'manual';
  /** The host's own name for it: "push", "pull_request_target", "workflow_dispatch", "terminal". */
  name: string;
  /** "owner/name". */
  repository?: string;
  commit?: string;
  branch?: string;
  tag?: string;
  /** The commit the branch was at before the push. */
  before?: string;
  actor?: string;
  /** Of a pull request's event. */
  pullRequest?: PullRequestEvent;
  /** The same for every attempt of one run. */
  runId: string;
  /** Another number for each attempt; not every host counts them from 1. */
  runAttempt: number;
  runUrl?: string;
  commitUrl?: string;
}
