import { deployPush } from '../../../__tests__/e2e/support/deploy-push.ts';
import { isBuild, isPush } from '../../../__tests__/e2e/support/docker-calls.ts';
import { factsOf, imagesInRegistry } from '../../../__tests__/e2e/support/shop-facts.ts';
import { check, type Act } from '../act.ts';

export const sameAgain: Act = {
  name: 'b-the-same-again',
  claim: 'The same again changes nothing: no build, no revision, no task',

  async play(shop, running) {
    const before = await factsOf(shop, 'staging');
    const imagesBefore = await imagesInRegistry(shop.stage);
    const head = await shop.git.git('rev-parse', 'HEAD');
    shop.dockerCalls.take();

    const run = await deployPush(shop, { ref: 'refs/heads/develop', before: head, after: head }, running);

    const calls = shop.dockerCalls.take();
    return {
      run,
      checks: [
        check('exit code', run.exitCode, 0),
        check('outcome', run.outputs['outcome'], 'no-change'),
        check('image-reused', run.outputs['image-reused'], 'true'),
        check('image builds', calls.filter(isBuild), []),
        check('image pushes', calls.filter(isPush), []),
        check('images in the registry', await imagesInRegistry(shop.stage), imagesBefore),
        // The same containers, deployments, newest revisions and rows, not just equal ones.
        check('staging', await factsOf(shop, 'staging'), before),
      ],
    };
  },
};
