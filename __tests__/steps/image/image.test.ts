import type { ImagePlan } from '../../../src/config/image-plan.ts';
import { CancelledError, DeployError } from '../../../src/errors.ts';
import { Log } from '../../../src/report/log.ts';
import { newRunReport } from '../../../src/report/run-report.ts';
import type { JsonObject } from '../../../src/rules/text/json.ts';
import { provideImage, provideRunningImage } from '../../../src/steps/image/image.ts';
import { FakeBuilder } from '../../fakes/builder.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { FakeEcr } from '../../fakes/ecr.ts';
import { EMPTY_FOLDER, FakeFiles, type FakeEntry } from '../../fakes/files.ts';
import { FakeHost } from '../../fakes/host.ts';
import { noCodeBuild } from '../../fakes/no-codebuild.ts';
import { noCopies } from '../../fakes/no-copies.ts';

const COMMIT = '1f0c9a7b3d5e2846f0a1b2c3d4e5f60718293a4b';
const OTHER_COMMIT = '2e1d9a7b3d5e2846f0a1b2c3d4e5f60718293a4b';
const DIGEST = `sha256:${'d'.repeat(64)}`;
const CHECKOUT = {
  Dockerfile: 'FROM scratch\nCOPY . .\n',
  '.dockerignore': '.git\n',
  'app.js': 'console.log(1)',
};

const PLAN: ImagePlan = {
  repository: 'shop',
  context: '.',
  dockerfile: 'Dockerfile',
  buildArguments: {},
  secrets: [],
  cache: 'off',
  reuse: { mode: 'content' },
};

