import {
  judgeRollout,
  type DeploymentSnapshot,
  type Expectation,
  type ServiceSnapshot,
  type Verdict,
} from '../../../src/rules/rollout/rollout-verdict.ts';

const REVISION = (number: number, family = 'web') =>
  `arn:aws:ecs:ap-northeast-1:111111111111:task-definition/${family}:${number}`;

const expected: Expectation = {
  taskDefinition: REVISION(7),
  previousTaskDefinition: REVISION(6),
  deploymentId: 'ecs-svc/ours',
  seen: true,
  minimumTasks: 1,
};

const deployment = (more: Partial<DeploymentSnapshot>): DeploymentSnapshot => ({
  id: 'ecs-svc/ours',
  status: 'PRIMARY',
  taskDefinition: REVISION(7),
  rolloutState: 'IN_PROGRESS',
  desiredCount: 2,
  runningCount: 2,
  ...more,
});

const service = (
  deployments: DeploymentSnapshot[],
  more: Partial<ServiceSnapshot> = {},
): ServiceSnapshot => ({
  status: 'ACTIVE',
  desiredCount: 2,
  runningCount: 2,
  deployments,
  ...more,
});

const old = (more: Partial<DeploymentSnapshot> = {}) =>
  deployment({ id: 'ecs-svc/old', taskDefinition: REVISION(6), rolloutState: 'COMPLETED', ...more });
const breaker = (rollback: boolean) => ({
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } },
});

const running: Verdict = { state: 'running', rollingBack: false };
const rollingBack: Verdict = { state: 'running', rollingBack: true };
const ended = (outcome: string, reason?: string) => ({
  state: 'ended',
  outcome,
  ...(reason === undefined ? {} : { reason }),
});

