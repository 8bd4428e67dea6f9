import { FakeAws } from '../../fakes/aws/fake-aws.ts';
import { FakeClock } from '../../fakes/clock.ts';
import type { Logs, LogStream } from '../../../src/ports/logs.ts';

const stream: LogStream = { group: '/shop', stream: 'web/app/1', region: 'ap-northeast-1' };

async function stage(lines: readonly string[] = []) {
  const clock = new FakeClock();
  const aws = new FakeAws({ clock });
  for (const line of lines) aws.logs.append(stream.group, stream.stream, line);
  const { logs } = await aws.connect();
  return { clock, aws, logs };
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`);

/** All pages until the same token comes back. */
async function readAll(logs: Logs): Promise<string[]> {
  const lines: string[] = [];
  let token: string | undefined;
  for (;;) {
    const page = await logs.readPage(stream, token);
    if (page === undefined) throw new Error('no stream');
    lines.push(...page.events.map(({ message }) => message));
    if (page.nextToken === token) return lines;
    token = page.nextToken;
  }
}

describe('a stream is read from its head on', () => {
  it('every line once and in order, whatever the size of the pages', async () => {
    const lines = numbered(10_050);
    const { logs, aws } = await stage(lines);
    expect(await readAll(logs)).toEqual(lines);
    expect(aws.calls.map(({ input }) => input['startFromHead'])).toEqual([true, true, true]);
  });

  it('past empty pages', async () => {
    const { logs, aws } = await stage(numbered(3));
    aws.logs.emptyPages(stream.group, stream.stream, 2);
    expect(await readAll(logs)).toEqual(numbered(3));
  });

  it('with when the container wrote it', async () => {
    const { logs, clock } = await stage(['one']);
    expect((await logs.readPage(stream))?.events).toEqual([{ timestamp: clock.startedAt, message: 'one' }]);
  });

  it('a stream or a group that is not there yet is undefined', async () => {
    const { logs, aws } = await stage();
    expect(await logs.readPage(stream)).toBeUndefined();
    aws.logs.addGroup(stream.group);
    expect(await logs.readPage(stream)).toBeUndefined();
    expect(await logs.readTail(stream, 5)).toBeUndefined();
  });

  it('a refusal is an error and no missing stream', async () => {
    const { logs, aws } = await stage(['one']);
    aws.fault({ operation: 'GetLogEvents', kind: 'access-denied' });
    await expect(logs.readPage(stream)).rejects.toMatchObject({
      code: 'AWS_ACCESS_DENIED',
      action: 'logs:GetLogEvents',
    });
  });

  it('in the region that the log driver writes to', async () => {
    const { logs, aws } = await stage(['one']);
    await logs.readPage({ ...stream, region: 'eu-west-1' });
    expect(aws.calls.map(({ region }) => region)).toEqual(['eu-west-1']);
  });
});

describe('the tail of a stream', () => {
  it('is its last lines, oldest first', async () => {
    const { logs } = await stage(numbered(20));
    expect((await logs.readTail(stream, 3))?.map(({ message }) => message)).toEqual([
      'line 18',
      'line 19',
      'line 20',
    ]);
  });

  it('is all of it where it is short', async () => {
    const { logs } = await stage(numbered(2));
    expect((await logs.readTail(stream, 50))?.map(({ message }) => message)).toEqual(numbered(2));
  });

  it('is put together from pages that hold less than was asked for', async () => {
    const big = numbered(4).map((line) => `${line} ${'x'.repeat(400_000)}`);
    const { logs, aws } = await stage(big);
    expect(await logs.readTail(stream, 4)).toHaveLength(4);
    expect(aws.calls.length).toBeGreaterThan(1);
  });
});
