import type { BaseImages } from '../../scripts/setup.mjs';
import { startCompanion } from './companion.ts';

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
  /** Process ids of MiniStack and of the companion that owns the stage. */
  processes: number[];
}

/** A local AWS with a registry and real containers; several can run at once. */
export interface Stage extends StageFacts {
  /** Ends every process of the stage and removes its containers and images. The same happens if we are killed. */
  stop: () => Promise<void>;
}

export interface StageOptions {
  region?: string;
}

export async function startStage({ region = 'us-east-1' }: StageOptions = {}): Promise<Stage> {
  const { facts, stop } = await startCompanion<StageFacts>('./stage-companion.ts', [region]);
  return { ...facts, stop };
}
