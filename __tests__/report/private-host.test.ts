import { privateHost } from '../../src/report/private-host.ts';
import type { Host } from '../../src/ports/host.ts';
import { FakeHost } from '../fakes/host.ts';

const ID = '111111111111';
const ARN = `arn:aws:iam::${ID}:role/deploy`;

describe('a host that hides account ids', () => {
  /** Each way that something is written by, with what was written. */
  const WAYS: Record<string, [write: (host: Host) => unknown, written: (host: FakeHost) => unknown]> = {
    info: [(host) => host.info(ARN), ({ infos }) => infos],
    outside: [(host) => host.outside([ARN]), ({ outsideLines }) => outsideLines],
    openGroup: [(host) => host.openGroup(ARN), ({ lines }) => lines],
    'the title of an annotation': [
      (host) => host.annotate({ level: 'error', title: ARN, message: '' }),
      ({ annotations }) => annotations,
    ],
    'the message of an annotation': [
      (host) => host.annotate({ level: 'error', title: '', message: ARN }),
      ({ annotations }) => annotations,
    ],
    writeSummary: [(host) => host.writeSummary(ARN), ({ summaries }) => summaries],
    debug: [(host) => host.debug(ARN), ({ debugLines }) => debugLines],
    result: [(host) => host.result(ARN), ({ results }) => results],
  };

  it.each(Object.entries(WAYS))('in %s', (_, [write, written]) => {
    const host = new FakeHost();
    write(privateHost(host));
    expect(JSON.stringify(written(host))).toContain('arn:aws:iam::***:role/deploy');
    expect(JSON.stringify(written(host))).not.toContain(ID);
  });

  it('in a line that is rewritten, and in what goes elsewhere', () => {
    const shown: string[] = [];
    const host = Object.assign(new FakeHost(), { progress: (_: string, line: string) => shown.push(line) });
    const hiding = privateHost(host);
    hiding.progress?.('web', ARN);
    expect(shown).toEqual(['arn:aws:iam::***:role/deploy']);
    expect(hiding.shareable(ARN)).toBe('arn:aws:iam::***:role/deploy');
  });

  it('has no line to rewrite where the host has none', () => {
    expect(privateHost(new FakeHost()).progress).toBeUndefined();
  });

  it.each<[string, (host: Host) => unknown]>([
    ['an input', (host) => host.input('role')],
    ['an output', (host) => host.setOutput('tasks', ARN)],
    ['the state', (host) => host.saveState('task', ARN)],
    ['a line before', (host) => host.info(ARN)],
    ['the next line from outside', (host) => host.outside([`id ${ID}`, ARN])],
  ])('knows an account from %s, wherever its id stands then', (_, pass) => {
    const host = new FakeHost({ inputs: { role: ARN } });
    const hiding = privateHost(host);
    pass(hiding);
    hiding.info(`shop-deploys-${ID}`);
    expect(host.lines.at(-1)).toBe('shop-deploys-***');
    expect(host.lines.join('\n')).not.toContain(ID);
  });

  it('knows in the post step what the step saved', () => {
    const host = new FakeHost();
    host.saveState('task', ARN);
    privateHost(host).info(`bucket-${ID}`);
    expect(host.lines).toEqual(['bucket-***']);
  });

  it('leaves outputs and state whole: later steps need the ARNs', () => {
    const host = new FakeHost();
    const hiding = privateHost(host);
    hiding.setOutput('migration-task', ARN);
    hiding.saveState('task', ARN);
    expect(host.outputs).toEqual({ 'migration-task': ARN });
    expect(hiding.savedState()).toEqual({ task: ARN });
    expect(hiding.input('role')).toBeUndefined();
  });

  it('tells the runner of each account once, before it is written', () => {
    const host = new FakeHost();
    const hiding = privateHost(host);
    hiding.info(ARN);
    hiding.info('arn:aws:iam::222222222222:role/other');
    hiding.info(ARN);
    expect(host.masked).toEqual([ID, '222222222222']);
  });

  it.each(['terminal', 'circleci'] as const)(
    'tells nobody on %s, where that would reach the outputs',
    (kind) => {
      const host = Object.assign(new FakeHost(), { kind });
      privateHost(host).info(ARN);
      expect(host.masked).toEqual([]);
    },
  );
});
