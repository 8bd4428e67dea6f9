import { AwsError, DeployError, type ErrorCode } from '../../errors.ts';
import { policySection } from '../../rules/aws/policies.ts';
import { isRetryable, NEVER_SENT, networkCode, type SdkError } from './failure.ts';
import { withoutSentOnce } from './send-once.ts';

const ACCESS_DENIED = [
  'AccessDeniedException',
  'AccessDenied',
  'UnauthorizedOperation',
  'AuthorizationError',
];
const EXPIRED = ['ExpiredTokenException', 'ExpiredToken', 'RequestExpired', 'TokenRefreshRequired'];
const NOT_OURS = [
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
];
const NO_CREDENTIALS = ['CredentialsProviderError', 'CredentialsError', 'TokenProviderError'];

/** The SDK's own advice to programmers, at the end of some messages. */
const SDK_ADVICE = /\s+Deserialization error: to see the raw response[^]*$/;

/**
 * Any thrown thing as the error of one call. What is already ours (a role that was denied while signing) passes
 * unchanged. `service` is the prefix of the IAM action: "ecs"; `command` is what the run does, where that is known.
 */
export function asAwsError(
  thrown: unknown,
  call: { service: string; operation: string; command?: string },
): DeployError {
  const original = withoutSentOnce(thrown);
  if (original instanceof DeployError) return original;
  const error = original as SdkError;
  const action = `${call.service}:${call.operation}`;
  const awsCode = networkCode(error) ?? error.name ?? 'Error';
  const awsMessage = describe(error);
  const requestId = error.$metadata?.requestId;
  const { code, hint } = judge({ action, awsCode, awsMessage, command: call.command ?? '' });
  return new AwsError(
    code,
    {
      action,
      awsCode,
      awsMessage,
      retryable: isRetryable(error),
      ...(requestId === undefined ? {} : { requestId }),
    },
    { cause: original, ...(hint === undefined ? {} : { hint }) },
  );
}

function describe(error: SdkError): string {
  const said = saidBy(error);
  const code = networkCode(error);
  if (code !== undefined) return `no answer from AWS, ${said ?? code}`;
  if (error.name === 'TimeoutError') return `no answer from AWS in time, ${said ?? 'timed out'}`;
  return said ?? 'AWS gave no reason';
}

function saidBy({ message = '', errors = [] }: SdkError): string | undefined {
  // Where several addresses were tried, Node leaves the message empty and tells each failure apart.
  const said =
    message === '' ? errors.map((inner) => inner.message).join('; ') : message.replace(SDK_ADVICE, '');
  return said === '' || said === 'UnknownError' ? undefined : said;
}

function judge(call: { action: string; awsCode: string; awsMessage: string; command: string }): {
  code: ErrorCode;
  hint?: string;
} {
  const { awsCode, awsMessage } = call;
  if (EXPIRED.includes(awsCode) || /security token included in the request is expired/i.test(awsMessage)) {
    return {
      code: 'AWS_CREDENTIALS_EXPIRED',
      hint:
        'The credentials ended before the run did. Give the role as input `role`, so that they are renewed, or ask for a longer session ' +
        "(role-duration-seconds, and the role's maximum session duration).",
    };
  }
  if (NO_CREDENTIALS.includes(awsCode)) {
    return {
      code: 'CREDENTIALS_MISSING',
      hint:
        'Give the role to assume as input `role` (in GitHub Actions the job also needs `permissions: id-token: write`), ' +
        'or provide AWS credentials in the environment.',
    };
  }
  if (ACCESS_DENIED.includes(awsCode)) return { code: 'AWS_ACCESS_DENIED', hint: accessHint(call) };
  if (NOT_OURS.includes(awsCode)) {
    return {
      code: 'AWS_ACCESS_DENIED',
      hint: 'AWS does not know these credentials: check that the key is still active, whole, and of the right partition.',
    };
  }
  if (NEVER_SENT.includes(awsCode)) {
    return {
      code: 'AWS_CALL_FAILED',
      hint: 'Check the region and that this machine reaches AWS: DNS, proxy, firewall, AWS_ENDPOINT_URL.',
    };
  }
  return { code: 'AWS_CALL_FAILED' };
}

/** "… is not authorized to perform: ecs:UpdateService on resource: arn:… because …": the policy line to add. */
function accessHint({
  action,
  awsMessage,
  command,
}: {
  action: string;
  awsMessage: string;
  command: string;
}): string {
  const [, denied = action, quoted = ''] =
    /not authorized to perform: (\S+?)(?: on resource: (\S+?))?(?=[.,]?(?:\s|$))/.exec(awsMessage) ?? [];
  const resource = quoted.replaceAll(/^"|"$/g, '');
  const on = resource === '' ? '' : ` on ${resource}`;
  if (/explicit deny/i.test(awsMessage)) {
    return `A policy denies ${denied}${on} explicitly: look for a Deny in the role's policies, its permissions boundary and the organization's policies.`;
  }
  const section = policySection(command, denied, { call: action, resource });
  const where = section === undefined ? '' : ` The section \`${section.sid}\` of ${section.file} does that.`;
  return `Allow ${denied}${on} in a policy of the role that this run uses.${where}`;
}
