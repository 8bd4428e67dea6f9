import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { jest } from '@jest/globals';

jest.setTimeout(120_000);

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

describe('the npm package, installed globally and offline', () => {
  const folder = mkdtempSync(join(tmpdir(), 'install-'));
  // npm and the program's own first line look for node on the PATH.
  const environment = {
    PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
    HOME: folder,
    npm_config_cache: join(folder, 'cache'),
  };
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { cwd: folder, env: environment, encoding: 'utf8' });

  beforeAll(() => {
    execFileSync(process.execPath, ['scripts/release.mjs', 'pack', folder]);
    const archive = join(folder, `deploy-action-${version}.tgz`);
    run('npm', 'install', '--global', '--prefix', folder, '--offline', '--no-audit', '--no-fund', archive);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('runs as deploy-action', () => {
    const program = join(folder, 'bin', 'deploy-action');
    expect(run(program, '--version')).toBe(`${version}\n`);
    expect(run(program, 'help', 'rollback')).toContain('Usage: deploy-action rollback');
  });

  it('brings no other package with it', () => {
    const installed = join(folder, 'lib', 'node_modules');
    expect(readdirSync(installed)).toEqual(['deploy-action']);
    expect(readdirSync(join(installed, 'deploy-action'))).not.toContain('node_modules');
  });
});
