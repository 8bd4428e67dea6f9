import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Credentials } from '@aws-sdk/client-sts';
import { AwsError, DeployError, isAwsError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Host, HostEvent } from '../../ports/host.ts';
import {
  parseRoleArn,
  readClaims,
  trustPolicyAdvice,
  type RoleArn,
  type TokenClaims,
} from '../../rules/aws/trust-policy.ts';
import { asAwsError } from './error.ts';
import { systemClock } from '../clock.ts';

/** The audience that AWS asks for (IAM user guide, OIDC federation). */
const AUDIENCE = 'sts.amazonaws.com';
const TRIES = 3;
const PAUSE_MS = 300;
/** A denied role has to be said within seconds, so a silent server is not waited for as in other calls. */
const TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };
/** The SDK's clients ask again when so much is left; a renewal that fails then has time for further tries. */
const RENEW_BEFORE_MS = 5 * 60_000;
const NEXT_RENEWAL_MS = 30_000;

/** What the exchange of a token can be refused with; everything else says nothing about the role. */
const REFUSALS = [
  'AccessDenied',
  'AccessDeniedException',
  'InvalidIdentityTokenException',
  'InvalidIdentityToken',
  'IDPRejectedClaimException',
  'IDPRejectedClaim',
];

export interface SessionCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}

/** What the clients of the SDK take as `credentials`. */
export type CredentialProvider = (options?: { forceRefresh?: boolean }) => Promise<SessionCredentials>;

/**
 * The credentials of a run. With a role: the host's OIDC token exchanged for a session of the role, or, where the
 * host mints none and is a terminal, the role assumed with the credentials at hand. One session for all clients,
 * renewed with a fresh token five minutes before it ends. Without a role: undefined, the SDK's default chain.
 *
 * `ownRole` is what the default chain signs in as anyhow (`AWS_ROLE_ARN` beside a token file): no role is assumed by
 * itself. Nothing is asked for before the first call. The provider rejects with ROLE_DENIED, OIDC_UNAVAILABLE,
 * CREDENTIALS_MISSING or AwsError; a text that is no role's ARN throws INPUT_INVALID at once.
 */
export function credentialsFor({
  role,
  ownRole,
  host,
  region,
  signal,
  clock = systemClock(),
}: {
  role: string | undefined;
  ownRole?: string | undefined;
  host: Pick<Host, 'kind' | 'event' | 'mask' | 'oidcToken' | 'oidcAudience' | 'debug'>;
  region?: string | undefined;
  signal: AbortSignal;
  clock?: Pick<Clock, 'now' | 'sleep'>;
}): CredentialProvider | undefined {
  if (role === undefined || role === ownRole) return undefined;
  const arn = parseRoleArn(role);
  if (arn === undefined) {
    throw new DeployError('INPUT_INVALID', `the role is not the ARN of an IAM role: ${role}`, {
      hint: 'Write it as arn:aws:iam::111111111111:role/NAME.',
    });
  }

  const newSession = async (): Promise<SessionCredentials> => {
    const session = await tryThrice({ clock, signal }, async () => {
      const token = await host.oidcToken(host.oidcAudience ?? AUDIENCE);
      const request = { arn, region, signal, sessionName: sessionName(await host.event()) };
      if (token !== undefined) return exchangeToken(request, token);
      if (host.kind === 'terminal') return assumeRole(request);
      throw noToken(host.kind);
    });
    for (const secret of [session.secretAccessKey, session.sessionToken, session.accessKeyId])
      host.mask(secret);
    return session;
  };

  return renewed({ clock, debug: host.debug }, newSession);
}

/** Holds a session until it is about to end. While the held one is good, a renewal that fails is no failure yet. */
function renewed(
  { clock, debug }: { clock: Pick<Clock, 'now'>; debug: (line: string) => void },
  newSession: () => Promise<SessionCredentials>,
): CredentialProvider {
  let held: SessionCredentials | undefined;
  let pending: Promise<SessionCredentials> | undefined;
  let notBefore = 0;
  const leftOf = (session: SessionCredentials) => session.expiration.getTime() - clock.now();

  return async ({ forceRefresh = false } = {}) => {
    if (held !== undefined && !forceRefresh) {
      if (leftOf(held) > RENEW_BEFORE_MS) return held;
      if (leftOf(held) > 0 && clock.now() < notBefore) return held;
    }
    pending ??= newSession().finally(() => (pending = undefined));
    try {
      held = await pending;
      return held;
    } catch (error) {
      if (held === undefined || forceRefresh || leftOf(held) <= 0) throw error;
      notBefore = clock.now() + NEXT_RENEWAL_MS;
      debug(`credentials not renewed yet: ${error instanceof Error ? error.message : String(error)}`);
      return held;
    }
  };
}

