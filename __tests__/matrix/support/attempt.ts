import type { AwsRequestHandler } from '../../../src/adapters/aws/client-settings.ts';
import { CancelledError } from '../../../src/errors.ts';
import { main } from '../../../src/main.ts';
import type { World } from '../../../src/ports/world.ts';
import { inProcess } from '../../fakes/aws/transport.ts';
import { FakeHost } from '../../fakes/host.ts';
import type { Shop } from '../../fakes/shop.ts';

/** Where a process meets the outside: right before a call is carried out, or right after, its answer still on the way. */
export interface Crossing {
  /** Counted over all calls of the process, from 1. */
  index: number;
  side: 'before' | 'after';
}

/** What can happen to a process at a crossing. */
export interface Fate {
  /** SIGKILL: not a line of it runs any more. */
  kill(): void;
  /** What `cancellation()` makes of the first signal. */
  cancel(signal: 'SIGINT' | 'SIGTERM'): void;
  /** The answer never comes, and the SDK's time-out ends the wait for it. */
  timeOut(): void;
}

export interface Attempt {
  host: FakeHost;
  /** Undefined where it was killed. */
  exitCode: number | undefined;
  /** Fake time between the signal and the end; undefined where none was sent. */
  secondsToExit: number | undefined;
}

/** As in `keepAliveConnections`. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * One process of the program, the same run however often it is started. `onCrossing` may end it or lose its calls;
 * what it had under way in AWS stays there, and another attempt finds it.
 */
export async function startAttempt(
  shop: Shop,
  {
    attempt = 1,
    onCrossing = () => undefined,
  }: { attempt?: number; onCrossing?: (crossing: Crossing, fate: Fate) => void } = {},
): Promise<Attempt> {
  const host = new FakeHost({ event: { ...shop.host.currentEvent, runAttempt: attempt } });
  host.inputs = { ...shop.host.inputs };
  const cancellation = new AbortController();
  const killed = new AbortController();
  let cancelledAt: number | undefined;
  let index = 0;

  const forever = new Promise<never>(() => undefined);
  const isKilled = () => killed.signal.aborted;
  const unlessKilled = <T>(value: Promise<T>): Promise<T> =>
    isKilled() ? forever : value.then((got) => (isKilled() ? forever : got));

  /** Carries one call out between its two crossings. */
  async function cross<T>(carryOut: () => Promise<T>): Promise<T> {
    if (isKilled()) return forever;
    index += 1;
    const here = index;
    const lost = new AbortController();
    const fate: Fate = {
      kill: () => killed.abort(),
      cancel: (signal) => {
        cancelledAt = shop.clock.now();
        cancellation.abort(new CancelledError(signal));
      },
      timeOut: () => lost.abort(),
    };
    const meet = async (side: Crossing['side']) => {
      onCrossing({ index: here, side }, fate);
      if (!lost.signal.aborted) return;
      await shop.clock.sleep(REQUEST_TIMEOUT_MS);
      throw Object.assign(new Error('a request has exceeded the configured 30000 ms requestTimeout.'), {
        name: 'TimeoutError',
        code: 'ETIMEDOUT',
      });
    };
    await meet('before');
    const value = await (isKilled() ? forever : carryOut());
    await meet('after');
    return isKilled() ? forever : value;
  }

  const world = shop.world();
  const { clock, builder } = world;
  const wire = inProcess((request) => shop.aws.answer(request)) as unknown as {
    handle(request: unknown): Promise<unknown>;
  };
  const requestHandler = {
    ...wire,
    handle: (request: unknown) => cross(() => wire.handle(request)),
  } as unknown as AwsRequestHandler;
  const mortal: World = {
    ...world,
    host,
    signal: cancellation.signal,
    clock: {
      now: () => clock.now(),
      random: () => clock.random(),
      sleep: (ms, signal) => unlessKilled(clock.sleep(ms, signal)),
    },
    builder: {
      probe: () => unlessKilled(builder.probe()),
      buildAndPush: (request) => cross(() => builder.buildAndPush(request)),
      tagRemote: (login, from, to) => unlessKilled(builder.tagRemote!(login, from, to)),
    },
    connectAws: () => shop.aws.connect({ requestHandler, signal: cancellation.signal }),
  };
  const death = new Promise<undefined>((resolve) => {
    killed.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const exitCode = await Promise.race([main(mortal), death]);
  return {
    host,
    exitCode,
    secondsToExit: cancelledAt === undefined ? undefined : (shop.clock.now() - cancelledAt) / 1000,
  };
}
