/** Phases after which a build is over within seconds, or may be. */
const NEAR_THE_END = ['POST_BUILD', 'UPLOAD_ARTIFACTS', 'FINALIZING', 'COMPLETED'];

/** How long to wait between two looks at a build, in milliseconds: one call for all builds, 1 to 3 s. */
export function buildPollInterval(phase: string | undefined, random: number): number {
  if (phase === 'QUEUED' || phase === 'SUBMITTED') return Math.round(2_000 + 1_000 * random);
  const shortest = phase !== undefined && NEAR_THE_END.includes(phase) ? 1_000 : 1_500;
  return Math.round(shortest + 500 * random);
}

/**
 * How long to wait between two looks at a log, in milliseconds. A look takes two calls, and CloudWatch Logs allows ten
 * GetLogEvents a second in its smaller regions (AWS documentation, CloudWatch Logs quotas): the more logs are
 * followed side by side, the longer, and a line is still shown within 5 s.
 */
export function buildLogInterval(logs: number): number {
  return Math.min(4_000, Math.max(2_000, 240 * logs));
}

/**
 * How long to wait before a build is asked for again that a limit has turned away, in milliseconds: at first 4 to 5 s,
 * then 8 to 11 s, from then on 15 to 20 s. `refusals` counts those so far, from 1.
 */
export function limitInterval(refusals: number, random: number): number {
  const shortest = Math.min(2_000 * 2 ** refusals, 15_000);
  return Math.round(shortest * (1 + random / 3));
}
