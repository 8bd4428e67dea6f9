import type { PreviewPlan } from '../../config/plan.ts';
import { DeployError, isAwsError } from '../../errors.ts';
import type { PlannedSchedule } from '../../report/plan-report.ts';
import { revisionName } from '../../rules/aws/ecs-names.ts';
import { fail, skip, type Check } from '../../rules/preflight/check.ts';
import type { BroughtRevision } from '../../rules/schedule/pin.ts';
import { tellSchedule } from '../../rules/schedule/schedule-name.ts';
import type { StepContext } from '../context.ts';
import type { LiveService } from '../read-services.ts';
import { scheduleDrift } from '../schedules.ts';
import { reasonOf } from './checked.ts';
import type { ForeseenRevision } from './foresee-revisions.ts';

type Context = Pick<StepContext, 'ecs' | 'events' | 'scheduler' | 'log' | 'signal' | 'clock'>;

/** The targets that a deploy would move, and those of them that lag behind what runs already. */
export async function plannedSchedules(
  context: Context,
  { schedules, environment, target }: PreviewPlan,
  { services, revisions }: { services: readonly LiveService[]; revisions: readonly ForeseenRevision[] },
): Promise<{ planned: PlannedSchedule[]; checks: Check[] }> {
  if (schedules === undefined) return { planned: [], checks: [] };
  // What is not known of one service says nothing about the schedules of the others.
  const isPart = schedules.isPart || revisions.length < services.length;
  try {
    const drift = await scheduleDrift(context, {
      schedules: { ...schedules, isPart },
      revisions: revisions.map((revision) => brought(revision, services)),
      environment,
      cluster: target.cluster,
    });
    const running = new Set(services.map(({ current }) => revisionName(current.arn)));
    return {
      planned: drift.map(({ schedule, target: id, from, to }) => ({
        schedule: tellSchedule(schedule),
        ...(id === '' ? {} : { target: id }),
        from,
        to,
        isBehind: !running.has(from),
      })),
      checks: [],
    };
  } catch (thrown) {
    const reason = reasonOf(thrown);
    const isFound = thrown instanceof DeployError && !isAwsError(thrown) && thrown.code !== 'INTERNAL';
    const finding = isFound ? fail([thrown.message, thrown.hint ?? ''].join('. ').trim()) : skip(reason);
    return { planned: [], checks: [{ check: 'schedule', subject: 'schedules', ...finding }] };
  }
}

/** One that is still to be registered has no number yet. */
function brought(
  { service, family, known }: ForeseenRevision,
  services: readonly LiveService[],
): BroughtRevision {
  if (known !== undefined) return { family, arn: known.arn };
  const current = services.find(({ plan }) => plan.name === service)?.current.arn ?? '';
  return { family, arn: `${current.slice(0, current.lastIndexOf('/') + 1)}${family}:(new)` };
}
