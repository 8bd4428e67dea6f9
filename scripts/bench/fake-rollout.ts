import { FakeAws, type RolloutScript } from '../../__tests__/fakes/aws/fake-aws.ts';
import { FakeClock } from '../../__tests__/fakes/clock.ts';
import { FakeHost } from '../../__tests__/fakes/host.ts';
import { Log } from '../../src/report/log.ts';
import { newRunReport } from '../../src/report/run-report.ts';
import { readServices } from '../../src/steps/services/read-services.ts';
import { startRollout } from '../../src/steps/rollout/start-rollout.ts';
import { watchRollouts } from '../../src/steps/rollout/watch-rollouts.ts';

const CLUSTER = 'staging';

/** What became of it, in milliseconds of the fake clock, and the calls that were made while it was waited for. */
export interface Followed {
  startedAt: number;
  endedAt: number;
  calls: number;
}

/** Updates so many services and follows them to their end: the real steps and adapters, a fake AWS and a fake clock. */
export async function followOnFakeClock({
  services,
  script,
  timeoutSeconds,
}: {
  services: number;
  script: RolloutScript;
  timeoutSeconds: number;
}): Promise<Followed> {
  const clock = new FakeClock({ random: Math.random });
  const aws = new FakeAws({ clock });
  const report = newRunReport('deploy');
  const { ecs } = await aws.connect();
  const context = {
    ecs,
    clock,
    report,
    region: aws.region,
    log: new Log(new FakeHost(), clock, report),
    signal: new AbortController().signal,
  };
  const names = Array.from({ length: services }, (_, index) => `service-${index + 1}`);
  const definition = { family: 'shop', containerDefinitions: [{ name: 'app', image: 'shop' }] };
  aws.ecs.addCluster(CLUSTER);
  aws.ecs.register(definition);
  for (const name of names) {
    aws.ecs.addService({ cluster: CLUSTER, name, taskDefinition: 'shop', serviceDeployments: true });
    aws.ecs.nextRollout(name, script);
  }
  const { arn } = aws.ecs.register(definition);
  const plans = names.map((name) => ({ name, minimumTasks: 1 }));
  const rollouts = [];
  for (const live of await readServices(context, CLUSTER, plans))
    rollouts.push(await startRollout(context, CLUSTER, live, arn));
  const before = aws.calls.length;
  const startedAt = clock.now();
  await watchRollouts(context, CLUSTER, rollouts, { timeoutSeconds });
  return { startedAt, endedAt: clock.now(), calls: aws.calls.length - before };
}
