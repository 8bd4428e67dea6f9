import { z } from 'zod';
import { DURATION_PATTERN, parseDuration } from '../../rules/input/duration.ts';
import { NAMES, parseName } from '../../rules/input/names.ts';
import type { NameKind } from '../../rules/input/names.ts';
import type { Parsed } from '../../rules/input/parsed.ts';
import { parseCheckoutPath } from '../../rules/input/paths.ts';
import { shellWords } from '../../rules/input/shell-words.ts';
import type { CommandWords } from '../../rules/input/shell-words.ts';

// The words that the sections of deploy.yml are made of.

/** Hands what a rule finds wrong to zod; a hint travels as a parameter of the issue. */
export function follow<Input, Value>(rule: (input: Input) => Parsed<Value>) {
  return (input: Input, context: z.core.$RefinementCtx<Input>): Value => {
    const parsed = rule(input);
    if ('value' in parsed) return parsed.value;
    const { problem, hint } = parsed;
    context.issues.push({
      code: 'custom',
      message: problem,
      input,
      ...(hint === undefined ? {} : { params: { hint } }),
    });
    return z.NEVER;
  };
}

export const name = (kind: NameKind) =>
  z
    .string()
    .meta({ pattern: NAMES[kind].pattern.source, maxLength: NAMES[kind].longest })
    .transform(follow((text: string) => parseName(kind, text)));

export const path = () => z.string().meta({ minLength: 1 }).transform(follow(parseCheckoutPath));

export const duration = () =>
  z
    .union(
      [
        z.number().meta({ type: 'integer', minimum: 1 }),
        z.string().meta({ pattern: DURATION_PATTERN.source }),
      ],
      {
        error: 'must be a duration such as `90s`, `30m` or `2h`',
      },
    )
    .transform(follow((value: number | string) => parseDuration(String(value))));

/** Text that YAML may have read as a number or as true; the file hands it over as it was written. */
export const asWritten = () =>
  z.union([z.string(), z.number(), z.boolean()], { error: 'must be text' }).transform(String);

export const command = () =>
  z
    .union([z.string().meta({ minLength: 1 }), z.array(asWritten()).meta({ minItems: 1 })], {
      error: 'must be a command: text, or a list of words',
    })
    .transform(follow(wordsOf));

function wordsOf(value: string | string[]): Parsed<CommandWords> {
  if (typeof value === 'string') return shellWords(value);
  const [program, ...more] = value;
  return program === undefined || program === ''
    ? { problem: 'must name a program' }
    : { value: [program, ...more] };
}

export const choice = <const Choices extends readonly [string, ...string[]]>(choices: Choices) =>
  z.enum(choices);

export const oneOrMore = (kind: NameKind) =>
  z.union([name(kind), z.array(name(kind)).min(1)], { error: 'must be text, or a list of texts' });

/** A list in which no name stands twice. */
export const noneTwice =
  <Entry>(what: string, nameOf: (entry: Entry) => string) =>
  (context: z.core.ParsePayload<Entry[]>): void => {
    const names = context.value.map(nameOf);
    names.forEach((each, index) => {
      if (names.indexOf(each) === index) return;
      context.issues.push({
        code: 'custom',
        message: `is the second ${what} of the name \`${each}\``,
        path: [index],
        input: each,
      });
    });
  };
