const TRIALS = 20_000;

/**
 * How late the AWS SDK's waiter comes, in seconds, for something that is over after `seconds`: it looks at once, then
 * after delays drawn evenly between `shortest` and the shortest doubled with each attempt, at most `longest`
 * (@smithy/util-waiter, `exponentialBackoffWithJitter`).
 */
export function waiterLateness({
  shortest,
  longest,
  seconds,
}: {
  shortest: number;
  longest: number;
  seconds: number;
}): number[] {
  const ceiling = Math.log(longest / shortest) / Math.log(2) + 1;
  return Array.from({ length: TRIALS }, () => {
    let now = 0;
    for (let attempt = 1; now < seconds; attempt += 1) {
      now +=
        attempt > ceiling ? longest : shortest + Math.random() * (shortest * 2 ** (attempt - 1) - shortest);
    }
    return now - seconds;
  });
}
