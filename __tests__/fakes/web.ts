import type { Clock } from '../../src/ports/clock.ts';
import type { HttpAnswer, HttpGet, HttpRequest } from '../../src/ports/http.ts';

/** One answer of the web: a status, an answer, no answer because of something, or none for so many seconds. */
export type WebAnswer = number | Partial<HttpAnswer> | { refuses: string } | { silentSeconds: number };

/** A web that gives the answers it was told, the last of them for ever. */
export class FakeWeb {
  readonly requests: HttpRequest[] = [];
  readonly #clock: Clock;
  readonly #answers: WebAnswer[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  answers(...answers: WebAnswer[]): void {
    this.#answers.push(...answers);
  }

  get: HttpGet = async (request) => {
    this.requests.push(request);
    const answer = this.#answers[Math.min(this.requests.length, this.#answers.length) - 1] ?? 200;
    if (typeof answer === 'number') return { status: answer, body: '', isCut: false };
    if ('refuses' in answer) throw new Error(answer.refuses);
    if ('silentSeconds' in answer) {
      await this.#clock.sleep(answer.silentSeconds * 1000, request.signal);
      return { status: 200, body: '', isCut: false };
    }
    return { status: 200, body: '', isCut: false, ...answer };
  };
}
