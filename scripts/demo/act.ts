import { isDeepStrictEqual } from 'node:util';
import type { ActionRequest, ActionRun } from '../../__tests__/e2e/support/runner.ts';
import type { Shop } from '../../__tests__/e2e/support/shop.ts';

/** One claim about the product, played on the stage and then checked against the stage itself. */
export interface Act {
  /** Name of its job summary in demo-results/. */
  name: string;
  claim: string;
  play(shop: Shop, running: Running): Promise<Played>;
}

export type Running = Pick<ActionRequest, 'onLine' | 'signal'>;

/** The same for a run beside the one that is shown. */
export function unseen({ signal }: Running): Running {
  return signal === undefined ? {} : { signal };
}

export interface Played {
  run: ActionRun;
  checks: Check[];
}

/** One thing that has to be so. */
export interface Check {
  what: string;
  holds: boolean;
  seen: unknown;
  wanted: unknown;
}

export function check(what: string, seen: unknown, wanted: unknown): Check {
  return { what, holds: isDeepStrictEqual(seen, wanted), seen, wanted };
}

export function failedChecks({ checks }: Played): Check[] {
  return checks.filter(({ holds }) => !holds);
}