describe('R17: a rollout judged by deployments[]', () => {
  it.each<
    [why: string, service: ServiceSnapshot | undefined, verdict: unknown, expectation?: Partial<Expectation>]
  >([
    ['ours is PRIMARY and in progress', service([deployment({}), old({ status: 'ACTIVE' })]), running],
    [
      'ours is PRIMARY and COMPLETED',
      service([deployment({ rolloutState: 'COMPLETED' })]),
      ended('completed'),
    ],
    [
      'ours is COMPLETED while old tasks still drain',
      service([deployment({ rolloutState: 'COMPLETED' }), old({ status: 'ACTIVE', runningCount: 1 })]),
      ended('completed'),
    ],
    [
      'ours FAILED and nothing rolls it back',
      service(
        [deployment({ rolloutState: 'FAILED', rolloutStateReason: 'tasks failed to start.' })],
        breaker(false),
      ),
      ended('failed', 'tasks failed to start.'),
    ],
    [
      'ours FAILED and the breaker is about to roll back',
      service(
        [deployment({ rolloutState: 'FAILED', rolloutStateReason: 'tasks failed to start.' })],
        breaker(true),
      ),
      { state: 'unclear', reason: 'tasks failed to start.' },
    ],
    [
      'ours FAILED on a first deployment: there is nothing to go back to',
      service(
        [deployment({ rolloutState: 'FAILED', rolloutStateReason: 'tasks failed to start.' })],
        breaker(true),
      ),
      ended('failed', 'tasks failed to start.'),
      { previousTaskDefinition: undefined as unknown as string },
    ],
    [
      'the old deployment is PRIMARY again under its old id and settling',
      service([
        old({ rolloutState: 'IN_PROGRESS' }),
        deployment({ status: 'ACTIVE', rolloutState: 'FAILED' }),
      ]),
      rollingBack,
    ],
    [
      'the old deployment is PRIMARY again and settled',
      service([old(), deployment({ status: 'ACTIVE', rolloutState: 'FAILED' })]),
      ended('rolled-back', 'ECS went back to web:6'),
    ],
    [
      'a steady service on the old revision, ours gone',
      service([old()]),
      ended('rolled-back', 'ECS went back to web:6'),
    ],
    [
      'the way back failed too',
      service([old({ rolloutState: 'FAILED', rolloutStateReason: 'no capacity' })]),
      ended('rollback-failed', 'no capacity'),
    ],
    [
      'a newer revision took over',
      service([deployment({ id: 'ecs-svc/newer', taskDefinition: REVISION(8) })]),
      ended('superseded', 'a newer deployment of web:8 took over'),
    ],
    [
      'another family took over',
      service([deployment({ id: 'ecs-svc/newer', taskDefinition: REVISION(1, 'other') })]),
      ended('superseded', 'a newer deployment of other:1 took over'),
    ],
    [
      'somebody forced new tasks of our revision',
      service([deployment({ id: 'ecs-svc/newer', rolloutState: 'COMPLETED' })]),
      ended('superseded', 'a newer deployment of web:7 took over'),
    ],
    [
      'an early answer does not list ours yet: late, not rolled back',
      service([old()]),
      { state: 'unclear', reason: 'ECS does not list our deployment yet' },
      { seen: false },
    ],
    ['the answer is empty', undefined, { state: 'unclear', reason: 'ECS does not find the service' }],
    [
      'no deployment is PRIMARY',
      service([]),
      { state: 'unclear', reason: 'the service lists no primary deployment' },
    ],
    [
      'the service was deleted',
      service([], { status: 'INACTIVE' }),
      ended('failed', 'the service was deleted while it was rolling out'),
    ],
    [
      'completed with fewer tasks than there must be: the counts may be late',
      service([deployment({ rolloutState: 'COMPLETED', runningCount: 0 })]),
      { state: 'unclear', reason: '0 of at least 1 tasks running' },
    ],
    [
      'scaled to zero while we waited',
      service([deployment({ rolloutState: 'COMPLETED', runningCount: 0, desiredCount: 0 })], {
        desiredCount: 0,
        runningCount: 0,
      }),
      ended('failed', '0 of at least 1 tasks running: the desired count is 0'),
    ],
    [
      'scaled to zero on purpose',
      service([deployment({ rolloutState: 'COMPLETED', runningCount: 0, desiredCount: 0 })], {
        desiredCount: 0,
        runningCount: 0,
      }),
      ended('completed'),
      { minimumTasks: 0 },
    ],
    [
      'no rollout state, steady by its counts',
      service([without(deployment({}), 'rolloutState')]),
      ended('completed'),
    ],
    [
      'no rollout state, old tasks left',
      service([without(deployment({}), 'rolloutState'), old({ status: 'ACTIVE' })]),
      running,
    ],
    [
      'our id with another revision is no success',
      service([deployment({ taskDefinition: REVISION(6), rolloutState: 'COMPLETED' })]),
      ended('failed', 'the deployment runs web:6 instead of our revision'),
    ],
  ])('%s', (_why, snapshot, verdict, more = {}) => {
    expect(judgeRollout({ ...expected, ...more }, snapshot)).toEqual(verdict);
  });
});

