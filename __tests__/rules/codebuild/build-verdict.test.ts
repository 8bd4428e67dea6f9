import { StatusType } from '@aws-sdk/client-codebuild';
import { judgeBuild } from '../../../src/rules/codebuild/build-verdict.ts';
import { phaseLines, queueLine } from '../../../src/rules/codebuild/build-progress.ts';

const over = { buildComplete: true, currentPhase: 'COMPLETED' };

describe('the verdict on a build', () => {
  it.each([
    ['IN_PROGRESS', 'unclear'],
    ['SUCCEEDED', 'succeeded'],
    ['FAILED', 'failed'],
    ['FAULT', 'failed'],
    ['STOPPED', 'failed'],
    ['TIMED_OUT', 'failed'],
    ['SOMETHING_NEW', 'failed'],
    [undefined, 'unclear'],
  ])('that is over with status %s is %s', (buildStatus, state) => {
    expect(judgeBuild({ ...over, buildStatus }).state).toBe(state);
  });

  it('knows every status that the API has', () => {
    const known = ['IN_PROGRESS', 'SUCCEEDED', 'FAILED', 'FAULT', 'STOPPED', 'TIMED_OUT'];
    expect(Object.values(StatusType).toSorted()).toEqual(known.toSorted());
  });

  it.each(Object.values(StatusType))('that goes on with status %s is running', (buildStatus) => {
    expect(judgeBuild({ buildStatus, buildComplete: false, currentPhase: 'BUILD' })).toEqual({
      state: 'running',
    });
  });

  it('of an empty answer is running: it says nothing', () => {
    expect(judgeBuild({})).toEqual({ state: 'running' });
  });

  it.each([
    ['FAILED', 'failed in phase BUILD: CODE: why'],
    ['FAULT', 'ended by a fault of CodeBuild in phase BUILD: CODE: why'],
    ['STOPPED', 'was stopped in phase BUILD: CODE: why'],
    ['TIMED_OUT', "ran into the project's own time-out in phase BUILD: CODE: why"],
  ])('names the first phase that went wrong with %s, whatever came after it', (status, reason) => {
    const phases = [
      { phaseType: 'PRE_BUILD', phaseStatus: 'SUCCEEDED', contexts: [{ statusCode: '', message: '' }] },
      { phaseType: 'BUILD', phaseStatus: status, contexts: [{ statusCode: 'CODE', message: 'why' }] },
      { phaseType: 'POST_BUILD', phaseStatus: 'SUCCEEDED' },
      { phaseType: 'UPLOAD_ARTIFACTS', phaseStatus: 'FAILED' },
    ];
    expect(judgeBuild({ ...over, buildStatus: status, phases })).toMatchObject({ phase: 'BUILD', reason });
  });

  it('names a phase whose status the API reference does not have', () => {
    const contexts = [{ statusCode: 'VPC_CLIENT_ERROR', message: 'Unexpected EC2 error' }];
    const phases = [
      { phaseType: 'SUBMITTED', phaseStatus: 'SUCCEEDED' },
      { phaseType: 'QUEUED', phaseStatus: 'CLIENT_ERROR', contexts },
      { phaseType: 'COMPLETED' },
    ];
    expect(judgeBuild({ ...over, buildStatus: 'FAILED', phases })).toMatchObject({
      phase: 'QUEUED',
      reason: 'failed in phase QUEUED: VPC_CLIENT_ERROR: Unexpected EC2 error',
    });
  });

  it('of a failure without a phase says what is known', () => {
    expect(judgeBuild({ ...over, buildStatus: 'FAILED' })).toEqual({
      state: 'failed',
      status: 'FAILED',
      reason: 'failed',
    });
  });
});

describe('what is told of a build', () => {
  it('is what is new, once each', () => {
    const told = new Set<string>();
    const queued = { currentPhase: 'QUEUED', phases: [{ phaseType: 'QUEUED' }] };
    expect(phaseLines(queued, told)).toEqual(['is queued']);
    expect(phaseLines(queued, told)).toEqual([]);
    const building = {
      currentPhase: 'BUILD',
      phases: [
        { phaseType: 'QUEUED', phaseStatus: 'SUCCEEDED', durationInSeconds: 35 },
        { phaseType: 'INSTALL', phaseStatus: 'SUCCEEDED', durationInSeconds: 0 },
        { phaseType: 'BUILD' },
      ],
    };
    expect(phaseLines(building, told)).toEqual(['QUEUED succeeded after 35 s', 'is in phase BUILD']);
  });

  it('of a full project is how many builds run and wait', () => {
    const open = (currentPhase: string) => ({ buildStatus: 'IN_PROGRESS', currentPhase });
    expect(
      queueLine('p', [open('BUILD'), open('QUEUED'), open('SUBMITTED'), { ...over, buildStatus: 'FAILED' }]),
    ).toBe('1 build of p runs, 2 are queued');
  });
});
