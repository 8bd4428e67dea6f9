import type { RunCommand } from '../ports/run-command.ts';
import { runProcess } from './process.ts';

/** Commands of the user's, in the checkout, in a process group of their own. */
export function createRunCommand({
  folder,
  environment,
}: {
  folder: string;
  environment: NodeJS.ProcessEnv;
}): RunCommand {
  return async ({ command: [program, ...args], environment: added, onLine, signal }) => {
    try {
      const { exitCode } = await runProcess({
        program,
        args,
        environment: { ...environment, ...added },
        folder,
        onLine,
        signal,
      });
      return { exitCode: exitCode ?? undefined };
    } catch (error) {
      if (signal.aborted) throw error;
      onLine(error instanceof Error ? error.message : String(error));
      return { exitCode: undefined };
    }
  };
}
