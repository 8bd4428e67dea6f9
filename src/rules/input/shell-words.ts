import { split } from 'shlex';
import { shown } from './parsed.ts';
import type { Parsed } from './parsed.ts';

export type CommandWords = readonly [string, ...string[]];

/** What a shell would act on; without a shell it would reach the program as one more argument. */
const OPERATORS = ['&&', '||', '|', ';', '&', '>', '>>', '<', '2>&1'];

const NO_SHELL = "There is no shell in between. To use one, write it out: sh -c 'first && second'.";

/**
 * A command as the words that a POSIX shell would make of it: quotes honoured, nothing expanded.
 * What would need a shell (an operator, a second line) is refused rather than handed to the program.
 */
export function shellWords(command: string): Parsed<CommandWords> {
  const [line, rest] = firstCommand(command.trim());
  if (line === undefined) {
    return command.trim().endsWith('\\')
      ? { problem: `must not end in a backslash: ${shown(command)}` }
      : { problem: `must close its quotes: one is unbalanced in ${shown(command)}` };
  }
  if (rest !== '') {
    return { problem: `must be one command, but a second one begins at ${shown(rest)}`, hint: NO_SHELL };
  }

  const [program, ...more] = split(line);
  if (program === undefined || program === '') return { problem: 'must name a program' };

  const bare = new Set(line.split(/\s+/));
  const operator = [program, ...more].find(
    (word) => bare.has(word) && (OPERATORS.includes(word) || word.endsWith(';')),
  );
  if (operator !== undefined) {
    return { problem: `must be one command, but ${shown(operator)} is for a shell`, hint: NO_SHELL };
  }
  return { value: [program, ...more] };
}

/** The lines up to where every quote is closed, and what is left; no first command where one stays open. */
function firstCommand(command: string): [line: string | undefined, rest: string] {
  const lines = command.split(/\r?\n/);
  for (let count = 1; count <= lines.length; count++) {
    const candidate = lines.slice(0, count).join('\n');
    if (isComplete(candidate)) return [candidate, lines.slice(count).join('\n').trim()];
  }
  return [undefined, ''];
}

/** The one reason for which the library throws: the text ends inside a quote or right after a backslash. */
function isComplete(text: string): boolean {
  try {
    split(text);
    return true;
  } catch {
    return false;
  }
}
