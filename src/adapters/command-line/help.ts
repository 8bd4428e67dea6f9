import type { TerminalInput } from './arguments.ts';
import { OWN_OPTIONS } from './arguments.ts';
import { inputVariable } from '../variables.ts';

/** A command as help and completion know it. */
export interface CommandHelp {
  name: string;
  summary: string;
  details: string;
  examples: readonly (readonly [line: string, purpose: string])[];
  /** The inputs that it has a use for. */
  inputs: readonly TerminalInput[];
}

const PROGRAM = 'deploy-action';
const WIDTH = 100;
/** What has a name in an overview, and what it costs to look further. */
const OWN_COMMANDS = [
  ['help [COMMAND]', 'Show this text, or all about one command with examples.'],
  ['completion SHELL', 'Print the completion script for bash, zsh or fish.'],
] as const;

/** What `--help` shows. */
export function overview(commands: readonly CommandHelp[]): string {
  const [first] = commands;
  return text(
    `Usage: ${PROGRAM} [COMMAND] [OPTIONS]`,
    '',
    `Commands${first === undefined ? '' : ` (without one: ${first.name})`}:`,
    ...columns([...commands.map(({ name, summary }) => [name, summary] as const), ...OWN_COMMANDS]),
    '',
    'Options of most commands:',
    ...columns([...shared(commands).map(optionRow), ...ownRows()]),
    '',
    ...paragraph(
      'Every option is an environment variable, too, such as DEPLOY_CLUSTER for --cluster; the option wins.',
    ),
    '',
    'Exit codes:',
    ...columns([
      ['0', 'completed, nothing to do, or paused where that was asked for'],
      ['1', 'any other outcome'],
      ['2', 'the request or deploy.yml is wrong; nothing was touched'],
      ['124', 'timed out'],
      ['128+N', 'ended by signal N'],
      ['other', 'of `run`: the exit code of the container'],
    ]),
    '',
    `See ${PROGRAM} help COMMAND for the options of a command, and examples.`,
  );
}

/** What `help COMMAND` shows. */
export function commandHelp({ name, summary, details, examples, inputs }: CommandHelp): string {
  return text(
    `Usage: ${PROGRAM} ${name} [OPTIONS]`,
    '',
    ...paragraph(summary),
    '',
    ...paragraph(details),
    '',
    'Options:',
    ...columns([...inputs.map(optionRow), ...ownRows()]),
    '',
    'Examples:',
    ...examples.flatMap(([line, purpose]) => [
      ...(purpose === '' ? [] : wrap(`# ${purpose}`, 2)),
      `  ${PROGRAM} ${line}`,
    ]),
    '',
    ...variableNote(inputs),
  );
}

/** "cluster" → "--cluster VALUE", and what it means. */
function optionRow({ name, kind, description }: TerminalInput): readonly [string, string] {
  return [kind === 'flag' ? `--${name}` : `--${name} VALUE`, inPlace(description)];
}

/** A description without the name of the command that it is for, where it stands beside that command. */
export function inPlace(description: string): string {
  return description.replace(/^For `[\w-]+`: (.)/u, (_all, letter: string) => letter.toUpperCase());
}

function ownRows(): (readonly [string, string])[] {
  return OWN_OPTIONS.map(({ name, short, description }) => [
    short === undefined ? `--${name}` : `-${short}, --${name}`,
    description,
  ]);
}

/** What three of four commands take. */
function shared(commands: readonly CommandHelp[]): TerminalInput[] {
  const [first] = commands;
  const takers = (name: string) =>
    commands.filter(({ inputs }) => inputs.some((input) => input.name === name)).length;
  return (first?.inputs ?? []).filter(({ name }) => takers(name) >= commands.length * 0.75);
}

function variableNote(inputs: readonly TerminalInput[]): string[] {
  const [input] = inputs;
  if (input === undefined) return [];
  return paragraph(
    `Every option is an environment variable, too, such as ${inputVariable(input.name)} for --${input.name}; the option wins.`,
  );
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, meaning]) => {
    const lines = wrap(meaning, width + 4).join('\n');
    return `  ${label.padEnd(width)}  ${lines.trimStart()}`;
  });
}

function paragraph(words: string): string[] {
  return wrap(words, 0);
}

function wrap(words: string, indent: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words.split(/\s+/u)) {
    if (line !== '' && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `${' '.repeat(indent)}${each}`);
}

function text(...lines: string[]): string {
  return `${lines.join('\n').trimEnd()}\n`;
}
