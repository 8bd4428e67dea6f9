import { styleText } from 'node:util';
import { UsageError, type Problem } from '../../errors.ts';
import type { Host, HostEvent, ProgressState } from '../../ports/host.ts';
import { inertLine, inertLines } from '../../rules/text/inert.ts';
import { redact } from '../../rules/text/redact.ts';
import { answerTo, type Answer } from '../command-line/answer.ts';
import type { CommandHelp } from '../command-line/help.ts';
import { liveLines } from './live-lines.ts';
import { readTerminalArguments, type TerminalInput } from '../command-line/arguments.ts';
import { inputVariable } from '../variables.ts';
import type { ResultFiles } from './result-files.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A place to write to, as `process.stdout` is one. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** What the process was started with. */
export interface CommandLine {
  /** What stands after the program and the script. */
  argv: readonly string[];
  environment: Environment;
  stdout: TextStream;
  stderr: TextStream;
  inputs: readonly TerminalInput[];
  commands: readonly CommandHelp[];
  version: string;
}

export interface TextHost extends Host {
  /** Where the command line asked about the program itself: nothing else is to be done. */
  readonly answer?: Answer;
  /** What the command line got wrong; `event()` rejects with the same. */
  readonly problems: readonly Problem[];
}

/** As in package.json; a contract test holds the two together. */
export const REPOSITORY = 'https://github.com/org/deploy-action';

type Style = Parameters<typeof styleText>[0];

/** How the mark at the begin of a step's result line looks. */
const MARKS: Readonly<Record<string, Style>> = { '✓': 'green', '✗': ['bold', 'red'], '–': 'dim' };

/**
 * A host that reads the command line and `DEPLOY_*` variables and writes text: a person's terminal, or CI without a
 * runner that takes commands. What was misread on the command line makes `event()` reject with a UsageError, so that
 * nothing is done on a misread request.
 */
export function textHost({
  kind,
  commandLine: { argv, environment, stdout, stderr, inputs, commands, version },
  files,
  ...own
}: {
  kind: 'terminal' | 'circleci';
  commandLine: CommandLine;
  /** Where outputs and summary go. */
  files: ResultFiles;
  readEvent: () => Promise<HostEvent>;
  oidcToken: Host['oidcToken'];
  oidcAudience?: string;
}): TextHost {
  const request = readTerminalArguments(argv, inputs);
  const log = request.json ? stderr : stdout;
  const isColoured = wantsColour(environment, log);
  const live = isWatched(environment, log) ? liveLines(log) : undefined;
  const isDebug = (environment['DEPLOY_DEBUG'] ?? '') !== '';
  const secrets = new Set<string>();
  const states = new Map<string, string>();
  let depth = 0;

  const style = (format: Style, text: string) =>
    isColoured ? styleText(format, text, { validateStream: false }) : text;
  const print = (line: string, format?: Style, ofMark?: Style) => {
    const text = redact(line, secrets);
    const marked = ofMark === undefined ? text : `${style(ofMark, text.slice(0, 1))}${text.slice(1)}`;
    const indented = `${'  '.repeat(depth)}${marked}`;
    const styled = `${format === undefined ? indented : style(format, indented)}\n`;
    if (live === undefined) log.write(styled);
    else live.above(styled);
  };
  const printAll = (text: string, format?: Style, ofMark?: Style) => {
    for (const line of inertLines(text)) print(line, format, ofMark);
  };
  const mask = (secret: string) => {
    if (secret.trim() !== '') secrets.add(secret);
  };

  // Once for the whole run: a second answer with another run id would be another run.
  let event: Promise<HostEvent> | undefined;

  const answer = answerTo(request, { commands, version });

  return {
    kind,
    arguments: request.words,
    // The package carries no pages.
    docs: `${REPOSITORY}/blob/v${version}/`,
    problems: request.problems,
    ...(answer === undefined ? {} : { answer }),
    ...(own.oidcAudience === undefined ? {} : { oidcAudience: own.oidcAudience }),

    input(name) {
      // An option that is given empty hides the variable: so a variable of the job can be taken back.
      const value = (request.inputs.get(name) ?? environment[inputVariable(name)])?.trim();
      return value === '' ? undefined : value;
    },

    async event() {
      const [first, ...rest] = request.problems;
      if (first !== undefined) throw new UsageError([first, ...rest]);
      return (event ??= own.readEvent());
    },

    info: (line) => printAll(line, undefined, MARKS[line.charAt(0)]),

    ...(live === undefined
      ? {}
      : {
          progress: (name: string, line: string, state?: ProgressState) =>
            live.set(name, `${'  '.repeat(depth)}${redact(inertLine(line), secrets)}`, state),
        }),

    outside(lines) {
      for (const line of lines) print(`│ ${inertLine(line)}`, 'dim');
    },

    openGroup(title) {
      live?.settle();
      printAll(title, 'bold');
      depth += 1;
    },

    closeGroup() {
      live?.settle();
      depth = Math.max(0, depth - 1);
    },

    annotate({ level, title, message, file, line, column }) {
      const place = [file, line, column].filter((part) => part !== undefined).join(':');
      const label = level === 'notice' ? 'Note' : level === 'warning' ? 'Warning' : 'Error';
      const colour = level === 'notice' ? 'cyan' : level === 'warning' ? 'yellow' : 'red';
      printAll(`${label}: ${title}${place === '' ? '' : ` (${place})`}: ${message}`, colour);
    },

    mask,
    shareable: (text) => redact(text, secrets),

    debug(line) {
      if (isDebug) printAll(`debug: ${line}`, 'dim');
    },

    result(json) {
      live?.settle();
      if (request.json) stdout.write(`${redact(json, secrets)}\n`);
    },

    // Without a post step, the run itself finishes what it can before it leaves.
    saveState: (name, value) => states.set(name, value),
    savedState: () => Object.fromEntries(states),

    setOutput: (name, value) => files.setOutput(name, redact(value, secrets)),
    writeSummary: (markdown) => files.writeSummary(redact(markdown, secrets)),

    async oidcToken(audience) {
      const token = await own.oidcToken(audience);
      if (token !== undefined) mask(token);
      return token;
    },
  };
}

/** On a TTY, unless NO_COLOR is set (no-color.org); FORCE_COLOR asks for colours anywhere, with 0 for none at all. */
export function wantsColour(environment: Environment, { isTTY = false }: Pick<TextStream, 'isTTY'>): boolean {
  const force = environment['FORCE_COLOR'] ?? '';
  if (force !== '') return !['0', 'false'].includes(force);
  return isTTY && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
}

/** Only a screen can be rewritten, and only somebody who watches has use for it: the log of a CI job is read later. */
function isWatched(environment: Environment, { isTTY = false }: Pick<TextStream, 'isTTY'>): boolean {
  const isSet = (name: string) => (environment[name] ?? '') !== '';
  return isTTY && environment['TERM'] !== 'dumb' && !isSet('CI');
}
