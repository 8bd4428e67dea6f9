import type { Problem, UsageError } from '../../src/errors.ts';
import { readPlan } from '../../src/config/read-plan.ts';
import { configWorld, push } from '../fakes/config-world.ts';

const BASE = `version: 1
image: { repository: shop }
services: [web, worker]
`;
const ENVIRONMENTS = `environments:
  staging: { branch: develop, cluster: staging }
`;

const read = (yaml: string, inputs: Record<string, string> = {}) =>
  readPlan(configWorld({ files: { '.github/deploy.yml': yaml }, event: push('develop'), inputs }));
const problemsOf = (yaml: string): Promise<readonly Problem[]> =>
  read(yaml).then(
    () => [],
    (error: unknown) => (error as UsageError).problems,
  );

describe('the section `schedules`', () => {
  it('names rules with their bus and schedules with their group', async () => {
    const yaml = `${BASE}${ENVIRONMENTS}schedules:
  - rule: nightly
  - rule: aws.partner/acme.com/orders/on-order
  - schedule: report
  - schedule: reports/weekly.v2
`;
    expect(await read(yaml)).toMatchObject({
      schedules: {
        which: [
          { kind: 'rule', bus: 'default', name: 'nightly' },
          { kind: 'rule', bus: 'aws.partner/acme.com/orders', name: 'on-order' },
          { kind: 'schedule', group: 'default', name: 'report' },
          { kind: 'schedule', group: 'reports', name: 'weekly.v2' },
        ],
        isPart: false,
      },
    });
  });

  it.each(['deploy', 'rollback', 'continue'])('is part of the plan of %s', async (command) => {
    expect(await read(`${BASE}${ENVIRONMENTS}schedules: auto\n`, { command })).toMatchObject({
      command,
      schedules: { which: 'auto' },
    });
  });

  it('is overridden as a whole by an environment, and taken back by an empty list', async () => {
    const own = (schedules: string) =>
      read(`${BASE}schedules: [{ rule: nightly }]
environments:
  staging: { branch: develop, cluster: staging, schedules: ${schedules} }
`);
    expect(await own('[{ schedule: report }]')).toMatchObject({
      schedules: { which: [{ kind: 'schedule', group: 'default', name: 'report' }] },
    });
    expect(await own('[]')).not.toHaveProperty('schedules');
  });

  it('knows when only part of the services is asked for', async () => {
    const yaml = `${BASE}${ENVIRONMENTS}schedules: [{ rule: nightly }]\n`;
    expect(await read(yaml, { services: 'web' })).toMatchObject({ schedules: { isPart: true } });
    expect(await read(yaml, { services: 'worker,web' })).toMatchObject({ schedules: { isPart: false } });
  });

  it.each([
    ['[{ rule: a b }]', 'must be an EventBridge rule'],
    ['[{ rule: -x }]', 'must be an EventBridge rule'],
    ['[{ schedule: a/b/c }]', 'must be a schedule of EventBridge Scheduler'],
    ['[{ schedule: a, rule: b }]', 'must be either `rule: NAME` or `schedule: NAME`'],
    ['nightly', 'must be `auto`, or a list'],
    ['[{ rule: nightly }, { rule: default/nightly }]', 'is the second entry of the rule `nightly`'],
  ])('refuses %s', async (schedules, message) => {
    const problems = await problemsOf(`${BASE}${ENVIRONMENTS}schedules: ${schedules}\n`);
    expect(problems.map((problem) => problem.message).join('\n')).toContain(message);
  });
});
