import type { UrlVerifyPlan } from '../../config/plan.ts';
import { addTry, urlProblem } from '../../rules/verify/url-verdict.ts';
import type { StepContext } from '../context.ts';
import { within } from './deadline.ts';
import { MOST_TAIL_LINES, type Finding, type Progress } from './finding.ts';

/** One answer takes no longer, in milliseconds; then it is asked for anew. */
const LONGEST_ANSWER_MS = 30_000;

/** Asks the address until it answers as it should, or the time is over. */
export async function verifyByUrl(
  context: Pick<StepContext, 'httpGet' | 'clock' | 'log' | 'signal'>,
  plan: UrlVerifyPlan,
  progress: Progress,
): Promise<Finding> {
  const { clock, log, signal } = context;
  const { timeoutSeconds, intervalSeconds } = plan;
  const deadline = clock.now() + timeoutSeconds * 1000;
  let told = '';
  for (;;) {
    progress.attempts += 1;
    const problem = await problemOf(context, plan, Math.min(LONGEST_ANSWER_MS, deadline - clock.now()));
    if (problem === undefined) return { state: 'passed' };
    progress.tail = addTry(progress.tail, problem, MOST_TAIL_LINES);
    // Each new answer once: a service that starts may say the same for minutes.
    if (problem !== told) log.outside([problem]);
    told = problem;
    const left = deadline - clock.now();
    if (left <= intervalSeconds * 1000) {
      const tries = progress.attempts === 1 ? '1 try' : `${progress.attempts} tries`;
      return { state: 'timed-out', reason: `did not pass within ${timeoutSeconds} s (${tries}): ${problem}` };
    }
    await clock.sleep(intervalSeconds * 1000, signal);
  }
}

async function problemOf(
  { httpGet, clock, signal }: Pick<StepContext, 'httpGet' | 'clock' | 'signal'>,
  plan: UrlVerifyPlan,
  milliseconds: number,
): Promise<string | undefined> {
  const { url, headers, secretHeaders } = plan;
  try {
    const answer = await within({ clock, signal }, milliseconds, (ending) =>
      httpGet({ url, headers, secretHeaders, signal: ending }),
    );
    return answer === 'late'
      ? `it did not answer within ${Math.round(milliseconds / 1000)} s`
      : urlProblem(plan, answer.value);
  } catch (error) {
    signal.throwIfAborted();
    return `no answer: ${error instanceof Error ? error.message : String(error)}`;
  }
}
