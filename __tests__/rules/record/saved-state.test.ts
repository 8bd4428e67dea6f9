import {
  folderStateName,
  readSavedState,
  rolloutStateName,
  scheduleStateName,
  taskStateName,
  unfinishedPart,
} from '../../../src/rules/record/saved-state.ts';

const TASK = { cluster: 'staging', startedBy: 'deploy-action/migrate/abc', onCancel: 'keep' as const };
const ROLLOUT = {
  cluster: 'staging',
  service: 'web',
  taskDefinition: 'arn:web:2',
  onCancel: 'keep' as const,
};

const SCHEDULE = {
  schedule: { kind: 'rule' as const, bus: 'default', name: 'nightly' },
  moves: [{ target: 'one', from: 'arn:web:1', to: 'arn:web:2' }],
  onCancel: 'keep' as const,
};

describe('what a run writes down', () => {
  it('is read back entry by entry, several of a kind beside each other', () => {
    const other = { ...TASK, startedBy: 'deploy-action/run/def', arn: 'arn:task' };
    expect(
      readSavedState({
        started: 'true',
        connection: '{"region":"ap-northeast-1","role":"arn:role"}',
        ended: 'cancelled',
        [taskStateName(TASK)]: JSON.stringify(TASK),
        [taskStateName(other)]: JSON.stringify(other),
        [rolloutStateName('web')]: JSON.stringify(ROLLOUT),
        [scheduleStateName(1)]: JSON.stringify(SCHEDULE),
        [folderStateName('/tmp/deploy-action-docker-x1')]: '/tmp/deploy-action-docker-x1',
      }),
    ).toEqual({
      connection: { region: 'ap-northeast-1', role: 'arn:role' },
      ended: 'cancelled',
      builds: [],
      tasks: [TASK, other],
      rollouts: [ROLLOUT],
      schedules: [SCHEDULE],
      folders: ['/tmp/deploy-action-docker-x1'],
    });
  });

  it.each([
    ['taken back', { 'task-abc': '', 'rollout-web': '', 'folder-x': '' }],
    ['of an older version', { task: JSON.stringify(TASK), 'rollout-web': 'ecs-svc/1' }],
    ['of a schedule without a place', { 'schedule-1': JSON.stringify({ ...SCHEDULE, schedule: {} }) }],
    ['cut off', { 'task-abc': '{"cluster":"stag', connection: '{' }],
    ['of another shape', { 'task-abc': '["staging"]', 'rollout-web': '{"service":7}', ended: 'well' }],
  ])('is passed over where it is %s', (_how, entries) => {
    expect(readSavedState(entries)).toEqual({
      tasks: [],
      rollouts: [],
      builds: [],
      schedules: [],
      folders: [],
    });
  });

  it('leaves to a cancelled run without a post step only what it has not dealt with', () => {
    const kept = { ...TASK, arn: 'arn:kept' };
    const unstopped = { ...TASK, onCancel: 'stop' as const, arn: 'arn:unstopped' };
    const unanswered = { ...ROLLOUT, service: 'unanswered' };
    const named = { ...ROLLOUT, deploymentId: 'ecs-svc/1' };
    const notBack = { ...named, service: 'not-back', onCancel: 'rollback' as const };
    expect(
      unfinishedPart({
        tasks: [TASK, kept, unstopped],
        rollouts: [unanswered, named, notBack],
        builds: [],
        schedules: [SCHEDULE, { ...SCHEDULE, onCancel: 'rollback' }],
        folders: [],
      }),
    ).toEqual({
      tasks: [TASK, unstopped],
      rollouts: [unanswered, notBack],
      builds: [],
      schedules: [{ ...SCHEDULE, onCancel: 'rollback' }],
      folders: [],
    });
  });
});
