import { readFile } from 'node:fs/promises';
import type { HostEvent, PullRequestEvent } from '../../ports/host.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What git and GitHub write where there is no commit: before the first push of a branch, after its deletion. */
const NO_COMMIT = /^0+$/u;

/**
 * The event as the runner's variables and its payload tell it (GitHub documentation, variables reference). Read here
 * rather than by @actions/github, which would load a whole API client to do the same.
 */
export async function githubEvent(environment: Environment): Promise<HostEvent> {
  const env = (name: string) => {
    const value = environment[name];
    return value === '' ? undefined : value;
  };
  const payload = await readPayload(env('GITHUB_EVENT_PATH'));
  const name = env('GITHUB_EVENT_NAME') ?? 'unknown';
  const kind = kindOf(name, payload);
  const repository = env('GITHUB_REPOSITORY');
  const server = env('GITHUB_SERVER_URL') ?? 'https://github.com';
  const commit = env('GITHUB_SHA');
  const ref = env('GITHUB_REF') ?? '';
  const branch = after('refs/heads/', ref);
  const tag = after('refs/tags/', ref);
  const before = commitIn(payload['before']);
  const pullRequest = pullRequestIn(payload, repository);
  const actor = env('GITHUB_ACTOR');
  const runId = env('GITHUB_RUN_ID');
  const runAttempt = Number(env('GITHUB_RUN_ATTEMPT') ?? 1);
  return {
    kind,
    name,
    runId: runId ?? 'unknown',
    runAttempt: Number.isInteger(runAttempt) ? runAttempt : 1,
    ...(repository === undefined ? {} : { repository }),
    ...(commit === undefined ? {} : { commit }),
    ...(branch === undefined ? {} : { branch }),
    ...(tag === undefined ? {} : { tag }),
    ...(before === undefined ? {} : { before }),
    ...(pullRequest === undefined ? {} : { pullRequest }),
    ...(actor === undefined ? {} : { actor }),
    ...(repository === undefined || runId === undefined
      ? {}
      : {
          runUrl: `${server}/${repository}/actions/runs/${runId}${runAttempt > 1 ? `/attempts/${runAttempt}` : ''}`,
        }),
    ...(repository === undefined || commit === undefined
      ? {}
      : { commitUrl: `${server}/${repository}/commit/${commit}` }),
  };
}

function kindOf(name: string, payload: Payload): HostEvent['kind'] {
  if (name.startsWith('pull_request')) return 'pull_request';
  // The deletion of a branch is no push of anything: the commit of such a run is that of the default branch.
  return name === 'push' && payload['deleted'] !== true ? 'push' : 'other';
}

type Payload = Readonly<Record<string, unknown>>;

async function readPayload(path: string | undefined): Promise<Payload> {
  if (path === undefined) return {};
  try {
    const payload: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof payload === 'object' && payload !== null ? (payload as Payload) : {};
  } catch {
    // The payload only adds `before`, `deleted` and the pull request; the variables alone are enough to deploy.
    return {};
  }
}

/** A deleted fork has no repository any more (GitHub documentation, webhook payload `pull_request`). */
function pullRequestIn(payload: Payload, repository: string | undefined): PullRequestEvent | undefined {
  const pull = objectIn(payload['pull_request']);
  const { number } = pull;
  const base = objectIn(pull['base'])['ref'];
  const headRepository = objectIn(objectIn(pull['head'])['repo'])['full_name'];
  if (typeof number !== 'number' || typeof base !== 'string') return undefined;
  return { number, base, isFork: headRepository !== repository };
}

function objectIn(value: unknown): Payload {
  return typeof value === 'object' && value !== null ? (value as Payload) : {};
}

function commitIn(value: unknown): string | undefined {
  return typeof value === 'string' && !NO_COMMIT.test(value) ? value : undefined;
}

function after(prefix: string, ref: string): string | undefined {
  return ref.startsWith(prefix) ? ref.slice(prefix.length) : undefined;
}
