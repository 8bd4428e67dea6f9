import { pushAndDeploy } from '../../../__tests__/e2e/support/deploy-push.ts';
import { makeSchedules, scheduleNames, schedulesNow } from '../../../__tests__/e2e/support/schedules.ts';
import { settledFactsOf } from '../../../__tests__/e2e/support/shop-facts.ts';
import { deployFiles } from '../../../__tests__/e2e/support/shop.ts';
import { check, type Act } from '../act.ts';

export const scheduledTasks: Act = {
  name: 'i-scheduled-tasks',
  claim: 'A rule and a schedule follow to the revision that serves, every other field of them intact',

  async play(shop, running) {
    const { git, stage } = shop;
    await makeSchedules(stage);
    await git.checkout('develop');
    await git.commit({ '.github/deploy.yml': withSchedules() }, 'Let the batches follow');
    const before = await schedulesNow(stage);

    const run = await pushAndDeploy(shop, running);

    const { services } = await settledFactsOf(shop, 'staging');
    const [web = '', worker = ''] = ['web', 'worker'].map((name) => services[name]?.revision);

    const after = await schedulesNow(stage);
    return {
      run,
      checks: [
        check('exit code', run.exitCode, 0),
        check('outcome', run.outputs['outcome'], 'completed'),
        check('the rule', after.rule, before.rule.replace('staging-worker:1', worker)),
        check('the schedule', after.schedule, before.schedule.replace('staging-web:1', web)),
        check('the job summary tells of both', summaryRows(run.summary), [
          `| rule \`staging-nightly\`, target \`nightly\` | ✅ moved | \`staging-worker:1\` | \`${worker}\` |`,
          `| schedule \`staging-report\` | ✅ moved | \`staging-web:1\` | \`${web}\` |`,
        ]),
        check('the revisions of the run', JSON.parse(run.outputs['task-definitions'] ?? '{}'), {
          web,
          worker,
        }),
      ],
    };
  },
};

/** The example's file, with the schedules of staging. */
function withSchedules(): string {
  const file = deployFiles()['.github/deploy.yml'] ?? '';
  const { rule, schedule } = scheduleNames;
  return file.replace(
    '    cluster: staging\n',
    `    cluster: staging\n    schedules:\n      - rule: ${rule}\n      - schedule: ${schedule}\n`,
  );
}

function summaryRows(summary: string): string[] {
  return summary.split('\n').filter((line) => /^\| (?:rule|schedule) `/u.test(line));
}
