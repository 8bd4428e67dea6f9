import { INPUTS } from '../../src/config/inputs.ts';
import { readInputs } from '../../src/config/read-inputs.ts';
import { configWorld } from '../fakes/config-world.ts';

function read(inputs: Record<string, string>, args: string[] = []) {
  return readInputs(configWorld({ inputs, args }).host);
}

describe('inputs', () => {
  it.each<[string, string, unknown, string]>([
    ['services', 'web', ['web'], 'one'],
    ['services', 'web, worker', ['web', 'worker'], 'commas'],
    ['services', 'web\n  worker\n', ['web', 'worker'], 'line breaks'],
    ['services', 'web,,worker,', ['web', 'worker'], 'stray commas'],
    ['migrate', "sh -c 'a b'", ['sh', '-c', 'a b'], 'quotes'],
    ['image', 'current', 'current', 'what runs now'],
    ['image', 'v1.2', { tag: 'v1.2' }, 'a tag'],
    ['image', `sha256:${'a'.repeat(64)}`, { digest: `sha256:${'a'.repeat(64)}` }, 'a digest'],
    ['timeout', '90s', 90, 'seconds'],
    ['force', 'the fix for the outage', 'the fix for the outage', 'a reason'],
    ['cluster', 'prod', 'prod', 'a name'],
    ['hook-id', 'ecs-pause-e7tK9G_WRJqNF', 'ecs-pause-e7tK9G_WRJqNF', 'a hook'],
    ['rollback', 'true', true, 'a flag'],
    ['rollback', 'false', false, 'a flag that is not set'],
    ['config', 'ops/deploy.yml', 'ops/deploy.yml', 'a path'],
  ])('%s: %j is read as %j (%s)', (name, text, value) => {
    expect(read({ [name]: text })).toEqual({ inputs: { command: 'deploy', [name]: value }, problems: [] });
  });

  it.each([
    ['services', ',', 'is an empty list'],
    ['services', 'web worker', 'must be the name of a service'],
    ['services', 'web,worker,web', 'names the service `web` twice'],
    ['services', '-x', 'must be the name of a service'],
    ['migrate', 'say "a', 'must close its quotes'],
    ['image', 'shop:v1', 'must be a tag, a digest'],
    ['image', 'sha256:abc', 'must be a tag, a digest'],
    ['image', '-v1', 'must be a tag, a digest'],
    ['timeout', '5 minutes', 'must be a duration'],
    ['timeout', '0', 'must be a duration'],
    ['hook-id', '--all', 'must be the id of a lifecycle hook'],
    ['rollback', 'yes', 'must be `true` or `false`'],
    ['force', 'true', 'must be a reason in words'],
    ['force', 'False', 'must be a reason in words'],
    ['force', 'no', 'must be a reason in words'],
    ['force', '1', 'must be a reason in words'],
    ['force', 'a\n::error::b', 'must be one line'],
    ['environment', 'pro duction', 'must be the name of an environment'],
    ['region', 'Tokyo', 'must be an AWS region'],
    ['role', 'deploy', 'must be the ARN of an IAM role'],
    ['repository', 'shop:latest', 'must be the name of an ECR repository'],
    ['command', 'depoly', 'must be `deploy`'],
    ['config', '--help', 'must be a path'],
  ])('%s: %j is a problem: it %s', (name, text, problem) => {
    const { inputs, problems } = read({ [name]: text });
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'INPUT_INVALID',
        message: expect.stringContaining(`input \`${name}\` ${problem}`) as string,
      }),
    ]);
    expect(inputs).not.toHaveProperty(name);
  });

  it('are all checked before any is reported', () => {
    const { problems } = read({ services: ',', timeout: 'x', region: 'y', role: 'z' });
    expect(problems.map(({ message }) => message.split(' ')[1])).toEqual([
      '`region`',
      '`role`',
      '`services`',
      '`timeout`',
    ]);
  });

  it('take the command from the command line first', () => {
    expect(read({ command: 'nonsense' }, ['deploy'])).toEqual({
      inputs: { command: 'deploy' },
      problems: [],
    });
  });

  it('refuse words after the command', () => {
    expect(read({}, ['deploy', 'staging']).problems).toEqual([
      {
        code: 'INPUT_INVALID',
        message: 'unexpected argument `staging` after the command',
        hint: 'Everything but the command is an option: `--environment staging`.',
      },
    ]);
  });

  it('are each described in a sentence', () => {
    for (const { description } of INPUTS) expect(description).toMatch(/^[A-Z].{20,}\.$/);
  });
});
