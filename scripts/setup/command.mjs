import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupError } from './errors.mjs';

/**
 * Runs a program to its end without a shell and without input.
 * @returns {Promise<{code: number | null, stdout: string, stderr: string}>} `code` is null when the program
 * could not be started, was ended by a signal, or ran longer than `timeout` milliseconds.
 */
export function run(command, args, { timeout, ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const stdout = [];
    const stderr = [];
    child.stdout?.on('data', (chunk) => stdout.push(chunk));
    child.stderr?.on('data', (chunk) => stderr.push(chunk));
    const timer = timeout ? setTimeout(() => child.kill('SIGKILL'), timeout) : undefined;
    const finish = (code, more = '') => {
      clearTimeout(timer);
      resolve({
        code,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString() + more,
      });
    };
    child.on('error', (error) => finish(null, error.message));
    child.on('close', (code) => finish(code));
  });
}

/** Like `run`, for programs that must succeed: returns their output, or fails with the end of what they said. */
export async function mustRun(command, args, options) {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code === 0) return stdout;
  const said = beginningAndEnd(`${stdout}\n${stderr}`.trim().split('\n'));
  throw new SetupError(`${command} ${args.join(' ')} ended with ${code ?? 'no exit code'}:\n${said}`);
}

/** Some programs say first what is wrong, others last. */
function beginningAndEnd(lines) {
  return (lines.length <= 24 ? lines : [...lines.slice(0, 12), '…', ...lines.slice(-12)]).join('\n');
}

/** The path of a program, or undefined. */
export function findProgram(name, path = process.env.PATH ?? '') {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const candidate = join(folder, name);
    if (isExecutable(candidate)) return candidate;
  }
  return undefined;
}

export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
