import type { Problem } from '../errors.ts';
import { cookbooksOf } from './assemble/cookbooks.ts';
import { draftOf, report, type Draft, type Sources } from './assemble/draft.ts';
import { familiesOf, reportNeedsOfServices } from './assemble/families.ts';
import { builtImagesOf, imagesOf, imageUses, reportUnknownImages, runRepository } from './assemble/image.ts';
import { notifyOf } from './assemble/notify.ts';
import { rolloutOf } from './assemble/rollout.ts';
import { runTaskOf } from './assemble/run-task.ts';
import { schedulesOf } from './assemble/schedules.ts';
import { otherServicesOf, servicesOf } from './assemble/services.ts';
import { accountOf, targetOf } from './assemble/target.ts';
import { placesOf } from './assemble/targets.ts';
import { beforeDeployOf, migrateOf } from './assemble/tasks.ts';
import { verifyOf } from './assemble/verify.ts';
import type {
  BuildPlan,
  BumpPlan,
  PlacePlan,
  PlannedCommand,
  ContinuePlan,
  DeployPlan,
  PreviewPlan,
  RegisterPlan,
  RollbackPlan,
  RunPlan,
  ServicePlan,
  ServicesPlan,
} from './plan.ts';

type Decided<P> = Omit<P, 'environment' | 'event' | 'commit' | 'force'>;

/** The parts of a plan that inputs, file and defaults decide together. */
export type Assembled =
  | Decided<DeployPlan>
  | Decided<PreviewPlan>
  | Decided<RollbackPlan>
  | Decided<ContinuePlan>
  | Decided<RunPlan>
  | Decided<ServicesPlan>
  | Decided<RegisterPlan>
  | Decided<BuildPlan>
  | Decided<BumpPlan>;

/** Undefined when something is missing or does not fit together; what, is added to `problems`. */
export function assemble(
  command: PlannedCommand,
  sources: Sources,
  problems: Problem[],
): Assembled | undefined {
  const draft = draftOf(sources);
  if (command === 'bump') {
    const cookbooks = cookbooksOf(draft);
    if (
      draft.sections.cookbooks === undefined &&
      draft.file?.isBroken('cookbooks', draft.environment) !== true
    ) {
      report(draft, '`cookbooks` is missing', {
        at: [],
        hint: 'Write the section `cookbooks` in deploy.yml, for example `cookbooks: { paths: [cookbooks/*] }`.',
      });
    }
    problems.push(...draft.problems);
    return cookbooks && { command, cookbooks, dryRun: draft.inputs['dry-run'] ?? false };
  }
  if (command === 'build') {
    const images = builtImagesOf(draft);
    const target = accountOf(draft);
    problems.push(...draft.problems);
    return images && { command, images, target };
  }
  if ((command === 'deploy' || command === 'plan') && isRegisterOnly(draft))
    return registerOnly(draft, command, problems);
  // An inventory is of all that there is: no service has to be named.
  const services = command === 'inventory' ? [] : servicesOf(draft, command);
  const places = placesOf(draft, command, targetOf);
  const more = partsOf(command, draft, services);
  problems.push(...draft.problems);
  if (draft.problems.length > 0 || places === undefined || more === undefined) return undefined;
  return { ...more, ...places, services, rollout: rolloutOf(draft), ...notifyOf(draft, command) };
}

/** No service, but families: of what is deployed, only revisions are made. */
function isRegisterOnly({ inputs, isGiven, sections }: Draft): boolean {
  return (
    inputs.services === undefined &&
    !isGiven('services') &&
    (sections.services ?? []).length === 0 &&
    sections.families !== undefined
  );
}

function registerOnly(
  draft: Draft,
  command: 'deploy' | 'plan',
  problems: Problem[],
): Decided<RegisterPlan> | Decided<PreviewPlan> | undefined {
  const images = imagesOf(draft);
  const families = familiesOf(draft);
  reportNeedsOfServices(draft);
  reportUnknownImages(draft, imageUses(draft));
  const { schedules } = schedulesOf(draft);
  const cookbooks = cookbooksOf(draft);
  // A schedule starts its tasks in a cluster; nothing else here needs one.
  const places = placesOf<PlacePlan>(draft, command, schedules === undefined ? accountOf : targetOf);
  const rollout = rolloutOf(draft);
  problems.push(...draft.problems);
  if (images === undefined || places === undefined) return undefined;
  const plan = { ...places, images, families, ...(cookbooks === undefined ? {} : { cookbooks }) };
  if (command === 'deploy')
    return {
      command,
      registerOnly: true,
      ...plan,
      ...(schedules === undefined ? {} : { scheduled: { schedules, rollout } }),
    };
  const following = schedules === undefined ? {} : { schedules };
  return { command, ...plan, ...following, services: [], beforeDeploy: [], rollout };
}

type Parts<P> = Omit<Decided<P>, 'target' | 'targets' | 'services' | 'rollout'>;

/** What a command needs beyond the services: only a deploy has to know about images and migrations. */
function partsOf(
  command: Exclude<PlannedCommand, 'bump' | 'build'>,
  draft: Draft,
  services: ServicePlan[],
):
  | Parts<DeployPlan>
  | Parts<PreviewPlan>
  | Parts<RollbackPlan>
  | Parts<ContinuePlan>
  | Parts<RunPlan>
  | Parts<ServicesPlan>
  | undefined {
  const schedules = schedulesOf(draft);
  if (command === 'rollback') {
    const { revision } = draft.inputs;
    return {
      command,
      families: familiesOf(draft),
      ...schedules,
      ...(revision === undefined ? {} : { revision }),
    };
  }
  if (command === 'continue') {
    const { rollback = false, 'hook-id': hookId } = draft.inputs;
    const verify = rollback ? undefined : verifyOf(draft, services);
    const repository = runRepository(draft, services);
    return {
      command,
      action: rollback ? 'rollback' : 'continue',
      otherServices: otherServicesOf(draft, services),
      families: familiesOf(draft),
      ...schedules,
      ...(hookId === undefined ? {} : { hookId }),
      ...(verify === undefined ? {} : { verify }),
      ...(repository === undefined ? {} : { repository }),
    };
  }
  if (command === 'run') {
    const task = runTaskOf(draft, services);
    const repository = runRepository(draft, services);
    return task && { command, task, ...(repository === undefined ? {} : { repository }) };
  }
  if (command !== 'deploy' && command !== 'plan') return { command };
  const images = imagesOf(draft);
  reportUnknownImages(draft, imageUses(draft));
  const beforeDeploy = beforeDeployOf(draft, services);
  const migrate = migrateOf(draft, services);
  const verify = verifyOf(draft, services);
  const cookbooks = cookbooksOf(draft);
  const ignore = draft.sections.lint?.ignore;
  if (images === undefined) return undefined;
  return {
    command,
    images,
    families: familiesOf(draft),
    beforeDeploy,
    ...schedules,
    ...(migrate === undefined ? {} : { migrate }),
    ...(verify === undefined ? {} : { verify }),
    ...(ignore === undefined ? {} : { lint: { ignore } }),
    ...(cookbooks === undefined ? {} : { cookbooks }),
  };
}
