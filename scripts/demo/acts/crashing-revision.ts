import { pushAndDeploy } from '../../../__tests__/e2e/support/deploy-push.ts';
import { sampleApp } from '../../../__tests__/e2e/support/sample-app.ts';
import {
  factsOf,
  runningDigests,
  servedVersion,
  settledFactsOf,
} from '../../../__tests__/e2e/support/shop-facts.ts';
import { check, type Act } from '../act.ts';

const reason = 'PAYMENT_URL is not set';

export const crashingRevision: Act = {
  name: 'e-crashing-revision',
  claim:
    'A revision that crashes is rolled back by the circuit breaker: red, with the reason, the old one serves',

  async play(shop, running) {
    const server = sampleApp()['server.js'] ?? '';
    const crash = `if (!process.env.PAYMENT_URL) throw new Error('${reason}');\n`;
    await shop.git.commit(
      {
        'migrations/0002_add_price.sql': null,
        'server.js': server.replace('\nconst ', `\n${crash}\nconst `),
      },
      'Take payments',
    );
    const before = await factsOf(shop, 'staging');

    const run = await pushAndDeploy(shop, running);

    const after = await settledFactsOf(shop, 'staging');
    return {
      run,
      checks: [
        check('exit code', run.exitCode, 1),
        check('outcome', run.outputs['outcome'], 'rolled-back'),
        check('failed step', run.outputs['failed-step'], 'rollout'),
        check('the log shows why', run.stdout.includes(`Error: ${reason}`), true),
        check('the job summary shows why', run.summary.includes(reason), true),
        check('the log names the stop reason', /essential container/iu.test(run.stdout), true),
        check('digests of the running containers', runningDigests(after), runningDigests(before)),
        check('revision of web', after.services['web']?.revision, before.services['web']?.revision),
        check('revision of worker', after.services['worker']?.revision, before.services['worker']?.revision),
        check('what web answers', await servedVersion(shop, 'staging'), '1.0.0'),
      ],
    };
  },
};
