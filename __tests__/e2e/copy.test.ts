import { createApplication } from '../stage/application.ts';
import { buildImage } from '../stage/images.ts';
import { createGitRepository, type GitRepository } from '../stage/git.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { deployPush } from './support/deploy-push.ts';
import { recordDockerCalls, type DockerCalls } from './support/docker-calls.ts';
import type { ActionRequest, ActionRun } from './support/runner.ts';

const limit = 180_000;
const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFESTS = [INDEX, 'application/vnd.oci.image.manifest.v1+json'];
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

const configuration = (stage: Stage): string => `version: 1
image: { repository: shop-staging, cache: off }
environments:
  staging: { branch: develop, cluster: staging }
  production:
    branch: master
    cluster: production
    image:
      repository: shop-production
      copy-from: ${stage.registry}/shop-staging
services: [web]
`;

describe('what staging has built, in a repository of its own for production', () => {
  let stage: Stage;
  let git: GitRepository;
  let dockerCalls: DockerCalls;
  const runs: Record<string, ActionRun> = {};

  const run = async (more: Partial<ActionRequest>): Promise<ActionRun> =>
    deployPush({ git } as never, await git.push(), {
      environment: { ...stage.environment, PATH: dockerCalls.path },
      ...more,
    });
  const manifestOf = async (repository: string, reference: string) => {
    const accept = [...MANIFESTS, DOCKER_MANIFEST].join(', ');
    const url = `http://${stage.registry}/v2/${repository}/manifests/${reference}`;
    const answer = await fetch(url, { headers: { accept } });
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
  };

  beforeAll(async () => {
    stage = await startStage();
    dockerCalls = recordDockerCalls(stage.environment['PATH'] ?? '');
    for (const cluster of ['staging', 'production'])
      await createApplication(stage, { cluster, repository: `shop-${cluster}`, services: [{ name: 'web' }] });
    git = await createGitRepository({
      Dockerfile: `FROM ${stage.images.busybox}\nLABEL version=1\n`,
      '.dockerignore': '.git\n',
      'deploy.yml': configuration(stage),
    });
    runs['staging'] = await run({});
    dockerCalls.take();
    await git.checkout('master');
    runs['production'] = await run({});
    runs['again'] = await run({});
    await pushIndex();
    runs['index'] = await run({ inputs: { command: 'build', image: 'both' } });
  }, limit);

  afterAll(async () => {
    git.remove();
    dockerCalls.remove();
    await stage.stop();
  }, limit);

  /** An image for two platforms under the tag `both`, as a build for both would have pushed it. */
  async function pushIndex(): Promise<void> {
    const manifests = await Promise.all(
      ['amd64', 'arm64'].map(async (architecture) => {
        const files = { Dockerfile: `FROM ${stage.images.busybox}\nLABEL architecture=${architecture}\n` };
        const digest = (await buildImage(stage, files, 'shop-staging', architecture)).split('@')[1]!;
        const { type, text } = await manifestOf('shop-staging', digest);
        return { mediaType: type, digest, size: text.length, platform: { os: 'linux', architecture } };
      }),
    );
    const answer = await fetch(`http://${stage.registry}/v2/shop-staging/manifests/both`, {
      method: 'PUT',
      headers: { 'content-type': INDEX },
      body: JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }),
    });
    expect(answer.status).toBe(201);
  }

  const succeeded = (name: string): ActionRun => {
    const { exitCode, stdout } = runs[name]!;
    expect({ exitCode, log: stdout }).toMatchObject({ exitCode: 0 });
    return runs[name]!;
  };

  it('is copied by digest: the same on both sides, and nothing is built', async () => {
    const digest = succeeded('staging').outputs['image-digest']!;
    const { outputs, stdout } = succeeded('production');
    expect(outputs).toMatchObject({
      environment: 'production',
      'image-digest': digest,
      'image-reused': 'true',
      image: `${stage.registry}/shop-production@${digest}`,
    });
    expect(stdout).toMatch(/^Copied \d+ layers /m);
    const copies = await Promise.all(
      ['shop-staging', 'shop-production'].map((name) => manifestOf(name, digest)),
    );
    expect(copies[0]).toMatchObject({ status: 200 });
    expect(copies[1]).toEqual(copies[0]);
    // No docker was asked for anything since staging.
    expect(dockerCalls.take()).toEqual([]);
  });

  it('is found by the second run, which copies nothing', () => {
    const { outputs, stdout } = succeeded('again');
    expect(outputs).toMatchObject({ outcome: 'no-change', 'image-reused': 'true' });
    expect(stdout).not.toContain('Copying');
  });

  it('comes with all its platforms where it is an index', async () => {
    const digest = succeeded('index').outputs['image-digest']!;
    const [there, here] = await Promise.all(
      ['shop-staging', 'shop-production'].map((name) => manifestOf(name, digest)),
    );
    expect(there).toMatchObject({ status: 200, type: INDEX });
    expect(here).toEqual(there);
    const { manifests } = JSON.parse(here!.text) as { manifests: { digest: string }[] };
    const parts = await Promise.all(manifests.map((one) => manifestOf('shop-production', one.digest)));
    expect(parts.map(({ status }) => status)).toEqual([200, 200]);
    const layers = parts.flatMap(({ text }) => {
      const { config, layers: all } = JSON.parse(text) as {
        config: { digest: string };
        layers: { digest: string }[];
      };
      return [config, ...all];
    });
    const blobs = await Promise.all(
      layers.map((layer) => fetch(`http://${stage.registry}/v2/shop-production/blobs/${layer.digest}`)),
    );
    expect(blobs.map(({ status }) => status)).toEqual(layers.map(() => 200));
  });
});
