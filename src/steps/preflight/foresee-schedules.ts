import type { PreviewPlan } from '../../config/plan.ts';
import { DeployError, isAwsError } from '../../errors.ts';
import type { PlannedSchedule } from '../../report/plan-report.ts';
import { revisionName } from '../../rules/aws/ecs-names.ts';
import { fail, skip, type Check } from '../../rules/preflight/check.ts';
import type { BroughtRevision } from '../../rules/schedule/pin.ts';
import { tellSchedule } from '../../rules/schedule/schedule-name.ts';
import type { StepContext } from '../context.ts';
import type { LiveFamily } from '../revision/read-families.ts';
import type { LiveService } from '../services/read-services.ts';
import { scheduleDrift } from '../schedules/schedules.ts';
import { reasonOf } from './checked.ts';
import { newName, type Foreseen, type ForeseenFamily } from './foresee-revisions.ts';

type Context = Pick<StepContext, 'ecs' | 'events' | 'scheduler' | 'log' | 'signal' | 'clock'>;

interface Known {
  services: readonly LiveService[];
  families: readonly LiveFamily[];
  foreseen: Foreseen;
}

/** The targets that a deploy would move, and those of them that lag behind what runs already. */
export async function plannedSchedules(
  context: Context,
  { schedules, environment, target }: PreviewPlan,
  { services, families, foreseen }: Known,
): Promise<{ planned: PlannedSchedule[]; checks: Check[] }> {
  if (schedules === undefined) return { planned: [], checks: [] };
  const lives = [...services, ...families];
  // What is not known of one service says nothing about the schedules of the others.
  const isPart = schedules.isPart || foreseen.checks.length > 0;
  try {
    const drift = await scheduleDrift(context, {
      schedules: { ...schedules, isPart },
      revisions: [...foreseen.revisions, ...foreseen.families].map((one) => brought(one, lives)),
      environment,
      cluster: target.cluster ?? '',
    });
    const running = new Set(
      lives.flatMap(({ current }) => (current === undefined ? [] : [revisionName(current.arn)])),
    );
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

/** Account and region of one that is still to be registered are those of the revision that it is made from. */
function brought(
  { family, from, known }: ForeseenFamily,
  lives: readonly Pick<LiveFamily, 'current'>[],
): BroughtRevision {
  if (known !== undefined) return { family, arn: known.arn };
  const arns = lives.flatMap(({ current }) => (current === undefined ? [] : [current.arn]));
  const current = arns.find((arn) => revisionName(arn) === from) ?? '';
  return { family, arn: `${current.slice(0, current.lastIndexOf('/') + 1)}${newName(family)}` };
}
