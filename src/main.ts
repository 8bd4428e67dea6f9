import { asDeployError, CancelledError, type DeployError, type Outcome } from './errors.ts';
import { build } from './commands/build.ts';
import type { BumpContext } from './commands/bump.ts';
import { continuePaused } from './commands/continue.ts';
import { deploy, type DeployOptions } from './commands/deploy.ts';
import { finish } from './commands/finish.ts';
import { history } from './commands/history.ts';
import { inventory } from './commands/inventory.ts';
import { register } from './commands/register.ts';
import { redeploy } from './commands/redeploy.ts';
import { rollback } from './commands/rollback.ts';
import { run } from './commands/run.ts';
import { status } from './commands/status.ts';
import { overTargets } from './commands/targets.ts';
import { wait } from './commands/wait.ts';
import type {
  BuildPlan,
  EcsPlan,
  Plan,
  PreviewPlan,
  NamedTarget,
  PlacePlan,
  TargetsPlan,
  RegisterPlan,
} from './config/plan.ts';
import { readInitPlan } from './config/read-init-plan.ts';
import { readPlan } from './config/read-plan.ts';
import type { World } from './ports/world.ts';
import { exitCodeOf } from './report/exit-code.ts';
import { Log } from './report/log.ts';
import { publish } from './report/publish.ts';
import { newRunReport, type RunReport } from './report/run-report.ts';
import { targetHost } from './report/target-host.ts';
import { CONNECTION_STATE, ENDED_STATE } from './rules/record/saved-state.ts';
import { BuildLooks } from './steps/codebuild/build-looks.ts';
import type { StepContext } from './steps/context.ts';
import { tellStart } from './steps/notify.ts';

/** What a run has of its own, beside the world. */
interface Run {
  log: Log;
  report: RunReport;
  /** Of the input `github-token`; hidden from all output. */
  token: string | undefined;
  /** Tells the people who were told of the beginning how it ended; undefined where nobody is told. */
  tellEnd: ReturnType<typeof tellStart> | undefined;
}

/** What is done in one place, or in each of several. */
type PlacedPlan = EcsPlan | PreviewPlan | RegisterPlan;

/** The commands of few runs that bring much along (`init`, `plan`, cookbooks) are read from disk when they are asked for. */
async function carryOut(plan: Plan, world: World, run: Run): Promise<Outcome> {
  if (plan.command === 'bump') {
    const { bump } = await import('./commands/bump.ts');
    return bump(plan, await cookbookContextFor(plan, world, run));
  }
  if (plan.command === 'build') return build(plan, await contextFor(plan, world, run));
  if (plan.command !== 'deploy' || plan.cookbooks === undefined)
    return carryOutEverywhere(plan, world, run, {});
  const context = await contextFor(plan, world, run);
  const application = {
    context,
    deploy: (options: DeployOptions) =>
      plan.targets === undefined
        ? carryOutOnEcs(plan, context, options)
        : carryOutEverywhere(plan, world, run, options),
  };
  const { deployWithCookbooks } = await import('./commands/deploy-cookbooks.ts');
  return deployWithCookbooks(plan, plan.cookbooks, application, await cookbookContextFor(plan, world, run));
}

/** In the one target, or in each of several. */
async function carryOutEverywhere(
  plan: PlacedPlan,
  world: World,
  run: Run,
  options: DeployOptions,
): Promise<Outcome> {
  const { targets } = plan;
  if (targets === undefined) return carryOutHere(plan, world, run, options);
  // Who looks wants to see all of them, the first one's failure or not.
  const wanted = plan.command === 'plan' ? { ...targets, onFailure: 'continue' as const } : targets;
  return overTargets(wanted, {
    ...run,
    signal: world.signal,
    carryOut: (target) => {
      const host = targetHost(world.host, target.name);
      const here = onlyIn(plan, target);
      const report = newRunReport(plan.command);
      describe(here, report);
      const own = { ...run, report, log: new Log(host, world.clock, report) };
      return { report, outcome: carryOutHere(here, { ...world, host }, own, options) };
    },
  });
}

async function carryOutHere(
  plan: PlacedPlan,
  world: World,
  run: Run,
  options: DeployOptions,
): Promise<Outcome> {
  const context = await contextFor(plan, world, run);
  if (plan.command === 'plan') {
    const { plan: preview } = await import('./commands/plan.ts');
    return preview(plan, context, await cookbookContextFor(plan, world, run));
  }
  return carryOutOnEcs(plan, context, options);
}

