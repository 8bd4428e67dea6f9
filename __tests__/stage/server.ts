import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export interface ServerOptions {
  /** For error messages. */
  name: string;
  program: string;
  args: string[];
  /** On top of our own. */
  environment: Record<string, string>;
  /** Gets everything it prints. */
  logFile: string;
  /** URL that answers once it is ready. */
  health: string;
}

export interface Server {
  pid: number;
  /** The body of its first healthy answer. */
  health: string;
  kill: () => Promise<void>;
}

const startLimit = 60_000;

/** Starts a server program and returns when it answers; where it does not, the error holds the end of its log. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const log = openSync(options.logFile, 'w');
  const child = spawn(options.program, options.args, {
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  // Killed, not asked: our servers have nothing to save.
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };

  const health = await Promise.race([firstAnswer(options.health), ended]);
  if (health === undefined) {
    await kill();
    const tail = readFileSync(options.logFile, 'utf8').trim().split('\n').slice(-15).join('\n');
    throw new Error(`${options.name} did not start. Its log, ${options.logFile}, ends:\n${tail}`);
  }
  return { pid: child.pid!, health, kill };
}

async function firstAnswer(url: string): Promise<string | undefined> {
  const deadline = Date.now() + startLimit;
  while (Date.now() < deadline) {
    try {
      const answer = await fetch(url);
      if (answer.ok) return await answer.text();
    } catch {
      // It does not listen yet.
    }
    await pause(50);
  }
  return undefined;
}
