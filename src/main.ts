import { asDeployError, CancelledError, type DeployError, type Outcome } from './errors.ts';
import { carryOut } from './commands/carry-out.ts';
import type { Run } from './commands/contexts.ts';
import { finish } from './commands/finish.ts';
import type { Plan } from './config/plan.ts';
import { readInitPlan } from './config/read-init-plan.ts';
import { readPlan } from './config/read-plan.ts';
import type { World } from './ports/world.ts';
import { describePlan, placeOf } from './report/describe-plan.ts';
import { exitCodeOf } from './report/exit-code.ts';
import { Log } from './report/log.ts';
import { publish } from './report/publish.ts';
import { newRunReport } from './report/run-report.ts';
import { ENDED_STATE } from './rules/record/saved-state.ts';
import { ImageTurns } from './steps/image/image-turns.ts';
import { tellStart } from './steps/notify.ts';

/** A run from its first moment on, before it is known what is to be done. */
interface BegunRun extends Run {
  /** Tells the people who were told of the beginning how it ended; undefined where nobody is told. */
  tellEnd: ReturnType<typeof tellStart> | undefined;
}

async function carryOutPlan(world: World, run: BegunRun): Promise<Outcome> {
  const plan = await run.log.step('configure', 'Read the configuration', async (step) => {
    const read = await readPlan(world);
    describePlan(read, run.report);
    step.finish(`${read.command} ${read.environment}: ${read.commit.slice(0, 12)}${placeOf(read)}`);
    return read;
  });
  run.tellEnd = tellStartOf(plan, world, run);
  return carryOut(plan, world, run);
}

/** Told from the moment on at which it is known what is going to happen. */
function tellStartOf(plan: Plan, world: World, { log }: Run): BegunRun['tellEnd'] {
  if (!('notify' in plan)) return undefined;
  const { command, environment, commit, event, notify } = plan;
  const { repository, actor, runUrl, commitUrl } = event;
  return tellStart({ ...world, log }, notify, {
    command,
    environment,
    commit,
    ...(repository === undefined ? {} : { repository }),
    ...(actor === undefined ? {} : { actor }),
    ...(runUrl === undefined ? {} : { runUrl }),
    ...(commitUrl === undefined ? {} : { commitUrl }),
  });
}

/** Before there is a deploy.yml: with what the inputs say, and the credentials at hand. */
async function begin(world: World, { log, report }: Run): Promise<Outcome> {
  const plan = await log.step('configure', 'Read the inputs', () => readInitPlan(world.host));
  const { region } = plan;
  const connectAws = () => world.connectAws(region === undefined ? {} : { region });
  const { init } = await import('./commands/init.ts');
  return init(plan, { connectAws, files: world.files, log, report });
}

/** Runs one command and answers the exit code. Whatever happens, what is known by then is published. */
export async function main(world: World): Promise<number> {
  const command = world.host.arguments[0] ?? world.host.input('command') ?? 'deploy';
  const report = newRunReport(command);
  const log = new Log(world.host, world.clock, report);
  const run: BegunRun = { log, report, token: undefined, imageTurns: new ImageTurns(), tellEnd: undefined };
  let error: DeployError | undefined;
  try {
    const token = world.host.input('github-token');
    if (token !== undefined) world.host.mask(token);
    run.token = token;
    report.outcome = command === 'init' ? await begin(world, run) : await carryOutPlan(world, run);
  } catch (thrown) {
    error = asDeployError(thrown);
    report.outcome = error.outcome;
    const last = report.steps.at(-1);
    // What fails between two steps belongs to the one before.
    if (last !== undefined) report.failedStep ??= last.id;
  }
  world.host.saveState(ENDED_STATE, report.outcome);
  const { outcome, failedStep } = report;
  await run.tellEnd?.({
    outcome,
    ...(failedStep === undefined ? {} : { failedStep }),
    ...(error === undefined ? {} : { reason: error.message }),
  });
  await publish(world.host, report, error);
  // Where no post step follows, it is now or never.
  if (error instanceof CancelledError && world.host.kind !== 'github')
    await finish(world, { unfinishedOnly: true });
  return exitCodeOf(report, error);
}
