import { CancelledError } from '../../src/errors.ts';
import { main } from '../../src/main.ts';
import type { ConnectRepository } from '../../src/ports/repository.ts';
import type { PostWebhook } from '../../src/ports/webhook.ts';
import type { CopyRequest } from '../../src/ports/registry.ts';
import type { World } from '../../src/ports/world.ts';
import { FakeAws } from './aws/fake-aws.ts';
import { FakeBuilder } from './builder.ts';
import { FakeClock } from './clock.ts';
import { FakeCommands } from './commands.ts';
import { FakeFiles } from './files.ts';
import { FakeHost } from './host.ts';
import { FakeWeb } from './web.ts';

export const REGISTRY = '111111111111.dkr.ecr.ap-northeast-1.amazonaws.com';
export const OLD_DIGEST = `sha256:${'0'.repeat(64)}`;

const DEPLOY_YML = `version: 1
image: { repository: shop }
environments:
  staging: { branch: develop, cluster: staging }
  production: { branch: master, cluster: production }
services: [web, worker]
migrate: { service: web, command: [bin/migrate], timeout: 10m }
`;

const container = (name: string, image: string) => ({
  name,
  image,
  essential: true,
  logConfiguration: {
    logDriver: 'awslogs',
    options: {
      'awslogs-group': '/shop',
      'awslogs-region': 'ap-northeast-1',
      'awslogs-stream-prefix': name,
      mode: 'blocking',
    },
  },
});

/**
 * A shop on ECS as most users have it: web (with a sidecar) and worker in one cluster, images in one repository, a
 * migration. `deploy()` runs the whole program against it in process; only the outside is fake.
 */
export class Shop {
  readonly clock = new FakeClock();
  readonly aws = new FakeAws({ clock: this.clock });
  readonly host = new FakeHost();
  readonly commands = new FakeCommands(this.clock);
  readonly web = new FakeWeb(this.clock);
  readonly files = new FakeFiles({
    Dockerfile: 'FROM scratch\nCOPY . .\n',
    '.dockerignore': '.git\n.github\n',
    'server.js': 'serve()',
    '.github/deploy.yml': DEPLOY_YML,
  });
  readonly builder: FakeBuilder;
  /** Of the job, for files that ask for them. */
  variables: Readonly<Record<string, string>> = {};
  /** What was copied from another repository; it arrives in our ECR. */
  readonly copies: CopyRequest[] = [];
  /** Is the first reachable from the second? */
  ancestry: (ancestor: string, commit: string) => boolean | undefined = () => undefined;
  /** The checkout and GitHub, for a shop with cookbooks. */
  connectRepository: ConnectRepository = () => Promise.reject(new Error('this shop has no cookbooks'));
  readonly otherPlaces: FakeAws[] = [];
  /** Which of the places a target means; by default the one there is. */
  placeOf: (target: { region?: string; role?: string }) => FakeAws = () => this.aws;
  /** What is sent to Slack. */
  postWebhook: PostWebhook = () => Promise.reject(new Error('this shop tells nobody'));
  readonly #controller = new AbortController();

  constructor({
    serviceDeployments = false,
    deploymentConfiguration = {},
    web: settingsOfWeb = {},
  }: {
    serviceDeployments?: boolean;
    /** Of each service that is not rolled out in the usual way: strategy, bake time, hooks. */
    deploymentConfiguration?: Readonly<Partial<Record<'web' | 'worker', object>>>;
    /** Members of the service web as ECS has them, where it is an unusual one. */
    web?: object;
  } = {}) {
    const { aws } = this;
    stock(aws, { serviceDeployments, deploymentConfiguration, web: settingsOfWeb });
    this.builder = new FakeBuilder({
      push: (reference, digest) => {
        const [, repository = '', tag = ''] = /\/([^:]+):([^:/]+)$/.exec(reference) ?? [];
        for (const place of [aws, ...this.otherPlaces])
          place.ecr.putImage(repository, { digest, tags: [tag] });
      },
      digestOf: () => undefined,
    });
  }

