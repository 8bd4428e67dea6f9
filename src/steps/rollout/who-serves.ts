import { revisionName, sameRevision } from '../../rules/aws/ecs-names.ts';
import type { StepContext } from '../context.ts';
import type { ServiceEnd } from './service-end.ts';

/**
 * Reads the services of completed rollouts again, after time has passed. One that somebody else has deployed since is
 * superseded: what was found about our revision says nothing about what serves now.
 */
export async function lookWhoServes(
  { ecs, log }: Pick<StepContext, 'ecs' | 'log'>,
  cluster: string,
  ends: readonly ServiceEnd[],
): Promise<void> {
  const completed = ends.filter(({ report }) => report.outcome === 'completed');
  const { services } = await ecs.describeServices(
    cluster,
    completed.map(({ live }) => live.plan.name),
  );
  for (const { live, rollout, report } of completed) {
    const service = services.find(({ serviceName }) => serviceName === live.plan.name);
    const primary = service?.deployments?.find(({ status }) => status === 'PRIMARY');
    const serves = primary?.taskDefinition;
    if (rollout === undefined || serves === undefined || sameRevision(serves, rollout.taskDefinition))
      continue;
    report.outcome = 'superseded';
    report.reason = `${revisionName(serves)} was deployed while the release was verified`;
    log.info(`${report.name}: ${report.reason}`);
  }
}
