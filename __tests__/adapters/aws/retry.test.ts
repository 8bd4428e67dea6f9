import { FakeClock } from '../../fakes/clock.ts';
import { FakeAws } from '../../fakes/aws/fake-aws.ts';
import type { FaultKind } from '../../fakes/aws/faults.ts';
import { AwsError } from '../../../src/errors.ts';
import type { Aws } from '../../../src/ports/aws.ts';

async function stage() {
  const aws = new FakeAws({ clock: new FakeClock() });
  aws.ecs.addCluster('staging');
  aws.ecs.register({ family: 'web', containerDefinitions: [{ name: 'app', image: 'shop:1' }] });
  aws.ecs.register({ family: 'web', containerDefinitions: [{ name: 'app', image: 'shop:2' }] });
  aws.ecs.addService({ cluster: 'staging', name: 'web', taskDefinition: 'web:1' });
  return { aws, connected: await aws.connect() };
}

const read = ({ ecs }: Aws) => ecs.describeServices('staging', ['web']);
const register = ({ ecs }: Aws) =>
  ecs.registerTaskDefinition({ family: 'new', containerDefinitions: [{ name: 'app', image: 'x' }] }, []);
const update = ({ ecs }: Aws) =>
  ecs.updateService({ cluster: 'staging', service: 'web', taskDefinition: 'web:2' });
const run = ({ ecs }: Aws) =>
  ecs.runTask({
    cluster: 'staging',
    taskDefinition: 'web:2',
    clientToken: 'token',
    startedBy: 'deploy-action/migrate/key',
  });

const LOST: FaultKind[] = [
  'http-500',
  'connection-reset-before',
  'connection-reset-after',
  'truncated-body',
  'empty-answer',
];

describe('reads, and calls that carry a token, are sent again', () => {
  it.each(['throttle', ...LOST] as FaultKind[])('a read gets over three times %s', async (kind) => {
    const { aws, connected } = await stage();
    aws.fault({ operation: 'DescribeServices', times: 3, kind });
    expect((await read(connected)).services[0]?.serviceName).toBe('web');
    expect(aws.callsOf('DescribeServices')).toHaveLength(4);
  });

  it.each(['throttle', ...LOST] as FaultKind[])('an answer in XML is no different: %s', async (kind) => {
    const { aws, connected } = await stage();
    aws.fault({ operation: 'GetCallerIdentity', times: 3, kind });
    expect((await connected.identity.caller()).account).toBe('111111111111');
    expect(aws.callsOf('GetCallerIdentity')).toHaveLength(4);
  });

  it.each(LOST)('RunTask starts one task over %s, since it carries our token', async (kind) => {
    const { aws, connected } = await stage();
    aws.fault({ operation: 'RunTask', kind });
    await run(connected);
    expect(aws.callsOf('RunTask').map(({ input }) => input['clientToken'])).toEqual(['token', 'token']);
    expect(aws.ecs.tasks({ group: 'family:web' })).toHaveLength(1);
  });

  it('ends after nine attempts with an error that a wait gets over', async () => {
    const { aws, connected } = await stage();
    aws.fault({ operation: 'DescribeServices', times: Infinity, kind: 'throttle' });
    await expect(read(connected)).rejects.toMatchObject({ awsCode: 'ThrottlingException', retryable: true });
    expect(aws.calls).toHaveLength(9);
    expect(aws.calls.map(({ attempt }) => attempt).slice(-1)).toEqual(['attempt=9; max=9']);
  });

  it.each(['access-denied', 'expired-token'] as const)(
    'does not repeat what %s makes hopeless',
    async (kind) => {
      const { aws, connected } = await stage();
      aws.fault({ operation: 'DescribeServices', kind });
      await expect(read(connected)).rejects.toMatchObject({ retryable: false });
      expect(aws.calls).toHaveLength(1);
    },
  );
});

describe('calls that create something and carry no token are sent once', () => {
  it.each([
    ['RegisterTaskDefinition', register],
    ['UpdateService', update],
  ])('%s: a lost answer goes to the caller, who reads back', async (operation, send) => {
    for (const kind of LOST) {
      const { aws, connected } = await stage();
      aws.fault({ operation, kind });
      const error: unknown = await send(connected).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(AwsError);
      expect(error).toMatchObject({ action: `ecs:${operation}`, code: 'AWS_CALL_FAILED', retryable: true });
      expect(aws.callsOf(operation)).toHaveLength(1);
    }
  });

  it.each([
    ['RegisterTaskDefinition', register],
    ['UpdateService', update],
  ])('%s: what AWS put off was not carried out, and is sent again', async (operation, send) => {
    const { aws, connected } = await stage();
    aws.fault({ operation, times: 3, kind: 'throttle' });
    await send(connected);
    expect(aws.callsOf(operation).map(({ carriedOut }) => carriedOut)).toEqual([false, false, false, true]);
  });

  it('an answer that is lost after some throttling is not asked for again', async () => {
    const { aws, connected } = await stage();
    aws.fault({ operation: 'UpdateService', times: 2, kind: 'throttle' });
    aws.fault({ operation: 'UpdateService', nth: 3, kind: 'connection-reset-after' });
    await expect(update(connected)).rejects.toMatchObject({ awsCode: 'ECONNRESET', retryable: true });
    expect(aws.mutations().map(({ operation }) => operation)).toEqual(['UpdateService']);
  });
});
