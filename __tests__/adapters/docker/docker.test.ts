import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDocker } from '../../../src/adapters/docker/docker.ts';
import { DeployError } from '../../../src/errors.ts';
import type { BuildRequest } from '../../../src/ports/builder.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { writeDockerProgram, type DockerAnswer } from '../../fakes/docker-program.ts';
import { FakeRegistry } from '../../fakes/registry.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const HOST = '111111111111.dkr.ecr.ap-northeast-1.amazonaws.com';
const LOGIN = { registry: HOST, username: 'AWS', password: 'ecr-password' };

/** What a client says about itself; the engine answers. */
const CLIENT: DockerAnswer[] = [
  { on: 'version', lines: ['{"Client":{"Version":"28.2.2"},"Server":{"Version":"28.2.2"}}'] },
  { on: 'buildx version', lines: ['github.com/docker/buildx v0.24.0 d0e5e86'] },
];
const OVERLAY: DockerAnswer = { on: 'info', lines: ['[["Backing Filesystem","extfs"]]'] };
const CONTAINERD: DockerAnswer = { on: 'info', lines: ['[["driver-type","io.containerd.snapshotter.v1"]]'] };
const driver = (name: string): DockerAnswer => ({
  on: 'buildx inspect',
  lines: ['Name:   x', `Driver: ${name}`],
});

const PUSH_FAILED_FOR_NOW: DockerAnswer = {
  on: 'buildx build',
  lines: [
    `ERROR: failed to solve: failed to push ${HOST}/shop:src-1: unexpected status from PUT request to https://x/v2/: 503 Service Unavailable`,
  ],
  exitCode: 1,
};
const REFUSED: DockerAnswer = {
  on: 'buildx build',
  lines: [
    `ERROR: failed to solve: failed to push ${HOST}/shop:src-1: failed commit on ref "manifest-${DIGEST}": unexpected status from PUT request to https://${HOST}/v2/shop/manifests/src-1: 400 Bad Request`,
  ],
  exitCode: 1,
};
const BUILT: DockerAnswer = {
  on: 'buildx build',
  lines: ['#1 done'],
  metadata: { 'containerimage.digest': DIGEST },
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'docker-test-'));
  for (const folder of ['bin', 'temporary', 'theirs']) mkdirSync(join(root, folder));
});
afterEach(() => rmSync(root, { recursive: true }));

function newDocker(answers: readonly DockerAnswer[]) {
  const clock = new FakeClock();
  const calls = writeDockerProgram(join(root, 'bin'), answers, [
    'RAILS_ENV',
    'NPM_TOKEN',
    'ACTIONS_RUNTIME_TOKEN',
  ]);
  const debugLines: string[] = [];
  const builder = createDocker({
    root: '/checkout',
    environment: {
      PATH: join(root, 'bin'),
      DOCKER_CONFIG: join(root, 'theirs'),
      NPM_TOKEN: 'npm-secret',
      ACTIONS_RUNTIME_TOKEN: 'token',
    },
    clock,
    temporaryFolder: join(root, 'temporary'),
    debug: (line) => debugLines.push(line),
    signal: new AbortController().signal,
  });
  /** Those after the questions about what there is. */
  const work = () =>
    calls().filter(({ args }) => !/^(?:version|info|buildx (?:version|inspect))\b/.test(args.join(' ')));
  return { builder, clock, debugLines, work, calls };
}

const lines: string[] = [];
beforeEach(() => void lines.splice(0));
const request = (more: Partial<BuildRequest> = {}): BuildRequest => ({
  login: LOGIN,
  context: '.',
  dockerfile: 'Dockerfile',
  references: [`${HOST}/shop:src-1`],
  buildArguments: { RAILS_ENV: 'production' },
  secrets: ['NPM_TOKEN'],
  cache: 'off',
  labels: {},
  onLine: (line) => lines.push(line),
  signal: new AbortController().signal,
  ...more,
});

async function failure(promise: Promise<unknown>): Promise<DeployError> {
  const thrown: unknown = await promise.catch((error: unknown) => error);
  if (thrown instanceof DeployError) return thrown;
  throw new Error(`no DeployError but ${String(thrown)}`);
}