const ARM: JsonObject = { runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' } };

interface RunFacts {
  commit?: string;
  runId?: string;
  definitions?: readonly JsonObject[];
}

/** One world that several runs share: its ECR, its clock, its checkout. */
function newWorld({
  files = CHECKOUT,
  immutableTags = true,
}: { files?: Record<string, FakeEntry>; immutableTags?: boolean } = {}) {
  const clock = new FakeClock();
  const ecr = new FakeEcr(clock);
  ecr.createRepository('shop', { immutableTags });
  const builder = new FakeBuilder(ecr);
  const checkout = new FakeFiles(files);
  const environment = new Set<string>();
  const controller = new AbortController();

  function newRun() {
    const host = new FakeHost();
    const report = newRunReport('deploy');
    const context = {
      ecr,
      builder,
      files: checkout,
      git: { originRepository: async () => 'acme/shop' },
      clock,
      log: new Log(host, clock, report),
      report,
      region: 'ap-northeast-1',
      signal: controller.signal,
      ...noCodeBuild(),
      ...noCopies(),
      hasEnvironmentVariable: (name: string) => environment.has(name),
    };
    const request = (
      image: Partial<ImagePlan> = {},
      { commit = COMMIT, runId = '4711', definitions = [] }: RunFacts = {},
    ) => ({
      image: { ...PLAN, ...image },
      commit,
      runId,
      account: '111111111111',
      definitions,
    });
    return {
      host,
      report,
      provide: (image: Partial<ImagePlan> = {}, more: RunFacts = {}) =>
        provideImage(context, request(image, more)),
      adopt: (running: string) => provideRunningImage(context, request({ use: 'current' }), running),
    };
  }
  return { clock, ecr, builder, checkout, environment, controller, newRun, uri: `${ecr.registry}/shop` };
}

async function failure(promise: Promise<unknown>): Promise<DeployError> {
  const thrown: unknown = await promise.catch((error: unknown) => error);
  if (thrown instanceof DeployError) return thrown;
  throw new Error(`no DeployError but ${String(thrown)}`);
}

describe('the image of a deploy', () => {
  it('is built when ECR does not have its content, pushed under the content tag, and named by digest', async () => {
    const world = newWorld();
    const run = world.newRun();
    const image = await run.provide();

    expect(image).toEqual({
      uri: world.uri,
      digest: world.ecr.digestOf('shop', image.tag!),
      reference: `${world.uri}@${image.digest}`,
      tag: expect.stringMatching(/^src-[0-9a-f]{40}$/) as string,
      reused: false,
    });
    expect(world.ecr.tagsIn('shop')).toEqual([`sha-${COMMIT}`, image.tag]);
    expect(world.ecr.digestOf('shop', `sha-${COMMIT}`)).toBe(image.digest);
    expect(image).toMatchObject({ uri: world.uri, reused: false });
    expect(run.report.warnings).toEqual([]);
  });

  it('is reused for another commit of the same content, and Docker is not looked for', async () => {
    const world = newWorld();
    const built = await world.newRun().provide();
    world.builder.failures.probe = new DeployError('DOCKER_UNAVAILABLE', 'no docker');
    const run = world.newRun();
    const image = await run.provide({}, { commit: OTHER_COMMIT, runId: '4712' });

    expect(image).toEqual({ ...built, reused: true });
    expect([world.builder.builds.length, world.builder.probes]).toEqual([1, 1]);
    expect(run.report.warnings).toEqual([]);
  });

  it.each<[string, Record<string, FakeEntry>, Partial<ImagePlan>]>([
    ['a file', { 'app.js': 'console.log(2)' }, {}],
    ['the executable bit of a file', { 'app.js': { executable: 'console.log(1)' } }, {}],
    ['the Dockerfile', { Dockerfile: 'FROM scratch\n' }, {}],
    ['a build argument', {}, { buildArguments: { A: '1' } }],
    ['the target', {}, { target: 'runtime' }],
    ['the platform', {}, { platform: 'linux/arm64' }],
  ])('is built again when %s has changed', async (_what, files, plan) => {
    const world = newWorld();
    await world.newRun().provide();
    for (const [path, entry] of Object.entries(files)) world.checkout.entries.set(path, entry);
    await world.newRun().provide(plan, { commit: OTHER_COMMIT });
    expect(world.builder.builds).toHaveLength(2);
  });

  it('is not built again when only what .dockerignore leaves out has changed', async () => {
    const world = newWorld({ files: { ...CHECKOUT, '.dockerignore': '.git\nREADME.md\nnode_modules\n' } });
    await world.newRun().provide();
    world.checkout.entries.set('README.md', 'new').set('node_modules/a/index.js', '1').set('.git/HEAD', 'x');
    expect((await world.newRun().provide({}, { commit: OTHER_COMMIT })).reused).toBe(true);
    expect(world.checkout.visited.filter((path) => path.startsWith('node_modules'))).toEqual([]);
  });

  it('is not built again for an empty folder below an ignored one that has exceptions', async () => {
    const world = newWorld({ files: { ...CHECKOUT, '.dockerignore': '.git\nlogs\n!logs/*/keep\n' } });
    await world.newRun().provide();
    world.checkout.entries.set('logs/empty', EMPTY_FOLDER);
    expect((await world.newRun().provide({}, { commit: OTHER_COMMIT })).reused).toBe(true);
    world.checkout.entries.set('logs/empty/keep', EMPTY_FOLDER);
    expect((await world.newRun().provide({}, { commit: OTHER_COMMIT })).reused).toBe(false);
  });

  it("follows the Dockerfile's own ignore file before the general one", async () => {
    const world = newWorld({ files: { ...CHECKOUT, 'Dockerfile.dockerignore': 'app.js\n' } });
    await world.newRun().provide();
    world.checkout.entries.set('app.js', 'changed');
    expect((await world.newRun().provide({}, { commit: OTHER_COMMIT })).reused).toBe(true);
  });

  it('hands the builder all that the plan says, with labels for commit and source', async () => {
    const world = newWorld({ files: { 'web/Dockerfile': 'FROM a', 'web/a.js': '1' } });
    world.environment.add('NPM_TOKEN');
    const image = await world.newRun().provide({
      context: 'web',
      dockerfile: 'web/Dockerfile',
      target: 'runtime',
      platform: 'linux/arm64',
      buildArguments: { RAILS_ENV: 'production' },
      secrets: ['NPM_TOKEN'],
      cache: 'registry',
    });
    expect(world.builder.builds[0]).toMatchObject({
      login: { registry: world.ecr.registry, username: 'AWS', password: 'ecr-password' },
      context: 'web',
      dockerfile: 'web/Dockerfile',
      references: [`${world.uri}:${image.tag}`],
      target: 'runtime',
      platform: 'linux/arm64',
      buildArguments: { RAILS_ENV: 'production' },
      secrets: ['NPM_TOKEN'],
      cache: 'registry',
      labels: {
        'org.opencontainers.image.revision': COMMIT,
        'org.opencontainers.image.source': 'https://github.com/acme/shop',
      },
    });
  });

  it.each<[string, Partial<ImagePlan>, JsonObject[], string | undefined]>([
    ['what the services run on', {}, [ARM, ARM], 'linux/arm64'],
    ['what the plan says, before that', { platform: 'linux/amd64' }, [ARM], 'linux/amd64'],
    [
      'what the build host is, where services differ',
      {},
      [ARM, { requiresCompatibilities: ['FARGATE'] }],
      undefined,
    ],
  ])('is built for %s', async (_what, plan, definitions, expected) => {
    const world = newWorld();
    await world.newRun().provide(plan, { definitions });
    expect(world.builder.builds.map(({ platform }) => platform)).toEqual([expected]);
  });

  it("shows the build's output as text from outside only", async () => {
    const world = newWorld();
    world.builder.lines = ['#1 load', '::error::no'];
    const run = world.newRun();
    await run.provide();
    expect(run.host.outsideLines).toEqual(['#1 load', '::error::no']);
    expect(run.host.infos.join('\n')).not.toContain('::error');
  });
});

describe('a repository', () => {
  it('given as a full URI names its account and host itself', async () => {
    const world = newWorld();
    const host = '222222222222.dkr.ecr.ap-northeast-1.amazonaws.com';
    const image = await world.newRun().provide({ repository: `${host}/shop` });
    expect(image.uri).toBe(`${host}/shop`);
    expect(world.ecr.calls).toContain('login 222222222222');
    expect(world.ecr.calls).toContain(`describeImage 222222222222/shop ${image.tag}`);
    expect(world.builder.builds[0]?.login.registry).toBe(host);
  });

  it('is pushed to by the host of its URI, which may be another name of the same registry', async () => {
    const world = newWorld();
    const host = '111111111111.dkr-ecr.ap-northeast-1.on.aws';
    const image = await world.newRun().provide({ repository: `${host}/shop` });
    expect([image.uri, world.builder.builds[0]?.login.registry]).toEqual([`${host}/shop`, host]);
  });

  it("of somebody else never sees ECR's password", async () => {
    const world = newWorld();
    const error = await failure(world.newRun().provide({ repository: 'registry.example.com/shop' }));
    expect([error.code, error.message]).toEqual([
      'CONFIG_INVALID',
      'repository registry.example.com/shop: registry.example.com is not a registry of Amazon ECR',
    ]);
    expect(world.builder.builds).toEqual([]);
  });

  it('that does not exist is an error with the command that creates it', async () => {
    const world = newWorld();
    const error = await failure(world.newRun().provide({ repository: 'shops' }));
    expect([error.code, error.message]).toEqual([
      'REPOSITORY_NOT_FOUND',
      'repository shops: not found in account 111111111111, region ap-northeast-1',
    ]);
    expect(error.hint).toContain('aws ecr create-repository --repository-name shops --region ap-northeast-1');
    expect(world.builder.probes).toBe(0);
  });

  it('in another region says so instead', async () => {
    const world = newWorld();
    const repository = '111111111111.dkr.ecr.us-east-1.amazonaws.com/shops';
    expect((await failure(world.newRun().provide({ repository }))).hint).toBe(
      'Its URI names region us-east-1, and this environment deploys in ap-northeast-1: use a repository there.',
    );
  });
});

describe('a context that holds .git', () => {
  const files = { Dockerfile: 'FROM scratch', '.git/HEAD': 'ref: refs/heads/develop', 'a.js': '1' };

  it('is built for every commit, and what that costs is said once', async () => {
    const world = newWorld({ files });
    const run = world.newRun();
    await run.provide();
    await world.newRun().provide({}, { commit: OTHER_COMMIT });
    expect(world.builder.builds).toHaveLength(2);
    expect(run.report.warnings.map(({ title }) => title)).toEqual(['The build context holds .git']);
  });

  it('is not read for its files, which differ on every clone', async () => {
    const world = newWorld({ files });
    await world.newRun().provide();
    world.checkout.entries.set('.git/index', 'times');
    expect((await world.newRun().provide()).reused).toBe(true);
  });
});

describe('what is missing', () => {
  it('a Dockerfile: found out before anything else, with those that are there', async () => {
    const world = newWorld({
      files: {
        'web/Dockerfile': 'FROM a',
        'docker/Containerfile.prod': 'FROM a',
        'node_modules/x/Dockerfile': 'FROM a',
        'a.js': '1',
      },
    });
    const error = await failure(world.newRun().provide());
    expect([error.code, error.message]).toEqual([
      'DOCKERFILE_NOT_FOUND',
      'Dockerfile: no such Dockerfile in the checkout',
    ]);
    expect(error.details).toEqual(['docker/Containerfile.prod', 'web/Dockerfile']);
    expect(error.hint).toContain('docker/Containerfile.prod, web/Dockerfile');
    expect([world.builder.probes, world.ecr.calls.filter((call) => call.startsWith('describe'))]).toEqual([
      0,
      [],
    ]);
  });

  it('a checkout at all', async () => {
    const error = await failure(
      newWorld({ files: { 'a.js': '1' } })
        .newRun()
        .provide(),
    );
    expect(error.hint).toContain('check that the job checks the repository out');
  });

  it('the context', async () => {
    const error = await failure(newWorld().newRun().provide({ context: 'wbe' }));
    expect([error.code, error.message]).toEqual([
      'DOCKERFILE_NOT_FOUND',
      'build context wbe: no such folder in the checkout',
    ]);
  });

  it('the right to read a file of the context', async () => {
    const world = newWorld();
    world.checkout.unreadable.add('app.js');
    const error = await failure(world.newRun().provide());
    expect([error.code, error.message]).toEqual([
      'BUILD_FAILED',
      "build context .: cannot be read: EACCES: permission denied, open 'app.js'",
    ]);
  });

  it('build secrets: all of them at once, before Docker is looked for', async () => {
    const world = newWorld();
    world.environment.add('B');
    const error = await failure(world.newRun().provide({ secrets: ['A', 'B', 'C'] }));
    expect([error.code, error.message]).toEqual([
      'BUILD_SECRET_MISSING',
      'build secrets A, C: not in the environment',
    ]);
    expect(error.hint).toContain('A: ${{ secrets.A }}, C: ${{ secrets.C }}');
    expect(world.builder.probes).toBe(0);
  });

  it('Docker: nothing is built', async () => {
    const world = newWorld();
    world.builder.failures.probe = new DeployError('DOCKER_UNAVAILABLE', 'no docker');
    expect((await failure(world.newRun().provide())).code).toBe('DOCKER_UNAVAILABLE');
    expect(world.builder.builds).toEqual([]);
  });
});

describe('a build that fails', () => {
  it('ends the step with its own error and pushes nothing', async () => {
    const world = newWorld();
    world.builder.failures.build = new DeployError('BUILD_FAILED', 'build of Dockerfile failed');
    const run = world.newRun();
    expect((await failure(run.provide())).code).toBe('BUILD_FAILED');
    expect([world.ecr.tagsIn('shop'), run.report.image]).toEqual([[], undefined]);
  });

  it('is not started when the run is cancelled already', async () => {
    const world = newWorld();
    world.controller.abort(new CancelledError('SIGINT'));
    expect((await failure(world.newRun().provide())).code).toBe('CANCELLED');
    expect(world.builder.builds).toEqual([]);
  });
});

describe('what ECR has after the push', () => {
  it('is waited for patiently when it shows late', async () => {
    const world = newWorld();
    world.ecr.lag = 4; // One of the reads is the one before the build.
    const image = await world.newRun().provide();
    expect(image.reused).toBe(false);
    expect(world.clock.elapsed).toBe(500 + 1000 + 2000 + 4000);
  });

  it('must be there in the end', async () => {
    const world = newWorld();
    world.ecr.lag = 100;
    const error = await failure(world.newRun().provide());
    expect(error.code).toBe('IMAGE_DIGEST_MISMATCH');
    expect(error.message).toMatch(/pushed as sha256:.*, but ECR does not have it$/);
  });

  it('must be what was built', async () => {
    const world = newWorld({ immutableTags: false });
    const build = world.builder.buildAndPush.bind(world.builder);
    world.builder.buildAndPush = async (request) => {
      const built = await build(request);
      world.ecr.push(request.references[0], DIGEST);
      return built;
    };
    const run = world.newRun();
    const error = await failure(run.provide());
    expect(error.code).toBe('IMAGE_DIGEST_MISMATCH');
    expect(error.message).toContain(`but ECR has ${DIGEST}`);
    expect(run.report.image).toBeUndefined();
  });

  it("is another run's image of the same content where that run was first", async () => {
    const world = newWorld();
    world.builder.beforePush = ({ references }) => world.ecr.push(references[0], DIGEST);
    const image = await world.newRun().provide();
    expect(image).toMatchObject({ digest: DIGEST, reused: true });
  });
});

describe('the commit tag', () => {
  it.each([true, false])(
    'never moves (immutable repository: %s), which is a note and no error',
    async (immutableTags) => {
      const world = newWorld({ immutableTags });
      world.ecr.push(`${world.uri}:sha-${COMMIT}`, DIGEST);
      const run = world.newRun();
      const image = await run.provide();
      expect(image.reused).toBe(false);
      expect(world.ecr.digestOf('shop', `sha-${COMMIT}`)).toBe(DIGEST);
      expect(run.host.infos).toContain(
        `The tag sha-${COMMIT} stands for another image already and stays where it is`,
      );
      expect(run.report.warnings).toEqual([]);
    },
  );

  it('that cannot be added fails nothing', async () => {
    const world = newWorld();
    world.builder.failures.tag = new DeployError('PUSH_FAILED', 'denied');
    const run = world.newRun();
    expect((await run.provide()).reused).toBe(false);
    expect(run.host.infos).toContain(
      `The tag sha-${COMMIT} could not be added, which changes nothing for this deploy`,
    );
  });
});

describe('reuse', () => {
  it('of an image older than 30 days is said once', async () => {
    const world = newWorld();
    const { tag } = await world.newRun().provide();
    await world.clock.advance(30 * 24 * 3_600_000);
    const young = world.newRun();
    await young.provide();
    await world.clock.advance(24 * 3_600_000);
    const old = world.newRun();
    expect(await old.provide()).toMatchObject({ tag, reused: true });
    expect([young.report.warnings, old.report.warnings.map(({ title }) => title)]).toEqual([
      [],
      ['The image is 31 days old'],
    ]);
  });

  it('from a repository with mutable tags is said, unless its settings may not be read', async () => {
    const world = newWorld({ immutableTags: false });
    const build = world.newRun();
    await build.provide();
    const reuse = world.newRun();
    await reuse.provide();
    world.ecr.mayDescribeRepositories = false;
    const blind = world.newRun();
    await blind.provide();
    expect([build, reuse, blind].map(({ report }) => report.warnings.map(({ title }) => title))).toEqual([
      [],
      ['Tags of repository shop are mutable'],
      [],
    ]);
  });

  it('never: builds once for each run, and a second attempt of the run finds it', async () => {
    const world = newWorld();
    const plan = { reuse: { mode: 'never' } } as const;
    const first = await world.newRun().provide(plan, { runId: '1' });
    const second = await world.newRun().provide(plan, { runId: '2' });
    const again = await world.newRun().provide(plan, { runId: '2' });
    expect(first.tag).toMatch(/^src-[0-9a-f]{40}-1$/);
    expect([first.reused, second.reused, again.reused]).toEqual([false, false, true]);
    expect([second.digest !== first.digest, again.digest]).toEqual([true, second.digest]);
  });

  describe('up to a maximum age', () => {
    const DAY = 24 * 3_600_000;
    const plan = { reuse: { mode: 'max-age', seconds: 7 * 24 * 3600 } } as const;

    it('takes an image until it is too old, across the border of two spans too', async () => {
      const world = newWorld();
      const first = await world.newRun().provide(plan);
      for (const day of [1, 2, 3, 4, 5, 6, 7]) {
        await world.clock.advance(DAY);
        expect([day, (await world.newRun().provide(plan)).digest]).toEqual([day, first.digest]);
      }
      await world.clock.advance(1000);
      const later = await world.newRun().provide(plan, { commit: OTHER_COMMIT });
      expect(later.reused).toBe(false);
      await world.clock.advance(DAY);
      expect(await world.newRun().provide(plan)).toMatchObject({ digest: later.digest, reused: true });
    });

    it('builds beside the old image, which keeps its tag', async () => {
      const world = newWorld();
      const old = await world.newRun().provide();
      await world.clock.advance(8 * DAY);
      const anew = await world.newRun().provide(plan, { commit: OTHER_COMMIT });
      expect(anew.reused).toBe(false);
      expect(world.ecr.digestOf('shop', old.tag!)).toBe(old.digest);
    });

    it('takes a fresh image that was built without a maximum age', async () => {
      const world = newWorld();
      const built = await world.newRun().provide();
      expect(await world.newRun().provide(plan)).toEqual({ ...built, reused: true });
    });
  });
});

describe('an image that is asked for', () => {
  it.each([
    ['a tag', { tag: 'v1' }],
    ['a digest', { digest: DIGEST }],
  ])('by %s is taken as it is: no build, no files read', async (_by, use) => {
    const world = newWorld({ files: {} });
    world.ecr.push(`${world.uri}:v1`, DIGEST);
    expect(await world.newRun().provide({ use })).toEqual({
      uri: world.uri,
      reference: `${world.uri}@${DIGEST}`,
      digest: DIGEST,
      tag: 'v1',
      reused: true,
    });
    expect(world.builder.probes).toBe(0);
  });

  it.each([
    [{ tag: 'v9' }, ':v9: ECR has no such image'],
    [{ digest: DIGEST }, `@${DIGEST}: ECR has no such image`],
  ])('as %j that ECR does not have is an error', async (use, message) => {
    const world = newWorld();
    const error = await failure(world.newRun().provide({ use }));
    expect([error.code, error.message]).toEqual(['IMAGE_NOT_FOUND', `${world.uri}${message}`]);
  });

  describe('as the one that runs now', () => {
    it.each([
      ['a digest', `@${DIGEST}`],
      ['a tag', ':v1'],
      ['nothing, which means latest', ''],
    ])('is found by %s, and deployed by digest', async (_by, suffix) => {
      const world = newWorld();
      for (const tag of ['v1', 'latest']) world.ecr.push(`${world.uri}:${tag}`, DIGEST);
      const run = world.newRun();
      expect(await run.adopt(`${world.uri}${suffix}`)).toMatchObject({
        reference: `${world.uri}@${DIGEST}`,
        digest: DIGEST,
      });
    });

    it.each(['nginx:1', 'not an image', ''])('cannot be %j', async (running) => {
      const error = await failure(newWorld().newRun().adopt(running));
      expect([error.code, error.message]).toEqual([
        'IMAGE_NOT_FOUND',
        `image current: what runs now is ${running}, not an image of 111111111111.dkr.ecr.ap-northeast-1.amazonaws.com/shop`,
      ]);
    });

    it('may be gone from ECR', async () => {
      const world = newWorld();
      expect((await failure(world.newRun().adopt(`${world.uri}:gone`))).code).toBe('IMAGE_NOT_FOUND');
    });
  });
});
