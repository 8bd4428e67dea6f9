import { CancelledError, DeployError, OUTCOMES, UsageError, type Outcome } from '../../src/errors.ts';
import { exitCodeOf } from '../../src/report/exit-code.ts';
import { OUTPUTS } from '../../src/report/output-names.ts';
import { outputsOf } from '../../src/report/outputs.ts';
import { resultJson } from '../../src/report/result-json.ts';
import { newRunReport } from '../../src/report/run-report.ts';
import { timingsOf } from '../../src/report/timings.ts';
import { completedReport, failedMigrationReport } from './example-reports.ts';

describe('the outputs', () => {
  it('of a completed run are all there but the failed step, the hook and the pull request', () => {
    const outputs = outputsOf(completedReport());
    expect(Object.keys(outputs).sort()).toEqual(
      OUTPUTS.map(({ name }) => name as string)
        .filter((name) => name !== 'failed-step' && name !== 'hook-id' && !name.startsWith('bump-'))
        .sort(),
    );
    expect(outputs).toMatchObject({
      environment: 'staging',
      outcome: 'completed',
      image: `111111111111.dkr.ecr.ap-northeast-1.amazonaws.com/shop@sha256:${'ab'.repeat(32)}`,
      'image-digest': `sha256:${'ab'.repeat(32)}`,
      'image-reused': 'false',
      'task-definitions': '{"web":"shop-web:12","worker":"shop-worker:8"}',
      'migration-exit-code': '0',
      'migration-task': 'arn:aws:ecs:ap-northeast-1:111111111111:task/staging/0123456789abcdef',
      tasks:
        '[{"purpose":"migrate","service":"web","arn":"arn:aws:ecs:ap-northeast-1:111111111111:task/staging/0123456789abcdef","state":"succeeded","exitCode":0}]',
      'service-deployments':
        '{"web":"arn:aws:ecs:ap-northeast-1:111111111111:service-deployment/staging/web/aaa"}',
    });
  });

  it('of a failed run are those already known', () => {
    expect(outputsOf(failedMigrationReport())).toMatchObject({
      outcome: 'failed',
      'failed-step': 'migrate',
      'migration-exit-code': '3',
      'task-definitions': '{"web":"shop-web:12","worker":"shop-worker:8"}',
      'service-deployments': '{}',
    });
  });

  it('of a run with cookbooks name the pull request and what was released', () => {
    const report = newRunReport('bump');
    report.cookbooks = {
      operation: 'updated',
      pullRequest: { number: 7, url: 'https://github.com/acme/infra/pull/7' },
      raises: [],
      problems: [],
      released: { base: '1.0.0', nginx: '1.3.0' },
      infraDeploy: 'succeeded',
    };
    expect(outputsOf(report)).toMatchObject({
      'bump-operation': 'updated',
      'bump-pull-request': '7',
      'bump-pull-request-url': 'https://github.com/acme/infra/pull/7',
      'released-cookbooks': '{"base":"1.0.0","nginx":"1.3.0"}',
    });
  });

  it('of a run that knew nothing are empty lists, and no guesses', () => {
    expect(outputsOf(newRunReport('deploy'))).toEqual({
      builds: '[]',
      images: '{}',
      'task-definitions': '{}',
      'released-cookbooks': '{}',
      tasks: '[]',
      'service-deployments': '{}',
      hooks: '{}',
      timings: '{}',
    });
  });

  it('of a run that was handed over name the hooks that wait', () => {
    const report = completedReport();
    const [web, worker] = report.services;
    report.services = [
      { ...web!, outcome: 'paused', hookId: 'ecs-pause-1' },
      { ...worker!, outcome: 'paused', hookId: 'ecs-pause-2' },
    ];
    expect(outputsOf(report)).toMatchObject({
      'hook-id': 'ecs-pause-1',
      hooks: '{"web":"ecs-pause-1","worker":"ecs-pause-2"}',
    });
  });

  it('leave out the exit code of a migration that was skipped', () => {
    const report = completedReport();
    report.tasks = [{ purpose: 'migrate', service: 'web', command: ['x'], state: 'skipped', logTail: [] }];
    expect(outputsOf(report)).not.toHaveProperty('migration-exit-code');
    expect(outputsOf(report)).not.toHaveProperty('migration-task');
  });
});

describe('the timings', () => {
  it('add up the steps of one kind, and leave out what still runs', () => {
    expect(
      timingsOf({
        steps: [
          { id: 'image', title: '', startedAt: 0, endedAt: 1250, state: 'done' },
          { id: 'before-deploy', title: '', startedAt: 0, endedAt: 100, state: 'done' },
          { id: 'before-deploy', title: '', startedAt: 100, endedAt: 300, state: 'done' },
          { id: 'rollout', title: '', startedAt: 300, state: 'running' },
        ],
      }),
    ).toEqual({ image: 1.3, 'before-deploy': 0.3 });
  });
});

describe('the result object', () => {
  it('is one JSON object with the whole report', () => {
    const result = JSON.parse(resultJson(failedMigrationReport())) as Record<string, unknown>;
    expect(Object.keys(result).slice(0, 5)).toEqual([
      'command',
      'outcome',
      'environment',
      'failedStep',
      'error',
    ]);
    expect(result).toMatchObject({
      outcome: 'failed',
      error: { code: 'TASK_FAILED' },
      tasks: [{ exitCode: 3 }],
      steps: [{ id: 'sign-in', startedAt: '2026-01-05T09:00:00.000Z', seconds: 0.6 }, {}, {}, {}],
      timings: { migrate: 9.1 },
    });
  });
});

describe('the exit code', () => {
  it.each<[outcome: Outcome | undefined, error: DeployError | undefined, code: number, reason: string]>([
    ['completed', undefined, 0, 'success'],
    ['no-change', undefined, 0, 'success'],
    ['rolled-back', undefined, 1, 'never green when the new revision does not serve'],
    ['paused', undefined, 0, 'handed over, which ends a run only where it was asked for'],
    [undefined, undefined, 1, 'nothing known is no success'],
    ['failed', new DeployError('BUILD_FAILED', 'x'), 1, 'an error'],
    ['completed', new DeployError('INTERNAL', 'x'), 1, 'an error after the end'],
    ['refused', new DeployError('COMMIT_OLDER', 'x'), 1, 'a guard'],
    ['failed', new UsageError([{ code: 'BRANCH_NOT_MAPPED', message: 'x' }]), 2, 'usage'],
    ['failed', new DeployError('CONFIG_NOT_FOUND', 'x'), 2, 'usage by its code'],
    ['timed-out', new DeployError('ROLLOUT_TIMED_OUT', 'x'), 124, 'timed out'],
    ['timed-out', undefined, 124, 'timed out without an error'],
    ['cancelled', new CancelledError('SIGINT'), 130, '128 + 2'],
    ['cancelled', new CancelledError('SIGTERM'), 143, '128 + 15'],
    ['cancelled', undefined, 1, 'cancelled in another way'],
  ])('of %s with %s is %i: %s', (outcome, error, code) => {
    expect(exitCodeOf(outcome === undefined ? {} : { outcome }, error)).toBe(code);
  });

  it('is 0 for three outcomes only', () => {
    expect(OUTCOMES.filter((outcome) => exitCodeOf({ outcome }) === 0)).toEqual([
      'no-change',
      'completed',
      'paused',
    ]);
  });
});
