import type { Git } from '../../ports/git.ts';
import type { HostEvent } from '../../ports/host.ts';
import { commitIn, numberIn, variable } from '../variables.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The event as CircleCI's variables tell it (CircleCI documentation, "Project values and variables").
 *
 * - The run is the pipeline: a workflow that is run again, whole or from its failed jobs, is a new workflow of the same
 *   pipeline, with another CIRCLE_WORKFLOW_ID. So a migration that an attempt left running is followed by the next.
 * - The attempt is the number of the job, which no two jobs of a project share.
 * - Only a pull request of a fork has CIRCLE_PR_NUMBER, and a branch `pull/NUMBER`. CIRCLE_PULL_REQUEST is no sign: it is
 *   set for any branch that has a pull request open.
 * - What started the pipeline (push, schedule, API) is in no variable, so the event is no `push`.
 * - Nor is the commit before: `DEPLOY_BEFORE` takes it from `<< pipeline.git.base_revision >>`.
 */
export async function circleciEvent(environment: Environment, git: Git): Promise<HostEvent> {
  const env = (name: string) => variable(environment, name);
  const branch = env('CIRCLE_BRANCH');
  const isFork =
    env('CIRCLE_PR_NUMBER') !== undefined ||
    env('CIRCLE_PR_USERNAME') !== undefined ||
    /^pull\/\d+/u.test(branch ?? '');
  const commit = env('CIRCLE_SHA1') ?? (await git.headCommit());
  const address = env('CIRCLE_REPOSITORY_URL');
  const repository = repositoryIn(address)?.path ?? (await git.originRepository()) ?? projectOf(environment);
  const tag = env('CIRCLE_TAG');
  const before = commitIn(environment, 'DEPLOY_BEFORE');
  const actor = env('CIRCLE_USERNAME');
  const runUrl = env('CIRCLE_BUILD_URL');
  const commitUrl = commit === undefined ? undefined : commitUrlOf(address, commit);
  return {
    kind: isFork ? 'pull_request' : 'other',
    name: isFork ? 'pull_request' : 'pipeline',
    runId:
      env('DEPLOY_RUN_ID') ??
      env('CIRCLE_PIPELINE_ID') ??
      // Older servers: the workspace is handed on to a workflow that is run again.
      env('CIRCLE_WORKFLOW_WORKSPACE_ID') ??
      env('CIRCLE_WORKFLOW_ID') ??
      env('CIRCLE_BUILD_NUM') ??
      'unknown',
    runAttempt: numberIn(environment, 'CIRCLE_BUILD_NUM') ?? 1,
    ...(repository === undefined ? {} : { repository }),
    ...(commit === undefined ? {} : { commit }),
    ...(branch === undefined ? {} : { branch }),
    ...(tag === undefined ? {} : { tag }),
    ...(before === undefined ? {} : { before }),
    ...(actor === undefined ? {} : { actor }),
    ...(runUrl === undefined ? {} : { runUrl }),
    ...(commitUrl === undefined ? {} : { commitUrl }),
  };
}

/** "git@github.com:acme/shop.git" or "https://github.com/acme/shop" as server and path; undefined for anything else. */
function repositoryIn(address: string | undefined): { server: string; path: string } | undefined {
  const [, server, path] =
    /^(?:(?:https?|ssh):\/\/)?(?:[^@/]+@)?([\w.-]+)(?::\d+)?[:/](.+?)(?:\.git)?\/?$/u.exec(address ?? '') ??
    [];
  return server !== undefined && path?.includes('/') === true ? { server, path } : undefined;
}

function projectOf(environment: Environment): string | undefined {
  const owner = variable(environment, 'CIRCLE_PROJECT_USERNAME');
  const name = variable(environment, 'CIRCLE_PROJECT_REPONAME');
  return owner === undefined || name === undefined ? undefined : `${owner}/${name}`;
}

/** Only for the servers whose pages are known. */
function commitUrlOf(address: string | undefined, commit: string): string | undefined {
  const { server, path } = repositoryIn(address) ?? {};
  const page = { 'github.com': 'commit', 'gitlab.com': '-/commit', 'bitbucket.org': 'commits' }[server ?? ''];
  return page === undefined ? undefined : `https://${server}/${path}/${page}/${commit}`;
}
