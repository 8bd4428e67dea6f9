import type { ServicePlan, VerifyPlan } from '../plan.ts';
import { report, type Draft } from './draft.ts';
import { oneOffOf } from './tasks.ts';

const FIVE_MINUTES = 5 * 60;

export function verifyOf(draft: Draft, services: ServicePlan[]): VerifyPlan | undefined {
  const { verify } = draft.sections;
  if (verify === undefined) return undefined;
  const { command, url, task, timeout: timeoutSeconds = FIVE_MINUTES } = verify;
  const path = draft.pathTo('verify');
  if (command !== undefined) return { kind: 'command', command, timeoutSeconds };
  if (url !== undefined) {
    const { status = 200, body, interval = 5, headers = {}, 'secret-headers': secretHeaders = {} } = verify;
    return {
      kind: 'url',
      url,
      statuses: typeof status === 'number' ? [status] : status,
      ...(body === undefined ? {} : { body }),
      intervalSeconds: interval,
      timeoutSeconds,
      headers,
      secretHeaders,
    };
  }
  if (task !== undefined) {
    const section = { timeout: timeoutSeconds, ...task, 'on-cancel': 'stop' as const };
    const plan = oneOffOf(draft, { ...section, label: 'verify.task', path: [...path, 'task'] }, services);
    return plan && { kind: 'task', task: plan, timeoutSeconds: plan.timeoutSeconds };
  }
  report(draft, '`verify` does not say how', {
    at: path,
    hint: 'Write one of `command`, `url` or `task`, such as `verify: { command: ./smoke.sh }`.',
  });
  return undefined;
}
