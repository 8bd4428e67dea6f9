import type { RunCommand } from '../ports/run-command.ts';
import { runProcess } from './process.ts';

/** The runner hands inputs and saved state over in such variables (actions/toolkit, core); elsewhere the token is one. */
const OURS = /^(?:INPUT_|STATE_|DEPLOY_GITHUB_TOKEN$)/u;

/**
 * Commands of the user's, in the checkout, in a process group of their own. The inputs of this action, a token among
 * them, and what it saved are no part of their environment.
 */
export function createRunCommand({
  folder,
  environment,
}: {
  folder: string;
  environment: NodeJS.ProcessEnv;
}): RunCommand {
  return async ({ command: [program, ...args], environment: added, onLine, signal, graceMs }) => {
    try {
      const { exitCode } = await runProcess({
        program,
        args,
        environment: { ...withoutOurs(environment), ...added },
        folder,
        onLine,
        signal,
        ...(graceMs === undefined ? {} : { graceMs }),
      });
      return { exitCode: exitCode ?? undefined };
    } catch (error) {
      if (signal.aborted) throw error;
      onLine(error instanceof Error ? error.message : String(error));
      return { exitCode: undefined };
    }
  };
}

function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !OURS.test(name)));
}
