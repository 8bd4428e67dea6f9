import { CancelledError } from '../../../src/errors.ts';
import { Log } from '../../../src/report/log.ts';
import { newRunReport } from '../../../src/report/run-report.ts';
import { BuildLooks } from '../../../src/steps/codebuild/build-looks.ts';
import { buildImageOnCodeBuild, type ImageBuildRequest } from '../../../src/steps/codebuild/build-image.ts';
import { FakeAws } from '../../fakes/aws/fake-aws.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { FakeFiles } from '../../fakes/files.ts';
import { FakeHost } from '../../fakes/host.ts';

const REGISTRY = '111111111111.dkr.ecr.ap-northeast-1.amazonaws.com';

/** Builds of several images on one context, as a run with several images has them. */
export async function sideBySide(projects = ['shop-build']) {
  const clock = new FakeClock();
  const aws = new FakeAws({ clock });
  for (const project of projects) aws.codebuild.addProject(project);
  const host = new FakeHost();
  const report = newRunReport('deploy');
  const connected = await aws.connect();
  const stopAll = new AbortController();
  const context = {
    ...connected,
    clock,
    report,
    log: new Log(host, clock, report),
    files: new FakeFiles({ Dockerfile: 'FROM scratch' }),
    builds: new BuildLooks({ codebuild: connected.codebuild, clock }),
    signal: stopAll.signal,
    saveState: (name: string, value: string) => host.saveState(name, value),
    setOutput: (name: string, value: string) => host.setOutput(name, value),
  };
  const build = (name: string, project = 'shop-build', signal = stopAll.signal) => {
    aws.ecr.addRepository(name, { immutableTags: true });
    return buildImageOnCodeBuild({ ...context, signal }, requestFor(name, project));
  };
  return { aws, clock, host, build, context, stopAll };
}

function requestFor(name: string, project: string): ImageBuildRequest {
  const codebuild = { project, variables: [], source: { kind: 'project' }, timeoutSeconds: 3600 } as const;
  return {
    repository: {
      uri: `${REGISTRY}/${name}`,
      ecr: { name },
      account: '111111111111',
      region: 'ap-northeast-1',
      login: { registry: REGISTRY, username: 'AWS', password: 'none' },
    },
    image: {
      repository: name,
      context: '.',
      dockerfile: 'Dockerfile',
      buildArguments: {},
      secrets: [],
      cache: 'registry',
      reuse: { mode: 'content' },
    },
    codebuild,
    tag: 'src-1',
    commit: '1'.repeat(40),
    runId: '4711',
  };
}

const names = Array.from({ length: 17 }, (_, index) => `image-${index + 1}`);

describe('17 builds side by side', () => {
  it('R28 are looked at in one call each time, and their logs stay below ten calls a second', async () => {
    const { aws, clock, build } = await sideBySide();
    for (let index = 0; index < 17; index += 1)
      aws.codebuild.nextBuild('shop-build', {
        seconds: { BUILD: 60 + index },
        logLines: Array.from({ length: 50 }, (_, line) => ({ afterSeconds: line, message: `line ${line}` })),
      });

    const digests = await Promise.all(names.map((name) => build(name)));

    expect(new Set(digests).size).toBe(17);
    expect(aws.codebuild.builds.map(({ status }) => status)).toEqual(names.map(() => 'SUCCEEDED'));
    const minutes = clock.elapsed / 60_000;
    expect(aws.callsOf('BatchGetBuilds').length / minutes).toBeLessThan(70);
    expect(aws.callsOf('ListBuildsForProject').length).toBe(1);
    expect(aws.callsOf('BatchGetProjects').length).toBe(1);
    expect(aws.callsOf('GetLogEvents').length / (clock.elapsed / 1000)).toBeLessThan(10);
  });

  it('R28 one that fails names itself, and the signal of its group stops the others', async () => {
    const { aws, build, clock } = await sideBySide();
    aws.codebuild.nextBuild('shop-build', { seconds: { BUILD: 300 } });
    aws.codebuild.nextBuild('shop-build', { fails: { phase: 'BUILD' } });
    aws.codebuild.nextBuild('shop-build', { seconds: { BUILD: 300 } });
    const group = new AbortController();
    const all = ['a', 'b', 'c'].map((name) =>
      build(name, 'shop-build', group.signal).catch((error: unknown) => {
        group.abort(new Error('another image failed'));
        throw error;
      }),
    );

    const ends = await Promise.allSettled(all);

    expect(ends.map((end) => (end.status === 'rejected' ? String(end.reason) : end.value))).toEqual([
      'Error: another image failed',
      expect.stringMatching(/build shop-build:.* failed in phase BUILD/),
      'Error: another image failed',
    ]);
    expect(aws.codebuild.builds.map(({ status }) => status)).toEqual(['STOPPED', 'FAILED', 'STOPPED']);
    expect(clock.sleepers).toBe(0);
  });

  it('a cancel stops all of them', async () => {
    const { aws, build, clock, stopAll } = await sideBySide();
    clock.at(12_000, () => stopAll.abort(new CancelledError('SIGTERM')));

    const ends = await Promise.allSettled(names.map((name) => build(name)));

    expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
    expect(new Set(aws.codebuild.builds.map(({ status }) => status))).toEqual(new Set(['STOPPED']));
    expect(clock.elapsed).toBeLessThan(19_000);
  });
});

describe('a build that ends while another is queued', () => {
  it('is seen as soon as one that is alone: who is due first decides when all are looked at', async () => {
    const { aws, build, clock } = await sideBySide(['shop-build', 'slow']);
    aws.codebuild.nextBuild('slow', { seconds: { QUEUED: 120 } });
    let endedAt = 0;

    await Promise.all([
      build('a', 'slow'),
      build('b').then(() => {
        endedAt = clock.now();
      }),
    ]);

    expect(
      (endedAt - aws.codebuild.builds.find(({ project }) => project === 'shop-build')!.endedAt!) / 1000,
    ).toBeLessThan(5);
  });
});
