import pLimit from 'p-limit';
import { CancelledError, isAwsError } from '../../errors.ts';
import { pauseHooks } from '../../rules/rollout/traffic-shift.ts';
import type { StepContext } from '../context.ts';
import { actOnHook, tellPause, type PausedAt } from './lifecycle-hook.ts';

/** Decides what becomes of a deployment that waits at a PAUSE hook. Ends by the signal where nobody waits any more. */
export type DecideAtHook = (at: PausedAt, signal: AbortSignal) => Promise<'CONTINUE' | 'ROLLBACK'>;

interface Decision {
  at: PausedAt;
  controller: AbortController;
  over: Promise<void>;
}

type Context = Pick<StepContext, 'ecs' | 'clock' | 'log' | 'report' | 'signal'>;

/**
 * The decisions at the hooks of a run. They are made one after the other, beside the loop that follows the rollouts: the
 * other services, and the expiry of the hook itself, are seen meanwhile.
 */
export class HookDecisions {
  readonly #context: Context;
  readonly #cluster: string;
  readonly #decide: DecideAtHook;
  readonly #oneByOne = pLimit(1);
  readonly #open = new Map<string, Decision>();
  readonly #problems = new Map<string, string>();
  #error: Error | undefined;

  constructor(context: Context, cluster: string, decide: DecideAtHook) {
    this.#context = context;
    this.#cluster = cluster;
    this.#decide = decide;
  }

  begin(at: PausedAt): void {
    const controller = new AbortController();
    const signal = AbortSignal.any([this.#context.signal, controller.signal]);
    const { hookId } = at.hook;
    const over = this.#oneByOne(() => this.#carryOut(at, signal)).catch((error: unknown) => {
      // Ended by the signal, it has nothing to say.
      if (!signal.aborted) this.#error ??= error instanceof Error ? error : new Error(String(error));
    });
    this.#open.set(hookId, { at, controller, over: over.finally(() => this.#open.delete(hookId)) });
  }

  /** Ends what is being decided for a service at hooks other than these: somebody else has acted, or time has. */
  endAllBut(service: string, waiting: readonly string[]): void {
    for (const { at, controller } of this.#open.values())
      if (at.service === service && !waiting.includes(at.hook.hookId))
        controller.abort(new Error('nobody waits for it any more: the hook was acted on, or it expired'));
  }

  /** Why what was decided for a service could not be carried out. */
  problemOf(service: string): string | undefined {
    return this.#problems.get(service);
  }

  /** A decision that could not be made ends the wait: the hook is left to a person. */
  throwIfFailed(): void {
    if (this.#error !== undefined) throw this.#error;
  }

  /** Ends all that is open, and waits for that. What a person has to decide now is told. */
  async end(): Promise<void> {
    const open = [...this.#open.values()];
    const isCancelled = this.#context.signal.reason instanceof CancelledError;
    for (const { controller } of open)
      controller.abort(new Error('the run no longer follows the deployment'));
    await Promise.all(open.map(({ over }) => over));
    if (isCancelled) for (const { at } of open) tellPause(this.#context, this.#cluster, at);
  }

  async #carryOut(at: PausedAt, signal: AbortSignal): Promise<void> {
    const { log } = this.#context;
    signal.throwIfAborted();
    let action;
    try {
      action = await this.#decide(at, signal);
    } catch (error) {
      if (!signal.aborted) tellPause(this.#context, this.#cluster, at);
      throw error;
    }
    signal.throwIfAborted();
    log.info(`${action === 'CONTINUE' ? 'Continuing' : 'Rolling back'} ${at.service} at its lifecycle hook`);
    try {
      await actOnHook({ ...this.#context, signal }, at, action);
    } catch (error) {
      if (!isAwsError(error) || signal.aborted) throw error;
      if (await this.#isWaiting(at)) {
        this.#problems.set(at.service, error.message);
        tellPause(this.#context, this.#cluster, at);
      } else log.info(`${at.service} no longer waits at its hook: somebody else acted on it`);
    }
  }

  async #isWaiting({ serviceDeploymentArn, hook }: PausedAt): Promise<boolean> {
    const [deployment] = await this.#context.ecs.describeServiceDeployments([serviceDeploymentArn]);
    return pauseHooks(deployment?.lifecycleHookDetails).some(({ hookId }) => hookId === hook.hookId);
  }
}
