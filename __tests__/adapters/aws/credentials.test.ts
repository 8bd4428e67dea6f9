import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jest } from '@jest/globals';
import { STSClient, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { credentialsFor, sessionName } from '../../../src/adapters/aws/credentials.ts';
import { githubHost } from '../../../src/adapters/host/github.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { FakeHost } from '../../fakes/host.ts';

const ROLE = 'arn:aws:iam::111111111111:role/deploy';
const HOUR = 3_600_000;

interface Answer {
  status: number;
  body: string;
}

/** Stands for GitHub's token service (GET) and for STS (POST) on one port; the answers of STS are played in order. */
class Cloud {
  readonly tokens: string[] = [];
  readonly calls: Record<string, string>[] = [];
  answers: Answer[] = [];
  tokenStatus = 200;
  #server: Server | undefined;

  async start(): Promise<void> {
    this.#server = createServer((request, response) => {
      if (request.method === 'GET') {
        const token = webToken(this.tokens.length + 1);
        this.tokens.push(token);
        response
          .writeHead(this.tokenStatus, { 'content-type': 'application/json' })
          .end(JSON.stringify({ value: token }));
        return;
      }
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        this.calls.push({
          ...Object.fromEntries(new URLSearchParams(body)),
          authorization: request.headers.authorization ?? '',
        });
        const isCaller = this.calls.at(-1)?.['Action'] === 'GetCallerIdentity';
        const { status, body: text } = isCaller
          ? callerIdentity()
          : (this.answers.shift() ?? session(this.calls.length));
        response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': 'req-1' }).end(text);
      });
    });
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve));
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server?.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }
}

