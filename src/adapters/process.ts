import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { lastLine, splitLines } from '../rules/text/output-lines.ts';

export interface ProcessRequest {
  program: string;
  args: readonly string[];
  /** The whole environment of the child; this process's own when absent. */
  environment?: NodeJS.ProcessEnv;
  folder?: string;
  /** Written to the child's standard input, which is empty otherwise. */
  input?: string;
  /** Each line as soon as it is complete, standard output and standard error together. */
  onLine?: (line: string) => void;
  signal?: AbortSignal;
  /** Milliseconds between SIGINT and SIGKILL when the run is cancelled. */
  graceMs?: number;
}

export interface ProcessResult {
  /** null when a signal ended it. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** The last lines of both streams in the order they came. */
  tail: readonly string[];
  /** All of standard output, up to `LARGEST_OUTPUT`; for short answers. */
  output: string;
}

const TAIL_LINES = 200;
const LARGEST_OUTPUT = 1024 * 1024;
/** The runner kills us 7.5 s after its SIGINT; what we started has to be over before. */
const GRACE_MS = 5000;

/**
 * Runs a program to its end, in a process group of its own and without a shell. When `signal` is aborted the whole
 * group gets SIGINT, after the grace SIGKILL, and the call rejects with the signal's reason once the child is gone.
 * It also rejects when the program cannot be started (the error of node:child_process, with its `code`).
 */
export function runProcess(request: ProcessRequest): Promise<ProcessResult> {
  const { program, args, environment, folder, input, onLine, signal, graceMs = GRACE_MS } = request;
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(reasonOf(signal));
      return;
    }
    // Detached makes the child the leader of a new group: a plug-in or a RUN step that it started gets the signal too,
    // and Ctrl-C in a terminal reaches it through us only, once.
    const child = spawn(program, args, {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(environment === undefined ? {} : { env: environment }),
      ...(folder === undefined ? {} : { cwd: folder }),
    });

    const tail: string[] = [];
    const keep = (line: string) => {
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
      onLine?.(line);
    };
    let output = '';
    readLines(child.stderr, keep);
    readLines(child.stdout, keep, (text) => {
      if (output.length < LARGEST_OUTPUT) output += text;
    });

    // A child that reads nothing closes the pipe early; its exit code tells what that meant.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);

    let kill: NodeJS.Timeout | undefined;
    const abort = () => {
      signalGroup(child.pid, 'SIGINT');
      kill = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), graceMs);
    };
    signal?.addEventListener('abort', abort, { once: true });
    const settle = () => {
      clearTimeout(kill);
      signal?.removeEventListener('abort', abort);
    };

    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('close', (exitCode, endedBy) => {
      settle();
      if (signal?.aborted === true) {
        // The leader is gone; what it left behind in its group would run on unseen.
        signalGroup(child.pid, 'SIGKILL');
        reject(reasonOf(signal));
      } else resolve({ exitCode, signal: endedBy, tail, output });
    });
  });
}

function readLines(
  stream: NodeJS.ReadableStream,
  onLine: (line: string) => void,
  onText?: (text: string) => void,
): void {
  // A character may be cut in two between chunks.
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string) => {
    onText?.(text);
    const cut = splitLines(text, rest);
    rest = cut.rest;
    cut.lines.forEach(onLine);
  };
  stream.on('data', (chunk: Buffer) => take(decoder.write(chunk)));
  stream.on('end', () => {
    take(decoder.end());
    const line = lastLine(rest);
    if (line !== undefined) onLine(line);
  });
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error(String(reason));
}
