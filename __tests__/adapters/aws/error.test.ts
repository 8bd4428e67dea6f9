import { asAwsError } from '../../../src/adapters/aws/error.ts';
import { AwsError, DeployError } from '../../../src/errors.ts';

const call = { service: 'ecs', operation: 'UpdateService' };

function sdkError(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), {
    name,
    $metadata: { httpStatusCode: 400, requestId: 'req-1' },
    ...more,
  });
}

function awsError(thrown: unknown): AwsError {
  const error = asAwsError(thrown, call);
  if (!(error instanceof AwsError)) throw new Error(`not an AwsError: ${error.message}`);
  return error;
}

const denied =
  'User: arn:aws:sts::111111111111:assumed-role/deploy/run is not authorized to perform: ecs:UpdateService on resource: ' +
  'arn:aws:ecs:ap-northeast-1:111111111111:service/staging/web because no identity-based policy allows the ecs:UpdateService action';

describe('what the SDK throws becomes one error', () => {
  it('names the call, what AWS said, its code and the request id', () => {
    const error = awsError(sdkError('ServiceNotFoundException', 'Service not found.'));
    expect(error.message).toBe(
      'ecs:UpdateService: Service not found. (ServiceNotFoundException, request req-1)',
    );
    expect(error).toMatchObject({
      code: 'AWS_CALL_FAILED',
      action: 'ecs:UpdateService',
      awsCode: 'ServiceNotFoundException',
      requestId: 'req-1',
      retryable: false,
    });
  });

  it.each([
    ['AccessDeniedException', denied, 'AWS_ACCESS_DENIED', 'the JSON services'],
    ['AccessDenied', denied, 'AWS_ACCESS_DENIED', 'STS'],
    [
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
      'AWS_ACCESS_DENIED',
      'a wrong key',
    ],
    [
      'ExpiredTokenException',
      'The security token included in the request is expired',
      'AWS_CREDENTIALS_EXPIRED',
      'the JSON services',
    ],
    [
      'ExpiredToken',
      'The security token included in the request is expired',
      'AWS_CREDENTIALS_EXPIRED',
      'STS',
    ],
    ['RequestExpired', 'Request has expired.', 'AWS_CREDENTIALS_EXPIRED', 'older services'],
    [
      'CredentialsProviderError',
      'Could not load credentials from any providers',
      'CREDENTIALS_MISSING',
      'nothing to sign with',
    ],
    ['InvalidParameterException', 'Services cannot be empty.', 'AWS_CALL_FAILED', 'anything else'],
  ])('%s is %#: %s → %s (%s)', (name, message, code) => {
    expect(awsError(sdkError(name, message)).code).toBe(code);
  });

  it.each([
    [sdkError('ThrottlingException', 'Rate exceeded'), true, 'throttling passes'],
    [
      sdkError(
        'ClientException',
        'Too many concurrent attempts to create a new revision of the specified family.',
      ),
      true,
      'two registrations at once',
    ],
    [
      sdkError('ServerException', 'Service Unavailable', { $metadata: { httpStatusCode: 500 } }),
      true,
      'a 5xx passes',
    ],
    [sdkError('TimeoutError', 'Connection timed out after 5000 ms'), true, 'no answer in time'],
    [Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }), true, 'a reset connection'],
    [
      Object.assign(new Error('getaddrinfo EAI_AGAIN'), { code: 'EAI_AGAIN' }),
      true,
      'DNS that has a bad moment',
    ],
    [sdkError('AccessDeniedException', denied), false, 'a retry cannot mend a policy'],
    [sdkError('ExpiredTokenException', 'expired'), false, 'nor an expired token'],
    [sdkError('ClusterNotFoundException', 'Cluster not found.'), false, 'nor a wrong name'],
  ])('%s is retryable: %s (%s)', (thrown, retryable) => {
    expect(awsError(thrown).retryable).toBe(retryable);
  });

  it('leaves what is ours as it is: a role that was denied while signing', () => {
    const ours = new DeployError('ROLE_DENIED', 'assume role: denied');
    expect(asAwsError(ours, call)).toBe(ours);
  });
});

describe('the hint says what to do', () => {
  it('R57: names the action and the resource of a denial', () => {
    expect(awsError(sdkError('AccessDeniedException', denied)).hint).toBe(
      'Allow ecs:UpdateService on arn:aws:ecs:ap-northeast-1:111111111111:service/staging/web in a policy of the role that this run uses.',
    );
  });

  it('names the action that AWS denied, not the one we called', () => {
    const passRole =
      'User: arn:aws:sts::111111111111:assumed-role/deploy/run is not authorized to perform: iam:PassRole on resource: arn:aws:iam::111111111111:role/task';
    expect(awsError(sdkError('AccessDeniedException', passRole)).hint).toBe(
      'Allow iam:PassRole on arn:aws:iam::111111111111:role/task in a policy of the role that this run uses.',
    );
  });

  it.each([
    ['deploy', 'The section `UpdateServices` of docs/iam/deploy-policy.json does that.'],
    ['redeploy', 'The section `UpdateServices` of docs/iam/redeploy-policy.json does that.'],
  ])('R57: names the section of the policy of %s that allows it', (command, where) => {
    const error = asAwsError(sdkError('AccessDeniedException', denied), { ...call, command });
    expect(error.hint).toBe(
      `Allow ecs:UpdateService on arn:aws:ecs:ap-northeast-1:111111111111:service/staging/web in a policy of the role that this run uses. ${where}`,
    );
  });

  it('falls back on the call where the message names nothing', () => {
    expect(awsError(sdkError('AccessDeniedException', 'Forbidden')).hint).toBe(
      'Allow ecs:UpdateService in a policy of the role that this run uses.',
    );
  });

  it('sends the reader to the Deny where one is explicit', () => {
    const message = denied.replace(
      'no identity-based policy allows the ecs:UpdateService action',
      'of an explicit deny in a service control policy',
    );
    expect(awsError(sdkError('AccessDeniedException', message)).hint).toMatch(
      /^A policy denies ecs:UpdateService on arn:.*look for a Deny/,
    );
  });

  it('asks for role and permissions where there are no credentials', () => {
    expect(awsError(sdkError('CredentialsProviderError', 'Could not load credentials')).hint).toContain(
      '`permissions: id-token: write`',
    );
  });
});

describe('connection errors can be read', () => {
  it('tells of every address that was tried', () => {
    const tried = new AggregateError(
      [
        Object.assign(new Error('connect ECONNREFUSED ::1:4566'), { code: 'ECONNREFUSED' }),
        Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:4566'), { code: 'ECONNREFUSED' }),
      ],
      '',
    );
    const error = awsError(tried);
    expect(error.message).toBe(
      'ecs:UpdateService: no answer from AWS, connect ECONNREFUSED ::1:4566; connect ECONNREFUSED 127.0.0.1:4566 (ECONNREFUSED)',
    );
    expect(error.hint).toContain('AWS_ENDPOINT_URL');
  });

  it('leaves out what the SDK tells its programmers', () => {
    const advice =
      'aborted\n  Deserialization error: to see the raw response, inspect the hidden field {error}.$response on this object.';
    const error = awsError(Object.assign(new Error(advice), { code: 'ECONNRESET' }));
    expect(error.message).toBe('ecs:UpdateService: no answer from AWS, aborted (ECONNRESET)');
  });

  it('survives what is no error at all', () => {
    expect(awsError({}).message).toBe('ecs:UpdateService: AWS gave no reason (Error)');
  });
});
