import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApplication } from './application.ts';
import { dockerLines } from './docker.ts';
import { firstLine } from './first-line.ts';
import { containersOf } from './leftovers.ts';
import { withoutJest } from './plain-node.ts';
import { runningContainers } from './probes.ts';
import { startStage, type Stage } from './stage.ts';
import { until } from './until.ts';

const limit = 120_000;
const oneService = { cluster: 'staging', repository: 'shop', services: [{ name: 'web' }] };

describe('the end of a stage', () => {
  // It holds the engine, so that we can look into it after another stage has ended.
  let neighbour: Stage;

  beforeAll(async () => {
    neighbour = await startStage();
    await createApplication(neighbour, oneService);
  }, limit);

  afterAll(() => neighbour.stop(), limit);

  it(
    'leaves no container, no image and no process, and a neighbour as it was',
    async () => {
      const stage = await startStage();
      await createApplication(stage, oneService);

      await stage.stop();

      expect(await leftOf(stage)).toEqual(nothing);
      expect(await runningContainers(neighbour, 'staging-web')).toHaveLength(1);
    },
    limit,
  );

  it(
    'comes all the same when the process that started it is killed',
    async () => {
      const program = fileURLToPath(new URL('./held-stage.ts', import.meta.url));
      const child = spawn(process.execPath, [program], {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: withoutJest(),
      });
      const stage = JSON.parse((await firstLine(child.stdout))!) as Stage;
      expect(await containersOf(neighbour, stage.instance)).toHaveLength(1);

      child.kill('SIGKILL');

      await until(
        'nothing is left of the stage',
        () => leftOf(stage),
        (left) => JSON.stringify(left) === JSON.stringify(nothing),
      );
    },
    limit,
  );

  const nothing = { containers: [], images: [], processes: [], folder: false };

  async function leftOf(stage: Stage): Promise<typeof nothing> {
    const names = await dockerLines(neighbour, ['image', 'ls', '--format', '{{.Repository}}']);
    return {
      containers: (await containersOf(neighbour, stage.instance)) as never[],
      images: names.filter((name) => name.startsWith(stage.registry)) as never[],
      processes: stage.processes.filter(isAlive) as never[],
      folder: existsSync(dirname(stage.logFile)),
    };
  }
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
