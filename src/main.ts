import { asDeployError, CancelledError, type DeployError, type Outcome } from './errors.ts';
import { continuePaused } from './commands/continue.ts';
import { deploy } from './commands/deploy.ts';
import { finish } from './commands/finish.ts';
import { history } from './commands/history.ts';
import { redeploy } from './commands/redeploy.ts';
import { rollback } from './commands/rollback.ts';
import { run } from './commands/run.ts';
import { status } from './commands/status.ts';
import { wait } from './commands/wait.ts';
import type { Plan } from './config/plan.ts';
import { readPlan } from './config/read-plan.ts';
import type { World } from './ports/world.ts';
import { exitCodeOf } from './report/exit-code.ts';
import { Log } from './report/log.ts';
import { publish } from './report/publish.ts';
import { newRunReport, type RunReport } from './report/run-report.ts';
import { CONNECTION_STATE, ENDED_STATE } from './rules/saved-state.ts';
import type { StepContext } from './steps/context.ts';

/** A command that is missing here is a type error. */
function carryOut(plan: Plan, context: StepContext): Promise<Outcome> {
  switch (plan.command) {
    case 'deploy':
      return deploy(plan, context);
    case 'status':
      return status(plan, context);
    case 'history':
      return history(plan, context);
    case 'wait':
      return wait(plan, context);
    case 'rollback':
      return rollback(plan, context);
    case 'continue':
      return continuePaused(plan, context);
    case 'run':
      return run(plan, context);
    case 'redeploy':
      return redeploy(plan, context);
  }
}

/** Runs one command and answers the exit code. Whatever happens, what is known by then is published. */
export async function main(world: World): Promise<number> {
  const report = newRunReport('deploy');
  const log = new Log(world.host, world.clock, report);
  let error: DeployError | undefined;
  try {
    const plan = await log.step('configure', 'Read the configuration', async (step) => {
      const read = await readPlan(world);
      describe(read, report);
      step.finish(
        `${read.command} ${read.environment}: ${read.commit.slice(0, 12)} to cluster ${read.target.cluster}`,
      );
      return read;
    });
    report.outcome = await carryOut(plan, await contextFor(plan, world, log, report));
  } catch (thrown) {
    error = asDeployError(thrown);
    report.outcome = error.outcome;
  }
  world.host.saveState(ENDED_STATE, report.outcome);
  await publish(world.host, report, error);
  // Where no post step follows, it is now or never.
  if (error instanceof CancelledError && world.host.kind !== 'github')
    await finish(world, { unfinishedOnly: true });
  return exitCodeOf(report, error);
}

function describe({ command, environment, commit, event, target, force }: Plan, report: RunReport): void {
  Object.assign(report, {
    command,
    environment,
    commit,
    cluster: target.cluster,
    ...(event.repository === undefined ? {} : { repository: event.repository }),
    ...(event.actor === undefined ? {} : { actor: event.actor }),
    ...(event.runUrl === undefined ? {} : { runUrl: event.runUrl }),
    ...(event.commitUrl === undefined ? {} : { commitUrl: event.commitUrl }),
    ...(force === undefined ? {} : { forced: force }),
  } satisfies Partial<RunReport>);
}

async function contextFor(plan: Plan, world: World, log: Log, report: RunReport): Promise<StepContext> {
  const { host, clock, files, git, builder, signal, hasEnvironmentVariable } = world;
  const { region, identity, ecs, ecr, logs } = await world.connectAws(plan.target);
  report.region = region;
  const { role } = plan.target;
  host.saveState(CONNECTION_STATE, JSON.stringify({ region, ...(role === undefined ? {} : { role }) }));
  return {
    ecs,
    ecr,
    logs,
    identity,
    region,
    builder,
    files,
    git,
    clock,
    log,
    report,
    signal,
    hasEnvironmentVariable,
    saveState: (name, value) => host.saveState(name, value),
  };
}
