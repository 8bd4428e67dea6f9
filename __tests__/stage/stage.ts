import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import type { BaseImages } from '../../scripts/setup.mjs';

const keeper = fileURLToPath(new URL('./keeper.ts', import.meta.url));

/** What a stage is and where it is found. */
export interface StageFacts {
  /** The AWS endpoint, `http://127.0.0.1:PORT`. */
  endpoint: string;
  /** Host and port that docker pushes to and pulls from. */
  registry: string;
  /** As in DOCKER_HOST. */
  dockerHost: string;
  /** For a child process, on top of this process's own environment: all that makes it act on the stage. */
  environment: Record<string, string>;
  account: string;
  region: string;
  ministackVersion: string;
  /** Images in the engine that Dockerfiles of tests start from. */
  images: BaseImages;
  /** What MiniStack says. */
  logFile: string;
  /** The value of the docker label `ministack.instance` on every container of this stage. */
  instance: string;
}

/** A local AWS with a registry and real containers; several can run at once. */
export interface Stage extends StageFacts {
  /** Ends every process of the stage and removes its containers and images. The same happens if we are killed. */
  stop(): Promise<void>;
}

export interface StageOptions {
  region?: string;
}

export async function startStage({ region = 'us-east-1' }: StageOptions = {}): Promise<Stage> {
  // In a session of its own, so that Ctrl-C in a terminal leaves it the time to clean up.
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', keeper, region], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: withoutJest(process.env),
  });
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
  const said = await firstLine(child.stdout);
  const answer = said === undefined ? { error: 'The stage did not start.' } : (JSON.parse(said) as Answer);
  if ('error' in answer) {
    await ended;
    throw new Error(answer.error);
  }
  const handles = [child, child.stdin, child.stdout] as unknown as { ref(): void; unref(): void }[];
  // A forgotten stop() must not keep the process alive: its end closes the pipe, and that ends the stage.
  for (const handle of handles) handle.unref();
  return {
    ...answer,
    stop: async () => {
      for (const handle of handles) handle.ref();
      child.stdin.end();
      await ended;
    },
  };
}

type Answer = StageFacts | { error: string };

async function firstLine(output: NodeJS.ReadableStream): Promise<string | undefined> {
  for await (const line of createInterface({ input: output })) return line;
  return undefined;
}

/** Jest's own options (module loaders, worker ids) mean nothing to a plain Node. */
function withoutJest(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, JEST_WORKER_ID: __, ...rest } = environment;
  return rest;
}
