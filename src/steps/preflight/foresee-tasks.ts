import type { PreviewPlan, VerifyPlan } from '../../config/plan.ts';
import type { PlannedImage, PlannedTask } from '../../report/plan-report.ts';
import { migrationKey, migrationProof } from '../../rules/record/migration-proof.ts';
import { evidenceOf } from '../task/migrate.ts';
import type { LiveService } from '../services/read-services.ts';
import { taskImage } from '../../rules/image/task-image.ts';
import { asDeployed, type ForeseenRevision } from './foresee-revisions.ts';

/** The one-off tasks of a deploy in their order, and why the migration would run or not. */
export function plannedTasks(
  { beforeDeploy, migrate, verify, environment }: PreviewPlan,
  {
    services,
    revisions,
    images,
  }: {
    services: readonly LiveService[];
    revisions: readonly ForeseenRevision[];
    images: readonly PlannedImage[];
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
  const after = verify === undefined ? [] : [verification(verify)];
  if (migrate === undefined) return [...before, ...after];
  const revision = revisions.find(({ service }) => service === migrate.service);
  const [first, ...others] = images.map(asDeployed);
  const deployed = first && taskImage(migrate, revision, [first, ...others]);
  const image = images.find(({ uri, name }) => uri === deployed?.uri && name === deployed.name);
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
    ...after,
  ];
}

function verification(verify: VerifyPlan): PlannedTask {
  const planned = {
    purpose: 'verify',
    action: 'run',
    reason: 'at the lifecycle hooks, or after the rollouts',
  } as const;
  switch (verify.kind) {
    case 'command':
      return { ...planned, command: verify.command };
    case 'url':
      return { ...planned, command: [verify.url] };
    case 'task':
      return { ...planned, service: verify.task.service, command: verify.task.command };
  }
}
