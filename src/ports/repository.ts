import type { GitHub } from './github.ts';
import type { History } from './history.ts';
import type { RunCommand } from './run-command.ts';

/** The repository that is checked out, as the cookbook part works with it. */
export interface Repository {
  readonly history: History;
  /** Absent where there is no token, or where nobody knows which repository it is: then nothing is written. */
  readonly github?: GitHub;
  readonly runCommand: RunCommand;
}

/** Nothing of it is loaded, and no call is made, for a run without cookbooks. `repository` is "owner/name". */
export type ConnectRepository = (access: { repository?: string; token?: string }) => Promise<Repository>;
