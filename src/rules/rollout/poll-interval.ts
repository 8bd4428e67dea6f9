/** At a lifecycle hook a person decides, within minutes or days: nobody misses a few seconds. */
export const HOOK_POLL_INTERVAL_MS = 5_000;

/** Rollouts of ten minutes are still to be followed closely. */
const LONG_WAIT_MS = 11 * 60_000;

/**
 * How long to wait between two looks at services, in milliseconds. The return must follow the end of a rollout
 * within two seconds (ports/clock jitter included). Ten services fit a call, and twenty of their service deployments:
 * fifty waiting services make fewer than 150 calls a minute, far below what ECS allows (DescribeServices: 20 a second,
 * burst 100). `waited` milliseconds already, beyond eleven minutes nobody counts seconds any more.
 */
export function pollInterval(openServices: number, random: number, waited = 0): number {
  const callsPerLook = Math.ceil(openServices / 10) + Math.ceil(openServices / 20);
  const base = Math.max(waited < LONG_WAIT_MS ? 1_500 : 5_000, callsPerLook * 410);
  return Math.round(base * (0.9 + 0.2 * random));
}
