import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { firstLine } from './first-line.ts';
import { withoutJest } from './plain-node.ts';

export interface Companion<Facts> {
  facts: Facts;
  stop: () => Promise<void>;
}

/** What a companion prints first: what there is to know about it, or why it could not start. */
type Answer<Facts> = { facts: Facts } | { error: string };

/**
 * Runs a program of this folder beside us: it tells its facts as one line of JSON on standard output, and ends when
 * its standard input closes. That is when we say `stop()`, and just as well when we are killed: the system closes
 * the pipe, the companion cleans up, and nothing is ever left behind.
 */
export async function startCompanion<Facts>(
  program: string,
  args: readonly string[],
): Promise<Companion<Facts>> {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...args], {
    // In a session of its own, so that Ctrl-C in a terminal leaves it the time to clean up.
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: withoutJest(),
  });
  const ended = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  const said = await firstLine(child.stdout);
  const answer =
    said === undefined ? { error: `${program} did not start.` } : (JSON.parse(said) as Answer<Facts>);
  if ('error' in answer) {
    // It waits for that, whatever became of its work.
    child.stdin.end();
    await ended;
    throw new Error(answer.error);
  }
  const handles = [child, child.stdin, child.stdout] as unknown as { ref(): void; unref(): void }[];
  // A forgotten stop() must not keep us alive.
  for (const handle of handles) handle.unref();
  return {
    facts: answer.facts,
    stop: async () => {
      for (const handle of handles) handle.ref();
      child.stdin.end();
      await ended;
    },
  };
}

/**
 * The companion's side: does `work`, which tells the facts once they are known and then waits for the end.
 * @param work its own clean-up is in its `finally`
 */
export async function beCompanion(
  work: (tell: (facts: object) => void, isOver: Promise<void>) => Promise<void>,
): Promise<void> {
  const isOver = new Promise<void>((resolve) => process.stdin.once('close', resolve).resume());
  const say = (answer: Answer<object>): void => console.log(JSON.stringify(answer));
  try {
    await work((facts) => say({ facts }), isOver);
  } catch (error) {
    say({ error: error instanceof Error ? error.message : String(error) });
  }
}
