import type { ListeningAws } from './fake-shop.ts';

/** Each call once in a row, for how often a wait asks is chance; and without what differs from run to run. */
export function callsOf({ aws }: Pick<ListeningAws, 'aws'>): unknown[] {
  const calls = aws.calls.map(({ service, operation, input }) => ({
    service,
    operation,
    input: JSON.parse(JSON.stringify(input, withoutRun)) as unknown,
  }));
  return calls.filter((call, at) => JSON.stringify(call) !== JSON.stringify(calls[at - 1]));
}

const ofTheRun = ['run', 'actor', 'verified-at'].map((name) => `deploy-action:${name}`);

function withoutRun(name: string, value: unknown): unknown {
  if (name === 'tags') return (value as { key: string }[]).filter(({ key }) => !ofTheRun.includes(key));
  return name === 'createdAt' ? undefined : value;
}
