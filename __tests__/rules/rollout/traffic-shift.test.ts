import {
  expiryWords,
  pauseHooks,
  plannedWait,
  plannedWaitLimit,
  type PlannedWait,
  type TrafficShiftSettings,
  type TrafficShiftSnapshot,
} from '../../../src/rules/rollout/traffic-shift.ts';

const MINUTE = 60_000;
const expiresAt = new Date('2026-01-06T09:00:00Z');

describe('the hooks that a deployment waits at', () => {
  it('are those that await an action, with their expiry', () => {
    expect(
      pauseHooks([
        { hookId: 'a', status: 'SUCCEEDED', targetType: 'PAUSE' },
        { hookId: 'b', status: 'IN_PROGRESS', targetType: 'AWS_LAMBDA' },
        { hookId: 'c', status: 'AWAITING_ACTION', targetType: 'PAUSE', expiresAt, timeoutAction: 'ROLLBACK' },
        { status: 'AWAITING_ACTION' },
      ]),
    ).toEqual([{ hookId: 'c', expiresAt, timeoutAction: 'ROLLBACK' }]);
    expect(pauseHooks()).toEqual([]);
  });

  it.each([
    [{ expiresAt, timeoutAction: 'ROLLBACK' }, 'until 2026-01-06T09:00:00.000Z, then ECS rolls it back'],
    [{ expiresAt, timeoutAction: 'CONTINUE' }, 'until 2026-01-06T09:00:00.000Z, then ECS continues it'],
    [{}, 'until somebody acts on it'],
  ])('%j reads "%s"', (hook, words) => {
    expect(expiryWords({ hookId: 'x', ...hook })).toBe(words);
  });
});

describe('a wait of its own design', () => {
  it.each<[wait: PlannedWait | undefined, snapshot: TrafficShiftSnapshot, reason: string]>([
    ['hook', { lifecycleHookDetails: [{ status: 'AWAITING_ACTION' }] }, 'a person decides'],
    ['hook', { lifecycleHookDetails: [{ status: 'IN_PROGRESS' }] }, 'a function decides'],
    [
      'hook',
      { lifecycleStage: 'BAKE_TIME', lifecycleHookDetails: [{ status: 'IN_PROGRESS' }] },
      'the hook first',
    ],
    [undefined, { lifecycleHookDetails: [{ status: 'SUCCEEDED' }] }, 'a hook that was passed'],
    ['bake', { lifecycleStage: 'BAKE_TIME' }, 'bake time'],
    [
      'step-bake',
      { lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT', deploymentConfiguration: { strategy: 'LINEAR' } },
      'between two steps',
    ],
    [
      undefined,
      { lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT', deploymentConfiguration: { strategy: 'BLUE_GREEN' } },
      'one step, nothing to bake in',
    ],
    [undefined, { lifecycleStage: 'SCALE_UP' }, 'ECS works'],
    [undefined, {}, 'nothing known'],
  ])('is %s: %j (%s)', (wait, snapshot) => {
    expect(plannedWait(snapshot)).toBe(wait);
  });

  it.each<[wait: PlannedWait, settings: TrafficShiftSettings | undefined, limit: number, reason: string]>([
    ['hook', undefined, Infinity, 'it ends by its own expiry'],
    ['bake', { bakeTimeInMinutes: 5 }, 5 * MINUTE, 'as configured'],
    ['bake', {}, 1440 * MINUTE, 'unknown: the longest that ECS allows'],
    ['step-bake', { strategy: 'CANARY' }, 10 * MINUTE, 'the default of a canary'],
    [
      'step-bake',
      { strategy: 'CANARY', canaryConfiguration: { canaryBakeTimeInMinutes: 2 } },
      2 * MINUTE,
      'a canary bakes once',
    ],
    ['step-bake', { strategy: 'LINEAR' }, 9 * 6 * MINUTE, 'the default: ten steps, none after the last'],
    [
      'step-bake',
      { strategy: 'LINEAR', linearConfiguration: { stepPercent: 30, stepBakeTimeInMinutes: 2 } },
      3 * 2 * MINUTE,
      '30, 60, 90 and 100 %',
    ],
    ['step-bake', { strategy: 'LINEAR', linearConfiguration: { stepPercent: 100 } }, 0, 'one step'],
  ])('%s with %j lasts at most %i ms (%s)', (wait, settings, limit) => {
    expect(plannedWaitLimit(wait, settings)).toBe(limit);
  });
});
