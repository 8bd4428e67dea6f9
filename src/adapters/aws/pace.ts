import type { Clock } from '../../ports/clock.ts';
import { ECS_QUOTAS } from '../../rules/aws/ecs-quotas.ts';
import { parseRoleArn } from '../../rules/aws/trust-policy.ts';
import { addMiddleware, type HasMiddleware } from './middleware.ts';

/** Waits until a call may be made. Rejects with the signal's reason where it is aborted meanwhile. */
export type Pace = (action: string, signal?: AbortSignal) => Promise<void>;

/** Of a burst, a tenth is left: calls do not arrive as evenly as they were sent, and others share the account. */
const SHARE_OF_BURST = 0.9;

/**
 * A pace for each account and region: who calls the same one shares what may be called there. Without a role it is the
 * account of the credentials at hand.
 */
export function paces(clock: Clock): (at: { role: string | undefined; region: string | undefined }) => Pace {
  const known = new Map<string, Pace>();
  return ({ role = '', region = '' }) => {
    const place = `${parseRoleArn(role)?.account ?? ''} ${region}`;
    const pace = known.get(place) ?? ecsPace(clock);
    known.set(place, pace);
    return pace;
  };
}

/** As fast as ECS allows one account in one region, by token buckets like its own. */
export function ecsPace(clock: Clock): Pace {
  const buckets = new Map(
    ECS_QUOTAS.flatMap(({ actions, burst, perSecond }) => {
      const take = tokenBucket(clock, { burst: Math.floor(burst * SHARE_OF_BURST), perSecond });
      return actions.map((action) => [action, take] as const);
    }),
  );
  return async (action, signal) => buckets.get(action)?.(signal);
}

function tokenBucket(
  clock: Clock,
  { burst, perSecond }: { burst: number; perSecond: number },
): (signal?: AbortSignal) => Promise<void> {
  // Below zero: so many are promised to those who wait.
  let tokens = burst;
  let filledAt = clock.now();
  return async (signal) => {
    const now = clock.now();
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1000) * perSecond);
    filledAt = now;
    tokens -= 1;
    if (tokens >= 0) return;
    try {
      await clock.sleep(Math.ceil((-tokens / perSecond) * 1000), signal);
    } catch (error) {
      tokens += 1;
      throw error;
    }
  };
}

/** Every attempt of every call of a client waits its turn; what is asked after a cancel waits without giving up. */
export function keepPace(client: HasMiddleware, pace: Pace, signal: AbortSignal | undefined): void {
  addMiddleware(
    client,
    (next, { commandName = '' }) =>
      async (call) => {
        await pace(commandName.replace(/Command$/, ''), signal?.aborted === true ? undefined : signal);
        return next(call);
      },
    { name: 'keepPace', step: 'finalizeRequest', priority: 'low' },
  );
}
