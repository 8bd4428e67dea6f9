import type { NotifyPlan } from '../config/plan.ts';
import type { Clock } from '../ports/clock.ts';
import type { Host } from '../ports/host.ts';
import type { PostWebhook } from '../ports/webhook.ts';
import type { Log } from '../report/log.ts';
import { endText, startText, type NoticeEnd, type NoticeFacts } from '../rules/notify/slack-text.ts';

interface NotifyContext {
  host: Pick<Host, 'shareable'>;
  postWebhook: PostWebhook;
  clock: Pick<Clock, 'now'>;
  log: Pick<Log, 'warn'>;
}

/** Long enough for Slack on a bad day, and nothing beside a deploy. */
const TIMEOUT_MS = 3_000;
/** A cancelled run has seconds left for what matters more. */
const LATE_TIMEOUT_MS = 1_000;

/**
 * Tells that a run has begun, and gives back what tells its end. Nothing waits for the beginning to be told, and nothing
 * depends on either: what cannot be sent is one warning.
 */
export function tellStart(
  context: NotifyContext,
  { slack }: NotifyPlan,
  facts: NoticeFacts,
): (end: Omit<NoticeEnd, 'seconds'>) => Promise<void> {
  const { clock } = context;
  const startedAt = clock.now();
  let isWarned = false;
  const send = async (text: string, timeoutMs: number): Promise<void> => {
    try {
      await context.postWebhook({
        variable: slack,
        body: { text: context.host.shareable(text), unfurl_links: false },
        timeoutMs,
      });
    } catch (thrown) {
      if (!isWarned) context.log.warn('notify', `Slack was not told: ${messageOf(thrown)}`);
      isWarned = true;
    }
  };
  const started = send(startText(facts), TIMEOUT_MS);
  return async (end) => {
    // One after the other, or a channel would read the end first.
    await started;
    const seconds = (clock.now() - startedAt) / 1000;
    await send(
      endText(facts, { ...end, seconds }),
      end.outcome === 'cancelled' ? LATE_TIMEOUT_MS : TIMEOUT_MS,
    );
  };
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : 'no reason given';
}
