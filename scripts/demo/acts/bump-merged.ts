import { deployPush } from '../../../__tests__/e2e/support/deploy-push.ts';
import { infraDeploys, infrastructureJob } from '../../../__tests__/e2e/support/infrastructure.ts';
import { factsOf, runningDigests } from '../../../__tests__/e2e/support/shop-facts.ts';
import { check, unseen, type Act } from '../act.ts';

const record = 'refs/deploy-action/production/infra';

export const bumpMerged: Act = {
  name: 'g-bump-merged',
  claim:
    'Its merge runs the infrastructure deploy once, with the versions and what runs now, and opens no new pull request',

  async play(shop, running) {
    const { git, github } = shop;
    const job = { ...running, ...infrastructureJob(shop) };
    const quiet = { ...unseen(running), ...infrastructureJob(shop) };
    const production = await factsOf(shop, 'production');
    const earlier = infraDeploys(shop);
    const before = await git.git('rev-parse', 'HEAD');
    // The application was last deployed with the commit that brought the cookbooks, before the one that changed them.
    const deployed = await git.git('rev-parse', 'HEAD^');
    const after = await github.state.merge(1, 'squash');
    await git.git('pull', '--quiet', '--ff-only', 'origin', 'master');

    const push = { ref: 'refs/heads/master', before, after };
    const run = await deployPush(shop, push, job);
    const deploys = infraDeploys(shop).slice(earlier.length);
    const again = await deployPush(shop, push, quiet);

    await github.state.fsck();
    const [image] = Object.values(runningDigests(production)).flat();
    return {
      run,
      checks: [
        check('exit code', run.exitCode, 0),
        check('outcome', run.outputs['outcome'], 'no-change'),
        check('released-cookbooks', run.outputs['released-cookbooks'], '{"nginx":"1.2.4"}'),
        check('bump-operation', run.outputs['bump-operation'], 'none'),
        check(
          'infrastructure deploys',
          deploys.map(({ currentImage, ...told }) => ({ ...told, currentImage: currentImage.split('@')[1] })),
          [
            {
              cookbooks: 'nginx',
              versions: { nginx: '1.2.4' },
              environment: 'production',
              commit: after,
              currentCommit: deployed,
              currentImage: image,
            },
          ],
        ),
        check('the record of the infrastructure deploy', await github.state.refCommit(record), after),
        check('open pull requests on GitHub', github.state.openPulls(), []),
        check('pull requests ever', github.state.pulls.length, 1),
        check('production', await factsOf(shop, 'production'), production),
        check('exit code of the same job, run again', again.exitCode, 0),
        check('infrastructure deploys after that', infraDeploys(shop).length, earlier.length + 1),
      ],
    };
  },
};
