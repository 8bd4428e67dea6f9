/**
 * The demo: a shop deploys itself through the committed bundle, act by act, and each act's claim is checked against
 * what really runs. Exit 0 only if every claim held. Started by `npm run demo`.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { docker } from '../../__tests__/stage/docker.ts';
import { actionFolder } from '../../__tests__/e2e/support/action-definition.ts';
import { openShop, type Shop } from '../../__tests__/e2e/support/shop.ts';
import { failedChecks, type Act } from './act.ts';
import { acts } from './acts.ts';
import { logPrinter, mark, printFailedChecks } from './screen.ts';

interface Result {
  act: Act;
  holds: boolean;
  seconds: number;
}

const results = join(actionFolder, 'demo-results');
const startedAt = performance.now();
const cancellation = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (cancellation.signal.aborted) return;
    console.log('\nStopping; everything that was started is being ended …');
    cancellation.abort();
  });
}

process.exitCode = await demo(cancellation.signal);

async function demo(signal: AbortSignal): Promise<number> {
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const shop = await openShop((what) => console.log(`${what} …`), signal).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  if (shop === undefined) return 130;
  try {
    await sayWhatStandsIn(shop);
    const played: Result[] = [];
    for (const act of acts) {
      played.push(await perform(act, shop, signal));
      if (signal.aborted) return 130;
    }
    printTable(played);
    return played.every(({ holds }) => holds) ? 0 : 1;
  } finally {
    await shop.close();
  }
}

async function sayWhatStandsIn({ stage, databases }: Shop): Promise<void> {
  const engine = await docker(stage, ['version', '--format', '{{.Server.Version}}']);
  console.log(`
No AWS account is touched: MiniStack ${stage.ministackVersion} stands in for AWS (ECS, ECR, CloudWatch Logs, STS),
and a server of ours over the shop's bare repository for the API of GitHub.
Real are the bundle, Docker ${engine}, every container, the image digests, git, and PostgreSQL ${databases.staging.version}.
`);
}

async function perform(act: Act, shop: Shop, signal: AbortSignal): Promise<Result> {
  const from = performance.now();
  const letter = act.name.slice(0, 1);
  console.log(`(${letter}) ${act.claim}`);
  let holds = false;
  try {
    const played = await act.play(shop, { onLine: logPrinter(), signal });
    writeFileSync(join(results, `${act.name}.md`), played.run.summary);
    const failed = failedChecks(played);
    printFailedChecks(failed);
    holds = failed.length === 0;
  } catch (error) {
    if (!signal.aborted) console.error(error);
  }
  const seconds = (performance.now() - from) / 1000;
  if (!signal.aborted) console.log(`${mark(holds)} (${letter}) ${act.claim} (${seconds.toFixed(1)} s)\n`);
  return { act, holds, seconds };
}

function printTable(played: readonly Result[]): void {
  console.log('| act | held | seconds | claim | job summary |\n| --- | --- | ---: | --- | --- |');
  for (const { act, holds, seconds } of played) {
    const columns = [act.name.slice(0, 1), holds ? 'yes' : 'NO', seconds.toFixed(1), act.claim];
    console.log(`| ${columns.join(' | ')} | demo-results/${act.name}.md |`);
  }
  const held = played.filter(({ holds }) => holds).length;
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`\n${held} of ${played.length} claims held, ${seconds.toFixed(0)} s in all.`);
}
