import { OLD_DIGEST, type Shop } from '../../fakes/shop.ts';
import { shopOnCodeBuild } from '../../fakes/shop-on-codebuild.ts';

function error({ host }: Shop): string {
  return host.annotations
    .filter(({ level }) => level === 'error')
    .map(({ title, message }) => `${title}: ${message}`)
    .join('\n');
}

function isUntouched(shop: Shop): boolean {
  return shop.digestOf(shop.aws.ecs.service('web').taskDefinition) === OLD_DIGEST;
}

describe('a build that fails', () => {
  it('R28 R30 names the phase, says what CodeBuild says, shows the last lines, and changes no service', async () => {
    const shop = shopOnCodeBuild();
    shop.aws.codebuild.nextBuild('shop-build', {
      logLines: Array.from({ length: 60 }, (_, index) => ({
        afterSeconds: 1,
        message: index === 59 ? '::error::make: *** [image] Error 2' : `line ${index + 1}`,
      })),
      fails: { phase: 'BUILD', message: 'Error while executing command: make image. Reason: exit status 2' },
    });

    expect(await shop.deploy()).toBe(1);

    const [build] = shop.aws.codebuild.builds;
    expect(error(shop)).toContain(
      `CODEBUILD_FAILED: build ${build!.id}: failed in phase BUILD: COMMAND_EXECUTION_ERROR: Error while executing command: make image. Reason: exit status 2`,
    );
    const lines = shop.host.outsideLines;
    expect(lines.filter((line) => line === 'line 30')).toHaveLength(1);
    // Once as it came, once in the details of the error; never as a line of ours.
    expect(lines.slice(-20)).toEqual([
      ...Array.from({ length: 19 }, (_, index) => `line ${index + 41}`),
      '::error::make: *** [image] Error 2',
    ]);
    expect(shop.host.infos.join('\n')).not.toContain('::error::make');
    expect(shop.host.outputs['failed-step']).toBe('image');
    expect(JSON.parse(shop.host.outputs['builds']!)).toEqual([
      expect.objectContaining({ id: build!.id, state: 'failed', purpose: 'image' }),
    ]);
    expect(isUntouched(shop)).toBe(true);
  });

  it.each([
    ['FAULT', 'BUILD', 'ended by a fault of CodeBuild in phase BUILD', 'Run the job again'],
    ['TIMED_OUT', 'QUEUED', "ran into the project's own time-out in phase QUEUED", 'queuedTimeoutInMinutes'],
    ['TIMED_OUT', 'BUILD', "ran into the project's own time-out in phase BUILD", 'timeoutInMinutes'],
    ['FAILED', 'DOWNLOAD_SOURCE', 'failed in phase DOWNLOAD_SOURCE', 'it must be pushed there'],
  ] as const)('%s in %s reads "%s"', async (status, phase, words, hint) => {
    const shop = shopOnCodeBuild();
    shop.aws.codebuild.nextBuild('shop-build', {
      fails: { phase, status, statusCode: 'INTERNAL_ERROR', message: 'no more words' },
    });

    expect(await shop.deploy()).toBe(1);

    expect(error(shop)).toContain(`${words}: INTERNAL_ERROR: no more words`);
    expect(error(shop)).toContain(hint);
    expect(isUntouched(shop)).toBe(true);
  });

  it('is no success when somebody stops it', async () => {
    const shop = shopOnCodeBuild();
    shop.clock.at(12_000, () => shop.aws.codebuild.stop(shop.aws.codebuild.builds[0]!.id));

    expect(await shop.deploy()).toBe(1);

    expect(error(shop)).toContain('was stopped in phase BUILD');
    expect(shop.host.outputs['builds']).toContain('"state":"stopped"');
    expect(isUntouched(shop)).toBe(true);
  });
});

describe('the time-out', () => {
  it('stops the build, awaits its end, and shows the log up to there', async () => {
    const shop = shopOnCodeBuild({ keys: ', timeout: 5m' });
    shop.aws.codebuild.nextBuild('shop-build', {
      seconds: { BUILD: Infinity },
      logLines: [{ afterSeconds: 1, message: 'waiting for godot' }],
    });

    expect(await shop.deploy()).toBe(124);

    const [build] = shop.aws.codebuild.builds;
    expect(build!.status).toBe('STOPPED');
    expect(build!.endedAt! - build!.startedAt).toBe(300_000);
    expect(error(shop)).toContain(
      `CODEBUILD_TIMED_OUT: build ${build!.id}: timed out after 300 s; it was stopped`,
    );
    expect(shop.host.outsideLines).toContain('waiting for godot');
    expect(shop.host.outputs['outcome']).toBe('timed-out');
    expect(isUntouched(shop)).toBe(true);
  });

  it('of a build that is still queued says so, and stops it', async () => {
    const shop = shopOnCodeBuild({ keys: ', timeout: 5m' });
    shop.aws.codebuild.concurrentBuilds = 1;
    shop.aws.codebuild.nextBuild('shop-build', { seconds: { BUILD: Infinity } });
    (shop.aws.codebuild.operations['StartBuild'] as (input: object) => object)({ projectName: 'shop-build' });

    expect(await shop.deploy()).toBe(124);

    const [other, build] = shop.aws.codebuild.builds;
    expect([other!.status, build!.status]).toEqual(['IN_PROGRESS', 'STOPPED']);
    expect(error(shop)).toContain(
      `CODEBUILD_TIMED_OUT: build ${build!.id}: timed out after 300 s, and was still in the queue; it was stopped`,
    );
    expect(error(shop)).toContain('ask AWS for a higher quota');
    expect(isUntouched(shop)).toBe(true);
  });

  it('names a build that cannot be stopped, with the command that ends it', async () => {
    const shop = shopOnCodeBuild({ keys: ', timeout: 5m' });
    shop.aws.codebuild.nextBuild('shop-build', { seconds: { BUILD: Infinity } });
    shop.aws.fault({ operation: 'StopBuild', kind: 'access-denied', times: Infinity });

    expect(await shop.deploy()).toBe(124);

    const { id } = shop.aws.codebuild.builds[0]!;
    expect(error(shop)).toContain(`aws codebuild stop-build --id ${id} --region ap-northeast-1`);
  });
});

