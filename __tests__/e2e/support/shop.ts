import { mkdtempSync, rmSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createApplication, type Application } from '../../stage/application.ts';
import { putBaseLayers } from '../../stage/base-layers.ts';
import { startDatabase, type Database } from '../../stage/database.ts';
import { docker } from '../../stage/docker.ts';
import { createGitRepository, type GitRepository } from '../../stage/git.ts';
import { startGitHub, type FakeGitHub } from '../../fakes/github/server.ts';
import { createRepository } from '../../stage/images.ts';
import { startStage, type Stage } from '../../stage/stage.ts';
import { recordDockerCalls, type DockerCalls } from './docker-calls.ts';
import { startOidcServer, type OidcServer } from './oidc.ts';
import { githubRepository } from './runner.ts';
import { example, sampleApp, type FileTexts } from './sample-app.ts';

export const environments = ['staging', 'production'] as const;
export type Environment = (typeof environments)[number];
export const services = ['web', 'worker'] as const;

/** The shop of examples/sample-app: its repository, and staging and production as they were before our first deploy. */
export interface Shop {
  stage: Stage;
  git: GitRepository;
  /** GitHub's API over that repository. */
  github: FakeGitHub;
  databases: Record<Environment, Database>;
  applications: Record<Environment, Application>;
  /** What the runs asked docker to do. */
  dockerCalls: DockerCalls;
  /** What a job of the example workflow has: docker, the stage for AWS, a token for the role; no keys. */
  jobEnvironment: Record<string, string>;
  /** `with:` of the example workflow. */
  inputs: Record<string, string>;
  /** Ends and removes everything. */
  close(): Promise<void>;
}

export const ecrRepository = 'shop';
const region = 'ap-northeast-1';

/** @param onProgress called with what happens next */
export async function openShop(
  onProgress: (what: string) => void = () => undefined,
  signal?: AbortSignal,
): Promise<Shop> {
  const closers: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    onProgress('Starting AWS, PostgreSQL and a git repository');
    const stage = await startStage({ region });
    closers.push(() => stage.stop());
    signal?.throwIfAborted();
    const [staging, production, oidc] = await Promise.all([
      startDatabase(stage),
      startDatabase(stage),
      startOidcServer(`repo:${githubRepository}:environment:staging`),
    ]);
    for (const part of [staging, production, oidc]) closers.push(() => part.stop());
    const databases = { staging, production };
    const git = await createGitRepository(firstVersion());
    closers.push(() => git.remove());
    const github = await startGitHub({ repository: githubRepository, origin: git.origin });
    closers.push(() => github.stop());
    const dockerCalls = recordDockerCalls(stage.environment['PATH'] ?? '');
    closers.push(() => dockerCalls.remove());

    signal?.throwIfAborted();
    onProgress('Putting version 0.9.0 of the shop into staging and production');
    const applications = await installFirstVersion(stage, databases);
    return {
      stage,
      git,
      github,
      databases,
      applications,
      dockerCalls,
      jobEnvironment: { ...jobEnvironment(stage, dockerCalls, oidc), GITHUB_API_URL: github.url },
      inputs: { role: `arn:aws:iam::${stage.account}:role/deploy` },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The files that make the shop deploy itself with us: the example's configuration and workflow. */
export function deployFiles(): FileTexts {
  const { 'deploy.yml': configuration, 'workflow.yml': workflow } = example('web-and-worker');
  return { '.github/deploy.yml': configuration!, '.github/workflows/deploy.yml': workflow! };
}

/** The shop before it had orders and before it deployed with us. */
function firstVersion(): FileTexts {
  const files = Object.entries(sampleApp()).filter(([path]) => !path.startsWith('migrations/'));
  return { ...Object.fromEntries(files), ...version('0.9.0') };
}

/** The package.json of a version. */
export function version(number: string): FileTexts {
  const { 'package.json': text } = example('sample-app');
  const content = JSON.parse(text!) as Record<string, unknown>;
  return { 'package.json': `${JSON.stringify({ ...content, version: number }, null, 2)}\n` };
}

async function installFirstVersion(
  stage: Stage,
  databases: Record<Environment, Database>,
): Promise<Record<Environment, Application>> {
  const image = `shop-before-${stage.instance.replace(':', '-').toLowerCase()}`;
  const context = mkdtempSync(join(tmpdir(), 'shop-'));
  try {
    for (const [path, text] of Object.entries(firstVersion())) {
      mkdirSync(dirname(join(context, path)), { recursive: true });
      writeFileSync(join(context, path), text);
    }
    await docker(stage, ['buildx', 'build', '--load', '--tag', image, context]);
    await createRepository(stage, ecrRepository);
    await putBaseLayers(stage, stage.images.node, ecrRepository);
    const install = (environment: Environment): Promise<Application> =>
      createApplication(stage, {
        cluster: environment,
        repository: ecrRepository,
        placeholder: image,
        services: services.map((name) => ({
          name,
          command: ['node', name === 'web' ? 'server.js' : 'worker.js'],
          environment: { DATABASE_URL: databases[environment].url },
        })),
      });
    return { staging: await install('staging'), production: await install('production') };
  } finally {
    rmSync(context, { recursive: true, force: true });
    await docker(stage, ['image', 'rm', '--force', image]);
  }
}

function jobEnvironment(stage: Stage, { path }: DockerCalls, oidc: OidcServer): Record<string, string> {
  const keys = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
  const environment = Object.entries(stage.environment).filter(([name]) => !keys.includes(name));
  return { ...Object.fromEntries(environment), ...oidc.environment, PATH: path };
}
