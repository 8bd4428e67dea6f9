import { deployPush, pushAndDeploy } from '../../../__tests__/e2e/support/deploy-push.ts';
import { isBuild } from '../../../__tests__/e2e/support/docker-calls.ts';
import {
  infraDeploys,
  infrastructureFiles,
  infrastructureJob,
  recipe,
} from '../../../__tests__/e2e/support/infrastructure.ts';
import { factsOf } from '../../../__tests__/e2e/support/shop-facts.ts';
import { check, unseen, type Act } from '../act.ts';

export const bumpBranch = 'deploy-action/cookbook-bump/master';

export const cookbookChange: Act = {
  name: 'f-cookbook-change',
  claim:
    'A change of a cookbook opens one pull request that raises its version and nothing else; no application is deployed',

  async play(shop, running) {
    const { git, github } = shop;
    const job = { ...running, ...infrastructureJob(shop) };
    const quiet = { ...unseen(running), ...infrastructureJob(shop) };
    await git.checkout('master');
    await git.commit(infrastructureFiles(), 'Keep the cookbooks of the servers here');
    const before = await pushAndDeploy(shop, quiet);
    const production = await factsOf(shop, 'production');
    const deploys = infraDeploys(shop);

    shop.dockerCalls.take();
    await git.commit({ [recipe('nginx')]: "package 'nginx-full'\n" }, 'Serve with all of nginx');
    const push = await git.push();
    const run = await deployPush(shop, push, job);

    await github.state.fsck();
    const tip = await github.state.refCommit(`refs/heads/${bumpBranch}`);
    const again = await deployPush(shop, push, quiet);
    return {
      run,
      checks: [
        check('exit code of the push that brings the cookbooks', before.exitCode, 0),
        check('exit code', run.exitCode, 0),
        check('outcome', run.outputs['outcome'], 'no-change'),
        check('bump-operation', run.outputs['bump-operation'], 'created'),
        check('bump-pull-request', run.outputs['bump-pull-request'], '1'),
        check(
          'open pull requests on GitHub',
          github.state.openPulls().map(({ title, base, head }) => ({ title, base, head })),
          [{ title: 'Bump cookbooks: nginx 1.2.4', base: 'master', head: bumpBranch }],
        ),
        check('what it changes', await changedLines(github.state.bare('diff', '-U0', 'master', bumpBranch)), [
          "-version '1.2.3'",
          "+version '1.2.4'",
        ]),
        check('image builds', shop.dockerCalls.take().filter(isBuild), []),
        check('production', await factsOf(shop, 'production'), production),
        check('infrastructure deploys', infraDeploys(shop), deploys),
        check('bump-operation of the same job, run again', again.outputs['bump-operation'], 'unchanged'),
        check('its branch after that', await github.state.refCommit(`refs/heads/${bumpBranch}`), tip),
      ],
    };
  },
};

async function changedLines(diff: Promise<string>): Promise<string[]> {
  return (await diff).split('\n').filter((line) => /^[-+](?![-+])/u.test(line));
}
