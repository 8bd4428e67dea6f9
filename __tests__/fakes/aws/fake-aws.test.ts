import { FakeClock } from '../clock.ts';
import { FakeAws } from './fake-aws.ts';

async function stage() {
  const clock = new FakeClock();
  const aws = new FakeAws({ clock });
  aws.ecs.addCluster('staging');
  aws.ecs.register({ family: 'web', containerDefinitions: [{ name: 'app', image: 'shop:1' }] });
  aws.ecs.addService({ cluster: 'staging', name: 'web', taskDefinition: 'web' });
  return { clock, aws, ...(await aws.connect()) };
}

const force = { cluster: 'staging', service: 'web', taskDefinition: 'web:1', forceNewDeployment: true };

describe('what the fake writes down', () => {
  it('is every call with its input, its time and who sent it; what a test lays ready is no call', async () => {
    const { aws, clock, ecs } = await stage();
    await clock.advance(1500);
    await ecs.describeServices('staging', ['web']);
    expect(aws.calls).toMatchObject([
      {
        service: 'ecs',
        operation: 'DescribeServices',
        input: { cluster: 'staging', services: ['web'] },
        at: clock.startedAt + 1500,
        accessKeyId: 'AKIAFAKE',
        region: 'ap-northeast-1',
        carriedOut: true,
      },
    ]);
    expect(aws.mutations()).toEqual([]);
  });

  it('tells what was carried out from what was refused or never came through', async () => {
    const { aws, ecs } = await stage();
    aws.fault({ operation: 'UpdateService', kind: 'access-denied' });
    aws.fault({ operation: 'UpdateService', nth: 2, kind: 'connection-reset-before' });
    aws.fault({ operation: 'UpdateService', nth: 3, kind: 'connection-reset-after' });
    for (let attempt = 0; attempt < 3; attempt += 1)
      await expect(ecs.updateService(force)).rejects.toThrow('ecs:UpdateService');
    expect(aws.callsOf('UpdateService').map(({ carriedOut, refused }) => [carriedOut, refused])).toEqual([
      [false, 'AccessDeniedException'],
      [false, undefined],
      [true, undefined],
    ]);
    expect(aws.mutations()).toHaveLength(1);
    expect(aws.ecs.service('web').deployments).toHaveLength(2);
  });
});

describe('faults', () => {
  it('meet the nth call from now on, so many times', async () => {
    const { aws, ecs } = await stage();
    const read = () =>
      ecs.describeServices('staging', ['web']).then(
        () => 'answered',
        () => 'refused',
      );
    await read();
    aws.fault({ operation: 'DescribeServices', nth: 2, times: 2, kind: 'expired-token' });
    expect([await read(), await read(), await read(), await read()]).toEqual([
      'answered',
      'refused',
      'refused',
      'answered',
    ]);
  });

  it('on * meet any call', async () => {
    const { aws, ecs, identity } = await stage();
    aws.fault({ operation: '*', nth: 2, kind: 'access-denied' });
    await identity.caller();
    await expect(ecs.describeServices('staging', ['web'])).rejects.toMatchObject({
      code: 'AWS_ACCESS_DENIED',
    });
  });

  it('name what a denial is about', async () => {
    const { aws, ecs } = await stage();
    aws.fault({ operation: 'UpdateService', kind: 'access-denied' });
    await expect(ecs.updateService(force)).rejects.toThrow(
      'User: arn:aws:sts::111111111111:assumed-role/deploy/session is not authorized to perform: ecs:UpdateService ' +
        'on resource: arn:aws:ecs:ap-northeast-1:111111111111:service/staging/web',
    );
  });
});

it('a call takes no time and does not let others wake: the fake clock stands still while the SDK works', async () => {
  const { aws, clock, ecs, ecr, logs, identity } = await stage();
  const asleep = clock.sleep(3_600_000);
  aws.fault({ operation: 'DescribeServices', times: 5, kind: 'throttle' });
  await ecs.describeServices('staging', ['web']);
  await ecr.login();
  await identity.caller();
  await logs.readPage({ group: 'g', stream: 's', region: 'eu-west-1' });
  expect(clock.elapsed).toBe(0);
  await asleep;
});

it('a call that AWS does not have is an InvalidAction, as on emulators', async () => {
  const { aws, ecs } = await stage();
  aws.lacks.add('StopServiceDeployment');
  await expect(ecs.stopServiceDeployment('arn:x', 'ROLLBACK')).rejects.toMatchObject({
    awsCode: 'InvalidAction',
  });
});

describe('ECR', () => {
  it('moves a tag to the image that was pushed last, unless tags are immutable', () => {
    const { ecr } = new FakeAws({ clock: new FakeClock() });
    ecr.addRepository('mutable');
    ecr.addRepository('immutable', { immutableTags: true });
    for (const name of ['mutable', 'immutable']) ecr.putImage(name, { digest: 'sha256:a', tags: ['v1'] });
    ecr.putImage('mutable', { digest: 'sha256:b', tags: ['v1'] });
    ecr.putImage('immutable', { digest: 'sha256:a', tags: ['v1', 'v2'] });
    expect(() => ecr.putImage('immutable', { digest: 'sha256:b', tags: ['v1'] })).toThrow('immutable');
  });
});

describe('STS', () => {
  it('gives a session for a web identity token, and from then on the caller is that role', async () => {
    const { aws, identity } = await stage();
    const form = new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: 'arn:aws:iam::111111111111:role/staging',
      RoleSessionName: 'run-1',
      WebIdentityToken: 'jwt',
    });
    const answer = aws.answer({ headers: {}, body: form.toString() });
    expect(answer.kind === 'answer' && answer.body).toContain(
      '<SessionToken>token-of-session-1</SessionToken>',
    );
    expect((await identity.caller()).arn).toBe('arn:aws:sts::111111111111:assumed-role/staging/run-1');
    aws.sts.denyRole('arn:aws:iam::111111111111:role/staging');
    expect(aws.answer({ headers: {}, body: form.toString() })).toMatchObject({ status: 403 });
  });
});
