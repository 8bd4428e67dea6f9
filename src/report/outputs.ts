import type { OutputName } from './output-names.ts';
import type { BuildReport, RunReport, TaskReport } from './run-report.ts';
import { timingsOf } from './timings.ts';

/**
 * What later steps of the job get: all that is known, on failure too. What is unknown is not set, except for the
 * lists and maps, which are then empty, so that `fromJSON` always has something to read.
 */
export function outputsOf(report: RunReport): Partial<Record<OutputName, string>> {
  const { environment, outcome, failedStep, image } = report;
  const migration = report.tasks.findLast(({ purpose }) => purpose === 'migrate');
  return {
    ...(environment === undefined ? {} : { environment }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(failedStep === undefined ? {} : { 'failed-step': failedStep }),
    ...(image === undefined
      ? {}
      : {
          image: `${image.uri}@${image.digest}`,
          'image-digest': image.digest,
          'image-reused': String(image.reused),
        }),
    images: imagesOf(report.images ?? []),
    'task-definitions': JSON.stringify(
      // A service comes before a family of its name.
      Object.fromEntries([
        ...report.families.map(({ family, to }) => [family, to] as const),
        ...report.revisions.map(({ service, to }) => [service, to] as const),
      ]),
    ),
    ...(migration?.exitCode === undefined ? {} : { 'migration-exit-code': String(migration.exitCode) }),
    ...(migration?.arn === undefined ? {} : { 'migration-task': migration.arn }),
    tasks: JSON.stringify(report.tasks.map(taskOf)),
    builds: buildsOutput(report),
    'service-deployments': JSON.stringify(
      Object.fromEntries(
        report.services.flatMap(({ name, serviceDeploymentArn }) =>
          serviceDeploymentArn === undefined ? [] : [[name, serviceDeploymentArn]],
        ),
      ),
    ),
    ...hooksOf(report),
    ...cookbooksOf(report),
    timings: JSON.stringify(timingsOf(report)),
  };
}

/** Names begin with a letter, so the object keeps the order of the file. */
function imagesOf(images: NonNullable<RunReport['images']>): string {
  return JSON.stringify(
    Object.fromEntries(
      images.map(({ name, uri, digest, reused }) => [name, { image: `${uri}@${digest}`, digest, reused }]),
    ),
  );
}

function hooksOf({ services }: RunReport): Partial<Record<OutputName, string>> {
  const hooks = services.flatMap(({ name, hookId }) =>
    hookId === undefined ? [] : [[name, hookId] as const],
  );
  const [first] = hooks;
  return {
    ...(first === undefined ? {} : { 'hook-id': first[1] }),
    hooks: JSON.stringify(Object.fromEntries(hooks)),
  };
}

function cookbooksOf({ cookbooks }: RunReport): Partial<Record<OutputName, string>> {
  const pull = cookbooks?.pullRequest;
  return {
    ...(pull === undefined
      ? {}
      : { 'bump-pull-request': String(pull.number), 'bump-pull-request-url': pull.url }),
    ...(cookbooks === undefined ? {} : { 'bump-operation': cookbooks.operation }),
    'released-cookbooks': JSON.stringify(cookbooks?.released ?? {}),
  };
}

/** The output `builds`. */
export function buildsOutput({ builds }: Pick<RunReport, 'builds'>): string {
  return JSON.stringify(builds.map(buildOf));
}

function buildOf({ purpose, project, subject, id, state, url }: BuildReport) {
  return { purpose, project, subject, id, state, url };
}

/** JSON leaves out what is undefined. */
function taskOf({ purpose, service, arn, state, exitCode }: TaskReport) {
  return { purpose, service, arn, state, exitCode };
}
