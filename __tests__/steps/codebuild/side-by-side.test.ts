import { CancelledError } from '../../../src/errors.ts';
import { sideBySide } from '../../fakes/builds-side-by-side.ts';

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
