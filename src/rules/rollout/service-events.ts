export interface ServiceEventFacts {
  id?: string | undefined;
  createdAt?: Date | undefined;
  message?: string | undefined;
}

/** Events carry whole seconds at times; an event of the same second as our call is ours rather than lost. */
const CLOCK_SLACK_MS = 1_000;

/** The events that came since `since` (ms) and were not shown before, oldest first. ECS lists the newest first. */
export function newEvents<Event extends ServiceEventFacts>(
  events: readonly Event[] | undefined,
  since: number,
  shown: ReadonlySet<string>,
): Event[] {
  return (events ?? [])
    .filter(
      ({ id, createdAt }) =>
        id !== undefined && !shown.has(id) && (createdAt?.getTime() ?? 0) >= since - CLOCK_SLACK_MS,
    )
    .reverse();
}

const TROUBLE =
  /fail|unable|unhealthy|error|throttl|missing|cannot|exceed|insufficient|not have enough|alarm|rolling back/iu;

/** Does an event tell that something does not go well? ECS's words differ by cause, and are not listed anywhere. */
export function isTrouble({ message = '' }: ServiceEventFacts): boolean {
  return TROUBLE.test(message);
}
