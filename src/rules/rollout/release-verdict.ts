import { DeployError, OUTCOMES, worstOutcome, type ErrorCode, type Outcome } from '../../errors.ts';
import { MANY, someNames } from '../text/some-names.ts';

/** One service's part of a release. */
export interface ServiceResult {
  name: string;
  outcome: Outcome;
  reason?: string;
  stopReasons: readonly { reason: string; count: number }[];
}

export function releaseOutcome(services: readonly ServiceResult[]): Outcome {
  return worstOutcome(services.map(({ outcome }) => outcome));
}

/** Green is only what serves as it was asked for. */
export function isGood(outcome: Outcome): boolean {
  return outcome === 'completed' || outcome === 'no-change';
}

/** Nothing went wrong, and nothing is done yet: a person decides, in a later run. */
export function isHandedOver(outcome: Outcome): boolean {
  return outcome === 'paused';
}

/** It sends back what the plan says; what waits for a person, or was overtaken, does not. */
export function isFailure(outcome: Outcome): boolean {
  return !isGood(outcome) && !isHandedOver(outcome) && outcome !== 'superseded';
}

/** "web completed, worker rolled-back"; of many "48 completed, 2 failed: web, worker". */
export function tellServices(services: readonly ServiceResult[]): string {
  if (services.length <= MANY) return services.map(({ name, outcome }) => `${name} ${outcome}`).join(', ');
  const outcomes = [...new Set(services.map(({ outcome }) => outcome))];
  return outcomes
    .map((outcome) => {
      const names = services.filter((one) => one.outcome === outcome).map(({ name }) => name);
      return `${names.length} ${outcome}${isGood(outcome) ? '' : `: ${someNames(names)}`}`;
    })
    .join(', ');
}

/** The error of a release that did not complete, in the words of its worst service. */
export function releaseError(
  services: readonly ServiceResult[],
  { migrated = false, cause }: { migrated?: boolean; cause?: DeployError | undefined } = {},
): DeployError {
  const outcome = releaseOutcome(services);
  const { code, hint } = FAILURES[outcome] ?? { code: 'ROLLOUT_FAILED', hint: LOOK_AT_REASONS };
  const told = inWorstFirst(services).map(
    ({ name, outcome: end, reason }) => `${name} ${end}${reason === undefined ? '' : ` (${reason})`}`,
  );
  const more = told.length > MANY ? [`and ${told.length - MANY} more services`] : [];
  return new DeployError(code, `rollout: ${[...told.slice(0, MANY), ...more].join('; ')}`, {
    hint: [
      cause?.hint ?? hint,
      ...(migrated
        ? [
            'The migration of this run succeeded and is not undone: check that the revision that serves can live with it.',
          ]
        : []),
    ].join(' '),
    details: services.flatMap(({ name, stopReasons }) =>
      stopReasons.map(({ reason, count }) => `${name}: ${count} stopped: ${reason}`),
    ),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Of many only the first are told: those with stop reasons of their own, then those that ended worst. */
function inWorstFirst(services: readonly ServiceResult[]): readonly ServiceResult[] {
  if (services.length <= MANY) return services;
  const rank = ({ outcome, stopReasons }: ServiceResult) =>
    OUTCOMES.indexOf(outcome) + (stopReasons.length > 0 ? OUTCOMES.length : 0);
  return services.toSorted((one, other) => rank(other) - rank(one));
}

const LOOK_AT_REASONS =
  'Look at the stop reasons and the last log lines above; they are in the job summary too.';

const FAILURES: Partial<Record<Outcome, { code: ErrorCode; hint: string }>> = {
  'rolled-back': {
    code: 'ROLLOUT_ROLLED_BACK',
    hint: 'The revision from before serves again.',
  },
  'rollback-failed': {
    code: 'ROLLBACK_FAILED',
    hint: 'The services may be on different revisions. Look at their events, then deploy again or roll back by hand.',
  },
  superseded: {
    code: 'ROLLOUT_SUPERSEDED',
    hint: 'Somebody deployed while this run waited; that deploy decides what serves now.',
  },
  'timed-out': {
    code: 'ROLLOUT_TIMED_OUT',
    hint: 'Raise `rollout.timeout`, or find out in the service’s events what it waits for.',
  },
};
