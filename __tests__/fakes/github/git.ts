import { spawn } from 'node:child_process';

/** git in a folder, as some person, untouched by the configuration of whoever runs the tests. */
export function gitIn(folder: string) {
  const run = (
    args: readonly string[],
    { input, env = {} }: { input?: string | Buffer; env?: Record<string, string> } = {},
  ) =>
    new Promise<{ code: number; output: string; error: string }>((resolve, reject) => {
      const child = spawn('git', args, {
        cwd: folder,
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          LC_ALL: 'C',
          GIT_CONFIG_NOSYSTEM: '1',
          GIT_CONFIG_GLOBAL: '/dev/null',
          GIT_AUTHOR_NAME: 'Ada',
          GIT_AUTHOR_EMAIL: 'ada@example.com',
          GIT_COMMITTER_NAME: 'Ada',
          GIT_COMMITTER_EMAIL: 'ada@example.com',
          ...env,
        },
      });
      const [output, error]: [Buffer[], Buffer[]] = [[], []];
      child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => error.push(chunk));
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
      child.once('error', reject);
      child.once('close', (code) =>
        resolve({
          code: code ?? 1,
          output: Buffer.concat(output).toString(),
          error: Buffer.concat(error).toString(),
        }),
      );
    });
  const git = async (...args: string[]): Promise<string> => {
    const { code, output, error } = await run(args);
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${error}`);
    return output.trim();
  };
  return Object.assign(git, {
    run,
    /** undefined where git fails. */
    maybe: async (...args: string[]): Promise<string | undefined> => {
      const { code, output } = await run(args);
      return code === 0 ? output.trim() : undefined;
    },
    withInput: async (input: string | Buffer, args: readonly string[], env: Record<string, string> = {}) => {
      const { code, output, error } = await run(args, { input, env });
      if (code !== 0) throw new Error(`git ${args.join(' ')}: ${error}`);
      return output.trim();
    },
  });
}

export type Git = ReturnType<typeof gitIn>;
