import type { ImagePlans } from '../../config/image-plan.ts';
import type { Service } from '../../ports/ecs.ts';
import type { PlannedImage } from '../../report/plan-report.ts';
import type { Check } from '../../rules/preflight/check.ts';
import type { JsonObject } from '../../rules/text/json.ts';
import type { StepContext } from '../context.ts';

/** A service or a family, with the definition that it would be given. */
export interface CheckedTask {
  name: string;
  definition: JsonObject;
  /** Absent for a family: whoever starts its tasks decides on their network. */
  service?: Service;
}

/** What the checks look at. */
export interface CheckSubjects {
  tasks: readonly CheckedTask[];
  images: readonly PlannedImage[];
  /** Their settings. */
  plans: ImagePlans;
  /** The account that is signed in to. */
  account: string;
}

export type CheckContext = Pick<
  StepContext,
  'ecr' | 'ecrIn' | 'logs' | 'loadBalancers' | 'roles' | 'secrets' | 'network' | 'region'
>;

/** A check that is still to be made. */
export type ToCheck = () => Promise<Check[]>;

/** Each of the texts once, without those that are empty. */
export function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].filter((text) => text !== '');
}
