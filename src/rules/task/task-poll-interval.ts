/** Short tasks end soon: for so long we look often. */
const FIRST_MINUTES_MS = 120_000;

/** How long to wait between two looks at a one-off task, in milliseconds: 2 to 3 s at first, 4 to 6 s later. */
export function taskPollInterval(elapsedMs: number, random: number): number {
  const shortest = elapsedMs < FIRST_MINUTES_MS ? 2_000 : 4_000;
  return Math.round(shortest * (1 + random / 2));
}
