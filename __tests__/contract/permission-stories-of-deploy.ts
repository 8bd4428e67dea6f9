import { breaker, completes } from '../fakes/aws/fake-aws.ts';
import { Shop } from '../fakes/shop.ts';
import { shopOnCodeBuild } from '../fakes/shop-on-codebuild.ts';
import {
  since,
  deployIn,
  afterTwoReleases,
  configured,
  inFlight,
  crashes,
  unnamed,
  pausing,
  endedAt,
  FAMILIES,
  copying,
  scanned,
  scheduled,
  balanced,
  SCHEDULES,
  type Story,
} from './permission-shops.ts';

export const STORIES_OF_DEPLOY: readonly Story[] = [
  { command: 'deploy', title: 'completes', tell: deployIn(() => new Shop()) },
  {
    command: 'deploy',
    title: 'completes where ECS has service deployments',
    tell: deployIn(() => new Shop({ serviceDeployments: true })),
  },
  {
    command: 'deploy',
    title: 'is rolled back by ECS',
    tell: deployIn(() => {
      const shop = new Shop();
      crashes(shop);
      return shop;
    }),
  },
  {
    command: 'deploy',
    title: 'fails and is sent back',
    tell: deployIn(() => {
      const shop = new Shop({ serviceDeployments: true });
      shop.aws.ecs.nextRollout('web', breaker({ rollback: false }));
      return shop;
    }),
  },
  {
    command: 'deploy',
    title: 'reuses an image and waits for somebody else’s deployment',
    tell: afterTwoReleases('deploy', (shop) => inFlight(shop, completes({ afterSeconds: 40 })), {}),
  },
  {
    command: 'deploy',
    title: 'stops a migration that takes too long',
    tell: deployIn(() => {
      const shop = new Shop();
      shop.aws.ecs.nextTask({ startedBy: /\/migrate\// }, { runSeconds: 3_600 });
      return shop;
    }),
  },
  {
    command: 'deploy',
    title: 'proves the previous release and verifies by a task',
    tell: deployIn(() => {
      const shop = new Shop();
      shop.configure(
        (yaml) =>
          `${yaml.replace('timeout: 10m', 'timeout: 10m, prove-previous: [bin/check]')}verify: { task: { service: web, command: [smoke] } }\n`,
      );
      return shop;
    }),
  },
  {
    command: 'deploy',
    title: 'registers families alone',
    tell: deployIn(() => {
      const shop = new Shop();
      shop.configure(() => FAMILIES);
      return shop;
    }),
  },
  {
    command: 'deploy',
    title: 'goes to two targets',
    tell: async () => {
      const shop = new Shop();
      const [tokyo, osaka] = [shop.aws, shop.addPlace()];
      const role = 'arn:aws:iam::111111111111:role/osaka';
      shop.placeOf = (target) => (target.role === role ? osaka : tokyo);
      shop.configure((yaml) =>
        yaml.replace(
          'staging: { branch: develop, cluster: staging }',
          `staging: { branch: develop, cluster: staging, targets: [{ name: tokyo }, { name: osaka, role: '${role}' }] }`,
        ),
      );
      await shop.deploy();
      return [...since(tokyo), ...since(osaka)];
    },
  },
  {
    command: 'deploy',
    title: 'looks for the deployment that an answer did not name',
    tell: deployIn(() => {
      const shop = new Shop({ serviceDeployments: true });
      unnamed(shop);
      return shop;
    }),
  },
  {
    command: 'deploy',
    title: 'is killed in its migration',
    tell: endedAt(() => configured(new Shop(), ''), 'RunTask', 'kill'),
  },
  {
    command: 'deploy',
    title: 'verifies at a lifecycle hook',
    features: ['hooks'],
    tell: deployIn(() => configured(pausing(), 'verify: { task: { service: web, command: [smoke] } }')),
  },
  {
    command: 'deploy',
    title: 'ends a shift of traffic when another service fails',
    features: ['hooks'],
    tell: deployIn(() => {
      const shop = configured(pausing(), 'rollout: { timeout: 10m, on-pause: hand-over }');
      shop.aws.ecs.nextRollout('worker', breaker({ afterSeconds: 120 }));
      return shop;
    }),
  },
  {
    command: 'deploy',
    title: 'is cancelled, and takes back what it began',
    features: ['hooks'],
    tell: endedAt(
      () => configured(pausing(), 'rollout: { on-cancel: rollback }'),
      'DescribeServiceDeployments',
      'cancel',
    ),
  },
  {
    command: 'deploy',
    title: 'copies the image from another account',
    features: ['copy'],
    tell: deployIn(copying),
  },
  {
    command: 'deploy',
    title: 'asks what the scan found',
    features: ['scan'],
    tell: deployIn(scanned),
  },
  {
    command: 'deploy',
    title: 'compares stop time-outs with load balancers',
    features: ['load-balancer'],
    tell: deployIn(balanced),
  },
  {
    command: 'deploy',
    title: 'moves named schedules',
    features: ['schedules'],
    tell: deployIn(() => scheduled(SCHEDULES)),
  },
  {
    command: 'deploy',
    title: 'finds the schedules itself',
    features: ['schedules'],
    tell: deployIn(() => scheduled('auto')),
  },
  {
    command: 'deploy',
    title: 'builds on CodeBuild',
    features: ['codebuild'],
    tell: deployIn(() => shopOnCodeBuild()),
  },
  {
    command: 'deploy',
    title: 'hands the checkout over to CodeBuild',
    features: ['codebuild'],
    tell: deployIn(() => {
      const shop = shopOnCodeBuild({ keys: ', source: upload, bucket: shop-deploys' });
      shop.aws.s3.addBucket('shop-deploys');
      return shop;
    }),
  },
  {
    command: 'deploy',
    title: 'is cancelled while CodeBuild builds',
    features: ['codebuild'],
    tell: endedAt(
      () => {
        const shop = shopOnCodeBuild();
        shop.aws.codebuild.nextBuild('shop-build', { seconds: { BUILD: 600 } });
        return shop;
      },
      'StartBuild',
      'cancel',
    ),
  },
];
