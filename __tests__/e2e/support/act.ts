import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { actionFolder } from './action-definition.ts';
import { githubRepository, type RunnerEvent } from './runner.ts';

export interface ActRequest {
  /** Path of nektos/act. */
  act: string;
  /** A checkout with the workflow in it. */
  workspace: string;
  event: RunnerEvent;
  /** `vars.` of the repository. */
  variables: Record<string, string>;
  /** What every step finds; PATH too. */
  environment: Record<string, string>;
}

export interface ActResult {
  exitCode: number;
  /** Outputs of our step. */
  outputs: Record<string, string>;
  /** Names of the steps that ran, in order, with how each ended. */
  steps: { stage: string; step: string; result: string }[];
  summary: string;
  /** Everything that act said, for whoever has to find out. */
  log: string;
}

/** What we read of a line of `act --json`. */
interface ActLine {
  msg: string;
  stage?: string;
  step?: string;
  stepResult?: string;
  command?: string;
  name?: string;
  arg?: string;
  content?: string;
}

/**
 * Runs the workflows of a push with nektos/act, steps on this machine. `uses: org/deploy-action@v1` is a folder with
 * what we publish; actions/checkout act does by itself, by copying the workspace, as there is no GitHub to ask.
 */
export async function runWithAct(request: ActRequest): Promise<ActResult> {
  const temporary = mkdtempSync(join(tmpdir(), 'act-'));
  try {
    return read(await actLines(request, temporary));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function actLines(
  { act, workspace, event, variables, environment }: ActRequest,
  temporary: string,
): Promise<{ exitCode: number; lines: string[] }> {
  const { PATH = '', ...forSteps } = environment;
  const child = spawn(
    act,
    [
      event.name,
      '--json',
      '--no-cache-server',
      ...['--platform', 'ubuntu-latest=-self-hosted'],
      ...['--local-repository', `org/deploy-action@v1=${publishedAction(temporary)}`],
      ...['--eventpath', file(temporary, 'event.json', JSON.stringify(event.payload))],
      ...['--env-file', file(temporary, 'environment', assignments(forSteps))],
      ...['--var-file', file(temporary, 'variables', assignments(variables))],
      ...['--secret', 'GITHUB_TOKEN=ghs_bot'],
    ],
    {
      cwd: workspace,
      // act keeps its caches and the job's workspace at home; the steps' `node` is the one on PATH.
      env: { HOME: temporary, PATH: `${dirname(process.execPath)}:${PATH}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => lines.push(line));
  }
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  return { exitCode, lines };
}

/** action.yml and dist/, and nothing else of the repository. */
function publishedAction(temporary: string): string {
  const folder = join(temporary, 'deploy-action');
  mkdirSync(folder);
  for (const part of ['action.yml', 'dist']) {
    cpSync(join(actionFolder, part), join(folder, part), { recursive: true });
  }
  return folder;
}

function file(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function assignments(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
    .join('');
}

function read({ exitCode, lines }: { exitCode: number; lines: string[] }): ActResult {
  // What act itself gives up with comes as plain text.
  const said = lines.map((line) => (line.startsWith('{') ? (JSON.parse(line) as ActLine) : { msg: line }));
  return {
    exitCode,
    outputs: Object.fromEntries(
      said.filter(({ command }) => command === 'set-output').map(({ name, arg }) => [name!, arg!]),
    ),
    steps: said.flatMap(({ stage = '', step = '', stepResult }) =>
      stepResult === undefined ? [] : [{ stage, step, result: stepResult }],
    ),
    summary: said
      .filter(({ command }) => command === 'summary')
      .map(({ content }) => content!)
      .join('\n'),
    log: said.map(({ msg }) => msg.trimEnd()).join('\n'),
  };
}

/** Where act finds out which repository it is in. */
export const originUrl = `https://github.com/${githubRepository}.git`;
