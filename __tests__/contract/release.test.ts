import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from '../../src/adapters/host/text.ts';

function release(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/release.mjs', ...args], {
    encoding: 'utf8',
  });
  return { status, text: `${stdout}${stderr}` };
}

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

describe('the version of a release', () => {
  it('is that of the package and the sources', () => {
    expect(release('check', `v${version}`)).toEqual({ status: 0, text: '' });
  });

  it.each([
    ['v9.9.9', /package\.json has the version .*, not v9\.9\.9/],
    ['1.0', /1\.0 is no version of the form v1\.2\.3/],
  ])('%s is refused', (wrong, said) => {
    const { status, text } = release('check', wrong);
    expect(status).toBe(1);
    expect(text).toMatch(said);
  });
});

it('names the repository that it is published from, which npm compares with who publishes, and where its pages are', () => {
  const described = JSON.parse(readFileSync('package.json', 'utf8')) as {
    homepage: string;
    bugs: string;
    repository: { url: string };
  };
  expect(described.repository.url).toBe(`git+${REPOSITORY}.git`);
  expect([described.homepage, described.bugs]).toEqual([`${REPOSITORY}#readme`, `${REPOSITORY}/issues`]);
});

describe('the files of a release', () => {
  const folder = mkdtempSync(join(tmpdir(), 'release-test-'));
  const archive = join(folder, `deploy-action-${version}.tgz`);
  beforeAll(() => {
    const { status, text } = release('pack', folder);
    if (status !== 0) throw new Error(text);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('are the package, its bill of materials, and the checksums of both', () => {
    expect(readdirSync(folder).sort()).toEqual([
      'checksums.txt',
      `deploy-action-${version}.cdx.json`,
      `deploy-action-${version}.tgz`,
      'orb.yml',
    ]);
  });

  it('list what the bundle is made of, and nothing that only tests need', () => {
    const bill = JSON.parse(readFileSync(join(folder, `deploy-action-${version}.cdx.json`), 'utf8')) as {
      bomFormat: string;
      components: { name: string }[];
    };
    const names = bill.components.map(({ name }) => name);
    expect(bill.bomFormat).toBe('CycloneDX');
    expect(names).toContain('zod');
    expect(names).not.toContain('jest');
  });

  it('hold the action as well as the command', () => {
    const { stdout } = spawnSync('tar', ['-tzf', archive], { encoding: 'utf8' });
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining([
        'package/action.yml',
        'package/dist/index.js',
        'package/schema/deploy.schema.json',
      ]),
    );
    expect(stdout).not.toContain('package/src/');
  });

  it('are verified against their checksums and the commit', () => {
    expect(release('verify', folder)).toEqual({ status: 0, text: '' });
    appendFileSync(archive, 'one byte more');
    const { status, text } = release('verify', folder);
    expect(status).toBe(1);
    expect(text).toContain('does not fit checksums.txt');
  });
});
