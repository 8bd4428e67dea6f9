import type { Command, EcsPlan, NamedTarget, PlacePlan, Plan, RegisterPlan } from '../config/plan.ts';
import type { Outcome } from '../errors.ts';
import type { World } from '../ports/world.ts';
import { describePlan } from '../report/describe-plan.ts';
import { Log } from '../report/log.ts';
import { newRunReport } from '../report/run-report.ts';
import { targetHost } from '../report/target-host.ts';
import type { StepContext } from '../steps/context.ts';
import { build } from './build.ts';
import { contextFor, cookbookContextFor, type PlacedPlan, type Run } from './contexts.ts';
import { continuePaused } from './continue.ts';
import { deploy, type DeployOptions } from './deploy.ts';
import { history } from './history.ts';
import { inventory } from './inventory.ts';
import { redeploy } from './redeploy.ts';
import { register } from './register.ts';
import { rollback } from './rollback.ts';
import { run } from './run.ts';
import { status } from './status.ts';
import { overTargets } from './targets.ts';
import { wait } from './wait.ts';

/**
 * Does what the plan says. The commands of few runs that bring much along (`init`, `plan`, cookbooks) are read from disk when
 * they are asked for.
 */
export async function carryOut(plan: Plan, world: World, run: Run): Promise<Outcome> {
  if (plan.command === 'bump') {
    const { bump } = await import('./bump.ts');
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
  const { deployWithCookbooks } = await import('./deploy-cookbooks.ts');
  return deployWithCookbooks(plan, plan.cookbooks, application, await cookbookContextFor(plan, world, run));
}

/** Commands that change nothing. */
const LOOKING: readonly Command[] = ['plan', 'status', 'history', 'inventory'];

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
  const wanted = LOOKING.includes(plan.command) ? { ...targets, onFailure: 'continue' as const } : targets;
  return overTargets(wanted, {
    ...run,
    signal: world.signal,
    carryOut: (target) => {
      const host = targetHost(world.host, target.name);
      const here = onlyIn(plan, target);
      const report = newRunReport(plan.command);
      describePlan(here, report);
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
    const { plan: preview } = await import('./plan.ts');
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

/** The plan as it is for one of its targets. */
function onlyIn(plan: PlacedPlan, target: NamedTarget<PlacePlan>): PlacedPlan {
  // The targets of a plan are what it needs them to be: with a cluster where it has services.
  const here = { ...plan, target } as PlacedPlan & { targets?: unknown };
  delete here.targets;
  return here;
}
