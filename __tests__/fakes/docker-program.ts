import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the program does when its arguments begin with `on`: the first answer that is left over for them. */
export interface DockerAnswer {
  on: string;
  lines?: readonly string[];
  exitCode?: number;
  /** Written to the file that --metadata-file names. */
  metadata?: object;
}

export interface DockerCall {
  args: string[];
  /** Those of the environment that were asked for. */
  environment: Record<string, string>;
  /** Its config.json. */
  config: unknown;
}

/**
 * A program named docker that plays a script and writes down how it was called: for builders that no test machine
 * has. An answer is used once, except the last one for its arguments.
 */
export function writeDockerProgram(
  folder: string,
  answers: readonly DockerAnswer[],
  watched: readonly string[] = [],
): () => DockerCall[] {
  const calls = join(folder, 'calls');
  const used = join(folder, 'used');
  writeFileSync(used, '');
  writeFileSync(join(folder, 'docker'), program({ answers, watched, calls, used }), { mode: 0o755 });
  return () =>
    existsSync(calls)
      ? readFileSync(calls, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as DockerCall)
      : [];
}

function program(facts: object): string {
  return `#!${process.execPath}
const fs = require('node:fs');
const { answers, watched, calls, used } = ${JSON.stringify(facts)};
const args = process.argv.slice(2);
const environment = Object.fromEntries(watched.filter((name) => name in process.env).map((name) => [name, process.env[name]]));
const file = (process.env.DOCKER_CONFIG ?? '') + '/config.json';
const config = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : null;
fs.appendFileSync(calls, JSON.stringify({ args, environment, config }) + '\\n');
const said = args.join(' ');
const spent = fs.readFileSync(used, 'utf8').split('\\n').filter(Boolean).map(Number);
const fitting = answers.map((answer, index) => ({ answer, index })).filter(({ answer }) => said.startsWith(answer.on));
const chosen = fitting.find(({ index }) => !spent.includes(index)) ?? fitting.at(-1);
if (chosen === undefined) process.exit(1);
// Several of these run at the same time: what one appends, another never sees half.
fs.appendFileSync(used, chosen.index + '\\n');
const { lines = [], exitCode = 0, metadata } = chosen.answer;
for (const line of lines) console.log(line);
if (metadata !== undefined) fs.writeFileSync(args[args.indexOf('--metadata-file') + 1], JSON.stringify(metadata));
process.exitCode = exitCode;
`;
}
