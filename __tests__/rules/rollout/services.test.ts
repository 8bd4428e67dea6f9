import { pollInterval } from '../../../src/rules/rollout/poll-interval.ts';
import { progressLine } from '../../../src/rules/rollout/rollout-progress.ts';
import { newEvents } from '../../../src/rules/rollout/service-events.ts';
import { deploymentInFlight, guardOf } from '../../../src/rules/rollout/service-guards.ts';
import { servingRevision } from '../../../src/rules/rollout/serving-revision.ts';

describe('the guard before a service', () => {
  const service = { serviceName: 'web', desiredCount: 2, runningCount: 2 };
  it.each([
    ['an ordinary service', service, 1, undefined],
    [
      'a CodeDeploy service',
      { ...service, deploymentController: { type: 'CODE_DEPLOY' } },
      1,
      'SERVICE_UNSUPPORTED',
    ],
    ['task sets', { ...service, deploymentController: { type: 'EXTERNAL' } }, 1, 'SERVICE_UNSUPPORTED'],
    ['Express Mode', { ...service, resourceManagementType: 'ECS' }, 1, 'SERVICE_UNSUPPORTED'],
    ['one that its owner manages', { ...service, resourceManagementType: 'CUSTOMER' }, 1, undefined],
    ['scaled to zero', { ...service, desiredCount: 0 }, 1, 'SERVICE_SCALED_TO_ZERO'],
    ['scaled to zero on purpose', { ...service, desiredCount: 0 }, 0, undefined],
    [
      'a daemon, which has no desired count',
      { ...service, desiredCount: 0, schedulingStrategy: 'DAEMON' },
      1,
      undefined,
    ],
  ])('%s', (_why, facts, minimumTasks, code) => {
    expect(guardOf(facts, minimumTasks)?.code).toBe(code);
  });

  it('writes the line that allows a service scaled to zero', () => {
    expect(guardOf({ ...service, desiredCount: 0 }, 1)?.hint).toContain('- { name: web, minimum-tasks: 0 }');
  });
});

describe('a deployment in flight', () => {
  const primary = {
    id: 'ecs-svc/1',
    status: 'PRIMARY',
    taskDefinition: 'web:6',
    rolloutState: 'IN_PROGRESS',
    runningCount: 1,
  };
  it.each([
    [
      'in progress with healthy tasks',
      [primary],
      { deploymentId: 'ecs-svc/1', taskDefinition: 'web:6', hopeless: false },
    ],
    [
      'nothing healthy and failing',
      [{ ...primary, runningCount: 0, failedTasks: 4 }],
      { deploymentId: 'ecs-svc/1', taskDefinition: 'web:6', hopeless: true },
    ],
    [
      'just begun',
      [{ ...primary, runningCount: 0, failedTasks: 0 }],
      { deploymentId: 'ecs-svc/1', taskDefinition: 'web:6', hopeless: false },
    ],
    ['completed', [{ ...primary, rolloutState: 'COMPLETED' }], undefined],
    ['an old one that drains', [{ ...primary, status: 'ACTIVE' }], undefined],
  ])('%s', (_why, deployments, inFlight) => {
    expect(deploymentInFlight(deployments)).toEqual(inFlight);
  });
});

describe('the revision a service goes back to', () => {
  const deployments = (state: string) => [
    { status: 'PRIMARY', taskDefinition: 'web:7', rolloutState: state },
    { status: 'ACTIVE', taskDefinition: 'web:6', rolloutState: 'FAILED' },
    { status: 'ACTIVE', taskDefinition: 'web:5', rolloutState: 'COMPLETED' },
  ];
  it.each([
    ['COMPLETED', 'web:7'],
    ['IN_PROGRESS', 'web:5'],
    ['FAILED', 'web:5'],
  ])('while the primary is %s is %s', (state, revision) => {
    expect(servingRevision({ taskDefinition: 'web:7', deployments: deployments(state) })).toBe(revision);
  });

  it('is the one it names when ECS lists no deployment', () => {
    expect(servingRevision({ taskDefinition: 'web:7' })).toBe('web:7');
  });
});

describe('service events', () => {
  const at = (second: number, id: string) => ({ id, createdAt: new Date(second * 1000), message: id });
  it('are those since our start that were not shown, oldest first', () => {
    const events = [at(12, 'd'), at(11, 'c'), at(10, 'b'), at(5, 'a')];
    expect(newEvents(events, 10_500, new Set(['c'])).map(({ id }) => id)).toEqual(['b', 'd']);
  });

  it('may be missing altogether', () => {
    expect(newEvents(undefined, 0, new Set())).toEqual([]);
  });
});

describe('the progress line', () => {
  const ours = {
    id: 'ours',
    status: 'PRIMARY',
    desiredCount: 2,
    runningCount: 1,
    pendingCount: 1,
    failedTasks: 0,
    rolloutState: 'IN_PROGRESS',
  };
  it.each([
    ['the start', [ours], undefined, 'web: 1 of 2 tasks running, 1 pending, IN_PROGRESS'],
    [
      'failures',
      [{ ...ours, failedTasks: 3, pendingCount: 0 }],
      undefined,
      'web: 1 of 2 tasks running, 3 failed, IN_PROGRESS',
    ],
    [
      'old tasks left',
      [
        { ...ours, runningCount: 2, pendingCount: 0 },
        { id: 'old', status: 'ACTIVE', runningCount: 1 },
      ],
      undefined,
      'web: 2 of 2 tasks running, 1 of the old revision left, IN_PROGRESS',
    ],
    [
      'a stage of a service deployment',
      [ours],
      { status: 'IN_PROGRESS', lifecycleStage: 'BAKE_TIME' },
      'web: 1 of 2 tasks running, 1 pending, IN_PROGRESS (BAKE_TIME)',
    ],
    [
      'a shift of traffic',
      [ours],
      {
        status: 'IN_PROGRESS',
        lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT',
        targetServiceRevision: { requestedProductionTrafficWeight: 5 },
        deploymentConfiguration: { strategy: 'CANARY' },
      },
      'web: 1 of 2 tasks running, 1 pending, IN_PROGRESS (CANARY, PRODUCTION_TRAFFIC_SHIFT, 5 % of the traffic)',
    ],
    ['a late answer', [], undefined, 'web: 0 of 0 tasks running, not listed'],
  ])('%s', (_why, deployments, serviceDeployment, line) => {
    expect(progressLine('web', { deployments }, 'ours', serviceDeployment)).toBe(line);
  });
});

describe('the time between two looks', () => {
  it('grows when nobody counts seconds any more', () => {
    expect([pollInterval(1, 0.5, 10 * 60_000), pollInterval(1, 0.5, 12 * 60_000)]).toEqual([1_500, 5_000]);
  });

  it.each([
    ['one service', 1, 0.5, 1_500],
    ['ten services are one call', 10, 0.5, 1_500],
    ['fifty services are five calls and three for their deployments: 146 a minute', 50, 0.5, 3_280],
    ['the shortest by jitter', 1, 0, 1_350],
    ['the longest by jitter', 1, 1, 1_650],
  ])('%s', (_why, services, random, milliseconds) => {
    expect(pollInterval(services, random)).toBe(milliseconds);
  });
});