  /** The same shop once more: another account, region or cluster. */
  addPlace(): FakeAws {
    const aws = new FakeAws({ clock: this.clock });
    stock(aws, {});
    this.otherPlaces.push(aws);
    return aws;
  }

  cancel(signal: 'SIGINT' | 'SIGTERM' = 'SIGINT'): void {
    this.#controller.abort(new CancelledError(signal));
  }

  configure(change: (yaml: string) => string): void {
    this.files.entries.set('.github/deploy.yml', change(DEPLOY_YML));
  }

  /** The next push to develop. */
  commit(commit: string): void {
    const { currentEvent } = this.host;
    this.host.currentEvent = { ...currentEvent, commit, runId: `run-of-${commit.slice(0, 4)}` };
  }

  deploy(): Promise<number> {
    return main(this.world());
  }

  /** Another command, with inputs of its own. */
  async run(command: string, inputs: Record<string, string> = {}): Promise<number> {
    this.host.inputs = { ...inputs, command };
    const code = await main(this.world());
    this.host.inputs = {};
    return code;
  }

  /** The digest that a revision runs. */
  digestOf(revision: string): string {
    const image = /shop@(sha256:[0-9a-f]+)/.exec(JSON.stringify(this.aws.ecs.taskDefinitions.find(revision)));
    return image?.[1] ?? '';
  }

  world(): World {
    const { host, clock, files, builder } = this;
    return {
      host,
      clock,
      files,
      builder,
      copyImage: async (request) => {
        this.copies.push(request);
        const { digest, tag } = request;
        this.aws.ecr.putImage(request.to.name, { digest, tags: tag === undefined ? [] : [tag] });
        return { sent: 3, present: 1, bytes: 1_500_000 };
      },
      git: {
        headCommit: async () => undefined,
        currentBranch: async () => undefined,
        originRepository: async () => undefined,
        isAncestor: async (ancestor, commit) => this.ancestry(ancestor, commit),
        deepen: async () => false,
        subject: async () => undefined,
      },
      runCommand: (request) => this.commands.run(request),
      httpGet: (request) => this.web.get(request),
      connectAws: (target) => this.placeOf(target).connect(),
      connectRepository: (access) => this.connectRepository(access),
      postWebhook: (request) => this.postWebhook(request),
      signal: this.#controller.signal,
      hasEnvironmentVariable: (name) => name === 'AWS_REGION',
      environmentVariable: (name) => this.variables[name],
    };
  }
}

interface Stock {
  serviceDeployments?: boolean;
  deploymentConfiguration?: Readonly<Partial<Record<'web' | 'worker', object>>>;
  web?: object;
}

/** What a shop has in AWS. */
function stock(
  aws: FakeAws,
  { serviceDeployments = false, deploymentConfiguration = {}, web = {} }: Stock,
): void {
  aws.ecr.addRepository('shop', { immutableTags: true });
  aws.ecr.putImage('shop', { digest: OLD_DIGEST, tags: ['old'] });
  aws.ecs.addCluster('staging');
  for (const name of ['web', 'worker'] as const) {
    aws.ecs.register({
      family: name,
      cpu: '256',
      memory: '512',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      executionRoleArn: 'arn:aws:iam::111111111111:role/shop-execution',
      containerDefinitions: [
        container(name, `${REGISTRY}/shop@${OLD_DIGEST}`),
        ...(name === 'web'
          ? [{ ...container('datadog', 'public.ecr.aws/datadog/agent:7'), essential: false }]
          : []),
      ],
    });
    aws.ecs.addService({
      cluster: 'staging',
      name,
      taskDefinition: name,
      desiredCount: 2,
      launchType: 'FARGATE',
      deploymentConfiguration: deploymentConfiguration[name] ?? {
        deploymentCircuitBreaker: { enable: true, rollback: true },
      },
      serviceDeployments,
      ...(name === 'web' ? web : {}),
    });
  }
}
