import type { Problem } from '../../errors.ts';
import { nearest } from '../../rules/input/nearest.ts';
import { shown } from '../../rules/input/parsed.ts';
import { completionScript, SHELLS } from './completion.ts';
import { commandHelp, overview, type CommandHelp } from './help.ts';
import type { TerminalArguments } from './arguments.ts';

/** What the command line asked about the program itself: to be printed, and nothing else done. */
export type Answer = { text: string } | { problem: Problem };

/** What the overview says all about. */
const OF_THE_OVERVIEW = ['help', 'completion'];

/**
 * `--version`; `--help`, `help` and `help COMMAND`; `completion SHELL`. Undefined where a command is to be carried out,
 * which then tells itself what is wrong with it.
 */
export function answerTo(
  { words, help, version }: TerminalArguments,
  { commands, version: number }: { commands: readonly CommandHelp[]; version: string },
): Answer | undefined {
  if (version) return { text: `${number}\n` };
  const [first, second] = words;
  if (first === 'completion' && !help) return completion(second, commands);
  const asked = first === 'help' ? second : help ? first : undefined;
  if (asked !== undefined && !OF_THE_OVERVIEW.includes(asked)) return helpFor(asked, commands);
  return help || first === 'help' ? { text: overview(commands) } : undefined;
}

function helpFor(name: string, commands: readonly CommandHelp[]): Answer {
  const command = commands.find((known) => known.name === name);
  return command === undefined
    ? unknown(
        'command',
        name,
        commands.map((known) => known.name),
      )
    : { text: commandHelp(command) };
}

function completion(shell: string | undefined, commands: readonly CommandHelp[]): Answer {
  const known = SHELLS.find((name) => name === shell);
  if (known !== undefined) return { text: completionScript(known, commands) };
  if (shell !== undefined) return unknown('shell', shell, SHELLS);
  const message = '`completion` needs the name of a shell';
  return { problem: { code: 'INPUT_INVALID', message, hint: `Write one of ${SHELLS.join(', ')} after it.` } };
}

function unknown(kind: string, name: string, known: readonly string[]): Answer {
  const near = nearest(name, known);
  return {
    problem: {
      code: 'INPUT_INVALID',
      message: `there is no ${kind} ${shown(name)}`,
      hint: `${near === undefined ? '' : `Did you mean ${near}? `}Known: ${known.join(', ')}.`,
    },
  };
}
