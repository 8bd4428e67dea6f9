import { misplacedInputs } from '../../src/config/input-commands.ts';

describe('an input of another command', () => {
  it.each([
    ['deploy', { revision: '5' }, 'input `revision` belongs to the command `rollback`, not to `deploy`'],
    ['deploy', { rollback: true }, 'input `rollback` belongs to the command `continue`, not to `deploy`'],
    [
      'status',
      { 'run-command': ['ls'] as const },
      'input `run-command` belongs to the command `run`, not to `status`',
    ],
  ] as const)('is a problem of %s with %j', (command, inputs, message) => {
    expect(misplacedInputs(command, inputs).map((problem) => problem.message)).toEqual([message]);
  });

  it.each([
    ['rollback', { revision: '5' }],
    ['continue', { rollback: true, 'hook-id': 'h' }],
    ['deploy', { rollback: false, cluster: 'staging' }],
  ] as const)('is none of %s with %j', (command, inputs) => {
    expect(misplacedInputs(command, inputs)).toEqual([]);
  });
});
