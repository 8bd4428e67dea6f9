import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { runnerVariables } from '../../scripts/bench/bundle-run.ts';
import { actionPrograms, inputVariables } from '../e2e/support/action-definition.ts';
import { inputs, NEW, startFakeAws } from './fake-shop.ts';

const bundle = actionPrograms().main;

it('every start reads less than 4 MB of the program', () => {
  expect(statSync(bundle).size).toBeLessThan(4e6);
});

it('a deploy needs no other file of the bundle; those beside it are for what few runs do', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-alone-'));
  const { aws, environment, close } = await startFakeAws();
  try {
    for (const file of ['index.js', 'package.json'])
      copyFileSync(join(dirname(bundle), file), join(folder, file));
    const variables = { ...environment, ...runnerVariables(folder), ...inputVariables(inputs) };
    const program = [join(folder, 'index.js')];
    await promisify(execFile)(process.execPath, program, { cwd: folder, env: variables });
    const [serving] = aws.callsOf('RegisterTaskDefinition').map(({ input }) => JSON.stringify(input));
    expect(serving).toContain(NEW);
  } finally {
    rmSync(folder, { recursive: true });
    await close();
  }
});
