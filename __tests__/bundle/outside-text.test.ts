import { jest } from '@jest/globals';
import { breaker } from '../fakes/aws/fake-aws.ts';
import { readAsRunner } from '../e2e/support/runner-commands.ts';
import type { ActionRun } from '../e2e/support/runner.ts';
import { inputs, openFakeShop } from './fake-shop.ts';

// Each test starts Node and git several times, beside others.
jest.setTimeout(60_000);

const hostile = [
  '::error::taken over',
  '  ::warning file=a.js::taken over',
  'in the middle ##[error]taken over',
  '::add-mask::taken over',
  '::stop-commands::taken-over',
  '::set-output name=outcome::taken over',
  '::save-state name=started::taken over',
  '##[add-mask]taken over',
  '::group::taken over',
  '::endgroup::',
];

describe('text from outside', () => {
  let run: ActionRun;

  beforeAll(async () => {
    const shop = await openFakeShop({
      rollout: breaker({
        afterSeconds: 1,
        rollbackSeconds: 0.2,
        logLines: hostile,
        stoppedReason: '::error::taken over',
        containerReason: '::add-mask::taken over',
      }),
    });
    try {
      const logLines = hostile.map((message) => ({ afterSeconds: 0.1, message }));
      shop.aws.ecs.nextTask('web', { runSeconds: 0.5, logLines });
      run = await shop.run({ inputs: { ...inputs, migrate: 'bin/migrate' } });
    } finally {
      await shop.close();
    }
  });

  it('is shown: the lines of the migration and of the crashed container', () => {
    const { shown } = readAsRunner(run.stdout);
    expect(run.outputs['outcome']).toBe('rolled-back');
    for (const line of hostile) {
      expect(shown.filter((one) => one.includes(line.trim())).length).toBeGreaterThanOrEqual(2);
    }
  });

  it('commands the runner nothing', () => {
    const { commands } = readAsRunner(run.stdout);
    const carried = commands.filter((command) => JSON.stringify(command).includes('taken'));
    expect(carried).toEqual([]);
  });

  it('leaves the runner listening at the end, with no token used twice or foreseeable', () => {
    const { commands, isStopped } = readAsRunner(run.stdout);
    const tokens = commands.filter(({ name }) => name === 'stop-commands').map(({ value }) => value);
    expect(isStopped).toBe(false);
    expect(tokens.length).toBeGreaterThan(1);
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(tokens.filter((token) => token.length < 20 || token === 'taken-over')).toEqual([]);
  });

  it('opens and closes our groups in turn', () => {
    const { commands } = readAsRunner(run.stdout);
    const groups = commands.map(({ name }) => name).filter((name) => name.endsWith('group'));
    expect(groups).toEqual(groups.map((_, at) => (at % 2 === 0 ? 'group' : 'endgroup')));
  });
});
