import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { setUp } from '../../scripts/setup.mjs';
import { actionPrograms } from '../e2e/support/action-definition.ts';
import { openFakeShop, type FakeShop } from './fake-shop.ts';
import { runInTerminal } from './terminal.ts';

// An emulated processor is slow, and Node and its emulator may have to be fetched first.
jest.setTimeout(600_000);

const { leastNode, arm64Node } = await setUp(['least-node', 'arm64-node']);
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

const SHOP = ['--cluster', 'staging', '--services', 'web', '--repository', 'shop'];

/** Starts the bundle by another Node: program and arguments. */
function runOn(
  node: readonly string[],
  folder: string,
  args: readonly string[],
  environment: Record<string, string>,
) {
  const [first = process.execPath, ...more] = node;
  const [program = '', ...rest] = [...more, actionPrograms().main, ...args];
  return runInTerminal(folder, rest, environment, { node: first, program });
}

async function withShop(body: (shop: FakeShop) => Promise<void>, files: Record<string, string> = {}) {
  const shop = await openFakeShop({ files });
  try {
    await body(shop);
  } finally {
    await shop.close();
  }
}

// What this machine cannot start is named by `npm test` under LEFT OUT.
const PLATFORMS: [string, readonly string[]][] = [
  ['the Node of this run', [process.execPath]],
  ...(leastNode === undefined
    ? []
    : [['the least Node that package.json asks for', [leastNode]] as [string, string[]]]),
  ...(arm64Node === undefined ? [] : [['Node 24 on arm64', arm64Node] as [string, string[]]]),
];

describe.each(PLATFORMS)('the bundle on %s', (_, node) => {
  it('says its version', async () => {
    const run = await runOn(node, process.cwd(), ['--version'], {});
    expect(run).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('deploys, with a migration', () =>
    withShop(async (shop) => {
      const deploy = await runOn(
        node,
        shop.checkout.folder,
        ['deploy', ...SHOP, '--image', 'v2', '--migrate', 'bin/migrate', '--json'],
        shop.environment,
      );
      expect({ ...deploy, stdout: '', stderr: '' }).toMatchObject({ exitCode: 0 });
      expect(JSON.parse(deploy.stdout)).toMatchObject({
        outcome: 'completed',
        tasks: [{ purpose: 'migrate', exitCode: 0 }],
      });
      expect(shop.aws.ecs.service('web').taskDefinition).toMatch(/web:2$/);
    }));
});

describe('a machine without Docker, or with half of it', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'path-'));
    // Node and git are all that the bundle itself starts.
    symlinkSync(process.execPath, join(folder, 'node'));
    symlinkSync(programOn(process.env['PATH'] ?? '', 'git'), join(folder, 'git'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const withDocker = (script: string) => {
    writeFileSync(join(folder, 'docker'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'docker'), 0o755);
  };
  const deploy = (shop: FakeShop, ...more: string[]) =>
    runInTerminal(shop.checkout.folder, ['deploy', ...more], { ...shop.environment, PATH: folder });
  const files = { Dockerfile: 'FROM scratch\nCOPY . .\n', '.dockerignore': '.git\n' };

  it('says that there is no docker, and what does without it', () =>
    withShop(async (shop) => {
      const { exitCode, stdout } = await deploy(shop, ...SHOP);
      expect(exitCode).toBe(1);
      expect(stdout).toContain('✗ DOCKER_UNAVAILABLE: no Docker to build with: there is no `docker` on PATH');
      expect(stdout).toContain('use an `ubuntu-*` runner');
      expect(stdout).toContain('input `image` deploys one that exists');
      expect(stdout).toContain('`image.builder: codebuild`');
      expect(shop.aws.mutations()).toEqual([]);
    }, files));

  it('says which client has no buildx, and what to install', () =>
    withShop(async (shop) => {
      withDocker(`case "$*" in *buildx*) echo "unknown command" >&2; exit 1;; *) echo 28.0.0;; esac`);
      const { exitCode, stdout } = await deploy(shop, ...SHOP);
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(/✗ DOCKER_UNAVAILABLE: no Docker to build with: docker .*has no buildx plugin/);
      expect(stdout).toContain('docker-buildx-plugin');
      expect(shop.aws.mutations()).toEqual([]);
    }, files));

  it.each([
    ['a tag', 'v2', 'completed'],
    ['a digest', `sha256:${'1'.repeat(64)}`, 'completed'],
    ['the image that runs', 'current', 'no-change'],
  ])('deploys %s without it', (_, image, outcome) =>
    withShop(async (shop) => {
      const { exitCode, stdout } = await deploy(shop, ...SHOP, '--image', image, '--json');
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ outcome });
    }, files),
  );

  it('builds on CodeBuild without it', () =>
    withShop(
      async (shop) => {
        shop.aws.codebuild.addProject('shop-build');
        const { exitCode, stdout, stderr } = await deploy(shop, '--json');
        expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
        expect(JSON.parse(stdout)).toMatchObject({ outcome: 'completed', image: { reused: false } });
        expect(shop.aws.codebuild.builds.map(({ status }) => status)).toEqual(['SUCCEEDED']);
        // The same content a second time is found in the registry: nothing is built at all.
        const again = await deploy(shop, '--json');
        expect(JSON.parse(again.stdout)).toMatchObject({ outcome: 'no-change', image: { reused: true } });
        expect(shop.aws.codebuild.builds).toHaveLength(1);
      },
      {
        ...files,
        '.github/deploy.yml': `version: 1
image: { repository: shop, builder: codebuild, codebuild: { project: shop-build } }
environments: { staging: { branch: develop, cluster: staging } }
services: [web]
`,
      },
    ));
});

function programOn(path: string, name: string): string {
  const found = path.split(':').find((folder) => {
    try {
      readFileSync(join(folder, name));
      return true;
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error(`no ${name} on PATH`);
  return join(found, name);
}
