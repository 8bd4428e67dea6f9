import type { Service, ServiceDeployment } from '../../ports/ecs.ts';
import { progressLine, togetherLine } from '../../rules/rollout/rollout-progress.ts';
import { isTrouble, newEvents } from '../../rules/rollout/service-events.ts';
import { MANY } from '../../rules/text/some-names.ts';
import type { StepContext } from '../context.ts';
import type { Watch } from './rollout-watch.ts';

/** Where many rollouts stand is told together this often, where it has changed. */
const TOGETHER_EVERY_MS = 30_000;

/**
 * Says what is new about the rollouts of a run: the events of the services, and a line on where each stands. Of many,
 * only the events that tell trouble and, where lines cannot be rewritten, one line about all.
 */
export class RolloutTeller {
  readonly #context: Pick<StepContext, 'clock' | 'log'>;
  readonly #watches: readonly Watch[];
  #lastLine = '';
  #lastAt: number;

  /** `watches` may grow. */
  constructor(context: Pick<StepContext, 'clock' | 'log'>, watches: readonly Watch[]) {
    this.#context = context;
    this.#watches = watches;
    this.#lastAt = context.clock.now() - TOGETHER_EVERY_MS;
  }

  /** What one look found of a service. */
  tell(watch: Watch, service: Service, serviceDeployment: ServiceDeployment | undefined): void {
    const { log } = this.#context;
    const events = newEvents(service.events, watch.rollout.startedAt, watch.shownEvents);
    for (const { id } of events) watch.shownEvents.add(id ?? '');
    const shown = this.#areMany ? events.filter(isTrouble) : events;
    log.outside(shown.map(({ message = '' }) => `  ${message}`));
    const line = progressLine(watch.rollout.service, service, watch.expected.deploymentId, serviceDeployment);
    const isOwnLine = log.isLive || !this.#areMany;
    if (line !== watch.lastLine && isOwnLine) log.progress(watch.rollout.service, line);
    watch.lastLine = line;
  }

  /** One has ended; how, is for others to say. */
  tellEnded({ end, rollout, lastLine }: Watch): void {
    const { log } = this.#context;
    if (log.isLive && lastLine !== '')
      log.progress(rollout.service, lastLine, end?.outcome === 'completed' ? 'completed' : 'ended');
  }

  /** A look has come to its end. */
  tellTogether(): void {
    const { clock, log } = this.#context;
    if (log.isLive || !this.#areMany || clock.now() - this.#lastAt < TOGETHER_EVERY_MS) return;
    const line = togetherLine(
      this.#watches.map(({ expected: { deploymentId }, lastService, end }) => ({
        deploymentId,
        service: lastService,
        outcome: end?.outcome,
      })),
    );
    if (line === this.#lastLine) return;
    log.info(line);
    this.#lastLine = line;
    this.#lastAt = clock.now();
  }

  get #areMany(): boolean {
    return this.#watches.length > MANY;
  }
}
