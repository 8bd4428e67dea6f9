// Builds dist/ (or the folder given): compiled by TypeScript, bundled by ncc into one file that can be read.
// The same sources and lock file give the same bytes; `npm test` compares.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = resolve(process.argv[2] ?? join(root, 'dist'));
const compiled = join(root, 'build');
const bin = (name) => join(root, 'node_modules', '.bin', name);
const run = (command, args) =>
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });

rmSync(compiled, { recursive: true, force: true });
run(bin('tsc'), ['--project', 'tsconfig.build.json']);
copyFileSync(join(root, 'package.json'), join(compiled, 'package.json'));

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
run(bin('ncc'), [
  'build',
  join(compiled, 'index.js'),
  '--out',
  target,
  '--license',
  'licenses.txt',
  '--target',
  'es2023',
  '--quiet',
]);

// ncc copies type declarations beside a bundle; they are of no use there.
for (const file of readdirSync(target, { recursive: true }).map(String)) {
  if (file.endsWith('.d.ts')) rmSync(join(target, file));
}
const bundle = join(target, 'index.js');
const text = readFileSync(bundle, 'utf8');
writeFileSync(bundle, text.startsWith('#!') ? text : `#!/usr/bin/env node\n${text}`, { mode: 0o755 });