/** A command that is missing here is a type error. */
function carryOutOnEcs(
  plan: EcsPlan | RegisterPlan,
  context: StepContext,
  options: DeployOptions,
): Promise<Outcome> {
  switch (plan.command) {
    case 'deploy':
      return plan.registerOnly === true ? register(plan, context, options) : deploy(plan, context, options);
    case 'status':
      return status(plan, context);
    case 'history':
      return history(plan, context);
    case 'inventory':
      return inventory(plan, context);
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

async function carryOutPlan(world: World, run: Run): Promise<Outcome> {
  const plan = await run.log.step('configure', 'Read the configuration', async (step) => {
    const read = await readPlan(world);
    describe(read, run.report);
    step.finish(`${read.command} ${read.environment}: ${read.commit.slice(0, 12)}${placeOf(read)}`);
    return read;
  });
  run.tellEnd = tellStartOf(plan, world, run);
  return carryOut(plan, world, run);
}

/** Told from the moment on at which it is known what is going to happen. */
function tellStartOf(plan: Plan, world: World, { log }: Run): Run['tellEnd'] {
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
  const run: Run = { log, report, token: undefined, tellEnd: undefined };
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

function describe(plan: Plan, report: RunReport): void {
  const { command, environment, commit, event, force } = plan;
  const cluster = clusterOf(plan);
  Object.assign(report, {
    command,
    environment,
    commit,
    ...(cluster === undefined ? {} : { cluster }),
    ...(event.repository === undefined ? {} : { repository: event.repository }),
    ...(event.actor === undefined ? {} : { actor: event.actor }),
    ...(event.runUrl === undefined ? {} : { runUrl: event.runUrl }),
    ...(event.commitUrl === undefined ? {} : { commitUrl: event.commitUrl }),
    ...(force === undefined ? {} : { forced: force }),
  } satisfies Partial<RunReport>);
}

/** The plan as it is for one of its targets. */
function onlyIn(plan: PlacedPlan, target: NamedTarget<PlacePlan>): PlacedPlan {
  // The targets of a plan are what it needs them to be: with a cluster where it has services.
  const here = { ...plan, target } as PlacedPlan & { targets?: unknown };
  delete here.targets;
  return here;
}

function placeOf(plan: Plan): string {
  const targets = targetsOf(plan);
  if (targets !== undefined) return ` to ${targets.list.map(({ name }) => name).join(', ')}`;
  const cluster = clusterOf(plan);
  return cluster === undefined ? '' : ` to cluster ${cluster}`;
}

function targetsOf(plan: Plan): TargetsPlan<PlacePlan> | undefined {
  return 'targets' in plan ? plan.targets : undefined;
}

/** Of the one place that is meant; several are told apart by their names. */
function clusterOf(plan: Plan): string | undefined {
  if (targetsOf(plan) !== undefined) return undefined;
  return 'target' in plan && 'cluster' in plan.target ? plan.target.cluster : undefined;
}

async function contextFor(
  plan: PlacedPlan | BuildPlan,
  world: World,
  { log, report }: Run,
): Promise<StepContext> {
  const { host, clock, files, git, builder, copyImage, signal, hasEnvironmentVariable, runCommand, httpGet } =
    world;
  const aws = await world.connectAws(plan.target);
  const { region } = aws;
  report.region = region;
  const { role } = plan.target;
  host.saveState(CONNECTION_STATE, JSON.stringify({ region, ...(role === undefined ? {} : { role }) }));
  return {
    ...aws,
    builds: new BuildLooks({ codebuild: aws.codebuild, clock }),
    builder,
    copyImage,
    files,
    git,
    runCommand,
    httpGet,
    clock,
    log,
    report,
    signal,
    hasEnvironmentVariable,
    saveState: (name, value) => host.saveState(name, value),
    setOutput: (name, value) => host.setOutput(name, value),
    shareable: (text) => host.shareable(text),
  };
}

/** AWS is no part of it: the cookbook part alone needs no account. */
async function cookbookContextFor(
  { event: { repository } }: Plan,
  { host, clock, signal, connectRepository }: World,
  { log, report, token }: Run,
): Promise<BumpContext> {
  const connected = await connectRepository({
    ...(repository === undefined ? {} : { repository }),
    ...(token === undefined ? {} : { token }),
  });
  return { ...connected, clock, log, report, signal, annotate: (annotation) => host.annotate(annotation) };
}
