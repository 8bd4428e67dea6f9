import { jest } from '@jest/globals';
import { completes } from '../fakes/aws/fake-aws.ts';
import { inputs, openFakeShop } from './fake-shop.ts';

// Each test starts Node and git several times, beside others.
jest.setTimeout(120_000);

const DEPLOY_YML = `version: 1
environments: { staging: { branch: develop } }
verify: { command: [sh, smoke.sh] }
`;

const openWith = (script: string) =>
  openFakeShop({ files: { '.github/deploy.yml': DEPLOY_YML, 'smoke.sh': script } });

describe('R4: the bundle runs the command of a verification', () => {
  it('in the checkout, with what it needs to know and no token of ours; what does not pass goes back', async () => {
    const shop = await openWith(
      'env | grep -c GITHUB-TOKEN; echo "::error::at $SERVICES, $DEPLOY_ENVIRONMENT"; ls smoke.sh; exit 3\n',
    );
    shop.aws.ecs.nextRollout('web', completes({ afterSeconds: 0.5 }));
    const run = await shop.run({ inputs: { ...inputs, 'github-token': 'ghs_secret' } });
    await shop.close();
    expect({ exitCode: run.exitCode, outputs: run.outputs }).toMatchObject({
      exitCode: 1,
      outputs: { outcome: 'rolled-back', 'failed-step': 'verify' },
    });
    const lines = run.stdout.split('\n');
    expect(lines).toEqual(expect.arrayContaining(['0', '::error::at web, staging', 'smoke.sh']));
    expect(run.stdout).toContain('VERIFY_FAILED: verification: `sh smoke.sh` exited with code 3');
    expect(shop.aws.ecs.service('web').taskDefinition).toMatch(/\/web:1$/);
  });

  it('and ends it, with what it started, when the job is cancelled', async () => {
    const shop = await openWith('trap "" INT; sleep 600 & echo begun; wait; wait\n');
    const cancel = new AbortController();
    const run = await shop.run({
      signal: cancel.signal,
      onLine: (line) => {
        if (line === 'begun') cancel.abort();
      },
    });
    await shop.close();
    expect({ exitCode: run.exitCode, outcome: run.outputs['outcome'] }).toEqual({
      exitCode: 130,
      outcome: 'cancelled',
    });
    expect(run.stdout).toContain('web: completed, and left as it is');
    expect(run.left).toEqual({ files: [], processes: [] });
  });
});
