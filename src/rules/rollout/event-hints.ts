import { newEvents, type ServiceEventFacts } from './service-events.ts';
import { stopReasonOf } from '../task/stop-reasons.ts';

/**
 * What to look at for what the events of a service say since `since` (ms): some causes, such as a port that nobody
 * answers on, stand in no stopped task. Each hint once, and none that was `told` already.
 */
export function eventHints(
  events: readonly ServiceEventFacts[] | undefined,
  since: number,
  told: readonly string[],
): string[] {
  const hints = newEvents(events, since, new Set()).flatMap(
    ({ message = '' }) => stopReasonOf(message)?.hint ?? [],
  );
  return [...new Set(hints)].filter((hint) => !told.includes(hint));
}
