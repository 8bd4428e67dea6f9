import { DeployError, type Outcome } from '../errors.ts';
import type { RunPlan } from '../config/plan.ts';
import type { StepContext } from '../steps/context.ts';
import { runTasks } from '../steps/task/run-tasks.ts';
import { servicesChapter, signInChapter } from './chapters.ts';

/** A one-off task for people and cron: the log is followed, and the container's own exit code is ours. */
export async function run(plan: RunPlan, context: StepContext): Promise<Outcome> {
  await signInChapter(plan, context);
  const services = await servicesChapter(plan, context, { guarded: false });
  const live = services.find(({ plan: { name } }) => name === plan.task.service);
  if (live === undefined)
    throw new DeployError('SERVICE_NOT_FOUND', `there is no service ${plan.task.service}`);
  const words = plan.task.command.join(' ');
  await context.log.step('run', `Run ${words}`, async (step) => {
    await runTasks(context, plan, live);
    step.finish(`${words} exited with code 0`);
  });
  return 'completed';
}
