import { scanVerdict } from '../../../src/rules/image/scan-verdict.ts';

const scan = (status: string, counts: Record<string, number> = {}, findings: string[] = []) => ({
  status,
  counts,
  findings: findings.map((text) => {
    const [severity = '', name = ''] = text.split(' ');
    return { severity, name };
  }),
});

describe('a scan', () => {
  it.each(['IN_PROGRESS', 'PENDING'])('%s has no result yet', (status) => {
    expect(scanVerdict(scan(status), 'low')).toEqual({ state: 'wait' });
  });

  it.each([
    'FAILED',
    'UNSUPPORTED_IMAGE',
    'SCAN_ELIGIBILITY_EXPIRED',
    'FINDINGS_UNAVAILABLE',
    'LIMIT_EXCEEDED',
    'IMAGE_ARCHIVED',
    'SOMETHING_NEW',
  ])('%s will have none, which is no pass', (status) => {
    expect(scanVerdict({ ...scan(status), description: 'why' }, 'critical')).toEqual({
      state: 'none',
      reason: `${status}: why`,
    });
  });

  it.each(['COMPLETE', 'ACTIVE'])('%s without a finding passes', (status) => {
    expect(scanVerdict(scan(status), 'low')).toEqual({ state: 'passed', told: 'no findings' });
  });

  it.each([
    ['critical', 'HIGH', 'passed'],
    ['critical', 'CRITICAL', 'found'],
    ['high', 'CRITICAL', 'found'],
    ['high', 'HIGH', 'found'],
    ['high', 'MEDIUM', 'passed'],
    ['medium', 'HIGH', 'found'],
    ['medium', 'LOW', 'passed'],
    ['low', 'LOW', 'found'],
    ['low', 'INFORMATIONAL', 'passed'],
    ['low', 'UNDEFINED', 'passed'],
  ] as const)('a gate at %s meets %s: %s', (failOn, severity, state) => {
    expect(scanVerdict(scan('COMPLETE', { [severity]: 1 }), failOn).state).toBe(state);
  });

  it('tells all counts, and the gated findings, the gravest first', () => {
    const found = scan('COMPLETE', { MEDIUM: 7, HIGH: 1, CRITICAL: 1, UNDEFINED: 3 }, [
      'MEDIUM CVE-1',
      'HIGH CVE-2',
      'CRITICAL CVE-3',
    ]);
    expect(scanVerdict(found, 'high')).toEqual({
      state: 'found',
      told: '1 critical, 1 high, 7 medium',
      findings: ['critical: CVE-3', 'high: CVE-2'],
    });
  });
});
