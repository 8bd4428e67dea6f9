import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { actionFolder, actionPrograms, inputVariables } from './action-definition.ts';
import { processesWith } from './processes.ts';
import { readRunnerFile } from './runner-file.ts';

/** What made the workflow start, as the runner's variables tell it. */
export interface RunnerEvent {
  /** `push`, `pull_request`, … */
  name: string;
  /** `refs/heads/…` */
  ref: string;
  sha: string;
  /** The body of the webhook. */
  payload: object;
}

export interface ActionRequest {
  /** The checkout. */
  workspace: string;
  event: RunnerEvent;
  /** `with:` of the workflow. */
  inputs?: Record<string, string>;
  /** On top of what the runner itself sets; at least PATH. */
  environment: Record<string, string>;
  /** The attempts of one run share their id. Default: a run of its own. */
  runId?: string;
  attempt?: number;
  /** Each line of the step as it comes. */
  onLine?: (line: string) => void;
  /** Cancels the step as the runner does. */
  signal?: AbortSignal;
  /** Kills the step without a warning, as a machine that runs out of memory does. */
  kill?: AbortSignal;
}

export interface ActionRun {
  exitCode: number;
  /** Both streams, in the order they came; the runner makes no difference between them. */
  stdout: string;
  outputs: Record<string, string>;
  state: Record<string, string>;
  /** The job summary, Markdown. */
  summary: string;
  seconds: number;
  /** What the runner would have to clean up after both steps: files in RUNNER_TEMP and HOME, living processes. */
  left: { files: string[]; processes: string[] };
  post: { exitCode: number; stdout: string };
}

export const githubRepository = 'acme/shop';

/** Starts the committed bundle exactly as GitHub's runner would: the step itself, then its post step. */
export async function runAction(request: ActionRequest): Promise<ActionRun> {
  const temporary = mkdtempSync(join(tmpdir(), 'runner-'));
  try {
    const { main, post } = actionPrograms();
    const files = runnerFiles(temporary, request.event);
    const trackingId = `github_${randomUUID()}`;
    const environment = {
      ...variables(request, temporary),
      ...files.variables,
      RUNNER_TRACKING_ID: trackingId,
    };
    const startedAt = performance.now();
    const step = await runNode(main, environment, request);
    const seconds = (performance.now() - startedAt) / 1000;
    const state = readRunnerFile(files.read('GITHUB_STATE'));
    const outputs = readRunnerFile(files.read('GITHUB_OUTPUT'));
    const afterwards =
      post === undefined
        ? { exitCode: 0, stdout: '' }
        : await runNode(post, { ...environment, ...stateVariables(state) }, withoutEnds(request));
    return {
      ...step,
      seconds,
      state,
      outputs,
      post: afterwards,
      summary: files.read('GITHUB_STEP_SUMMARY'),
      left: { files: files.others(), processes: processesWith(`RUNNER_TRACKING_ID=${trackingId}`) },
    };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** What ends the step does not end its post step. */
function withoutEnds({ signal: _signal, kill: _kill, ...request }: ActionRequest): ActionRequest {
  return request;
}

/** The files that a step answers through, empty at the start. */
function runnerFiles(
  folder: string,
  { payload }: RunnerEvent,
): { variables: Record<string, string>; read: (name: string) => string; others: () => string[] } {
  const names = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY', 'GITHUB_ENV', 'GITHUB_PATH'];
  const ours = join(folder, '_runner_file_commands');
  const path = (name: string): string => join(ours, name.toLowerCase());
  mkdirSync(ours);
  for (const name of ['home', 'temp', 'tools']) mkdirSync(join(folder, name));
  for (const name of names) writeFileSync(path(name), '');
  const eventPath = join(ours, 'event.json');
  writeFileSync(eventPath, JSON.stringify(payload));
  return {
    variables: {
      ...Object.fromEntries(names.map((name) => [name, path(name)])),
      GITHUB_EVENT_PATH: eventPath,
    },
    read: (name) => readFileSync(path(name), 'utf8'),
    others: () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.parentPath !== ours)
        .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1)),
  };
}

function variables(request: ActionRequest, temporary: string): Record<string, string> {
  const { workspace, event, inputs = {}, environment, runId = newRunId(), attempt = 1 } = request;
  const isBranch = event.ref.startsWith('refs/heads/');
  return {
    HOME: join(temporary, 'home'),
    CI: 'true',
    RUNNER_OS: 'Linux',
    RUNNER_ARCH: process.arch === 'arm64' ? 'ARM64' : 'X64',
    RUNNER_ENVIRONMENT: 'self-hosted',
    RUNNER_TEMP: join(temporary, 'temp'),
    RUNNER_TOOL_CACHE: join(temporary, 'tools'),
    // Where a server of ours stands in for GitHub, the environment says so.
    GITHUB_API_URL: 'https://api.github.com',
    ...environment,
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__org_deploy-action',
    GITHUB_ACTION_PATH: actionFolder,
    GITHUB_ACTOR: 'ada',
    GITHUB_EVENT_NAME: event.name,
    GITHUB_JOB: 'deploy',
    GITHUB_REF: event.ref,
    GITHUB_REF_NAME: event.ref.replace(/^refs\/(heads|tags)\//u, ''),
    GITHUB_REF_TYPE: isBranch ? 'branch' : 'tag',
    GITHUB_REPOSITORY: githubRepository,
    GITHUB_RUN_ID: runId,
    GITHUB_RUN_ATTEMPT: String(attempt),
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: event.sha,
    GITHUB_WORKFLOW: 'Deploy',
    GITHUB_WORKSPACE: workspace,
    ...inputVariables(inputs),
  };
}

function newRunId(): string {
  return String(randomInt(1e9, 1e10));
}

function stateVariables(state: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]));
}

async function runNode(
  program: string,
  environment: Record<string, string>,
  { workspace, onLine, signal, kill }: ActionRequest,
): Promise<{ exitCode: number; stdout: string }> {
  // Nothing of our own environment: what a runner does not set must not be what makes it work.
  const child = spawn(process.execPath, [program], {
    cwd: workspace,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C in a terminal reaches it through us alone.
    detached: true,
  });
  const cancelled = cancelOn(signal, child);
  kill?.addEventListener('abort', () => child.kill('SIGKILL'), { once: true });
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      lines.push(line);
      onLine?.(line);
    });
  }
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, endedBy) => {
      // As the runner and a shell count: 128 and the signal's number.
      resolve(code ?? 128 + constants.signals[endedBy!]);
    });
  });
  cancelled.over();
  return { exitCode, stdout: lines.join('\n') };
}

/** SIGINT, after 7.5 s SIGTERM, after another 2.5 s the end (actions/runner: ProcessInvoker.cs). */
function cancelOn(signal: AbortSignal | undefined, child: ChildProcess): { over: () => void } {
  const timers: NodeJS.Timeout[] = [];
  const cancel = (): void => {
    child.kill('SIGINT');
    timers.push(
      setTimeout(() => child.kill('SIGTERM'), 7500),
      setTimeout(() => child.kill('SIGKILL'), 10_000),
    );
  };
  if (signal?.aborted === true) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  return {
    over: () => {
      signal?.removeEventListener('abort', cancel);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
