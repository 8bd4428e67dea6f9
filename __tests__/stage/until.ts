import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks again and again until the answer holds, and returns it.
 * @param limit milliseconds after which it fails, naming what it waited for and what it saw last
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T> | T,
  holds: (answer: T) => boolean,
  limit = 60_000,
): Promise<T> {
  const deadline = Date.now() + limit;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > deadline) {
      throw new Error(
        `Waited ${limit / 1000} s in vain: ${what}. Last seen: ${JSON.stringify(answer, null, 2)}`,
      );
    }
    await pause(100);
  }
}
