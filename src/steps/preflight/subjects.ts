import type { PlannedImage } from '../../report/plan-report.ts';
import type { Check } from '../../rules/preflight/check.ts';
import type { JsonObject } from '../../rules/text/json.ts';
import type { StepContext } from '../context.ts';
import type { LiveService } from '../read-services.ts';

/** What the checks look at. */
export interface CheckSubjects {
  /** Each service with the definition that it would be given. */
  services: readonly { live: LiveService; definition: JsonObject }[];
  images: readonly PlannedImage[];
  /** The account that is signed in to. */
  account: string;
}

export type CheckContext = Pick<
  StepContext,
  'ecr' | 'logs' | 'loadBalancers' | 'roles' | 'secrets' | 'network' | 'region'
>;

/** A check that is still to be made. */
export type ToCheck = () => Promise<Check[]>;

/** Each of the texts once, without those that are empty. */
export function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].filter((text) => text !== '');
}
