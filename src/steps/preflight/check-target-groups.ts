import { fail } from '../../rules/preflight/check.ts';
import { judgeTargetGroup } from '../../rules/preflight/target-group.ts';
import { checked } from './checked.ts';
import type { CheckContext, CheckSubjects, ToCheck } from './subjects.ts';

/** Behind each target group: the container and port that the service registers there. */
export function targetGroupChecks(
  { loadBalancers }: Pick<CheckContext, 'loadBalancers'>,
  { tasks }: Pick<CheckSubjects, 'tasks'>,
): ToCheck[] {
  return tasks.flatMap(({ service, definition }) =>
    (service?.loadBalancers ?? []).flatMap(({ targetGroupArn, containerName, containerPort }) => {
      if (targetGroupArn === undefined || containerName === undefined || containerPort === undefined)
        return [];
      return [
        async () => [
          await checked('target-group', nameOf(targetGroupArn), async () => {
            const group = await loadBalancers.targetGroup(targetGroupArn);
            if (group === undefined) return fail('there is no such target group');
            return judgeTargetGroup(group, definition, { container: containerName, port: containerPort });
          }),
        ],
      ];
    }),
  );
}

/** "…:targetgroup/web/0123456789abcdef" is "web". */
function nameOf(arn: string): string {
  return arn.split('/').at(-2) ?? arn;
}
