import { parseArgs } from 'node:util';
import type { Problem } from '../../errors.ts';
import { nearest } from '../../rules/input/nearest.ts';

/** An input as the command line needs to know it; the list itself belongs to the configuration. */
export interface TerminalInput {
  name: string;
  /** "list" may be given several times; "flag" stands alone. */
  kind: string;
  description: string;
  default?: string;
}

export interface TerminalArguments {
  /** The command, and whatever else is no option. */
  words: readonly string[];
  inputs: ReadonlyMap<string, string>;
  json: boolean;
  help: boolean;
  version: boolean;
  /** All that cannot be understood. */
  problems: readonly Problem[];
}

/** The options that are no inputs. */
export const OWN_OPTIONS: readonly {
  name: 'json' | 'help' | 'version';
  /** One letter that says the same. */
  short?: string;
  description: string;
}[] = [
  {
    name: 'json',
    description: 'Print the result as one JSON object on standard output, and the log on standard error.',
  },
  { name: 'help', short: 'h', description: 'Show this text, or that of the command.' },
  { name: 'version', short: 'v', description: 'Show the version.' },
];

const OPTIONS_ARE_NAMED = 'See `deploy-action --help` for all options.';

/** `argv` without the program and the script: what the user wrote after the name of the command. */
export function readTerminalArguments(
  argv: readonly string[],
  inputs: readonly TerminalInput[],
): TerminalArguments {
  // The first word is the command, so the input of that name would only contradict it.
  const options = inputs.filter(({ name }) => name !== 'command');
  const { tokens } = parseArgs({
    args: [...argv],
    // We report every problem ourselves, all of them together.
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: {
      ...Object.fromEntries(
        options.map(({ name, kind }) => [
          name,
          { type: kind === 'flag' ? ('boolean' as const) : ('string' as const) },
        ]),
      ),
      ...Object.fromEntries(
        OWN_OPTIONS.map(({ name, short }) => [
          name,
          { type: 'boolean' as const, ...(short === undefined ? {} : { short }) },
        ]),
      ),
    },
  });

  const words: string[] = [];
  const given = new Map<string, string[]>();
  const flags = new Set<string>();
  const problems: Problem[] = [];
  const wrong = (message: string, hint: string) => problems.push({ code: 'INPUT_INVALID', message, hint });

  // What follows an option that we do not know is most likely its value, and no word of its own.
  const strayValues = new Set<number>();
  for (const token of tokens) {
    if (token.kind === 'positional' && !strayValues.has(token.index)) words.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    if (OWN_OPTIONS.some((option) => option.name === name)) {
      if (value === undefined) flags.add(name);
      else wrong(`option ${rawName} takes no value`, `Write ${rawName} alone.`);
    } else if (!options.some((option) => option.name === name)) {
      wrong(`unknown option ${rawName}`, suggestion(name, options));
      strayValues.add(token.index + 1);
    } else if (
      value === undefined &&
      options.some((option) => option.name === name && option.kind === 'flag')
    ) {
      given.set(name, ['true']);
    } else if (value === undefined || (!token.inlineValue && value.startsWith('-'))) {
      wrong(
        `option ${rawName} needs a value`,
        `Write ${rawName} VALUE, or ${rawName}=VALUE where it begins with a dash.`,
      );
    } else given.set(name, [...(given.get(name) ?? []), value]);
  }

  for (const [name, values] of given) {
    const isList = options.some((option) => option.name === name && option.kind === 'list');
    if (values.length > 1 && !isList)
      wrong(`option --${name} is given ${values.length} times`, 'Give it once.');
  }

  return {
    words,
    inputs: new Map([...given].map(([name, values]) => [name, values.join('\n')])),
    json: flags.has('json'),
    help: flags.has('help'),
    version: flags.has('version'),
    problems,
  };
}

function suggestion(name: string, options: readonly TerminalInput[]): string {
  const known = [...options.map((option) => option.name), ...OWN_OPTIONS.map((option) => option.name)];
  const near = nearest(name, known);
  return near !== undefined ? `Did you mean --${near}? ${OPTIONS_ARE_NAMED}` : OPTIONS_ARE_NAMED;
}
