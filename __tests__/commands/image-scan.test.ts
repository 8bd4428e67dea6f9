import { planShop } from '../fakes/plan-shop.ts';
import { OLD_DIGEST, Shop } from '../fakes/shop.ts';

const complete = (counts: object = {}, findings: object[] = []) => ({
  imageScanStatus: { status: 'COMPLETE' },
  imageScanFindings: { findingSeverityCounts: counts, findings },
});
const inProgress = { imageScanStatus: { status: 'IN_PROGRESS' } };

/** A shop with the gate, which deploys an image that is there. */
function gated(scans: readonly object[], scan = '{ fail-on: high }', shop = new Shop()): Shop {
  shop.configure((yaml) => yaml.replace('repository: shop', `repository: shop, scan: ${scan}`));
  shop.host.inputs['image'] = OLD_DIGEST;
  shop.aws.ecr.setScans('shop', OLD_DIGEST, scans);
  return shop;
}

const looks = (shop: Shop) =>
  shop.aws.calls.filter(({ operation }) => operation === 'DescribeImageScanFindings');
const said = (shop: Shop) => shop.host.lines.join('\n');

describe('the gate on what the scan of an image found', () => {
  it('waits for the result, and lets an image without such findings through', async () => {
    const shop = gated([inProgress, inProgress, complete({ MEDIUM: 2 })]);
    expect(await shop.deploy()).toBe(0);
    expect(looks(shop)).toHaveLength(3);
    expect(looks(shop)[0]?.input).toEqual({
      repositoryName: 'shop',
      registryId: expect.any(String) as string,
      imageId: { imageDigest: OLD_DIGEST },
    });
    expect(said(shop)).toContain('2 medium');
  });

  it('refuses one with such findings before anything is written, and names them', async () => {
    const shop = gated([complete({ CRITICAL: 1, LOW: 4 }, [{ name: 'CVE-2026-1', severity: 'CRITICAL' }])]);
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.outputs).toMatchObject({ outcome: 'refused', 'failed-step': 'scan' });
    expect(shop.aws.mutations()).toEqual([]);
    expect(shop.host.annotations.at(-1)?.title).toContain('IMAGE_SCAN_FINDINGS');
    expect(said(shop)).toContain('1 critical, 4 low (fail-on: high)');
    expect(said(shop)).toContain('critical: CVE-2026-1');
  });

  it('reads the findings of enhanced scanning too', async () => {
    const shop = gated([
      {
        imageScanStatus: { status: 'ACTIVE' },
        imageScanFindings: {
          findingSeverityCounts: { HIGH: 1 },
          enhancedFindings: [{ title: 'CVE-2026-2 - openssl', severity: 'HIGH' }],
        },
      },
    ]);
    expect(await shop.deploy()).toBe(1);
    expect(said(shop)).toContain('high: CVE-2026-2 - openssl');
  });

  it('gives way to a reason, and says so', async () => {
    const shop = gated([complete({ CRITICAL: 1 })]);
    shop.host.inputs['force'] = 'the fix for the outage';
    expect(await shop.deploy()).toBe(0);
    expect(said(shop)).toContain('forced: the fix for the outage');
  });

  it('refuses an image that ECR does not scan, within a minute or so', async () => {
    const shop = gated([]);
    const started = shop.clock.now();
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.annotations.at(-1)?.title).toContain('IMAGE_SCAN_MISSING');
    expect(said(shop)).toContain('ECR knows no scan of it');
    expect(shop.clock.now() - started).toBeLessThan(90_000);
    expect(shop.aws.mutations()).toEqual([]);
  });

  it('waits no longer than its time-out', async () => {
    const shop = gated([inProgress], '{ fail-on: low, timeout: 2m }');
    expect(await shop.deploy()).toBe(1);
    expect(said(shop)).toContain('still IN_PROGRESS after 120 s');
    expect(looks(shop).length).toBeGreaterThan(30);
  });

  it('does not look at what runs already', async () => {
    const shop = gated([complete({ CRITICAL: 1 })]);
    shop.host.inputs['image'] = 'current';
    expect(await shop.deploy()).toBe(0);
    expect(looks(shop)).toEqual([]);
  });

  it('holds for `build` too', async () => {
    const shop = gated([complete({ HIGH: 1 })]);
    expect(await shop.run('build', { image: OLD_DIGEST })).toBe(1);
    expect(shop.host.outputs['outcome']).toBe('refused');
  });

  it('names the permission where it may not look', async () => {
    const shop = gated([complete()]);
    shop.aws.fault({ operation: 'DescribeImageScanFindings', kind: 'access-denied', times: Infinity });
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.annotations.at(-1)?.title).toContain('AWS_ACCESS_DENIED');
    expect(said(shop)).toContain('ecr:DescribeImageScanFindings');
  });
});

describe('a plan with the gate', () => {
  it.each([
    ['lets through what the scan passed', [complete({ LOW: 1 })], 0, '1 low'],
    ['fails on such findings', [complete({ HIGH: 3 })], 1, '3 high (fail-on: high)'],
    ['warns where there is no scan', [], 0, 'ECR knows no scan of it'],
    ['says of a running one that it is waited for', [inProgress], 0, 'IN_PROGRESS: a deploy would wait'],
    [
      'fails where there will be none',
      [{ imageScanStatus: { status: 'UNSUPPORTED_IMAGE' } }],
      1,
      'no result: UNSUPPORTED_IMAGE',
    ],
  ])('%s', async (_, scans, exitCode, message) => {
    const shop = gated(scans, '{ fail-on: high }', planShop());
    expect(await shop.run('plan', { image: OLD_DIGEST })).toBe(exitCode);
    expect(said(shop)).toMatch(new RegExp(`scan .*${message.replace(/[()]/g, '\\$&')}`));
    expect(looks(shop)).toHaveLength(1);
  });
});
