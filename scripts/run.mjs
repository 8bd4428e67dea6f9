/**
 * The entry of `npm run demo`, `npm test`, `npm run test:unit`, `npm run bench` and `npm run pictures`: makes the machine
 * ready, then runs the program under Node 24. Plain JavaScript, because it starts on older Nodes and before anything is
 * installed.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setUp } from './setup.mjs';
import { explain } from './setup/errors.mjs';
import { repositoryFolder } from './setup/folders.mjs';

const stage = ['modules', 'node24', 'docker', 'python', 'base-image'];
const programs = {
  demo: { file: 'scripts/demo/main.ts', needs: stage },
  test: { file: 'scripts/test/main.ts', needs: [...stage, 'act', 'actionlint', 'ruby', 'arm64-node'] },
  unit: { file: 'scripts/test/unit.ts', needs: ['modules', 'node24'] },
  pictures: { file: 'scripts/pictures/main.ts', needs: [...stage, 'camera'] },
  bench: { file: 'scripts/bench/main.ts', needs: stage },
};

const [name, ...args] = process.argv.slice(2);
const program = programs[name];
if (program === undefined) {
  console.error(`Usage: node scripts/run.mjs ${Object.keys(programs).join('|')}`);
  process.exit(2);
}

try {
  const ready = await setUp(program.needs);
  try {
    process.exitCode = await runProgram(ready, program.file, args);
  } finally {
    await ready.release();
  }
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}

function runProgram(ready, file, args) {
  const child = spawn(
    ready.node,
    ['--disable-warning=ExperimentalWarning', join(repositoryFolder, file), ...args],
    {
      cwd: repositoryFolder,
      env: { ...process.env, ...ready.environment, LEFT_OUT: JSON.stringify(ready.leftOut) },
      stdio: 'inherit',
    },
  );
  // Ctrl-C reaches the program itself; we stay until it has ended, to end what we started.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}