describe('R17: a rollout judged by its service deployment', () => {
  const rolling = service([deployment({}), old({ status: 'ACTIVE' })]);
  const done = service([deployment({ rolloutState: 'COMPLETED' })]);
  it.each<[status: string, service: ServiceSnapshot, verdict: unknown]>([
    ['PENDING', rolling, running],
    ['IN_PROGRESS', rolling, running],
    // Bake time: the rollout state is COMPLETED already, the service deployment is not.
    ['IN_PROGRESS', done, running],
    ['SUCCESSFUL', done, ended('completed')],
    ['SUCCESSFUL', service([old()]), ended('rolled-back', 'ECS went back to web:6')],
    // Which revision serves is not said, so it is not known to be ours.
    ['SUCCESSFUL', service([]), { state: 'unclear', reason: 'the service lists no primary deployment' }],
    ['STOP_REQUESTED', rolling, rollingBack],
    ['ROLLBACK_REQUESTED', rolling, rollingBack],
    ['ROLLBACK_IN_PROGRESS', rolling, rollingBack],
    ['ROLLBACK_SUCCESSFUL', service([old()]), ended('rolled-back', 'said by ECS')],
    ['ROLLBACK_FAILED', rolling, ended('rollback-failed', 'said by ECS')],
    ['STOPPED', rolling, ended('failed', 'said by ECS')],
    [
      'STOPPED',
      service([deployment({ id: 'ecs-svc/newer', taskDefinition: REVISION(8) })]),
      ended('superseded', 'a newer deployment of web:8 took over'),
    ],
  ])('%s', (status, snapshot, verdict) => {
    expect(judgeRollout(expected, snapshot, { status, statusReason: 'said by ECS' })).toEqual(verdict);
  });

  const waiting = { hookId: 'ecs-pause-1', targetType: 'PAUSE', status: 'AWAITING_ACTION' };
  it.each<[status: string, hook: string, verdict: unknown, reason: string]>([
    [
      'IN_PROGRESS',
      'AWAITING_ACTION',
      { state: 'paused', hooks: [{ hookId: 'ecs-pause-1' }] },
      'a person decides',
    ],
    ['IN_PROGRESS', 'SUCCEEDED', running, 'it was passed'],
    ['IN_PROGRESS', 'IN_PROGRESS', running, 'a function is asked, nobody else'],
    ['ROLLBACK_IN_PROGRESS', 'AWAITING_ACTION', rollingBack, 'only what goes forward can be continued'],
    ['STOPPED', 'AWAITING_ACTION', ended('failed', 'the service deployment was stopped'), 'it is over'],
  ])('%s at a PAUSE hook that is %s: %j (%s)', (status, hook, verdict) => {
    const lifecycleHookDetails = [{ ...waiting, status: hook }];
    expect(judgeRollout(expected, rolling, { status, lifecycleHookDetails })).toEqual(verdict);
  });
});

describe('law 1: a service deployment that is not known', () => {
  const done = [deployment({ rolloutState: 'COMPLETED' })];
  const unproven = expect.objectContaining({ state: 'unclear' }) as unknown;
  const shifting = { deploymentConfiguration: { strategy: 'BLUE_GREEN' } };
  const baking = { deploymentConfiguration: { bakeTimeInMinutes: 5 } };
  const hooked = { deploymentConfiguration: { lifecycleHooks: [{}] } };
  it.each<[why: string, more: Partial<ServiceSnapshot>, found: 'lost' | undefined, verdict: unknown]>([
    ['lost, of a rolling service', {}, 'lost', running],
    ['lost, of a shift of traffic', shifting, 'lost', running],
    ['not found, of a rolling service', {}, undefined, ended('completed')],
    ['not found, of a shift of traffic', shifting, undefined, unproven],
    ['not found, where it bakes', baking, undefined, unproven],
    ['not found, where it meets hooks', hooked, undefined, unproven],
  ])('%s: deployments[] alone makes no success that may be taken back', (_why, more, found, verdict) => {
    expect(judgeRollout(expected, service(done, more), found)).toEqual(verdict);
  });

  it('is not needed where none was in flight', () => {
    const atRest = { ...expected, isSettled: true };
    expect(judgeRollout(atRest, service(done, shifting))).toEqual(ended('completed'));
  });

  it('does not hide a failure', () => {
    const failed = service([deployment({ rolloutState: 'FAILED' })], breaker(false));
    expect(judgeRollout(expected, failed, 'lost')).toEqual(ended('failed'));
  });

  it('is another one than ours where SUCCESSFUL stands beside a rollout in progress', () => {
    expect(judgeRollout(expected, service([deployment({})]), { status: 'SUCCESSFUL' })).toEqual(running);
  });
});

function without<T extends object, K extends keyof T>(from: T, key: K): Omit<T, K> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => name !== key)) as Omit<T, K>;
}
