import { isBuild } from '../../../__tests__/e2e/support/docker-calls.ts';
import { pushAndDeploy } from '../../../__tests__/e2e/support/deploy-push.ts';
import { sampleApp } from '../../../__tests__/e2e/support/sample-app.ts';
import {
  factsOf,
  imagesInRegistry,
  runningDigests,
  servedVersion,
  settledFactsOf,
} from '../../../__tests__/e2e/support/shop-facts.ts';
import { deployFiles } from '../../../__tests__/e2e/support/shop.ts';
import { check, type Act } from '../act.ts';

export const firstDeploy: Act = {
  name: 'a-push-to-develop',
  claim: 'A push to develop builds, migrates and deploys staging',

  async play(shop, running) {
    const productionBefore = await factsOf(shop, 'production');
    const imagesBefore = await imagesInRegistry(shop.stage);
    await shop.git.commit({ ...sampleApp(), ...deployFiles() }, 'Take orders, and deploy on push');
    shop.dockerCalls.take();

    const run = await pushAndDeploy(shop, running);

    const digest = run.outputs['image-digest'];
    const staging = await settledFactsOf(shop, 'staging');
    const images = await imagesInRegistry(shop.stage);
    return {
      run,
      checks: [
        check('exit code', run.exitCode, 0),
        check('outcome', run.outputs['outcome'], 'completed'),
        check('environment', run.outputs['environment'], 'staging'),
        check('image builds', shop.dockerCalls.take().filter(isBuild).length, 1),
        check(
          'new images in the registry',
          images.filter((image) => !imagesBefore.includes(image)),
          [digest],
        ),
        check('digests of the running containers', runningDigests(staging), {
          web: [digest],
          worker: [digest],
        }),
        check('revision of web', staging.services['web']?.revision, 'staging-web:2'),
        check('revision of worker', staging.services['worker']?.revision, 'staging-worker:2'),
        check('tables in the database', staging.tables, ['orders', 'schema_migrations']),
        check('migrations in the database', staging.migrations, ['0001_create_orders.sql']),
        check('what web answers', await servedVersion(shop, 'staging'), '1.0.0'),
        check('production', await factsOf(shop, 'production'), productionBefore),
        check('exit code of the post step', run.post.exitCode, 0),
      ],
    };
  },
};
