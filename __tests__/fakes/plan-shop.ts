import type { HostEvent } from '../../src/ports/host.ts';
import { createGitHub } from '../../src/adapters/github/github-api.ts';
import type { FakeGitHub } from './github/server.ts';
import { PUSH_TO_DEVELOP } from './host.ts';
import { OLD_DIGEST, REGISTRY, Shop } from './shop.ts';

export const TARGET_GROUP =
  'arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:targetgroup/web/0123456789abcdef';

const { branch: ofThePush, ...facts } = PUSH_TO_DEVELOP;

/** A pull request, from a branch of the same repository. It has no branch of its own: its merge is checked out. */
export const PULL_REQUEST: HostEvent = {
  ...facts,
  kind: 'pull_request',
  name: 'pull_request',
  pullRequest: { number: 7, base: ofThePush ?? '', isFork: false },
};

/** The shop with everything around it that its tasks need to start, so that no check fails. */
export function planShop(options: ConstructorParameters<typeof Shop>[0] = {}): Shop {
  const shop = new Shop(options);
  const { aws, host } = shop;
  host.currentEvent = PULL_REQUEST;
  aws.roles.add('shop-execution');
  aws.logs.addGroup('/shop');
  aws.network.addSubnet('subnet-0a1b2c3d4e5f60718');
  aws.network.addSecurityGroup('sg-0a1b2c3d4e5f60718');
  shop.connectRepository = () => Promise.resolve(withoutGitHub);
  return shop;
}

/** A shop with a service `api` that needs everything that can be checked. */
export function fullPlanShop(): Shop {
  const shop = planShop();
  const { aws } = shop;
  shop.configure((yaml) => yaml.replaceAll('web', 'api'));
  aws.roles.add('shop-task');
  aws.secrets.addParameter('/shop/database-url');
  aws.secrets.addParameter('mail-key');
  const secret = aws.secrets.addSecret('shop/stripe-AbCdEf');
  aws.loadBalancers.addTargetGroup(TARGET_GROUP);
  aws.ecr.setLifecyclePolicy('shop', { rules: [] });
  aws.ecs.register({
    family: 'api',
    cpu: '256',
    memory: '512',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    executionRoleArn: 'arn:aws:iam::111111111111:role/shop-execution',
    taskRoleArn: 'arn:aws:iam::111111111111:role/app/shop-task',
    containerDefinitions: [
      {
        name: 'api',
        image: `${REGISTRY}/shop@${OLD_DIGEST}`,
        portMappings: [{ containerPort: 3000 }],
        stopTimeout: 60,
        environment: [
          { name: 'LOG_LEVEL', value: 'value-nobody-may-read' },
          { name: 'RAILS_ENV', value: 'another-hidden-value' },
        ],
        secrets: [
          { name: 'DATABASE_URL', valueFrom: '/shop/database-url' },
          {
            name: 'MAIL_KEY',
            valueFrom: 'arn:aws:ssm:ap-northeast-1:111111111111:parameter/mail-key',
          },
          { name: 'STRIPE_KEY', valueFrom: `${secret}:key::` },
        ],
        logConfiguration: {
          logDriver: 'awslogs',
          options: { 'awslogs-group': '/shop', 'awslogs-region': 'ap-northeast-1', mode: 'blocking' },
        },
      },
    ],
  });
  aws.ecs.addService({
    cluster: 'staging',
    name: 'api',
    taskDefinition: 'api',
    desiredCount: 2,
    launchType: 'FARGATE',
    loadBalancers: [{ targetGroupArn: TARGET_GROUP, containerName: 'api', containerPort: 3000 }],
  });
  return shop;
}

/** Without cookbooks in the file, nobody looks at the history. */
const withoutGitHub = { history: undefined as never, runCommand: undefined as never };

/** What a runner gives the program for a pull request: GitHub's API with a token. */
export function withGitHub(shop: Shop, github: FakeGitHub): void {
  shop.connectRepository = ({ token }) =>
    Promise.resolve({
      ...withoutGitHub,
      ...(token === undefined
        ? {}
        : {
            github: createGitHub({
              token,
              repository: github.state.repository,
              apiUrl: github.url,
              serverUrl: 'https://github.com',
              clock: shop.clock,
            }),
          }),
    });
}
