import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createHistory } from '../../../src/adapters/git/history.ts';
import { createGitHub } from '../../../src/adapters/github/github-api.ts';
import { createRunCommand } from '../../../src/adapters/run-command.ts';
import { bump, type BumpContext, type BumpPlan, type CookbookReport } from '../../../src/commands/bump.ts';
import { asDeployError, type DeployError, type Outcome } from '../../../src/errors.ts';
import type { HostEvent } from '../../../src/ports/host.ts';
import { Log } from '../../../src/report/log.ts';
import { newRunReport } from '../../../src/report/run-report.ts';
import type { CookbookPlan } from '../../../src/rules/cookbook/plan.ts';
import { FakeClock } from '../clock.ts';
import { FakeHost, PUSH_TO_DEVELOP } from '../host.ts';
import { gitIn, type Git } from './git.ts';
import { startGitHub, type FakeGitHub } from './server.ts';

export const PLAN: CookbookPlan = {
  paths: ['cookbooks/*'],
  branch: 'master',
  level: 'patch',
  pins: [],
  dependants: 'excluding',
};

export interface RunOptions {
  plan?: Partial<CookbookPlan>;
  /** Commits that the checkout has of the branch; all when absent. */
  depth?: number;
  token?: string | null;
  dryRun?: boolean;
  event?: Partial<HostEvent>;
  /** Check out this commit instead of the branch's head. */
  commit?: string;
  environment?: Record<string, string>;
}

export interface RunEnd {
  outcome: Outcome;
  error: DeployError | undefined;
  report: CookbookReport | undefined;
  host: FakeHost;
  /** Requests of this run that change something. */
  writes: number;
  requests: number;
}

/** An engineer with a clone, GitHub, and a runner that checks out and runs `bump`. */
export interface CookbookWorld {
  github: FakeGitHub;
  /** The engineer's clone, on the base branch. */
  git: Git;
  folder: string;
  /** Writes files (null deletes), commits and pushes the branch that is checked out. */
  push(files: Record<string, string | Buffer | null>, message: string): Promise<string>;
  /** Takes over what was merged on the page. */
  pull(): Promise<string>;
  run(options?: RunOptions): Promise<RunEnd>;
  /** A file as a branch on GitHub has it. */
  show(ref: string, path: string): Promise<string>;
  stop(): Promise<void>;
}

export async function cookbookWorld(
  files: Record<string, string | Buffer>,
  branch = 'master',
): Promise<CookbookWorld> {
  const github = await startGitHub({ branch });
  const parent = mkdtempSync(join(tmpdir(), 'cookbook-world-'));
  const folder = join(parent, 'engineer');
  mkdirSync(folder);
  const git = gitIn(folder);
  await git('init', '--quiet', `--initial-branch=${branch}`);
  await git('remote', 'add', 'origin', github.state.origin);
  let before = '0'.repeat(40);
  let runs = 0;

  const world: CookbookWorld = {
    github,
    git,
    folder,
    async push(changes, message) {
      for (const [path, content] of Object.entries(changes)) {
        const file = join(folder, path);
        if (content === null) rmSync(file, { recursive: true });
        else {
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, content);
        }
      }
      await git('add', '--all');
      await git('commit', '--quiet', '--allow-empty', '--message', message);
      before = (await github.state.refCommit(`refs/heads/${branch}`)) ?? before;
      await git('push', '--quiet', 'origin', 'HEAD');
      return git('rev-parse', 'HEAD');
    },
    async pull() {
      before = await git('rev-parse', 'HEAD');
      await git('pull', '--quiet', '--ff-only', 'origin', branch);
      return git('rev-parse', 'HEAD');
    },
    async run({
      plan = {},
      depth,
      token = 'ghs_bot',
      dryRun = false,
      event = {},
      commit,
      environment = {},
    } = {}) {
      const checkout = join(parent, `checkout-${(runs += 1)}`);
      const source = `file://${github.state.origin}`;
      const cut = depth === undefined ? [] : [`--depth=${depth}`, '--no-tags'];
      await gitIn(parent)('clone', '--quiet', `--branch=${branch}`, ...cut, source, checkout);
      if (commit !== undefined) await gitIn(checkout)('checkout', '--quiet', '--detach', commit);
      const head = await gitIn(checkout)('rev-parse', 'HEAD');
      const host = new FakeHost();
      const clock = new FakeClock();
      const report = newRunReport('bump');
      const shared: { cookbooks?: CookbookReport } = {};
      const gitEnvironment = { PATH: process.env['PATH'], HOME: parent, GIT_CONFIG_NOSYSTEM: '1' };
      const context: BumpContext = {
        history: createHistory({ folder: checkout, environment: gitEnvironment }),
        ...(token === null
          ? {}
          : {
              github: createGitHub({
                token,
                repository: github.state.repository,
                apiUrl: github.url,
                serverUrl: 'https://github.com',
                clock,
              }),
            }),
        runCommand: createRunCommand({
          folder: checkout,
          environment: { ...gitEnvironment, ...environment },
        }),
        clock,
        log: new Log(host, clock, report),
        signal: new AbortController().signal,
        report: shared,
        annotate: (annotation) => host.annotate(annotation),
      };
      const request: BumpPlan = {
        event: { ...PUSH_TO_DEVELOP, repository: 'acme/infra', branch, commit: head, before, ...event },
        environment: 'production',
        commit: head,
        cookbooks: { ...PLAN, ...plan },
        dryRun,
      };
      const [seen, written] = [github.requests.length, github.writes().length];
      let error: DeployError | undefined;
      let outcome: Outcome;
      try {
        outcome = await bump(request, context);
      } catch (thrown) {
        error = asDeployError(thrown);
        outcome = error.outcome;
      }
      return {
        outcome,
        error,
        report: shared.cookbooks,
        host,
        writes: github.writes().length - written,
        requests: github.requests.length - seen,
      };
    },
    show: (ref, path) => github.state.git('-C', github.state.origin, 'show', `${ref}:${path}`),
    async stop() {
      await github.stop();
      rmSync(parent, { recursive: true, force: true });
    },
  };
  await world.push(files, 'First commit');
  before = await git('rev-parse', 'HEAD');
  return world;
}

/** metadata.rb of a cookbook, and a recipe. */
export function cookbook(name: string, version: string, ...depends: string[]): Record<string, string> {
  return {
    [`cookbooks/${name}/metadata.rb`]: [
      `name '${name}'`,
      `version '${version}'`,
      ...depends.map((each) => `depends ${each}`),
      '',
    ].join('\n'),
    [`cookbooks/${name}/recipes/default.rb`]: `package '${name}'\n`,
  };
}
