import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { jest } from '@jest/globals';
import { setUp } from '../../scripts/setup.mjs';
import { openFakeShop } from './fake-shop.ts';
import { runInTerminal } from './terminal.ts';

jest.setTimeout(120_000);

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const { leastNode } = await setUp(['least-node']);
/** The Node of the tests, and the least that package.json names where there is one for this machine. */
const nodes = [process.execPath, ...(leastNode === undefined ? [] : [leastNode])];

describe('the npm package, installed globally and offline', () => {
  const folder = mkdtempSync(join(tmpdir(), 'install-'));
  const program = join(folder, 'bin', 'deploy-action');
  // npm and the program's own first line look for node on the PATH.
  const environment = (node = process.execPath) => ({
    PATH: [dirname(node), process.env['PATH']].join(delimiter),
    HOME: folder,
    npm_config_cache: join(folder, 'cache'),
  });
  const run = (file: string, args: string[], node?: string) =>
    execFileSync(file, args, { cwd: folder, env: environment(node), encoding: 'utf8' });

  beforeAll(() => {
    execFileSync(process.execPath, ['scripts/release.mjs', 'pack', folder]);
    const archive = join(folder, `deploy-action-${version}.tgz`);
    const quietly = ['--offline', '--no-audit', '--no-fund'];
    run('npm', ['install', '--global', '--prefix', folder, ...quietly, archive]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(nodes)('runs as deploy-action under %s', (node) => {
    expect(run(program, ['--version'], node)).toBe(`${version}\n`);
    expect(run(program, ['help', 'rollback'], node)).toContain('Usage: deploy-action rollback');
  });

  it.each(nodes)('deploys under %s', async (node) => {
    const shop = await openFakeShop();
    try {
      const options = ['--cluster', 'staging', '--repository', 'shop', '--services', 'web', '--image', 'v2'];
      const installed = join(folder, 'lib', 'node_modules', 'deploy-action', 'dist', 'index.js');
      const { exitCode, stdout } = await runInTerminal(
        shop.checkout.folder,
        ['deploy', ...options, '--json'],
        shop.environment,
        { node, program: installed },
      );
      expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
      expect(JSON.parse(stdout)).toMatchObject({ environment: 'staging', outcome: 'completed' });
    } finally {
      await shop.close();
    }
  });

  it('brings what is published and no other package', () => {
    const installed = join(folder, 'lib', 'node_modules');
    expect(readdirSync(installed)).toEqual(['deploy-action']);
    expect(readdirSync(join(installed, 'deploy-action')).sort()).toEqual([
      'LICENSE',
      'README.md',
      'action.yml',
      'dist',
      'package.json',
      'schema',
    ]);
  });
});
