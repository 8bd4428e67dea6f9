import { createServer } from 'node:http';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { jest } from '@jest/globals';
import type { ActionRun } from '../e2e/support/runner.ts';
import { breaker } from '../fakes/aws/fake-aws.ts';
import { startGitHub } from '../fakes/github/server.ts';
import { inputs, openFakeShop, type FakeShop } from './fake-shop.ts';
import { runInTerminal } from './terminal.ts';

// Each test starts Node several times, beside others.
jest.setTimeout(120_000);

const ACCOUNT = '111111111111';
/** One that nobody configured: a container talks of it. */
const OTHER = '222222222222';
const HIDING = { 'mask-aws-account-id': 'true' };

const logLines = [
  `cannot assume arn:aws:iam::${OTHER}:role/reports`,
  `bucket reports-${OTHER}, bucket shop-${ACCOUNT}`,
];
const failing = () => breaker({ afterSeconds: 0.5, rollbackSeconds: 0.2, logLines });

/** The runner takes the commands away that tell it what to hide. */
const withoutMasks = (text: string) =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n');

/** All that a person can come to read of a run. */
const writtenBy = ({ stdout, summary, post }: ActionRun) =>
  [withoutMasks(stdout), summary, withoutMasks(post.stdout)].join('\n');

const idsIn = (text: string) =>
  [ACCOUNT, OTHER].filter((id) => new RegExp(`(?<!\\d)${id}(?!\\d)`).test(text));

async function withShop<T>(
  options: Parameters<typeof openFakeShop>[0],
  body: (shop: FakeShop) => Promise<T>,
) {
  const shop = await openFakeShop(options);
  try {
    return await body(shop);
  } finally {
    await shop.close();
  }
}

describe('account ids are hidden in all that the bundle writes', () => {
  it.each<[string, Record<string, string>, boolean]>([
    ['a deploy with a migration', { ...inputs, migrate: 'bin/migrate' }, false],
    ['a deploy that is rolled back', inputs, true],
    ['a plan', { ...inputs, command: 'plan' }, false],
    ['status', { ...inputs, command: 'status' }, false],
    ['an image that is not there', { ...inputs, image: 'v9' }, false],
  ])('%s, in the runner with debug lines', (_, given, fails) =>
    withShop(fails ? { rollout: failing() } : {}, async (shop) => {
      const environment = { ...shop.environment, RUNNER_DEBUG: '1' };
      const plain = await shop.run({ inputs: { ...given, command: 'status' }, environment });
      // Otherwise this test could not fail.
      expect(idsIn(writtenBy(plain))).not.toEqual([]);

      const run = await shop.run({ inputs: { ...given, ...HIDING }, environment });
      expect(idsIn(writtenBy(run))).toEqual([]);
      expect(writtenBy(run)).toContain('***');
      expect(run.stdout).toContain(`::add-mask::`);
    }),
  );

  it('what later steps get has whole ARNs', () =>
    withShop({}, async (shop) => {
      const run = await shop.run({ inputs: { ...inputs, migrate: 'bin/migrate', ...HIDING } });
      expect(run.outputs['migration-task']).toContain(`arn:aws:ecs:ap-northeast-1:${ACCOUNT}:task/`);
      expect(run.outputs['image']).toMatch(new RegExp(`^${ACCOUNT}\\.dkr\\.ecr\\.`));
      expect(run.stdout).toContain(`::add-mask::${ACCOUNT}\n`);
    }));

  it.each([
    'deploy --image v2 --repository shop',
    'deploy --image v2 --repository shop --json',
    'plan --image v2 --repository shop --json',
    'status --json',
  ])('%s, in a terminal, where no runner takes anything away', (words) =>
    withShop({ rollout: failing() }, async (shop) => {
      const folder = mkdtempSync(join(tmpdir(), 'written-'));
      try {
        const run = await runInTerminal(
          shop.checkout.folder,
          [
            ...words.split(' '),
            ...['--cluster', 'staging', '--services', 'web', '--environment', 'staging'],
            '--mask-aws-account-id',
          ],
          {
            ...shop.environment,
            DEPLOY_DEBUG: '1',
            DEPLOY_SUMMARY_FILE: join(folder, 'summary.md'),
            DEPLOY_OUTPUT_FILE: join(folder, 'outputs'),
          },
        );
        const summary = readFileSync(join(folder, 'summary.md'), 'utf8');
        expect(idsIn(run.stdout + run.stderr + summary)).toEqual([]);
        expect(run.stdout + run.stderr).toContain('***');
        expect(run.stdout + run.stderr).not.toContain('::add-mask::');
        if (words.startsWith('deploy'))
          expect(readFileSync(join(folder, 'outputs'), 'utf8')).toContain(`${ACCOUNT}.dkr.ecr.`);
      } finally {
        rmSync(folder, { recursive: true });
      }
    }),
  );

  it('in the comment of a plan', () =>
    withShop({}, async (shop) => {
      const github = await startGitHub({ repository: 'acme/shop', branch: 'develop' });
      try {
        await github.state.openBy('mika', { head: 'topic', base: 'develop', title: 'Topic' });
        const [pull] = github.state.pulls;
        const run = await shop.run({
          event: {
            ...shop.event,
            name: 'pull_request',
            payload: {
              pull_request: {
                number: pull!.number,
                base: { ref: 'develop', repo: { full_name: 'acme/shop' } },
                head: { ref: 'topic', sha: shop.event.sha, repo: { full_name: 'acme/shop' } },
              },
            },
          },
          inputs: {
            ...inputs,
            command: 'plan',
            environment: 'staging',
            'github-token': 'ghs_bot',
            ...HIDING,
          },
          environment: { ...shop.environment, GITHUB_API_URL: github.url },
        });
        const comments = github.state.pull(pull!.number).comments.map(({ body }) => body);
        expect({ comments: comments.length, said: run.stdout }).toMatchObject({ comments: 1 });
        expect(comments[0]).toContain('***.dkr.ecr.');
        expect(idsIn(comments.join('\n') + writtenBy(run))).toEqual([]);
      } finally {
        await github.stop();
      }
    }));

  it('in what is told to Slack', async () => {
    const told: unknown[] = [];
    const slack = createServer((request, answer) => {
      void json(request).then((body) => {
        told.push(body);
        answer.end('ok');
      });
    });
    await new Promise<void>((resolve) => slack.listen(0, '127.0.0.1', resolve));
    const config = `version: 1
image: { repository: shop }
environments: { staging: { branch: develop, cluster: staging } }
services: [web]
notify: { slack: SLACK_WEBHOOK_URL }
`;
    try {
      await withShop({ files: { '.github/deploy.yml': config } }, async (shop) => {
        const { port } = slack.address() as AddressInfo;
        const environment = { ...shop.environment, SLACK_WEBHOOK_URL: `http://127.0.0.1:${port}/hook` };
        await shop.run({ inputs: { image: 'v9' }, environment });
        expect(idsIn(JSON.stringify(told.splice(0)))).not.toEqual([]);
        await shop.run({ inputs: { image: 'v9', ...HIDING }, environment });
        expect(told).toHaveLength(2);
        expect(idsIn(JSON.stringify(told))).toEqual([]);
      });
    } finally {
      slack.close();
    }
  });
});