describe('what there is to build with', () => {
  it.each<[string, DockerAnswer[], object]>([
    [
      "docker's own driver",
      [...CLIENT, OVERLAY, driver('docker')],
      { kind: 'buildx', driver: 'docker', version: '0.24.0' },
    ],
    [
      'a builder of its own',
      [...CLIENT, OVERLAY, driver('docker-container')],
      { kind: 'buildx', driver: 'docker-container', version: '0.24.0' },
    ],
    [
      'a builder elsewhere, which needs no engine here',
      [
        { on: 'version', lines: ['{"Client":{"Version":"28.2.2"}}', 'Cannot connect'], exitCode: 1 },
        CLIENT[1]!,
        driver('kubernetes'),
      ],
      { kind: 'buildx', driver: 'kubernetes', version: '0.24.0' },
    ],
    [
      'an older client',
      [{ on: 'version', lines: ['{"Client":{"Version":"20.10.24+dfsg1"},"Server":{"Version":"20.10.24"}}'] }],
      { kind: 'engine', version: '20.10.24+dfsg1' },
    ],
  ])('is %s', async (_what, answers, expected) => {
    expect(await newDocker(answers).builder.probe()).toEqual(expected);
  });

  it.each<[string, DockerAnswer[], string, string]>([
    [
      'an engine that does not run',
      [
        {
          on: 'version',
          lines: ['{"Client":{"Version":"28.2.2"}}', 'Cannot connect to the Docker daemon at unix:///x'],
          exitCode: 1,
        },
        CLIENT[1]!,
        driver('docker'),
      ],
      'no Docker to build with: Cannot connect to the Docker daemon at unix:///x',
      'Start the Docker engine',
    ],
    [
      'the right to use the engine',
      [
        {
          on: 'version',
          lines: ['{"Client":{"Version":"28.2.2"}}', 'permission denied while trying to connect'],
          exitCode: 1,
        },
        CLIENT[1]!,
        driver('docker'),
      ],
      'no Docker to build with: permission denied while trying to connect',
      'group `docker`',
    ],
  ])('lacks %s', async (_what, answers, message, hint) => {
    const error = await failure(newDocker(answers).builder.probe());
    expect([error.code, error.message]).toEqual(['DOCKER_UNAVAILABLE', message]);
    expect(error.hint).toContain(hint);
  });

  it('is asked once for all builds of a run', async () => {
    const { builder, calls } = newDocker([...CLIENT, OVERLAY, driver('docker-container'), BUILT]);
    await builder.probe();
    await builder.buildAndPush(request());
    expect(calls().filter(({ args }) => args[0] === 'version')).toHaveLength(1);
  });
});

describe('a builder of its own', () => {
  const own = [...CLIENT, OVERLAY, driver('docker-container')];

  it('builds and pushes in one command, with our credential and no value on the command line', async () => {
    const { builder, work } = newDocker([...own, BUILT]);
    expect(await builder.buildAndPush(request({ cache: 'gha' }))).toMatchObject({
      digest: DIGEST,
      pushSeconds: 0,
    });
    const [call, ...more] = work();
    expect(more).toEqual([]);
    expect(call?.args.slice(0, 4)).toEqual(['buildx', 'build', '--progress=plain', '--push']);
    expect(call?.args.at(-1)).toBe('/checkout');
    expect(call?.args).toContain('type=gha,scope=shop');
    expect(call?.args.join(' ')).not.toMatch(/production|npm-secret|ecr-password/);
    expect(call?.environment).toEqual({
      RAILS_ENV: 'production',
      NPM_TOKEN: 'npm-secret',
      ACTIONS_RUNTIME_TOKEN: 'token',
    });
    expect(call?.config).toEqual({
      auths: { [HOST]: { auth: Buffer.from('AWS:ecr-password').toString('base64') } },
    });
    expect(readdirSync(join(root, 'temporary'))).toEqual([]);
  });

  it('runs again when its push fails for a moment, after a pause that grows', async () => {
    const { builder, work, clock } = newDocker([...own, PUSH_FAILED_FOR_NOW, PUSH_FAILED_FOR_NOW, BUILT]);
    expect((await builder.buildAndPush(request())).digest).toBe(DIGEST);
    expect([work().length, clock.elapsed]).toEqual([3, 1000 + 4000]);
  });

  it('is given up after the third time', async () => {
    const { builder, work } = newDocker([...own, PUSH_FAILED_FOR_NOW]);
    const error = await failure(builder.buildAndPush(request()));
    expect([error.code, error.message, work().length]).toEqual([
      'PUSH_FAILED',
      `push of ${HOST}/shop:src-1 failed: unexpected status from PUT request to https://x/v2/: 503 Service Unavailable`,
      3,
    ]);
  });

  it('does not run again when the build fails, even for a reason that sounds passing', async () => {
    const failed = {
      on: 'buildx build',
      lines: ['ERROR: failed to solve: Get "https://x": EOF'],
      exitCode: 1,
    };
    const { builder, work } = newDocker([...own, failed]);
    expect([(await failure(builder.buildAndPush(request()))).code, work().length]).toEqual([
      'BUILD_FAILED',
      1,
    ]);
  });

  it.each([
    ['there: it is immutable', 0, 'IMAGE_TAG_IMMUTABLE'],
    ['not there: it is something else', 1, 'PUSH_FAILED'],
  ])('whose tag is refused looks whether the tag is %s', async (_what, exitCode, code) => {
    const { builder, work } = newDocker([...own, REFUSED, { on: 'buildx imagetools inspect', exitCode }]);
    expect((await failure(builder.buildAndPush(request()))).code).toBe(code);
    expect(work().map(({ args }) => args.slice(0, 3).join(' '))).toEqual([
      'buildx build --progress=plain',
      'buildx imagetools inspect',
    ]);
  });

  it('that does not say what it pushed is an error: without a digest nothing can be deployed', async () => {
    const { builder } = newDocker([...own, { on: 'buildx build', metadata: {} }]);
    expect((await failure(builder.buildAndPush(request()))).message).toContain('does not say which digest');
  });

  it('adds a tag by writing the same manifest again, so that the digest stays', async () => {
    const registry = new FakeRegistry();
    const host = await registry.start();
    const login = { registry: host, username: registry.username, password: registry.password };
    const authorization = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
    const put = (tag: string, body: string) =>
      fetch(`http://${host}/v2/shop/manifests/${tag}`, { method: 'PUT', body, headers: { authorization } });
    await put('src-1', '{"one":1}');
    await put('taken', '{"two":2}');
    registry.immutableTags = true;

    const { builder, work } = newDocker(own);
    const add = (to: string) => builder.tagRemote!(login, `${host}/shop:src-1`, `${host}/shop:${to}`);
    expect([await add('sha-1'), await add('taken')]).toEqual([true, false]);
    expect(registry.digestOf('shop', 'sha-1')).toBe(registry.digestOf('shop', 'src-1'));
    expect((await failure(builder.tagRemote!(login, `${host}/shop:gone`, `${host}/shop:x`))).code).toBe(
      'PUSH_FAILED',
    );
    expect(work()).toEqual([]);
    await registry.stop();
  });
});

