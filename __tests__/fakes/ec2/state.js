import { readFileSync, writeFileSync } from 'node:fs';

const file = process.env.EC2_STATE;

/** Reads what there is, lets `change` change it, and ends with the exit code that it answers. */
export function withState(change) {
  const state = JSON.parse(readFileSync(file, 'utf8'));
  const { code = 0, output, error } = change(state) ?? {};
  writeFileSync(file, JSON.stringify(state));
  if (output !== undefined) process.stdout.write(`${output}\n`);
  if (error !== undefined) process.stderr.write(`${error}\n`);
  process.exitCode = code;
}
