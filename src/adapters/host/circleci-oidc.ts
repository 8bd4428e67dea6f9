import { DeployError } from '../../errors.ts';
import { readClaims } from '../../rules/aws/trust-policy.ts';
import { variable } from '../variables.ts';
import { runProcess } from '../process.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A token that is about to end is not worth sending. */
const LEAST_LEFT_MS = 60_000;

/**
 * The audience of the job's tokens: the id of the organisation, which is what CircleCI's guide has AWS's OIDC provider
 * registered with. Who registered another one names it in `DEPLOY_OIDC_AUDIENCE`.
 */
export function circleciAudience(environment: Environment): string | undefined {
  const given = givenToken(environment);
  return (
    variable(environment, 'DEPLOY_OIDC_AUDIENCE') ??
    (given === undefined ? undefined : readClaims(given).aud) ??
    variable(environment, 'CIRCLE_ORGANIZATION_ID')
  );
}

/**
 * The token that the job was given, while it is for this audience and good; else a new one from `circleci run oidc get`
 * (CircleCI documentation, "OIDC tokens with custom claims"). Undefined where the job has none at all.
 */
export async function circleciToken({
  environment,
  audience,
  signal,
  now = Date.now,
}: {
  environment: Environment;
  audience: string;
  signal: AbortSignal;
  now?: () => number;
}): Promise<string | undefined> {
  const given = givenToken(environment);
  // A fork's job has none, and cannot mint one either.
  if (given === undefined) return undefined;
  const { aud, expiresAt = Infinity } = readClaims(given);
  if (aud === audience && expiresAt - now() > LEAST_LEFT_MS) return given;
  return mint({ environment, audience, signal });
}

async function mint({
  environment,
  audience,
  signal,
}: {
  environment: Environment;
  audience: string;
  signal: AbortSignal;
}): Promise<string> {
  const args = ['run', 'oidc', 'get', '--claims', JSON.stringify({ aud: audience })];
  const failed = (reason: string, cause?: unknown) =>
    new DeployError('OIDC_UNAVAILABLE', `no OIDC token for the audience ${audience}: ${reason}`, {
      hint: 'CircleCI puts its program `circleci` on the PATH of every job; check that the job does not hide it, or leave DEPLOY_OIDC_AUDIENCE out to use the token that the job has.',
      ...(cause === undefined ? {} : { cause }),
    });
  const result = await runProcess({
    program: 'circleci',
    args,
    environment: { ...environment },
    signal,
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw failed('`circleci run oidc get` cannot be started', error);
  });
  const token = result.output.trim();
  // What it printed may be a token: nothing of it is shown.
  if (result.exitCode !== 0)
    throw failed(`\`circleci run oidc get\` ended with ${result.exitCode ?? 'a signal'}`);
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/u.test(token)) throw failed('`circleci run oidc get` printed none');
  return token;
}

function givenToken(environment: Environment): string | undefined {
  return variable(environment, 'CIRCLE_OIDC_TOKEN_V2') ?? variable(environment, 'CIRCLE_OIDC_TOKEN');
}