describe('limits and queue', () => {
  it('R28 waits where a limit turns the build away, and shows what fills it', async () => {
    const shop = shopOnCodeBuild();
    const { codebuild } = shop.aws;
    codebuild.addProject('busy', { concurrentBuildLimit: 2 });
    shop.configure((yaml) =>
      yaml.replace(
        'image: { repository: shop }',
        'image: { repository: shop, builder: codebuild, codebuild: { project: busy } }',
      ),
    );
    for (const seconds of [100, 200]) {
      codebuild.nextBuild('busy', { seconds: { BUILD: seconds } });
      (codebuild.operations['StartBuild'] as (input: object) => object)({ projectName: 'busy' });
    }

    expect(await shop.deploy()).toBe(0);

    const waits = shop.host.infos.filter((line) => line.startsWith('A limit of CodeBuild is reached'));
    expect(waits[0]).toMatch(/Trying again in [56] s/);
    expect(waits.length).toBeGreaterThanOrEqual(6);
    expect(waits.length).toBeLessThanOrEqual(9);
    expect(waits[2]).toMatch(
      /^A limit of CodeBuild is reached: 2 builds of busy run, 0 are queued\. Trying again in \d+ s: codebuild:StartBuild: Cannot have more than 2 builds running for the project \(AccountLimitExceededException/,
    );
    expect(codebuild.builds).toHaveLength(3);
  });

  it('end with the time-out', async () => {
    const shop = shopOnCodeBuild({ keys: ', timeout: 2m' });
    const { codebuild } = shop.aws;
    codebuild.concurrentBuilds = 1;
    for (let index = 0; index < 6; index += 1) {
      codebuild.nextBuild('shop-build', { seconds: { BUILD: Infinity } });
      (codebuild.operations['StartBuild'] as (input: object) => object)({ projectName: 'shop-build' });
    }

    expect(await shop.deploy()).toBe(124);

    expect(error(shop)).toContain(
      'CODEBUILD_TIMED_OUT: build of shop-build: a limit of CodeBuild left no room',
    );
    expect(shop.host.infos.join('\n')).toContain('1 build of shop-build runs, 5 are queued');
    expect(codebuild.builds).toHaveLength(6);
    expect(shop.clock.elapsed).toBeLessThan(125_000);
  });

  it('an account that may run no build is told so at once: no waiting raises that', async () => {
    const shop = shopOnCodeBuild();
    shop.aws.codebuild.concurrentBuilds = 0;

    expect(await shop.deploy()).toBe(1);

    expect(error(shop)).toMatch(/CODEBUILD_NOT_STARTED: .*more than 0 builds.*\n.*higher quota/);
    expect(shop.clock.elapsed).toBeLessThan(10_000);
  });

  it('a build in the queue says what it waits behind', async () => {
    const shop = shopOnCodeBuild();
    const { codebuild } = shop.aws;
    codebuild.concurrentBuilds = 1;
    codebuild.nextBuild('shop-build', { seconds: { BUILD: 150 } });
    (codebuild.operations['StartBuild'] as (input: object) => object)({ projectName: 'shop-build' });

    expect(await shop.deploy()).toBe(0);

    const queued = shop.host.infos.filter((line) => line.includes('is queued for'));
    expect(queued).toHaveLength(3);
    expect(queued[0]).toMatch(
      /^Build shop-build:[0-9a-f]{8} is queued for 1\d s: 1 build of shop-build runs, 1 is queued$/,
    );
  });
});

describe('a cancel', () => {
  it('stops a build that is queued', async () => {
    const shop = shopOnCodeBuild();
    shop.aws.codebuild.concurrentBuilds = 1;
    shop.aws.codebuild.nextBuild('shop-build', { seconds: { BUILD: Infinity } });
    (shop.aws.codebuild.operations['StartBuild'] as (input: object) => object)({ projectName: 'shop-build' });
    shop.clock.at(60_000, () => shop.cancel());

    expect(await shop.deploy()).toBe(130);

    const [other, build] = shop.aws.codebuild.builds;
    expect(shop.aws.callsOf('StopBuild').map(({ input }) => input)).toEqual([{ id: build!.id }]);
    expect([other!.status, build!.status]).toEqual(['IN_PROGRESS', 'STOPPED']);
    expect(build!.phases.map(({ name, status }) => `${name} ${status}`)).toContain('QUEUED STOPPED');
    expect(shop.clock.elapsed).toBeLessThanOrEqual(67_000);
  });

  it.each([500, 5_000, 15_000])('after %d ms stops the build within 7 s', async (ms) => {
    const shop = shopOnCodeBuild();
    shop.clock.at(ms, () => shop.cancel());

    expect(await shop.deploy()).toBe(130);

    expect(shop.clock.elapsed).toBeLessThanOrEqual(ms + 7_000);
    expect(shop.aws.codebuild.builds.map(({ status }) => status)).toEqual(['STOPPED']);
    const { id } = shop.aws.codebuild.builds[0]!;
    expect(shop.host.infos).toContain(`Build ${id} was told to stop`);
    expect(shop.clock.sleepers).toBe(0);
  });
});
