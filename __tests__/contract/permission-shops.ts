import { finish } from '../../src/commands/finish.ts';
import { breaker, neverSteady } from '../fakes/aws/fake-aws.ts';
import type { FakeAws } from '../fakes/aws/fake-aws.ts';

import { OLD_DIGEST, Shop } from '../fakes/shop.ts';
import { clusterArn, revisionArn } from '../fixtures/schedules.ts';
import { startAttempt } from '../matrix/support/attempt.ts';

/** A run, or several, of one command: what it does to AWS is what its policies have to allow. */
export interface Story {
  command: string;
  title: string;
  /** Names of the policies that are needed beside that of the command. */
  features?: readonly string[];
  /** Answers the IAM actions of all calls, in their order. */
  tell: () => Promise<string[]>;
}

export const since = (aws: FakeAws, from = 0) =>
  aws.calls.slice(from).map(({ service, operation }) => `${service}:${operation}`);

/** A deploy in a shop that was made ready for it. */
export const deployIn = (make: () => Shop) => async () => {
  const shop = make();
  await shop.deploy();
  return since(shop.aws);
};

/** A command on a shop that was deployed twice. */
export const afterTwoReleases =
  (
    command: string,
    prepare: (shop: Shop) => unknown = () => undefined,
    inputs: Record<string, string> = {},
    options: ConstructorParameters<typeof Shop>[0] = { serviceDeployments: true },
  ) =>
  async () => {
    const shop = new Shop(options);
    await shop.deploy();
    shop.files.entries.set('server.js', 'serve(2)');
    shop.commit('2222222222222222222222222222222222222222');
    await shop.deploy();
    shop.host.forget();
    await prepare(shop);
    const from = shop.aws.calls.length;
    await shop.run(command, inputs);
    return since(shop.aws, from);
  };

export const configured = (shop: Shop, more: string) => {
  shop.configure((yaml) => `${yaml}${more}\n`);
  return shop;
};

/** Somebody else's deployment, which goes on. */
export const inFlight = async (shop: Shop, rollout = neverSteady(), service = 'web') => {
  shop.aws.ecs.nextRollout(service, rollout);
  const { definition } = shop.aws.ecs.taskDefinitions.find(service) ?? {};
  const { arn } = shop.aws.ecs.register({ ...definition, family: service });
  shop.aws.ecs.updateService(service, { taskDefinition: arn });
  await shop.clock.advance(20_000);
};
export const crashes = (shop: Shop) => shop.aws.ecs.nextRollout('web', breaker({ logLines: ['boom'] }));

/** ECS says of web what is deployed, but not by which service deployment. */
export const unnamed = (shop: Shop) => shop.aws.ecs.nameCurrent('web', 'none');

export const PAUSING = {
  strategy: 'BLUE_GREEN',
  bakeTimeInMinutes: 5,
  lifecycleHooks: [
    {
      targetType: 'PAUSE',
      lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
      timeoutConfiguration: { timeoutInMinutes: 30, action: 'ROLLBACK' },
    },
  ],
};
export const pausing = () =>
  new Shop({ serviceDeployments: true, deploymentConfiguration: { web: PAUSING } });

/** A deployment that waits for a person, and what a later job does about it. */
export const handedOver =
  (
    inputs: Record<string, string>,
    prepare: (shop: Shop) => unknown = () => undefined,
    command = 'continue',
  ) =>
  async () => {
    const shop = configured(pausing(), 'rollout: { timeout: 10m, on-pause: hand-over }');
    await shop.deploy();
    await prepare(shop);
    const from = shop.aws.calls.length;
    await shop.run(command, inputs);
    return since(shop.aws, from);
  };

/** The run is ended right after a call, for a rollout not before the services were updated; its post step follows. */
export const endedAt = (make: () => Shop, operation: string, how: 'kill' | 'cancel') => async () => {
  const shop = make();
  const { host } = await startAttempt(shop, {
    onCrossing: ({ side }, fate) => {
      if (side !== 'after' || shop.aws.calls.at(-1)?.operation !== operation) return;
      const isOfRollout = operation === 'DescribeServiceDeployments';
      if (isOfRollout && shop.aws.callsOf('UpdateService').length < 2) return;
      if (how === 'kill') fate.kill();
      else fate.cancel('SIGTERM');
    },
  });
  await finish({ ...shop.world(), host });
  return since(shop.aws);
};

export const FAMILIES = `version: 1
image: { repository: shop, platform: linux/amd64 }
services: []
families: [worker]
environments: { staging: { branch: develop } }
`;

export function scheduled(which: string): Shop {
  return addSchedules(configured(new Shop(), `schedules: ${which}`), 'web:1');
}

export function addSchedules(shop: Shop, revision: string): Shop {
  const target = {
    Arn: clusterArn('staging'),
    RoleArn: 'arn:aws:iam::111111111111:role/staging-rules',
    EcsParameters: { TaskDefinitionArn: revisionArn(revision) },
  };
  shop.aws.events.addRule('nightly', { targets: [{ Id: 'one', ...target }] });
  shop.aws.scheduler.addSchedule({ Name: 'report', Target: target });
  return shop;
}

export function copying(): Shop {
  const shop = new Shop();
  const uri = '222222222222.dkr.ecr.ap-northeast-1.amazonaws.com/shop';
  shop.configure((yaml) => yaml.replace('repository: shop', `repository: shop, copy-from: ${uri}`));
  shop.aws.ecr.addRepository('shop', { immutableTags: true, registryId: '222222222222' });
  shop.aws.ecr.putImage('shop', {
    digest: `sha256:${'d'.repeat(64)}`,
    tags: ['v7'],
    registryId: '222222222222',
  });
  shop.host.inputs['image'] = 'v7';
  return shop;
}

export function scanned(shop = new Shop()): Shop {
  shop.configure((yaml) => yaml.replace('repository: shop', 'repository: shop, scan: { fail-on: high }'));
  shop.host.inputs['image'] = OLD_DIGEST;
  shop.aws.ecr.setScans('shop', OLD_DIGEST, [
    {
      imageScanStatus: { status: 'COMPLETE' },
      imageScanFindings: { findingSeverityCounts: {}, findings: [] },
    },
  ]);
  return shop;
}

const GROUP = 'arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:targetgroup/web/0123456789abcdef';

export function balanced(): Shop {
  const shop = new Shop({
    web: { loadBalancers: [{ targetGroupArn: GROUP, containerName: 'web', containerPort: 80 }] },
  });
  const stored = shop.aws.ecs.taskDefinitions.find('web:1')?.definition as { containerDefinitions: object[] };
  Object.assign(stored.containerDefinitions[0]!, {
    stopTimeout: 60,
    portMappings: [{ containerPort: 80 }],
  });
  shop.aws.loadBalancers.addTargetGroup(GROUP);
  return shop;
}

export const SCHEDULES = '[{ rule: nightly }, { schedule: report }]';
export const RUN = { service: 'web', 'run-command': 'bin/report' };
