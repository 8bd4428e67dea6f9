import { STORIES_OF_DEPLOY } from './permission-stories-of-deploy.ts';
import { breaker, completes } from '../fakes/aws/fake-aws.ts';
import { fullPlanShop, planShop } from '../fakes/plan-shop.ts';
import { OLD_DIGEST, Shop } from '../fakes/shop.ts';
import { shopOnCodeBuild } from '../fakes/shop-on-codebuild.ts';
import { clusterArn, revisionArn } from '../fixtures/schedules.ts';
import {
  since,
  afterTwoReleases,
  configured,
  inFlight,
  crashes,
  unnamed,
  pausing,
  handedOver,
  endedAt,
  scanned,
  addSchedules,
  SCHEDULES,
  RUN,
  type Story,
} from './permission-shops.ts';

/** Of every command and feature: what it calls is what its policies allow. */
export const STORIES: readonly Story[] = [
  ...STORIES_OF_DEPLOY,
  {
    command: 'plan',
    title: 'checks all there is to check',
    tell: async () => {
      const shop = fullPlanShop();
      shop.configure((yaml) => `${yaml.replaceAll('web', 'api')}schedules: ${SCHEDULES}\n`);
      await shop.run('plan', { image: 'old' });
      return since(shop.aws);
    },
  },
  {
    command: 'plan',
    title: 'asks what the scan found',
    features: ['scan'],
    tell: async () => {
      const shop = scanned(planShop());
      await shop.run('plan', { image: OLD_DIGEST });
      return since(shop.aws);
    },
  },
  {
    command: 'plan',
    title: 'finds the schedules itself',
    tell: async () => {
      const shop = fullPlanShop();
      shop.configure((yaml) => `${yaml.replaceAll('web', 'api')}schedules: auto\n`);
      shop.aws.events.addRule('nightly', {
        targets: [
          {
            Id: 'one',
            Arn: clusterArn('staging'),
            EcsParameters: { TaskDefinitionArn: revisionArn('worker:1') },
          },
        ],
      });
      await shop.run('plan');
      return since(shop.aws);
    },
  },
  {
    command: 'plan',
    title: 'foresees that an image is reused',
    tell: async () => {
      const shop = fullPlanShop();
      shop.configure((yaml) =>
        yaml.replaceAll('web', 'api').replace('repository: shop', 'repository: shop, platform: linux/amd64'),
      );
      await shop.run('build');
      const from = shop.aws.calls.length;
      await shop.run('plan');
      return since(shop.aws, from);
    },
  },
  ...[true, false].flatMap((serviceDeployments): Story[] => [
    {
      command: 'status',
      title: `amid a deployment, ${serviceDeployments ? 'with' : 'without'} service deployments`,
      tell: afterTwoReleases('status', (shop) => inFlight(shop), {}, { serviceDeployments }),
    },
    {
      command: 'wait',
      title: `for a deployment that completes, ${serviceDeployments ? 'with' : 'without'} service deployments`,
      tell: afterTwoReleases(
        'wait',
        (shop) => inFlight(shop, completes({ afterSeconds: 60 })),
        {},
        {
          serviceDeployments,
        },
      ),
    },
    {
      command: 'redeploy',
      title: `that completes, ${serviceDeployments ? 'with' : 'without'} service deployments`,
      tell: afterTwoReleases('redeploy', undefined, {}, { serviceDeployments }),
    },
    {
      command: 'rollback',
      title: `to the release before, ${serviceDeployments ? 'with' : 'without'} service deployments`,
      tell: afterTwoReleases('rollback', undefined, {}, { serviceDeployments }),
    },
    {
      command: 'rollback',
      title: `of what is in flight, ${serviceDeployments ? 'with' : 'without'} service deployments`,
      tell: afterTwoReleases(
        'rollback',
        (shop) => inFlight(shop),
        { services: 'web' },
        { serviceDeployments },
      ),
    },
  ]),
  { command: 'wait', title: 'for nothing', tell: afterTwoReleases('wait') },
  { command: 'history', title: 'of two releases', tell: afterTwoReleases('history') },
  {
    command: 'inventory',
    title: 'of services, rules and schedules',
    tell: afterTwoReleases('inventory', (shop) => {
      const target = {
        Id: 'one',
        Arn: clusterArn('staging'),
        EcsParameters: { TaskDefinitionArn: revisionArn('web:1') },
      };
      const { definition } = shop.aws.ecs.taskDefinitions.find('worker') ?? {};
      const batch = shop.aws.ecs.register({ ...definition, family: 'batch' });
      shop.aws.events.addRule('nightly', {
        targets: [{ ...target, EcsParameters: { TaskDefinitionArn: batch.arn } }],
      });
      shop.aws.scheduler.addSchedule({ Name: 'report', Target: target });
    }),
  },
  {
    command: 'wait',
    title: 'for a deployment that fails',
    tell: afterTwoReleases('wait', (shop) =>
      inFlight(shop, breaker({ afterSeconds: 60, logLines: ['boom'] })),
    ),
  },
  {
    command: 'redeploy',
    title: 'amid somebody else’s deployment',
    tell: afterTwoReleases('redeploy', (shop) => inFlight(shop, completes({ afterSeconds: 40 }))),
  },
  {
    command: 'redeploy',
    title: 'whose service deployment has to be looked for',
    tell: afterTwoReleases('redeploy', unnamed),
  },
  { command: 'redeploy', title: 'that fails', tell: afterTwoReleases('redeploy', crashes) },
  { command: 'rollback', title: 'that fails', tell: afterTwoReleases('rollback', crashes) },
  {
    command: 'rollback',
    title: 'past the hooks on the way back',
    tell: handedOver(
      {},
      async (shop) => {
        await shop.run('continue');
      },
      'rollback',
    ),
  },
  {
    command: 'continue',
    title: 'and back, because the verification does not pass',
    tell: handedOver({}, (shop) => {
      configured(shop, 'verify: { command: [./smoke.sh] }');
      shop.files.entries.set('smoke.sh', { executable: '#!/bin/sh\n' });
      shop.commands.next({ exitCode: 3 });
      unnamed(shop);
    }),
  },
  { command: 'continue', title: 'to the end', tell: handedOver({}) },
  { command: 'continue', title: 'back', tell: handedOver({ rollback: 'true' }) },
  {
    command: 'continue',
    title: 'beside a service that crashes',
    tell: handedOver({}, (shop) =>
      inFlight(shop, breaker({ afterSeconds: 120, logLines: ['boom'] }), 'worker'),
    ),
  },
  {
    command: 'continue',
    title: 'that fails afterwards',
    tell: handedOver({}, (shop) => {
      shop.clock.at(shop.clock.elapsed + 60_000, () => {
        void shop.aws
          .connect()
          .then(({ ecs }) =>
            ecs.stopServiceDeployment(shop.aws.ecs.service('web').currentServiceDeployment ?? '', 'ROLLBACK'),
          );
      });
    }),
  },
  {
    command: 'continue',
    title: 'verified by a task',
    features: ['run'],
    tell: handedOver({}, (shop) => configured(shop, 'verify: { task: { service: web, command: [smoke] } }')),
  },
  {
    command: 'rollback',
    title: 'with its schedules',
    features: ['schedules'],
    tell: afterTwoReleases('rollback', (shop) => {
      configured(shop, `schedules: ${SCHEDULES}`);
      addSchedules(shop, 'web:3');
    }),
  },
  {
    command: 'build',
    title: 'on CodeBuild',
    features: ['codebuild'],
    tell: async () => {
      const shop = shopOnCodeBuild();
      await shop.run('build');
      return since(shop.aws);
    },
  },
  {
    command: 'redeploy',
    title: 'is cancelled, and takes back what it began',
    features: ['hooks'],
    tell: endedAt(
      () => {
        const shop = configured(pausing(), 'rollout: { on-cancel: rollback }');
        shop.host.inputs = { command: 'redeploy' };
        return shop;
      },
      'DescribeServiceDeployments',
      'cancel',
    ),
  },
  { command: 'run', title: 'to its end', tell: afterTwoReleases('run', undefined, RUN) },
  {
    command: 'run',
    title: 'stopped when it takes too long',
    tell: afterTwoReleases(
      'run',
      (shop) => shop.aws.ecs.nextTask({ startedBy: /\/run\// }, { runSeconds: 3_600 }),
      { ...RUN, timeout: '1m' },
    ),
  },
  {
    command: 'build',
    title: 'of new content',
    tell: afterTwoReleases('build', (shop) => shop.files.entries.set('new', '')),
  },
  { command: 'build', title: 'reused', tell: afterTwoReleases('build', (shop) => shop.run('build')) },
  {
    command: 'init',
    title: 'from services that run',
    tell: async () => {
      const shop = new Shop();
      shop.files.entries.delete('.github/deploy.yml');
      await shop.run('init', { cluster: 'staging', services: 'web,worker', migrate: 'bin/migrate' });
      return since(shop.aws);
    },
  },
];
