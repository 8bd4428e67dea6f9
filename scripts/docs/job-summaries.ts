import { breaker } from '../../__tests__/fakes/aws/fake-aws.ts';
import { Shop } from '../../__tests__/fakes/shop.ts';

/**
 * Job summaries of two runs of the whole program, in process, against the fake AWS of the unit tests on a clock that
 * nobody waits for. So they are the same every time, and a test sees when the page is older than the code.
 */
export async function jobSummaries(): Promise<Record<string, string>> {
  return { completed: await completed(), 'rolled-back': await rolledBack() };
}

async function completed(): Promise<string> {
  const shop = new Shop({ serviceDeployments: true });
  shop.aws.ecs.nextTask(
    {},
    {
      provisionSeconds: 9,
      pullSeconds: 6,
      runSeconds: 4,
      logLines: ['2 migrations applied before, 1 to apply', '0003_add_price.sql: applied'].map(
        (message, index) => ({ afterSeconds: index + 1, message }),
      ),
    },
  );
  return summaryOf(shop);
}

async function rolledBack(): Promise<string> {
  const shop = new Shop({ serviceDeployments: true });
  const crash = ['Error: PAYMENT_URL is not set', '    at server.js:4:37'];
  shop.aws.ecs.nextRollout('web', breaker({ exitCode: 1, logLines: crash }));
  return summaryOf(shop);
}

async function summaryOf(shop: Shop): Promise<string> {
  await shop.deploy();
  return asItIs(deeper(shop.host.summaries.join('\n')));
}

/** Headings one level down: the page has headings of its own. */
function deeper(markdown: string): string {
  return markdown.replaceAll(/^(#+ )/gm, '#$1');
}

/** Prettier would take out backslashes and pad tables, and the page shows what the run wrote. */
function asItIs(markdown: string): string {
  return `<!-- prettier-ignore-start -->\n\n${markdown.trim()}\n\n<!-- prettier-ignore-end -->`;
}
