import { keepAliveConnections } from '../../../src/adapters/aws/client-settings.ts';
import { connectAws } from '../../../src/adapters/aws/connect.ts';
import { CancelledError, DeployError, UsageError } from '../../../src/errors.ts';
import { FakeAws } from '../../fakes/aws/fake-aws.ts';
import { inProcess } from '../../fakes/aws/transport.ts';
import { FakeClock } from '../../fakes/clock.ts';

const quiet = { userAgent: 'deploy-action/1.2.3', mask: () => undefined };

describe('the region', () => {
  it.each([
    ['us-east-1', { AWS_REGION: 'eu-west-1' }, 'us-east-1', 'the target wins'],
    [undefined, { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-2' }, 'eu-west-1', 'then AWS_REGION'],
    [
      undefined,
      { AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-2' },
      'eu-west-2',
      'then AWS_DEFAULT_REGION; empty is unset',
    ],
  ])('%s with %j is %s (%s)', (region, environment, expected, _reason) => {
    expect(connectAws({ ...quiet, environment, ...(region === undefined ? {} : { region }) }).region).toBe(
      expected,
    );
  });

  it('that nobody names is a usage error that says where to write it', () => {
    expect(() => connectAws({ ...quiet, environment: {} })).toThrow(UsageError);
    expect(() => connectAws({ ...quiet, environment: {} })).toThrow('no AWS region');
  });
});

describe('every call', () => {
  it('names us in its user agent', async () => {
    const aws = new FakeAws({ clock: new FakeClock() });
    const { identity, ecr, logs } = await aws.connect({ userAgent: 'deploy-action/1.2.3' });
    aws.ecs.addCluster('staging');
    await identity.caller();
    await ecr.login();
    await logs.readPage({ group: 'g', stream: 's', region: 'eu-west-1' });
    expect(aws.calls.map(({ userAgent }) => userAgent.split(' ').at(-1))).toEqual(
      Array(3).fill('deploy-action/1.2.3'),
    );
  });

  it('that is denied is told with the section of the policy of what the run does', async () => {
    const aws = new FakeAws({ clock: new FakeClock() });
    aws.fault({ operation: '*', kind: 'access-denied', times: Infinity });
    const { ecs, ecr } = await aws.connect({ command: 'plan' });
    await expect(ecs.describeServices('staging', ['web'])).rejects.toMatchObject({
      hint: expect.stringContaining('section `ReadServices` of docs/iam/plan-policy.json') as string,
    });
    await expect(ecr.describeImage({ name: 'shop' }, { tag: 'v1' })).rejects.toMatchObject({
      hint: expect.stringContaining('section `ReadTheImage` of docs/iam/plan-policy.json') as string,
    });
  });

  it('is signed with the credentials given, asked for anew when they run out', async () => {
    const aws = new FakeAws({ clock: new FakeClock() });
    let asked = 0;
    const { identity } = await aws.connect({
      credentials: () => {
        asked += 1;
        return Promise.resolve({
          accessKeyId: `AKIA${asked}`,
          secretAccessKey: 's',
          expiration: new Date(0),
        });
      },
    });
    await identity.caller();
    await identity.caller();
    expect(new Set(aws.calls.map(({ accessKeyId }) => accessKeyId)).size).toBe(2);
  });

  it('says what kept us from signing', async () => {
    const aws = new FakeAws({ clock: new FakeClock() });
    const denied = new DeployError('ROLE_DENIED', 'the role does not let us in');
    const { identity, ecs } = await aws.connect({ credentials: () => Promise.reject(denied) });
    await expect(identity.caller()).rejects.toBe(denied);
    await expect(ecs.describeServices('staging', ['web'])).rejects.toBe(denied);
    expect(aws.calls).toEqual([]);
  });
});

describe('who calls', () => {
  it('is the account and the ARN of the session', async () => {
    const aws = new FakeAws({ clock: new FakeClock(), account: '222222222222' });
    const { identity } = await aws.connect();
    expect(await identity.caller()).toEqual({
      account: '222222222222',
      arn: 'arn:aws:sts::222222222222:assumed-role/deploy/session',
    });
  });

  it('is an AwsError where STS refuses', async () => {
    const aws = new FakeAws({ clock: new FakeClock() });
    aws.fault({ operation: 'GetCallerIdentity', kind: 'expired-token' });
    const { identity } = await aws.connect();
    await expect(identity.caller()).rejects.toMatchObject({
      code: 'AWS_CREDENTIALS_EXPIRED',
      action: 'sts:GetCallerIdentity',
    });
  });
});

describe('when the run is cancelled', () => {
  async function cancelledWhile(operation: string) {
    const aws = new FakeAws({ clock: new FakeClock() });
    aws.ecs.register({ family: 'web', containerDefinitions: [{ name: 'app', image: 'shop:1' }] });
    aws.ecs.addService({ cluster: 'staging', name: 'web', taskDefinition: 'web' });
    const run = new AbortController();
    const cancelled = new CancelledError('SIGINT');
    // The signal arrives when AWS puts the first attempt off, and the SDK goes on to the next.
    aws.fault({ operation, kind: 'throttle' });
    const { ecs } = await aws.connect({
      signal: run.signal,
      requestHandler: inProcess((request) => {
        const answer = aws.answer(request);
        run.abort(cancelled);
        return answer;
      }),
    });
    return { aws, ecs, cancelled };
  }
  const update = { cluster: 'staging', service: 'web', taskDefinition: 'web:1', forceNewDeployment: true };

  it('a read that is under way is given up, without sitting out its retries', async () => {
    const { ecs, cancelled } = await cancelledWhile('DescribeServices');
    await expect(ecs.describeServices('staging', ['web'])).rejects.toBe(cancelled);
  });

  it('what changes something is awaited: its answer names what we started', async () => {
    const { ecs } = await cancelledWhile('UpdateService');
    expect((await ecs.updateService(update)).deployments).toHaveLength(2);
  });

  it('what is asked afterwards, to clean up, goes through', async () => {
    const { ecs, cancelled } = await cancelledWhile('DescribeServices');
    await expect(ecs.describeServices('staging', ['web'])).rejects.toBe(cancelled);
    expect((await ecs.describeServices('staging', ['web'])).services).toHaveLength(1);
  });
});

describe('connections', () => {
  it('stay open between calls, and a call that gets no answer ends', () => {
    expect(keepAliveConnections()).toMatchObject({
      connectionTimeout: 5000,
      requestTimeout: 30_000,
      throwOnRequestTimeout: true,
      httpAgent: { options: { keepAlive: true } },
      httpsAgent: { options: { keepAlive: true } },
    });
  });
});

describe('over HTTP', () => {
  let close = async (): Promise<void> => undefined;
  afterEach(async () => {
    delete process.env['AWS_ENDPOINT_URL'];
    await close();
  });

  async function stage() {
    const aws = new FakeAws({ clock: new FakeClock() });
    aws.ecs.addCluster('staging');
    aws.ecs.register({
      family: 'web',
      futureField: 1,
      containerDefinitions: [{ name: 'app', image: 'shop:1' }],
    });
    aws.ecs.addService({ cluster: 'staging', name: 'web', taskDefinition: 'web' });
    const server = await aws.listen();
    close = server.close;
    process.env['AWS_ENDPOINT_URL'] = server.url;
    const connected = connectAws({
      ...quiet,
      region: aws.region,
      environment: {},
      credentials: { accessKeyId: 'AKIA1', secretAccessKey: 's' },
    });
    return { aws, ...connected };
  }

  it('the same adapters read the same answers, raw bodies included', async () => {
    const { ecs, identity, ecr } = await stage();
    expect((await identity.caller()).account).toBe('111111111111');
    expect((await ecs.describeTaskDefinition('web')).definition['futureField']).toBe(1);
    expect((await ecr.login()).username).toBe('AWS');
  });

  it.each([
    'connection-reset-before',
    'connection-reset-after',
    'truncated-body',
    'http-500',
    'empty-answer',
  ] as const)('a read gets over %s, an update is sent once', async (kind) => {
    const { aws, ecs } = await stage();
    aws.fault({ operation: 'DescribeTaskDefinition', kind });
    expect((await ecs.describeTaskDefinition('web')).arn).toMatch(/web:1$/);
    expect(aws.callsOf('DescribeTaskDefinition')).toHaveLength(2);

    aws.fault({ operation: 'UpdateService', kind });
    await expect(
      ecs.updateService({ cluster: 'staging', service: 'web', taskDefinition: 'web:1' }),
    ).rejects.toMatchObject({ retryable: true });
    expect(aws.callsOf('UpdateService')).toHaveLength(1);
  });
});
