import { spawn } from 'node:child_process';

/** One call of git in a folder. `must` rejects where git fails; `text` answers undefined then. */
export interface GitCall {
  (
    args: readonly string[],
    environment?: NodeJS.ProcessEnv,
    input?: string,
  ): Promise<{ code: number | undefined; output: Buffer; error: string }>;
  must: (...args: string[]) => Promise<string>;
  text: (...args: string[]) => Promise<string | undefined>;
}

/** Never asks a person, shows paths as they are, and takes them literally. */
export function gitIn(folder: string, environment: NodeJS.ProcessEnv): GitCall {
  const env = {
    ...environment,
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_TERMINAL_PROMPT: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_OPTIONAL_LOCKS: '0',
  };
  // A checkout made by another user (a container job's) is refused otherwise.
  const options = [
    '--no-pager',
    '-c',
    'safe.directory=*',
    '-c',
    'core.fsmonitor=false',
    '-c',
    'core.quotePath=false',
  ];

  const call = (args: readonly string[], extra: NodeJS.ProcessEnv = {}, input?: string) =>
    new Promise<{ code: number | undefined; output: Buffer; error: string }>((resolve) => {
      const child = spawn('git', [...options, ...args], { cwd: folder, env: { ...env, ...extra } });
      const output: Buffer[] = [];
      const error: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => error.push(chunk));
      // git may end before it has read everything; its exit code tells.
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
      const finish = (code: number | undefined) =>
        resolve({ code, output: Buffer.concat(output), error: Buffer.concat(error).toString('utf8') });
      child.once('error', () => finish(undefined));
      child.once('close', (code) => finish(code ?? undefined));
    });

  return Object.assign(call, {
    must: async (...args: string[]) => {
      const { code, output, error } = await call(args);
      if (code === 0) return output.toString('utf8');
      throw new Error(
        `git ${args.find((arg) => /^[a-z]+(?:-[a-z]+)*$/u.test(arg)) ?? ''}: ${error.trim() || 'failed'}`,
      );
    },
    text: async (...args: string[]) => {
      const { code, output } = await call(args);
      const line = output.toString('utf8').trim();
      return code === 0 && line !== '' ? line : undefined;
    },
  });
}
