import { deployPush, pushAndDeploy } from '../../__tests__/e2e/support/deploy-push.ts';
import type { ActionRun } from '../../__tests__/e2e/support/runner.ts';
import { sampleApp } from '../../__tests__/e2e/support/sample-app.ts';
import { deployFiles, openShop, version, type Shop } from '../../__tests__/e2e/support/shop.ts';
import { largest, median, type Figure, type Measured } from './figure.ts';

const UNCHANGED_RUNS = 5;
const CHANGED_RUNS = 3;
const TARGET_SECONDS = 3;

/** What a deploy takes beside the work of Docker and ECS: two services and a migration on the stage. */
export const ownTime: Figure = {
  name: 'own-time',

  async measure(onProgress) {
    const shop = await openShop(onProgress);
    try {
      onProgress('Building two versions of the shop');
      for (const number of ['1.0.0', '1.1.0']) await deployVersion(shop, number);

      onProgress(`Deploying what runs already, ${UNCHANGED_RUNS} times`);
      const unchanged: number[] = [];
      for (let run = 0; run < UNCHANGED_RUNS; run += 1) {
        const { seconds } = must('no-change', await deployAgain(shop));
        unchanged.push(seconds);
      }

      onProgress(`Going from one version to the other, ${CHANGED_RUNS} times`);
      const changed: number[] = [];
      for (let run = 0; run < CHANGED_RUNS; run += 1)
        changed.push(secondsOutsideOfEcs(await deployVersion(shop, run % 2 === 0 ? '1.0.0' : '1.1.0')));

      return [
        row('a deploy that changes nothing', unchanged, 'whole process'),
        row('a deploy of an image that exists', changed, 'whole process less its migration and its rollout'),
      ];
    } finally {
      await shop.close();
    }
  },
};

function row(of: string, seconds: readonly number[], how: string): Measured {
  const middle = median(seconds);
  return {
    what: `Own time of ${of}`,
    target: `≤ ${TARGET_SECONDS} s`,
    measured: `${middle.toFixed(2)} s (at most ${largest(seconds).toFixed(2)})`,
    holds: middle <= TARGET_SECONDS,
    how: `median of ${seconds.length} on the stage (MiniStack, two services, a migration): ${how}`,
  };
}

async function deployVersion(shop: Shop, number: string): Promise<ActionRun> {
  await shop.git.commit({ ...sampleApp(), ...deployFiles(), ...version(number) }, `Be ${number}`);
  return must('completed', await pushAndDeploy(shop));
}

async function deployAgain(shop: Shop): Promise<ActionRun> {
  const head = await shop.git.git('rev-parse', 'HEAD');
  return deployPush(shop, { ref: 'refs/heads/develop', before: head, after: head });
}

function must(outcome: string, run: ActionRun): ActionRun {
  if (run.outputs['outcome'] !== outcome) throw new Error(`the deploy is not ${outcome}:\n${run.stdout}`);
  return run;
}

function secondsOutsideOfEcs({ seconds, outputs }: ActionRun): number {
  const { migrate = 0, rollout = 0 } = JSON.parse(outputs['timings'] ?? '{}') as Record<string, number>;
  return seconds - migrate - rollout;
}
