import { rollbackTarget } from '../../../src/rules/rollout/rollback-target.ts';

describe('the revision to roll back to', () => {
  const ledger = [
    { taskDefinition: 'web:9' },
    { taskDefinition: 'web:8', release: 4 },
    { taskDefinition: 'web:6', release: 3 },
    { taskDefinition: 'web:5' },
    { taskDefinition: 'web:4', release: 2 },
  ];
  it.each<
    [why: string, current: string, successful: string[], ledger: typeof ledger, target: string | undefined]
  >([
    ['the last one that succeeded, not revision − 1', 'web:8', ['web:8', 'web:6'], [], 'web:6'],
    ['the one before a redeploy of the same revision', 'web:8', ['web:8', 'web:8', 'web:5'], [], 'web:5'],
    ['the last success when the current one never succeeded', 'web:9', ['web:8', 'web:6'], [], 'web:8'],
    ['by the ledger where ECS has no service deployments', 'web:8', [], ledger, 'web:6'],
    ['by the ledger, from a revision that never succeeded', 'web:9', [], ledger, 'web:8'],
    ['service deployments win over the ledger', 'web:8', ['web:8', 'web:4'], ledger, 'web:4'],
    ['nothing before the first release', 'web:4', ['web:4'], ledger, undefined],
    ['nothing is known', 'web:3', [], [], undefined],
  ])('%s', (_why, current, successful, past, target) => {
    expect(rollbackTarget(current, { successful, ledger: past })).toBe(target);
  });
});