interface SessionRequest {
  arn: RoleArn;
  region: string | undefined;
  signal: AbortSignal;
  sessionName: string;
}

async function exchangeToken(request: SessionRequest, token: string): Promise<SessionCredentials> {
  const { arn, signal, sessionName: RoleSessionName } = request;
  try {
    const { Credentials } = await sts(request).send(
      new AssumeRoleWithWebIdentityCommand({ RoleArn: arn.arn, RoleSessionName, WebIdentityToken: token }),
      { abortSignal: signal },
    );
    return complete(Credentials, 'AssumeRoleWithWebIdentity');
  } catch (thrown) {
    const error = asAwsError(thrown, { service: 'sts', operation: 'AssumeRoleWithWebIdentity' });
    if (!(error instanceof AwsError) || !REFUSALS.includes(error.awsCode)) throw error;
    throw new DeployError('ROLE_DENIED', `the role ${arn.arn} is denied to this job: ${error.message}`, {
      cause: error,
      hint: refusalHint(error, arn, readClaims(token)),
      details: trustPolicyAdvice(readClaims(token), arn),
    });
  }
}

/** STS does not say which condition failed, so the hint says where to look and the details what to look for. */
function refusalHint({ message }: AwsError, arn: RoleArn, { aud = AUDIENCE }: TokenClaims): string {
  if (/no openidconnect provider/iu.test(message)) {
    return `Account ${arn.account} does not know this token's issuer: create the OIDC provider for it in IAM, with the audience ${aud}.`;
  }
  return `Check that the role exists in account ${arn.account}, and compare its trust policy with the claims of the token, letter by letter.`;
}

async function assumeRole(request: SessionRequest): Promise<SessionCredentials> {
  const { arn, signal, sessionName: RoleSessionName } = request;
  try {
    const { Credentials } = await sts(request).send(
      new AssumeRoleCommand({ RoleArn: arn.arn, RoleSessionName }),
      { abortSignal: signal },
    );
    return complete(Credentials, 'AssumeRole');
  } catch (thrown) {
    const error = asAwsError(thrown, { service: 'sts', operation: 'AssumeRole' });
    if (!isAwsError(error, 'AccessDenied') && !isAwsError(error, 'AccessDeniedException')) throw error;
    throw new DeployError(
      'ROLE_DENIED',
      `the role ${arn.arn} is denied to these credentials: ${error.message}`,
      {
        cause: error,
        hint: `Allow them sts:AssumeRole on the role, and name them as a principal in the role's trust policy in account ${arn.account}.`,
      },
    );
  }
}

function sts({ region }: SessionRequest): STSClient {
  // One attempt: our own tries take a fresh token each, because a token may be the reason for the failure.
  return new STSClient({
    maxAttempts: 1,
    requestHandler: TIMEOUTS,
    ...(region === undefined ? {} : { region }),
  });
}

async function tryThrice<T>(
  { clock, signal }: { clock: Pick<Clock, 'sleep'>; signal: AbortSignal },
  attempt: () => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!isAwsError(error) || !error.retryable || tried === TRIES) throw error;
      await clock.sleep(PAUSE_MS * tried, signal);
    }
  }
}

function complete(credentials: Credentials | undefined, operation: string): SessionCredentials {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials ?? {};
  if (
    AccessKeyId === undefined ||
    SecretAccessKey === undefined ||
    SessionToken === undefined ||
    Expiration === undefined
  ) {
    throw new DeployError('AWS_CALL_FAILED', `sts:${operation}: the answer holds no credentials`, {
      hint: 'Check what answers for STS here: a proxy, or AWS_ENDPOINT_URL.',
    });
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  };
}

function noToken(kind: 'github' | 'circleci'): DeployError {
  const { name, hint } = {
    github: {
      name: 'GitHub',
      hint: 'Add `permissions: id-token: write` to the job, beside `contents: read` for the checkout. A pull request from a fork never gets a token.',
    },
    circleci: {
      name: 'CircleCI',
      hint: 'A job of a fork gets none, nor does one that a custom webhook started. Leave `role` out to use the AWS credentials that the job has.',
    },
  }[kind];
  return new DeployError(
    'OIDC_UNAVAILABLE',
    `${name} gives this job no OIDC token, so the role cannot be assumed`,
    { hint },
  );
}

/** Who the session belongs to in CloudTrail: 2 to 64 characters of `\w+=,.@-` (STS API reference, RoleSessionName). */
export function sessionName({ repository, runId }: Pick<HostEvent, 'repository' | 'runId'>): string {
  const legal = (text: string) => text.replace(/[^\w+=,.@-]+/gu, '-');
  const run = legal(runId).slice(-36);
  const name = legal(repository ?? 'terminal').slice(0, 64 - 'deploy--'.length - run.length);
  return `deploy-${name}-${run}`;
}
