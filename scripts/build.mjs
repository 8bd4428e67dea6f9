// Builds dist/ (or the folder given): compiled by TypeScript, bundled by ncc into files that can be read.
// The same sources and lock file give the same bytes; `npm test` compares.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ncc from '@vercel/ncc';
import { licensesOf } from './licenses.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = resolve(process.argv[2] ?? join(root, 'dist'));
const compiled = join(root, 'build');
const bin = (name) => join(root, 'node_modules', '.bin', name);
const run = (command, args) =>
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });

rmSync(compiled, { recursive: true, force: true });
run(bin('tsc'), ['--project', 'tsconfig.build.json']);
copyFileSync(join(root, 'package.json'), join(compiled, 'package.json'));

// Names inside the bundle are relative to where it is built.
process.chdir(root);
const { code, assets, stats } = await ncc(join(compiled, 'index.js'), {
  target: 'es2023',
  // What only some runs need of the AWS SDK then stays in files of its own: Node has less to read at every start.
  mainFields: ['module', 'main'],
  quiet: true,
  // What ncc remembers of an earlier build holds nothing about where modules came from: the licenses would be missing.
  cache: false,
});

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
// ncc copies type declarations beside a bundle; they are of no use there.
for (const name of Object.keys(assets).filter((one) => !one.endsWith('.d.ts')))
  writeFileSync(join(target, name), assets[name].source);
writeFileSync(join(target, 'licenses.txt'), licensesOf(stats));
writeFileSync(join(target, 'index.js'), code.startsWith('#!') ? code : `#!/usr/bin/env node\n${code}`, {
  mode: 0o755,
});
