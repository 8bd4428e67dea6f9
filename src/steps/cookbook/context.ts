import type { Clock } from '../../ports/clock.ts';
import type { GitHub } from '../../ports/github.ts';
import type { History } from '../../ports/history.ts';
import type { RunCommand } from '../../ports/run-command.ts';
import type { Log } from '../../report/log.ts';

/** What the cookbook steps work with; AWS is no part of it. */
export interface CookbookContext {
  readonly history: History;
  /** Absent where there is no token: then nothing is written. */
  readonly github?: GitHub;
  readonly runCommand: RunCommand;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info' | 'warn' | 'outside' | 'debug'>;
  readonly signal: AbortSignal;
}

/** Where there is a token. */
export type WritingContext = CookbookContext & { readonly github: GitHub };