function webToken(number: number): string {
  const claims = {
    iss: 'https://token.actions.githubusercontent.com',
    sub: 'repo:acme/shop:environment:staging',
    aud: 'sts.amazonaws.com',
    jti: String(number),
  };
  return ['{}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
}

let expiration = new Date(Date.now() + HOUR);

function session(number: number, operation = 'AssumeRoleWithWebIdentity'): Answer {
  return {
    status: 200,
    body: `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${operation}Result><Credentials>
      <AccessKeyId>AKID${number}</AccessKeyId><SecretAccessKey>SECRET${number}</SecretAccessKey>
      <SessionToken>TOKEN${number}</SessionToken><Expiration>${expiration.toISOString()}</Expiration>
    </Credentials></${operation}Result></${operation}Response>`,
  };
}

function refusal(status: number, code: string, message: string): Answer {
  return {
    status,
    body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code>
      <Message>${message}</Message></Error><RequestId>req-1</RequestId></ErrorResponse>`,
  };
}

const cloud = new Cloud();
const signal = new AbortController().signal;
let environmentBefore: NodeJS.ProcessEnv;

beforeEach(async () => {
  cloud.tokens.length = 0;
  cloud.calls.length = 0;
  cloud.answers = [];
  cloud.tokenStatus = 200;
  expiration = new Date(Date.now() + HOUR);
  await cloud.start();
  environmentBefore = process.env;
  process.env = {
    PATH: environmentBefore['PATH'],
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL_STS: cloud.address,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
});

afterEach(() => {
  cloud.stop();
  process.env = environmentBefore;
  jest.restoreAllMocks();
});

/** The GitHub host itself, with what it prints kept back. */
function github() {
  process.env['ACTIONS_ID_TOKEN_REQUEST_URL'] = `${cloud.address}/token?v=1`;
  process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] = 'request-token';
  process.env['GITHUB_REPOSITORY'] = 'acme/shop';
  process.env['GITHUB_RUN_ID'] = '4711';
  const printed: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(String(text).trimEnd());
    return true;
  });
  return { host: githubHost({ environment: process.env }), printed };
}

describe('credentials without a role', () => {
  it('are the default chain of the SDK', () => {
    expect(credentialsFor({ role: undefined, host: new FakeHost(), signal })).toBeUndefined();
    expect(cloud.calls).toEqual([]);
  });
});

describe('credentials for a role on GitHub', () => {
  it('are the OIDC token exchanged, unsigned, under a name that CloudTrail can show', async () => {
    const { host } = github();
    const provider = credentialsFor({ role: ROLE, host, region: 'eu-west-1', signal })!;
    expect(cloud.tokens).toHaveLength(0);
    expect(await provider()).toEqual({
      accessKeyId: 'AKID1',
      secretAccessKey: 'SECRET1',
      sessionToken: 'TOKEN1',
      expiration: new Date(expiration),
    });
    expect(cloud.calls).toEqual([
      expect.objectContaining({
        Action: 'AssumeRoleWithWebIdentity',
        RoleArn: ROLE,
        RoleSessionName: 'deploy-acme-shop-4711',
        WebIdentityToken: cloud.tokens[0],
        authorization: '',
      }),
    ]);
  });

  it('are masked, the token included, before anybody can use them', async () => {
    const { host, printed } = github();
    await credentialsFor({ role: ROLE, host, signal })!();
    expect(printed.filter((line) => line.startsWith('::add-mask::'))).toEqual([
      `::add-mask::${cloud.tokens[0] ?? ''}`,
      '::add-mask::SECRET1',
      '::add-mask::TOKEN1',
      '::add-mask::AKID1',
    ]);
    expect(
      printed.filter((line) => /SECRET1|TOKEN1|AKID1/u.test(line) && !line.startsWith('::add-mask::')),
    ).toEqual([]);
  });

  it('are one session for all clients, even when they ask at the same moment', async () => {
    const { host } = github();
    const provider = credentialsFor({ role: ROLE, host, signal })!;
    await Promise.all([provider(), provider(), provider()]);
    await provider();
    expect(cloud.calls).toHaveLength(1);
  });

  it('are renewed with a fresh token five minutes before they end', async () => {
    const { host } = github();
    const clock = new FakeClock({ start: Date.now() });
    const provider = credentialsFor({ role: ROLE, host, signal, clock })!;
    await provider();
    await clock.advance(HOUR - 6 * 60_000);
    expect((await provider()).accessKeyId).toBe('AKID1');
    await clock.advance(2 * 60_000);
    expiration = new Date(clock.now() + HOUR);
    expect((await provider()).accessKeyId).toBe('AKID2');
    expect(cloud.calls.map((call) => call['WebIdentityToken'])).toEqual(cloud.tokens);
    expect(new Set(cloud.tokens).size).toBe(2);
  });

  it('are renewed by a client of the SDK that holds them', async () => {
    const { host } = github();
    const client = new STSClient({
      region: 'eu-west-1',
      credentials: credentialsFor({ role: ROLE, host, signal })!,
    });
    const signedWith = async () => {
      await client.send(new GetCallerIdentityCommand({}));
      return /Credential=(\w+)/u.exec(cloud.calls.at(-1)?.['authorization'] ?? '')?.[1];
    };

    expiration = new Date(Date.now() + 4 * 60_000);
    const first = await signedWith();
    expiration = new Date(Date.now() + HOUR);
    const second = await signedWith();
    expect(second).not.toBe(first);
    expect(await signedWith()).toBe(second);
  });

  it('are kept while they are good when a renewal fails, and tried again later', async () => {
    const { host } = github();
    const clock = new FakeClock({ start: Date.now() });
    const provider = credentialsFor({ role: ROLE, host, signal, clock })!;
    await provider();
    await clock.advance(HOUR - 4 * 60_000);
    cloud.answers = [refusal(403, 'AccessDenied', 'not now')];
    expect((await provider()).accessKeyId).toBe('AKID1');
    expect((await provider()).accessKeyId).toBe('AKID1');
    expect(cloud.calls).toHaveLength(2);
    await clock.advance(60_000);
    expiration = new Date(clock.now() + HOUR);
    expect((await provider()).accessKeyId).toBe('AKID3');
  });

  it('fail with the renewal once the old ones have ended', async () => {
    const { host } = github();
    const clock = new FakeClock({ start: Date.now() });
    const provider = credentialsFor({ role: ROLE, host, signal, clock })!;
    await provider();
    await clock.advance(HOUR + 1);
    cloud.answers = [refusal(403, 'AccessDenied', 'no')];
    await expect(provider()).rejects.toMatchObject({ code: 'ROLE_DENIED' });
  });

  it('are tried three times, with a fresh token each, when STS is unwell', async () => {
    const { host } = github();
    const clock = new FakeClock();
    const unwell = refusal(503, 'ServiceUnavailable', 'later');
    cloud.answers = [unwell, unwell, session(3)];
    expect((await credentialsFor({ role: ROLE, host, signal, clock })!()).accessKeyId).toBe('AKID3');
    expect(new Set(cloud.tokens).size).toBe(3);

    cloud.answers = [unwell, unwell, unwell, unwell];
    await expect(credentialsFor({ role: ROLE, host, signal, clock })!()).rejects.toMatchObject({
      code: 'AWS_CALL_FAILED',
      retryable: true,
    });
    expect(cloud.calls).toHaveLength(6);
  });
});

describe('an exchange that a retry cannot mend', () => {
  it('is tried once', async () => {
    const { host } = github();
    cloud.answers = [refusal(400, 'ValidationError', 'DurationSeconds exceeds')];
    await expect(credentialsFor({ role: ROLE, host, signal })!()).rejects.toMatchObject({
      code: 'AWS_CALL_FAILED',
      awsCode: 'ValidationError',
    });
    expect(cloud.calls).toHaveLength(1);
  });
});

describe('a role that is denied', () => {
  it('is said after one call, with the claims of the token and the condition to look for', async () => {
    const { host } = github();
    const clock = new FakeClock();
    cloud.answers = [refusal(403, 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity')];
    const denied = credentialsFor({ role: ROLE, host, signal, clock })!();
    await expect(denied).rejects.toThrow(
      `the role ${ROLE} is denied to this job: sts:AssumeRoleWithWebIdentity: ` +
        'Not authorized to perform sts:AssumeRoleWithWebIdentity (AccessDenied, request req-1)',
    );
    await expect(denied).rejects.toMatchObject({
      code: 'ROLE_DENIED',
      hint: expect.stringContaining('account 111111111111') as string,
      details: expect.arrayContaining([
        'token sub: repo:acme/shop:environment:staging',
        'token aud: sts.amazonaws.com',
        '      "token.actions.githubusercontent.com:sub": "repo:acme/shop:environment:staging"',
      ]) as string[],
    });
    expect(cloud.calls).toHaveLength(1);
    expect(clock.elapsed).toBe(0);
  });

  it('may lack the provider in its account', async () => {
    const { host } = github();
    cloud.answers = [
      refusal(
        400,
        'InvalidIdentityToken',
        'No OpenIDConnect provider found in your account for https://token',
      ),
    ];
    await expect(credentialsFor({ role: ROLE, host, signal })!()).rejects.toMatchObject({
      code: 'ROLE_DENIED',
      hint: expect.stringContaining('create the OIDC provider') as string,
    });
    expect(cloud.calls).toHaveLength(1);
  });
});

describe('a job on GitHub without an OIDC token', () => {
  it('is told the permission to write', async () => {
    const host = githubHost({ environment: process.env });
    await expect(credentialsFor({ role: ROLE, host, signal })!()).rejects.toMatchObject({
      code: 'OIDC_UNAVAILABLE',
      hint: expect.stringContaining('`permissions: id-token: write`') as string,
    });
    expect(cloud.calls).toEqual([]);
  });
});

describe('credentials for a role in a terminal', () => {
  const terminal = () => Object.assign(new FakeHost(), { kind: 'terminal' as const });

  it('are the role assumed with the credentials at hand', async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIDMINE', AWS_SECRET_ACCESS_KEY: 'mine' });
    cloud.answers = [session(1, 'AssumeRole')];
    const host = terminal();
    expect((await credentialsFor({ role: ROLE, host, signal })!()).sessionToken).toBe('TOKEN1');
    expect(cloud.calls[0]?.['Action']).toBe('AssumeRole');
    expect(cloud.calls[0]?.['authorization']).toContain('Credential=AKIDMINE/');
    expect(host.masked).toEqual(['SECRET1', 'TOKEN1', 'AKID1']);
  });

  it('are denied with the permission to add', async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIDMINE', AWS_SECRET_ACCESS_KEY: 'mine' });
    cloud.answers = [refusal(403, 'AccessDenied', 'User: x is not authorized to perform: sts:AssumeRole')];
    await expect(credentialsFor({ role: ROLE, host: terminal(), signal })!()).rejects.toMatchObject({
      code: 'ROLE_DENIED',
      hint: expect.stringContaining('sts:AssumeRole') as string,
    });
  });

  it('are missing where there is nothing to assume it with', async () => {
    process.env['HOME'] = '/nonexistent';
    await expect(credentialsFor({ role: ROLE, host: terminal(), signal })!()).rejects.toMatchObject({
      code: 'CREDENTIALS_MISSING',
    });
    expect(cloud.calls).toEqual([]);
  });
});

it.each([['deploy'], ['arn:aws:iam::1:role/x'], ['arn:aws:iam::111111111111:user/x']])(
  'a role that is no ARN is refused before anything is asked: %s',
  (role) => {
    expect(() => credentialsFor({ role, host: new FakeHost(), signal })).toThrow(
      `the role is not the ARN of an IAM role: ${role}`,
    );
  },
);

it('a cancelled run asks for nothing more, and says that it was cancelled', async () => {
  const controller = new AbortController();
  const { host } = github();
  const provider = credentialsFor({ role: ROLE, host, signal: controller.signal })!;
  controller.abort(new Error('cancelled by SIGINT'));
  await expect(provider()).rejects.toThrow('cancelled by SIGINT');
});

describe('the name of a session', () => {
  it.each<[repository: string | undefined, runId: string, expected: string, reason: string]>([
    ['acme/shop', '4711', 'deploy-acme-shop-4711', 'repository and run'],
    [undefined, 'a1', 'deploy-terminal-a1', 'no repository'],
    ['ａcme/x y:z', '1', 'deploy--cme-x-y-z-1', 'only legal characters'],
    [
      'o/'.padEnd(100, 'n'),
      '4711',
      `deploy-o-${'n'.repeat(50)}-4711`,
      'the repository is cut, never the run',
    ],
    [
      'acme/shop',
      '12345678-1234-1234-1234-123456789012',
      'deploy-acme-shop-12345678-1234-1234-1234-123456789012',
      'a UUID',
    ],
  ])('%s %s → %s (%s)', (repository, runId, expected) => {
    const name = sessionName({ runId, ...(repository === undefined ? {} : { repository }) });
    expect(name).toBe(expected);
    expect(name).toMatch(/^[\w+=,.@-]{2,64}$/u);
  });
});

function callerIdentity(): Answer {
  return {
    status: 200,
    body: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
      <Arn>arn:aws:sts::111111111111:assumed-role/deploy/x</Arn><UserId>x</UserId><Account>111111111111</Account>
    </GetCallerIdentityResult></GetCallerIdentityResponse>`,
  };
}
