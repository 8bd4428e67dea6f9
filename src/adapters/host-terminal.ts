import { randomUUID } from 'node:crypto';
import { styleText } from 'node:util';
import { UsageError, type Problem } from '../errors.ts';
import type { Git } from '../ports/git.ts';
import type { Host, HostEvent } from '../ports/host.ts';
import { inertLine, inertLines } from '../rules/text/inert.ts';
import { redact } from '../rules/text/redact.ts';
import { helpText, readTerminalArguments, type TerminalInput } from './host-terminal-arguments.ts';

/** A place to write to, as `process.stdout` is one. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export interface TerminalHost extends Host {
  /** What `--help` or `--version` asked for: to be printed on standard output, and nothing else done. */
  readonly answer?: string;
  /** What the command line got wrong. `event()` rejects with the same, so that nothing is done on a misread request. */
  readonly problems: readonly Problem[];
}

type Style = Parameters<typeof styleText>[0];

/** A person's terminal, or a machine without a runner we know. `argv` is what stands after the program and the script. */
export function terminalHost({
  argv,
  environment,
  stdout,
  stderr,
  git,
  inputs,
  version,
}: {
  argv: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
  stdout: TextStream;
  stderr: TextStream;
  git: Git;
  inputs: readonly TerminalInput[];
  version: string;
}): TerminalHost {
  const request = readTerminalArguments(argv, inputs);
  const log = request.json ? stderr : stdout;
  const isColoured = log.isTTY === true && (environment['NO_COLOR'] ?? '') === '';
  const isDebug = (environment['DEPLOY_DEBUG'] ?? '') !== '';
  const secrets = new Set<string>();
  const states = new Map<string, string>();
  let depth = 0;

  const style = (format: Style, text: string) =>
    isColoured ? styleText(format, text, { validateStream: false }) : text;
  const print = (line: string, format?: Style) => {
    const text = `${'  '.repeat(depth)}${redact(line, secrets)}`;
    log.write(`${format === undefined ? text : style(format, text)}\n`);
  };
  const printAll = (text: string, format?: Style) => {
    for (const line of inertLines(text)) print(line, format);
  };

  // Once for the whole run: a second answer with another run id would be another run.
  let event: Promise<HostEvent> | undefined;

  const answer = request.help ? helpText(inputs) : request.version ? `${version}\n` : undefined;

  return {
    kind: 'terminal',
    arguments: request.words,
    problems: request.problems,
    ...(answer === undefined ? {} : { answer }),

    input(name) {
      const value = request.inputs.get(name)?.trim();
      return value === '' ? undefined : value;
    },

    async event() {
      const [first, ...rest] = request.problems;
      if (first !== undefined) throw new UsageError([first, ...rest]);
      return (event ??= terminalEvent(git, environment));
    },

    info: (line) => printAll(line),

    outside(lines) {
      for (const line of lines) print(`│ ${inertLine(line)}`, 'dim');
    },

    openGroup(title) {
      printAll(title, 'bold');
      depth += 1;
    },

    closeGroup() {
      depth = Math.max(0, depth - 1);
    },

    annotate({ level, title, message, file, line, column }) {
      const place = [file, line, column].filter((part) => part !== undefined).join(':');
      const label = level === 'notice' ? 'Note' : level === 'warning' ? 'Warning' : 'Error';
      const colour = level === 'notice' ? 'cyan' : level === 'warning' ? 'yellow' : 'red';
      printAll(`${label}: ${title}${place === '' ? '' : ` (${place})`}: ${message}`, colour);
    },

    mask(secret) {
      if (secret.trim() !== '') secrets.add(secret);
    },

    debug(line) {
      if (isDebug) printAll(`debug: ${line}`, 'dim');
    },

    result(json) {
      if (request.json) stdout.write(`${redact(json, secrets)}\n`);
    },

    // Without a post step, the run itself finishes what it can before it leaves.
    saveState: (name, value) => states.set(name, value),
    savedState: () => Object.fromEntries(states),

    // There is no later step and no page to write for; `--json` tells all of it.
    setOutput: () => undefined,
    writeSummary: () => Promise.resolve(),
    oidcToken: () => Promise.resolve(undefined),
  };
}

async function terminalEvent(
  git: Git,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<HostEvent> {
  const [commit, branch, repository] = await Promise.all([
    git.headCommit(),
    git.currentBranch(),
    git.originRepository(),
  ]);
  const actor = environment['USER'] ?? environment['LOGNAME'] ?? environment['USERNAME'];
  const runId = environment['DEPLOY_RUN_ID'] ?? '';
  return {
    kind: 'manual',
    name: 'terminal',
    // Who wants to follow a run that was killed gives its id again.
    runId: runId === '' ? randomUUID() : runId,
    runAttempt: 1,
    ...(repository === undefined ? {} : { repository }),
    ...(commit === undefined ? {} : { commit }),
    ...(branch === undefined ? {} : { branch }),
    ...(actor === undefined || actor === '' ? {} : { actor }),
  };
}
