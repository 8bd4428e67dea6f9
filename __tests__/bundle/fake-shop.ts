import { createGitRepository, type GitRepository } from '../stage/git.ts';
import { checkOut, pushEvent, type Checkout } from '../e2e/support/checkout.ts';
import { runAction, type ActionRequest, type ActionRun, type RunnerEvent } from '../e2e/support/runner.ts';
import { completes, FakeAws, type RolloutScript } from '../fakes/aws/fake-aws.ts';

/** Digests of the image that runs and of the one to be deployed. */
export const OLD = `sha256:${'0'.repeat(64)}`;
export const NEW = `sha256:${'1'.repeat(64)}`;

const region = 'ap-northeast-1';
const account = '111111111111';
const repositoryUri = `${account}.dkr.ecr.${region}.amazonaws.com/shop`;

/** The inputs of a deploy without a file and without a build: `v2` is in the registry. */
export const inputs = { cluster: 'staging', repository: 'shop', services: 'web', image: 'v2' };

/** An AWS behind HTTP with the service `web` in the cluster `staging`. */
export interface ListeningAws {
  aws: FakeAws;
  /** What a job finds: where AWS is, and keys for it. */
  environment: Record<string, string>;
  close: () => Promise<void>;
}

/** @param rollout what the next deployment of `web` meets */
export async function startFakeAws(rollout: RolloutScript = soon): Promise<ListeningAws> {
  const aws = fakeAws();
  aws.ecs.nextRollout('web', rollout);
  const { url, close } = await aws.listen();
  return {
    aws,
    environment: {
      PATH: process.env['PATH']!,
      AWS_ENDPOINT_URL: url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'AKIAFAKE',
      AWS_SECRET_ACCESS_KEY: 'not-a-secret',
    },
    close,
  };
}

const soon = completes({ afterSeconds: 0.5 });

/** That AWS, and a checkout of `develop`. */
export interface FakeShop extends ListeningAws {
  git: GitRepository;
  checkout: Checkout;
  event: RunnerEvent;
  /** Runs the action on the checkout for the push to develop, unless told otherwise. */
  run(more?: Partial<ActionRequest>): Promise<ActionRun>;
}

export async function openFakeShop({
  files = {},
  rollout = soon,
}: { files?: Record<string, string>; rollout?: RolloutScript } = {}): Promise<FakeShop> {
  const { aws, environment, close } = await startFakeAws(rollout);
  const git = await createGitRepository(files);
  const push = await git.push();
  const checkout = await checkOut(git, push);
  const request = { workspace: checkout.folder, event: pushEvent(push), inputs, environment };
  return {
    aws,
    git,
    checkout,
    event: request.event,
    environment,
    run: (more) => runAction({ ...request, ...more }),
    close: async () => {
      checkout.remove();
      git.remove();
      await close();
    },
  };
}

function fakeAws(): FakeAws {
  const aws = new FakeAws({ clock: { now: () => Date.now() }, account, region });
  aws.ecr.addRepository('shop', { immutableTags: true });
  aws.ecr.putImage('shop', { digest: OLD, tags: ['v1'] });
  aws.ecr.putImage('shop', { digest: NEW, tags: ['v2'] });
  aws.ecs.addCluster('staging');
  aws.ecs.register({
    family: 'web',
    cpu: '256',
    memory: '512',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    executionRoleArn: 'arn:aws:iam::111111111111:role/shop-execution',
    containerDefinitions: [
      {
        name: 'app',
        image: `${repositoryUri}@${OLD}`,
        essential: true,
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': '/shop',
            'awslogs-region': region,
            'awslogs-stream-prefix': 'web',
            mode: 'blocking',
          },
        },
      },
    ],
  });
  aws.ecs.addService({
    cluster: 'staging',
    name: 'web',
    taskDefinition: 'web',
    desiredCount: 1,
    launchType: 'FARGATE',
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  });
  return aws;
}
