import { pushAndDeploy } from '../../../__tests__/e2e/support/deploy-push.ts';
import { factsOf } from '../../../__tests__/e2e/support/shop-facts.ts';
import { check, type Act } from '../act.ts';

export const failingMigration: Act = {
  name: 'd-failing-migration',
  claim: 'A migration that exits 3 turns the run red and leaves the services as they were',

  async play(shop, running) {
    await shop.git.checkout('develop');
    await shop.git.commit(
      { 'migrations/0002_add_price.sql': 'ALTER TABLE orderz ADD COLUMN price integer;\n' },
      'Add prices',
    );
    const before = await factsOf(shop, 'staging');

    const run = await pushAndDeploy(shop, running);

    const after = await factsOf(shop, 'staging');
    const logLine = 'relation "orderz" does not exist';
    return {
      run,
      checks: [
        check('exit code', run.exitCode, 1),
        check('outcome', run.outputs['outcome'], 'failed'),
        check('failed step', run.outputs['failed-step'], 'migrate'),
        check('exit code of the migration', run.outputs['migration-exit-code'], '3'),
        check('the log shows why', run.stdout.includes(logLine), true),
        check('the job summary shows why', run.summary.includes('orderz'), true),
        check('services', untouched(after), untouched(before)),
        check('migrations in the database', after.migrations, before.migrations),
      ],
    };
  },
};

/** All but the newest revision of a family: one was registered for the migration. */
function untouched({ services }: Awaited<ReturnType<typeof factsOf>>): unknown {
  return Object.values(services).map(({ revision, deploymentId, containers }) => ({
    revision,
    deploymentId,
    containers,
  }));
}
