import type { PreviewPlan } from '../../config/plan.ts';
import type { PlannedImage, PlannedTask } from '../../report/plan-report.ts';
import { migrationKey, migrationProof } from '../../rules/record/migration-proof.ts';
import { evidenceOf } from '../migrate.ts';
import type { LiveService } from '../read-services.ts';
import type { ForeseenRevision } from './foresee-revisions.ts';

/** The one-off tasks of a deploy in their order, and why the migration would run or not. */
export function plannedTasks(
  { beforeDeploy, migrate, environment }: PreviewPlan,
  {
    services,
    revisions,
    image,
  }: {
    services: readonly LiveService[];
    revisions: readonly ForeseenRevision[];
    image: PlannedImage | undefined;
  },
): PlannedTask[] {
  const before = beforeDeploy.map((task): PlannedTask => ({
    purpose: 'before-deploy',
    ...('codebuild' in task
      ? { command: [`CodeBuild project ${task.codebuild.project}`] }
      : { service: task.service, command: task.command }),
    action: 'run',
    reason: 'it runs in every deploy',
  }));
  if (migrate === undefined) return before;
  const { proven, reason } =
    image?.digest === undefined || revisions.length < services.length
      ? {
          proven: false,
          reason: image?.action === 'build' ? 'the image is new' : 'what is deployed is not known',
        }
      : migrationProof(
          migrationKey(image.digest, migrate.command),
          revisions.map(({ service, known }) =>
            known === undefined
              ? { service, alreadyRuns: false, migration: undefined }
              : evidenceOf({ service, ...known }, services, environment),
          ),
        );
  const action = proven ? 'skip' : 'run';
  const task = { service: migrate.service, action, reason } as const;
  return [
    ...before,
    { ...task, purpose: 'migrate', command: migrate.command },
    ...(migrate.provePrevious === undefined
      ? []
      : [
          {
            ...task,
            purpose: 'prove-previous' as const,
            command: migrate.provePrevious,
            reason: proven ? 'the migration is skipped' : 'it runs on what serves now, after the migration',
          },
        ]),
  ];
}
