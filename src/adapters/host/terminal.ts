import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { DeployError } from '../../errors.ts';
import type { Git } from '../../ports/git.ts';
import type { HostEvent } from '../../ports/host.ts';
import { textHost, type CommandLine, type Environment, type TextHost } from './text.ts';
import { commitIn, numberIn, variable } from '../variables.ts';
import { resultFiles } from './result-files.ts';

/**
 * A person's terminal, or a machine whose CI system we do not know. The checkout tells the event; where a CI system
 * leaves it without a branch, `DEPLOY_*` variables say what it was (`terminalEvent`).
 */
export function terminalHost({
  git,
  outputNames,
  ...commandLine
}: CommandLine & { git: Git; outputNames: readonly string[] }): TextHost {
  const { environment } = commandLine;
  return textHost({
    kind: 'terminal',
    commandLine,
    files: resultFiles({
      outputs: variable(environment, 'DEPLOY_OUTPUT_FILE'),
      summary: variable(environment, 'DEPLOY_SUMMARY_FILE'),
      outputNames,
    }),
    readEvent: () => terminalEvent(git, environment),
    oidcToken: () => tokenFrom(environment),
  });
}

async function terminalEvent(git: Git, environment: Environment): Promise<HostEvent> {
  const [head, checkedOut, repository] = await Promise.all([
    git.headCommit(),
    git.currentBranch(),
    git.originRepository(),
  ]);
  const env = (name: string) => variable(environment, name);
  const tag = env('DEPLOY_TAG');
  const commit = env('DEPLOY_COMMIT') ?? head;
  // The branch that happens to be checked out has no say where the run is one for a tag.
  const branch = env('DEPLOY_BRANCH') ?? (tag === undefined ? checkedOut : undefined);
  const before = commitIn(environment, 'DEPLOY_BEFORE');
  const actor = env('DEPLOY_ACTOR') ?? env('USER') ?? env('LOGNAME') ?? env('USERNAME');
  const runUrl = env('DEPLOY_RUN_URL');
  return {
    kind: 'manual',
    name: 'terminal',
    // Who wants to follow a run that was killed gives its id again.
    runId: env('DEPLOY_RUN_ID') ?? randomUUID(),
    runAttempt: numberIn(environment, 'DEPLOY_RUN_ATTEMPT') ?? 1,
    ...(repository === undefined ? {} : { repository }),
    ...(commit === undefined ? {} : { commit }),
    ...(branch === undefined ? {} : { branch }),
    ...(tag === undefined ? {} : { tag }),
    ...(before === undefined ? {} : { before }),
    ...(actor === undefined ? {} : { actor }),
    ...(runUrl === undefined ? {} : { runUrl }),
  };
}

/**
 * The token of a CI system: `DEPLOY_OIDC_TOKEN` itself, or the file that AWS's SDKs know it by. The file is read anew
 * each time, for whoever writes it renews it. Beside `AWS_ROLE_ARN` the file is the SDK's own business: it signs in to
 * that role first, and `role` is assumed from there.
 */
async function tokenFrom(environment: Environment): Promise<string | undefined> {
  const token = variable(environment, 'DEPLOY_OIDC_TOKEN');
  if (token !== undefined) return token;
  const file = variable(environment, 'AWS_WEB_IDENTITY_TOKEN_FILE');
  if (file === undefined || variable(environment, 'AWS_ROLE_ARN') !== undefined) return undefined;
  try {
    const text = (await readFile(file, 'utf8')).trim();
    if (text !== '') return text;
  } catch (cause) {
    throw new DeployError(
      'OIDC_UNAVAILABLE',
      `the file of AWS_WEB_IDENTITY_TOKEN_FILE cannot be read: ${file}`,
      {
        cause,
        hint: 'Write the OIDC token of the job into it before this step.',
      },
    );
  }
  throw new DeployError('OIDC_UNAVAILABLE', `the file of AWS_WEB_IDENTITY_TOKEN_FILE is empty: ${file}`, {
    hint: 'Check that the CI system gives this job a token.',
  });
}
