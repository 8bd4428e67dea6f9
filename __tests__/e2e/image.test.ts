import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { connectAws } from '../../src/adapters/aws/connect.ts';
import { systemClock } from '../../src/adapters/clock.ts';
import { createDocker } from '../../src/adapters/docker/docker.ts';
import { createFiles } from '../../src/adapters/files.ts';
import { gitCheckout } from '../../src/adapters/git/git.ts';
import type { ImagePlan } from '../../src/config/image-plan.ts';
import { CancelledError, DeployError } from '../../src/errors.ts';
import type { BuildRequest, ImageBuilder } from '../../src/ports/builder.ts';
import { Log } from '../../src/report/log.ts';
import { newRunReport } from '../../src/report/run-report.ts';
import { parseDockerIgnore, type IgnoreRules } from '../../src/rules/image/docker-ignore.ts';
import { provideImage } from '../../src/steps/image/image.ts';
import { FakeClock } from '../fakes/clock.ts';
import { FakeHost } from '../fakes/host.ts';
import { noCodeBuild } from '../fakes/no-codebuild.ts';
import { noCopies } from '../fakes/no-copies.ts';
import { FakeRegistry } from '../fakes/registry.ts';
import { docker } from '../stage/docker.ts';
import { createRepository } from '../stage/images.ts';
import { startStage, type Stage } from '../stage/stage.ts';

const COMMIT = '1f0c9a7b3d5e2846f0a1b2c3d4e5f60718293a4b';
const SECRET = 'npm-4f1c0ffee-secret';
const LIMIT = 120_000;

let stage: Stage;
let root: string;

beforeAll(async () => {
  stage = await startStage();
  // Where the SDK itself looks for it.
  process.env['AWS_ENDPOINT_URL'] = stage.endpoint;
}, LIMIT);
afterAll(() => stage.stop(), LIMIT);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'image-test-'));
  for (const folder of ['checkout', 'temporary', 'bin', 'empty']) mkdirSync(join(root, folder));
  write('Dockerfile', dockerfile());
  write('.dockerignore', 'ignored\n');
  write('app.js', 'console.log(1)');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  writeFileSync(join(root, 'checkout', path), text);
}

/** A secret that only the first stage sees, a build argument, a target that is not the last stage. */
function dockerfile(): string {
  return `FROM ${stage.images.busybox} AS build
ARG GREETING
RUN --mount=type=secret,id=NPM_TOKEN test -n "$(cat /run/secrets/NPM_TOKEN)" && cat /run/secrets/NPM_TOKEN && echo "$GREETING" > /greeting
FROM build AS broken
RUN echo "before the end" && exit 3
FROM build AS slow
RUN echo "has begun" && sleep 60
FROM ${stage.images.busybox} AS runtime
COPY --from=build /greeting /greeting
COPY . /app
FROM ${stage.images.busybox} AS last
RUN exit 1
`;
}

/** The environment of a job on the stage, with a build secret. */
function buildxEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, ...stage.environment, NPM_TOKEN: SECRET };
}

/** The same where docker is an older client without buildx. */
function engineEnvironment(client: string): NodeJS.ProcessEnv {
  const link = join(root, 'bin', 'docker');
  if (!existsSync(link)) symlinkSync(client, link);
  return { ...buildxEnvironment(), PATH: join(root, 'bin'), DOCKER_CONFIG: join(root, 'empty') };
}

/** A client from before 23, which has BuildKit inside; Debian 12 has one. */
function findOldClient(): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'docker'))
    .filter((program) => existsSync(program))
    .find((program) => {
      const said = execFileSync(program, ['--version'], { encoding: 'utf8' });
      return Number(/version (\d+)/.exec(said)?.[1]) < 23;
    });
}

const oldClient = findOldClient();
const builders: [kind: 'buildx' | 'engine', environment: () => NodeJS.ProcessEnv][] = [
  ['buildx', buildxEnvironment],
  ...(oldClient === undefined
    ? []
    : [['engine', () => engineEnvironment(oldClient)] as ['engine', () => NodeJS.ProcessEnv]]),
];

function newDocker(
  environment: NodeJS.ProcessEnv,
  { signal = new AbortController().signal } = {},
): ImageBuilder {
  return createDocker({
    root: join(root, 'checkout'),
    environment,
    clock: new FakeClock(),
    temporaryFolder: join(root, 'temporary'),
    debug: () => undefined,
    signal,
  });
}

