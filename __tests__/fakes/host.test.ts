import { FakeHost } from './host.ts';

describe('the recording host', () => {
  it('gives inputs as a host does: trimmed, and undefined when absent or empty', () => {
    const host = new FakeHost({ inputs: { cluster: ' staging ', region: '  ' } });
    expect([host.input('cluster'), host.input('region'), host.input('role')]).toEqual([
      'staging',
      undefined,
      undefined,
    ]);
  });

  it('keeps the log in order and tells our lines from those from outside', () => {
    const host = new FakeHost();
    host.openGroup('Migrate');
    host.outside(['::error::no']);
    host.closeGroup();
    host.info('✓ migrated');
    expect(host.lines).toEqual(['> Migrate', '| ::error::no', '<', '✓ migrated']);
    expect(host.openGroups).toBe(0);
  });
});
