import { pushAndDeploy } from '../../../__tests__/e2e/support/deploy-push.ts';
import { isBuild, isPush } from '../../../__tests__/e2e/support/docker-calls.ts';
import {
  factsOf,
  imagesInRegistry,
  runningDigests,
  servedVersion,
  settledFactsOf,
} from '../../../__tests__/e2e/support/shop-facts.ts';
import { check, type Act } from '../act.ts';

export const promotion: Act = {
  name: 'c-merge-to-master',
  claim: 'A merge to master runs in production the very digest that staging runs, without a build',

  async play(shop, running) {
    const staging = await factsOf(shop, 'staging');
    const imagesBefore = await imagesInRegistry(shop.stage);
    await shop.git.checkout('master');
    await shop.git.merge('develop');
    shop.dockerCalls.take();

    const run = await pushAndDeploy(shop, running);

    const calls = shop.dockerCalls.take();
    const production = await settledFactsOf(shop, 'production');
    return {
      run,
      checks: [
        check('exit code', run.exitCode, 0),
        check('outcome', run.outputs['outcome'], 'completed'),
        check('environment', run.outputs['environment'], 'production'),
        check('image-reused', run.outputs['image-reused'], 'true'),
        check('image builds', calls.filter(isBuild), []),
        check('image pushes', calls.filter(isPush), []),
        check('images in the registry', await imagesInRegistry(shop.stage), imagesBefore),
        check('digests of the running containers', runningDigests(production), runningDigests(staging)),
        check('migrations in the database', production.migrations, ['0001_create_orders.sql']),
        check('what web answers', await servedVersion(shop, 'production'), '1.0.0'),
        check('staging', await factsOf(shop, 'staging'), staging),
      ],
    };
  },
};
