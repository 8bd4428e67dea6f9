import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pushEvent } from '../../__tests__/e2e/support/checkout.ts';
import { githubRepository, runAction, type ActionRun } from '../../__tests__/e2e/support/runner.ts';
import { gitIn, type Git } from '../../__tests__/fakes/github/git.ts';
import { startGitHub, type FakeGitHub } from '../../__tests__/fakes/github/server.ts';
import { COMMITS, COOKBOOKS, makeHistory, recipe } from './cookbook-history.ts';
import { largest, median, type Figure, type Measured } from './figure.ts';

const CHANGED = 10;
const RUNS = 5;
const TARGET_SECONDS = 2;
const TARGET_CALLS = 10;
const TARGET_WRITES = 8;

/** What the cookbook part takes in a large repository: the whole process of `bump`, on a full checkout. */
export const cookbooks: Figure = {
  name: 'cookbooks',

  async measure(onProgress) {
    const parent = mkdtempSync(join(tmpdir(), 'bench-'));
    try {
      onProgress(`Making a repository of ${COOKBOOKS} cookbooks and ${COMMITS} commits`);
      const origin = join(parent, 'origin.git');
      await makeHistory(origin);
      const github = await startGitHub({ repository: githubRepository, origin });
      try {
        return await measured(github, parent, onProgress);
      } finally {
        await github.stop();
      }
    } finally {
      rmSync(parent, { recursive: true });
    }
  },
};

async function measured(
  github: FakeGitHub,
  parent: string,
  onProgress: (what: string) => void,
): Promise<Measured[]> {
  const folder = join(parent, 'checkout');
  mkdirSync(folder);
  const git = gitIn(folder);
  await git('clone', '--quiet', github.state.origin, '.');
  const bump = (operation: string) => runBump(github, git, folder, operation);

  // The first run writes down where the infrastructure stands.
  await bump('none');
  onProgress(`Asking ${RUNS} times what is pending and released: nothing`);
  const idle = await times(RUNS, () => bump('none'));

  onProgress(`Changing ${CHANGED} cookbooks`);
  for (let index = 0; index < CHANGED; index += 1)
    writeFileSync(join(folder, recipe(index * 7)), `package 'changed'\n`);
  await git('commit', '--quiet', '--all', '--message', 'Change ten');
  await git('push', '--quiet', 'origin', 'HEAD');
  const opened = await bump('created');
  onProgress(`Asking ${RUNS} times what is pending and released: the same ${CHANGED}`);
  const same = await times(RUNS, () => bump('unchanged'));

  const size = `${COOKBOOKS} cookbooks, ${COMMITS.toLocaleString('en')} commits`;
  return [
    time(`Pending and released of ${size}: nothing to do`, idle),
    time(`Pending and released of ${size}: the pull request is right`, same),
    {
      what: 'GitHub API calls where nothing changes',
      target: `≤ ${TARGET_CALLS}`,
      measured: `${calls(idle)} without, ${calls(same)} with a pull request`,
      holds: Math.max(calls(idle), calls(same)) <= TARGET_CALLS,
      how: 'counted by the server; no write among them',
    },
    {
      what: `Writes to open a pull request over ${CHANGED} cookbooks`,
      target: `≤ ${TARGET_WRITES}`,
      measured: `${opened.writes}, of ${opened.calls} calls`,
      holds: opened.writes <= TARGET_WRITES,
      how: `counted by the server; ${opened.run.seconds.toFixed(2)} s`,
    },
  ];
}

interface Bump {
  run: ActionRun;
  calls: number;
  writes: number;
}

async function runBump(github: FakeGitHub, git: Git, folder: string, operation: string): Promise<Bump> {
  const head = await git('rev-parse', 'HEAD');
  const [seen, written] = [github.requests.length, github.writes().length];
  const run = await runAction({
    workspace: folder,
    event: pushEvent({ ref: 'refs/heads/master', before: await git('rev-parse', 'HEAD^'), after: head }),
    inputs: { command: 'bump', 'github-token': 'ghs_bot' },
    environment: { PATH: process.env['PATH'] ?? '', GITHUB_API_URL: github.url },
  });
  if (run.exitCode !== 0 || run.outputs['bump-operation'] !== operation)
    throw new Error(`not ${operation}, but ${run.outputs['bump-operation']}:\n${run.stdout}`);
  return { run, calls: github.requests.length - seen, writes: github.writes().length - written };
}

async function times(count: number, body: () => Promise<Bump>): Promise<Bump[]> {
  const all: Bump[] = [];
  for (let index = 0; index < count; index += 1) {
    const bump = await body();
    if (bump.writes > 0) throw new Error(`a run that changes nothing wrote ${bump.writes} times`);
    all.push(bump);
  }
  return all;
}

function calls(bumps: readonly Bump[]): number {
  return largest(bumps.map((bump) => bump.calls));
}

function time(what: string, bumps: readonly Bump[]): Measured {
  const seconds = bumps.map(({ run }) => run.seconds);
  const middle = median(seconds);
  return {
    what,
    target: `≤ ${TARGET_SECONDS} s`,
    measured: `${middle.toFixed(2)} s (at most ${largest(seconds).toFixed(2)})`,
    holds: middle <= TARGET_SECONDS,
    how: `median of ${bumps.length} whole processes of \`bump\`, with a GitHub of ours that runs git for each answer`,
  };
}