describe('an engine that builds itself', () => {
  const PUSHED: DockerAnswer = {
    on: 'push',
    lines: ['9ed76478acd2: Retrying in 3 seconds', `src-1: digest: ${DIGEST} size: 942`],
  };
  const LOADED: DockerAnswer = { on: 'buildx build', lines: ['#1 token is npm-secret'] };
  const engine = [...CLIENT, OVERLAY, driver('docker')];

  it('builds, then pushes; the push alone is tried again', async () => {
    const flake: DockerAnswer = {
      on: 'push',
      lines: ['received unexpected HTTP status: 503 Service Unavailable'],
      exitCode: 1,
    };
    const { builder, work } = newDocker([...engine, LOADED, flake, PUSHED]);
    expect((await builder.buildAndPush(request())).digest).toBe(DIGEST);
    expect(work().map(({ args }) => args[0])).toEqual(['buildx', 'push', 'push']);
  });

  it('shows its output without secrets and without counting down', async () => {
    const { builder } = newDocker([...engine, LOADED, PUSHED]);
    await builder.buildAndPush(request());
    expect(lines).toEqual(['#1 token is ***', `src-1: digest: ${DIGEST} size: 942`]);
  });

  it('is asked for the digest where the push does not name it', async () => {
    const { builder } = newDocker([
      ...engine,
      LOADED,
      { on: 'push', lines: ['done'] },
      { on: 'image inspect', lines: [JSON.stringify([`${HOST}/shop@${DIGEST}`])] },
    ]);
    expect((await builder.buildAndPush(request())).digest).toBe(DIGEST);
  });

  it('does not try again what a later try cannot mend', async () => {
    const denied: DockerAnswer = {
      on: 'push',
      lines: ['denied: User: x is not authorized to perform: ecr:PutImage'],
      exitCode: 1,
    };
    const { builder, work } = newDocker([...engine, LOADED, denied]);
    const error = await failure(builder.buildAndPush(request()));
    expect([error.code, work().length]).toEqual(['PUSH_FAILED', 2]);
    expect(error.hint).toContain('ecr:PutImage');
  });

  it('keeps the cache inside of the image under a tag of its own, and loses no word when that fails', async () => {
    const { builder, work, debugLines } = newDocker([
      ...engine,
      LOADED,
      { on: `push ${HOST}/shop:cache`, lines: ['tag invalid: immutable'], exitCode: 1 },
      PUSHED,
      { on: 'tag' },
    ]);
    await builder.buildAndPush(request({ cache: 'registry' }));
    expect(work().map(({ args }) => (args[0] === 'buildx' ? 'build' : args.join(' ')))).toEqual([
      'build',
      `push ${HOST}/shop:src-1`,
      `tag ${HOST}/shop:src-1 ${HOST}/shop:cache`,
      `push ${HOST}/shop:cache`,
    ]);
    expect(work()[0]?.args).toContain('type=inline');
    expect(debugLines).toEqual([`${HOST}/shop:cache is immutable: this build's cache is not kept`]);
  });

  it('writes its cache to the registry where it keeps its images in containerd', async () => {
    const { builder, work } = newDocker([...CLIENT, CONTAINERD, driver('docker'), LOADED, PUSHED]);
    await builder.buildAndPush(request({ cache: 'registry' }));
    expect(work()[0]?.args.join(' ')).toContain(`--cache-to type=registry,ref=${HOST}/shop:cache`);
    expect(work()).toHaveLength(2);
  });
});
