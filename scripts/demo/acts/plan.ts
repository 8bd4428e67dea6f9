import { deployPush } from '../../../__tests__/e2e/support/deploy-push.ts';
import { isBuild, isPush } from '../../../__tests__/e2e/support/docker-calls.ts';
import { githubRepository } from '../../../__tests__/e2e/support/runner.ts';
import { factsOf, imagesInRegistry } from '../../../__tests__/e2e/support/shop-facts.ts';
import { version } from '../../../__tests__/e2e/support/shop.ts';
import { check, type Act } from '../act.ts';

export const plan: Act = {
  name: 'j-plan-on-a-pull-request',
  claim:
    'A plan on a pull request tells what its merge would deploy and what is missing, and changes nothing',

  async play(shop, running) {
    const before = await factsOf(shop, 'staging');
    const images = await imagesInRegistry(shop.stage);
    await shop.git.checkout('develop');
    await shop.git.checkout('planned');
    await shop.git.commit(version('9.9.9'), 'Be 9.9.9');
    const push = await shop.git.push();
    const { number } = await shop.github.state.openBy('ada', {
      head: 'planned',
      base: 'develop',
      title: 'Be 9.9.9',
    });
    shop.dockerCalls.take();

    const run = await deployPush(shop, push, {
      ...running,
      inputs: { ...shop.inputs, command: 'plan', 'github-token': 'ghs_bot' },
      event: {
        name: 'pull_request',
        ref: `refs/pull/${number}/merge`,
        sha: push.after,
        payload: {
          number,
          pull_request: {
            number,
            base: { ref: 'develop' },
            head: { ref: 'planned', repo: { full_name: githubRepository } },
          },
        },
      },
    });

    const calls = shop.dockerCalls.take();
    await shop.git.checkout('develop');
    return {
      run,
      checks: [
        // The stage has neither the role nor the network that its task definitions and services name.
        check('exit code', run.exitCode, 1),
        check('outcome', run.outputs['outcome'], 'refused'),
        check('checks that failed', run.stdout.match(/^FAIL {2}\S+/gmu), [
          'FAIL  execution-role',
          'FAIL  network',
          'FAIL  network',
        ]),
        check('environment', run.outputs['environment'], 'staging'),
        check('says that it would build', run.summary.includes('🔨 build'), true),
        check('shows a diff', run.summary.includes('known after the build'), true),
        check(
          'comments on the pull request',
          shop.github.state
            .pull(number)
            .comments.map(({ body }) => body.startsWith('<!-- deploy-action:plan ')),
          [true],
        ),
        check('image builds', calls.filter(isBuild), []),
        check('image pushes', calls.filter(isPush), []),
        check('images in the registry', await imagesInRegistry(shop.stage), images),
        check('staging', await factsOf(shop, 'staging'), before),
      ],
    };
  },
};