describe.each(builders)('an image built with %s', (kind, environmentOf) => {
  const repository = `image-${kind}`;
  const PLAN: ImagePlan = {
    repository,
    context: '.',
    dockerfile: 'Dockerfile',
    target: 'runtime',
    platform: 'linux/amd64',
    // New every time: a step that was built before prints nothing.
    buildArguments: { GREETING: `good morning ${randomUUID()}` },
    secrets: ['NPM_TOKEN'],
    cache: 'inline',
    reuse: { mode: 'content' },
  };

  function newRun(builder: ImageBuilder) {
    const host = new FakeHost();
    const report = newRunReport('deploy');
    const environment = { ...process.env, ...stage.environment };
    // The adapters take their credentials from the process's own environment as well.
    const aws = connectAws({
      region: stage.region,
      environment,
      credentials: async () => ({ accessKeyId: stage.account, secretAccessKey: 'x' }),
      userAgent: 'test',
      mask: (secret) => host.mask(secret),
    });
    const context = {
      ecr: aws.ecr,
      builder,
      files: createFiles(join(root, 'checkout')),
      git: gitCheckout({ folder: join(root, 'checkout') }),
      clock: systemClock(),
      log: new Log(host, systemClock(), report),
      report,
      region: stage.region,
      signal: new AbortController().signal,
      ...noCodeBuild(),
      ...noCopies(),
      hasEnvironmentVariable: (name: string) => name === 'NPM_TOKEN',
    };
    const provide = (image = PLAN) =>
      provideImage(context, { image, commit: COMMIT, runId: '1', account: stage.account });
    return { host, ecr: aws.ecr, provide };
  }

  it(
    'is what the registry has, holds no secret, and is found again without Docker',
    async () => {
      await createRepository(stage, repository);
      const built = newRun(newDocker(environmentOf()));
      const image = await built.provide();

      expect(image.uri).toBe(`${stage.registry}/${repository}`);
      expect((await built.ecr.describeImage({ name: repository }, { tag: image.tag! }))?.digest).toBe(
        image.digest,
      );
      expect((await built.ecr.describeImage({ name: repository }, { tag: `sha-${COMMIT}` }))?.digest).toBe(
        image.digest,
      );

      await docker(stage, ['pull', '--quiet', image.reference]);
      expect(await docker(stage, ['run', '--rm', image.reference, 'cat', '/greeting', '/app/app.js'])).toBe(
        `${PLAN.buildArguments['GREETING']!}\nconsole.log(1)`,
      );
      const inspected = await docker(stage, ['image', 'inspect', image.reference]);
      const history = await docker(stage, ['history', '--no-trunc', image.reference]);
      expect(inspected).toContain(`"org.opencontainers.image.revision": "${COMMIT}"`);
      for (const text of [inspected, history, ...built.host.lines]) expect(text).not.toContain(SECRET);
      expect(built.host.outsideLines.join('\n')).toContain('***');
      expect(readdirSync(join(root, 'temporary'))).toEqual([]);

      const again = newRun({
        probe: () => Promise.reject(new Error('Docker was looked for')),
        buildAndPush: () => Promise.reject(new Error('it was built again')),
      });
      expect(await again.provide()).toEqual({ ...image, reused: true });
    },
    LIMIT,
  );

  describe('and a registry that checks its password', () => {
    let registry: FakeRegistry;
    let host: string;
    beforeEach(async () => {
      registry = new FakeRegistry();
      host = await registry.start();
    });
    afterEach(() => registry.stop());

    const lines: string[] = [];
    beforeEach(() => void lines.splice(0));
    const request = (more: Partial<BuildRequest> = {}): BuildRequest => ({
      login: { registry: host, username: registry.username, password: registry.password },
      context: '.',
      dockerfile: 'Dockerfile',
      references: [`${host}/shop:src-1`],
      target: 'runtime',
      buildArguments: { GREETING: 'hello' },
      secrets: ['NPM_TOKEN'],
      cache: 'off',
      labels: {},
      onLine: (line) => lines.push(line),
      signal: new AbortController().signal,
      ...more,
    });
    const failure = async (promise: Promise<unknown>): Promise<DeployError> => {
      const thrown: unknown = await promise.catch((error: unknown) => error);
      if (thrown instanceof DeployError) return thrown;
      throw new Error(`no DeployError but ${String(thrown)}`);
    };

    it('is pushed with our credential past a credential store of the user, which keeps its other registries', async () => {
      const environment = environmentOf();
      const theirs = join(root, 'theirs');
      mkdirSync(theirs);
      const plugins = join(environment['DOCKER_CONFIG'] ?? '', 'cli-plugins');
      if (existsSync(plugins)) symlinkSync(plugins, join(theirs, 'cli-plugins'));
      // A helper that is not there: docker fails wherever it asks the store.
      writeFileSync(join(theirs, 'config.json'), JSON.stringify({ credsStore: 'not-there' }));
      const built = await newDocker({ ...environment, DOCKER_CONFIG: theirs }).buildAndPush(request());
      expect(registry.digestOf('shop', 'src-1')).toBe(built.digest);
      expect(registry.blobs.some((blob) => blob.includes(SECRET))).toBe(false);
    });

    it('is pushed again when the registry fails for a moment', async () => {
      registry.failingPushes = 2;
      const built = await newDocker(environmentOf()).buildAndPush(request());
      expect(registry.digestOf('shop', 'src-1')).toBe(built.digest);
      expect(registry.requests.filter((line) => line === 'PUT /v2/shop/manifests/src-1')).toHaveLength(3);
      const builds = lines.filter((line) => /transferring dockerfile: .* done$/.test(line));
      expect(builds).toHaveLength(1);
    });

    it('is given up when the registry goes on failing', async () => {
      registry.failingPushes = 9;
      const error = await failure(newDocker(environmentOf()).buildAndPush(request()));
      expect([error.code, registry.failingPushes]).toEqual(['PUSH_FAILED', 6]);
      expect(error.message).toContain('503 Service Unavailable');
    });

    it('cannot take an immutable tag of other content, and a tag is added only where it is free', async () => {
      registry.immutableTags = true;
      const builder = newDocker(environmentOf());
      await builder.buildAndPush(request());
      write('app.js', 'console.log(2)');
      expect((await failure(builder.buildAndPush(request()))).code).toBe('IMAGE_TAG_IMMUTABLE');

      const other = await builder.buildAndPush(request({ references: [`${host}/shop:src-2`] }));
      const add = (to: string) =>
        builder.tagRemote!(request().login, `${host}/shop:src-2`, `${host}/shop:${to}`);
      expect([await add('sha-1'), await add('src-1')]).toEqual([true, false]);
      expect(registry.digestOf('shop', 'sha-1')).toBe(other.digest);
    });

    it('carries its cache inside where that is asked for, under a tag that the next build knows', async () => {
      await newDocker(environmentOf()).buildAndPush(request({ cache: 'inline' }));
      expect(registry.configOf('shop', 'src-1')).toContain('moby.buildkit.cache');
      expect(registry.digestOf('shop', 'cache')).toBe(registry.digestOf('shop', 'src-1'));
    });

    it('says which step failed and how, without the secret that the build has printed', async () => {
      const error = await failure(newDocker(environmentOf()).buildAndPush(request({ target: 'broken' })));
      expect([error.code, error.message]).toEqual([
        'BUILD_FAILED',
        'build of Dockerfile failed at [broken 1/1] RUN echo "before the end" && exit 3: exit code: 3',
      ]);
      expect(error.details.join('\n')).toContain('before the end');
      expect([...error.details, ...lines].join('\n')).not.toContain(SECRET);
      expect([registry.tags, readdirSync(join(root, 'temporary'))]).toEqual([[], []]);
    });

    it('stops when the run is cancelled, and leaves nothing behind', async () => {
      const controller = new AbortController();
      const reason = new CancelledError('SIGINT');
      const onLine = (line: string) => {
        if (/^#\d+ [\d.]+ has begun/.test(line)) controller.abort(reason);
      };
      const { signal } = controller;
      await expect(
        newDocker(environmentOf()).buildAndPush(request({ target: 'slow', onLine, signal })),
      ).rejects.toBe(reason);
      expect(readdirSync(join(root, 'temporary'))).toEqual([]);
    });
  });
});

describe('what the content tag is computed of', () => {
  /** Each line is one that some build somewhere has got wrong. */
  const IGNORED = `# what is sent
node_modules
!node_modules/keep
**/node_modules
node_modules/keep/deep
**/*.log
!logs
c++
a(b)
/tmp/*
!tmp/z
README*.md
!README-x.md
.env*
!.env.example
sp ace
x[1].txt
foo.ba?
`;
  const PATHS = [
    ...['node_modules/a.js', 'node_modules/keep/a.js', 'node_modules/keep/deep/a', 'web/node_modules/b/c.js'],
    ...[
      'logs/a.log',
      'logs/a.txt',
      'src/a.js',
      'src/a.log',
      'c++/x',
      'a(b)',
      'tmp/x/y',
      'tmp/z',
      'web/tmp/x',
    ],
    ...[
      'README.md',
      'README-x.md',
      'readme.md',
      '.env',
      '.env.example',
      '.env.local',
      'sp ace/f',
      'x[1].txt',
      'x1.txt',
    ],
    ...['foo.bar', 'fooxbar', 'foo.ba', 'ä/ö'],
  ];

  it(
    'is what BuildKit sends, file by file',
    async () => {
      for (const path of PATHS) {
        mkdirSync(dirname(join(root, 'checkout', path)), { recursive: true });
        write(path, path);
      }
      mkdirSync(join(root, 'checkout', 'empty'));
      symlinkSync('src', join(root, 'checkout', 'link'));
      write('.dockerignore', IGNORED);
      write('Dockerfile', 'FROM scratch\nCOPY . /\n');

      const sent = join(root, 'sent');
      await docker(stage, ['buildx', 'build', '--output', `type=local,dest=${sent}`, join(root, 'checkout')]);

      const rules = parseDockerIgnore(IGNORED);
      const ours = await pathsIn(join(root, 'checkout'), rules);
      expect(ours).toEqual(await pathsIn(sent, parseDockerIgnore('')));
      expect(ours).toContain('file node_modules/keep/a.js');
    },
    LIMIT,
  );

  async function pathsIn(folder: string, rules: IgnoreRules): Promise<string[]> {
    const paths: string[] = [];
    const walked = createFiles(folder).walk('.', (path, isFolder) =>
      isFolder ? rules.ignoresAllBelow(path) : rules.ignores(path),
    );
    for await (const { kind, path } of walked) {
      if (kind !== 'folder' || !rules.ignores(path)) paths.push(`${kind} ${path}`);
    }
    return paths;
  }
});

describe('no Docker to build with', () => {
  const probe = async (environment: NodeJS.ProcessEnv) => {
    const thrown: unknown = await newDocker(environment)
      .probe()
      .catch((error: unknown) => error);
    return thrown instanceof DeployError ? thrown : undefined;
  };

  it('at all', async () => {
    const error = await probe({ PATH: join(root, 'bin') });
    expect([error?.code, error?.message]).toEqual([
      'DOCKER_UNAVAILABLE',
      'no Docker to build with: there is no `docker` on PATH',
    ]);
  });

  it('because no engine answers', async () => {
    const error = await probe({ ...buildxEnvironment(), DOCKER_HOST: `unix://${join(root, 'no.sock')}` });
    expect(error?.code).toBe('DOCKER_UNAVAILABLE');
    expect(error?.message).toMatch(/^no Docker to build with: .*(?:connect|running)/i);
    expect(error?.hint).toContain('DOCKER_HOST');
  });

  it('because a newer client has no buildx', async () => {
    const script =
      '#!/bin/sh\ncase "$1" in version) echo "{\\"Client\\":{\\"Version\\":\\"28.2.2\\"}}";; *) exit 1;; esac\n';
    writeFileSync(join(root, 'bin', 'docker'), script, { mode: 0o755 });
    const error = await probe({ PATH: join(root, 'bin') });
    expect(error?.message).toBe(
      `no Docker to build with: docker 28.2.2 (${join(root, 'bin', 'docker')}) has no buildx plugin`,
    );
    expect(error?.hint).toContain('docker-buildx-plugin');
  });

  it('is no matter where a later client on PATH has what the first one lacks', async () => {
    const script =
      '#!/bin/sh\ncase "$1" in version) echo "{\\"Client\\":{\\"Version\\":\\"28.2.2\\"}}";; *) exit 1;; esac\n';
    writeFileSync(join(root, 'bin', 'docker'), script, { mode: 0o755 });
    const environment = buildxEnvironment();
    const path = `${join(root, 'bin')}${delimiter}${environment['PATH'] ?? ''}`;
    expect(await newDocker({ ...environment, PATH: path }).probe()).toMatchObject({
      kind: 'buildx',
      driver: 'docker',
    });
  });
});
