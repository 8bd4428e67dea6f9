import { z } from 'zod';
import { nearest } from '../rules/input/nearest.ts';
import { shown } from '../rules/input/parsed.ts';

export type Path = readonly PropertyKey[];

/** One thing wrong with a value: where it stands in the data, and whether the key itself is meant. */
export interface Finding {
  path: Path;
  atKey: boolean;
  message: string;
  hint?: string;
}

/** What zod found, in our words: one finding per key or value. */
export function findingsOf(schema: z.ZodType, issues: readonly z.core.$ZodIssue[]): Finding[] {
  return issues.flatMap((issue) => findings(schema, issue, []));
}

function findings(schema: z.ZodType, issue: z.core.$ZodIssue, parent: Path): Finding[] {
  const path = [...parent, ...issue.path];
  const finding = (message: string, more: Partial<Finding> = {}): Finding => ({
    path,
    atKey: false,
    message,
    ...more,
  });

  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(schema, path, key));
    case 'invalid_key':
      return [finding(`the key ${label(path)} ${firstMessage(issue.issues)}`, { atKey: true })];
    case 'invalid_union': {
      const meant = issue.errors.find((errors) => !errors.some((error) => isWrongKind(error)));
      return meant === undefined
        ? [finding(`${label(path)} ${issue.message}, not ${kindOf(issue.input)}`)]
        : meant.flatMap((nested) => findings(schema, nested, path));
    }
    case 'invalid_type':
      return issue.input === undefined && path.length > 0
        ? [finding(`${label(path)} is missing`)]
        : [
            finding(
              `${label(path)} must be ${EXPECTED[issue.expected] ?? issue.expected}, not ${kindOf(issue.input)}`,
              cureFor(issue.expected, issue.input),
            ),
          ];
    case 'invalid_value':
      return issue.input === undefined
        ? [
            finding(`${label(path)} is missing`, {
              hint: `Write \`${String(path.at(-1))}: ${String(issue.values[0])}\`.`,
            }),
          ]
        : [finding(`${label(path)} must be ${listed(issue.values)}, not ${kindOf(issue.input)}`)];
    case 'too_small':
      return [
        finding(
          `${label(path)} ${issue.origin === 'array' ? 'is an empty list' : `must be at least ${issue.minimum}`}`,
        ),
      ];
    case 'custom': {
      const hint: unknown = issue.params?.['hint'];
      return [finding(`${label(path)} ${issue.message}`, typeof hint === 'string' ? { hint } : {})];
    }
    case 'too_big':
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_element':
      return [finding(`${label(path)}: ${issue.message}`)];
  }
}

/** How to write what was meant, where YAML read it as something else. */
function cureFor(expected: string, input: unknown): { hint?: string } {
  if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean')) {
    return { hint: 'Write it in quotes; without them YAML reads a number or true.' };
  }
  if (expected === 'array' && typeof input === 'string')
    return { hint: `Write a list: ${shown(`[${input}]`)}.` };
  return {};
}

/** The root value itself has another type than this member of a union wants. */
function isWrongKind(issue: z.core.$ZodIssue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
}

function unknownKey(schema: z.ZodType, path: Path, key: string): Finding {
  const known = keysAt(schema, path);
  const near = nearest(key, known);
  const where = path.length === 0 ? '' : ` in ${label(path)}`;
  return {
    path: [...path, key],
    atKey: true,
    message: `unknown key ${shown(key)}${where}${near === undefined ? '' : `, did you mean \`${near}\`?`}`,
    ...(known.length === 0 ? {} : { hint: `Known keys${where}: ${known.join(', ')}.` }),
  };
}

/** The keys that the schema knows at a place in the data. */
function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  if (schema instanceof z.ZodOptional) return keysAt(schema.unwrap(), path);
  if (schema instanceof z.ZodPipe) return keysAt(schema.in, path);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => keysAt(option, path));
  const [step, ...rest] = path;
  if (schema instanceof z.ZodObject) {
    const shape: Record<string, z.core.$ZodType> = schema.shape;
    if (step === undefined) return Object.keys(shape);
    const next = shape[String(step)];
    return next === undefined ? [] : keysAt(next, rest);
  }
  if (step === undefined) return [];
  if (schema instanceof z.ZodArray) return keysAt(schema.element, rest);
  if (schema instanceof z.ZodRecord) return keysAt(schema.valueType, rest);
  return [];
}

function firstMessage(issues: readonly z.core.$ZodIssue[]): string {
  return issues[0]?.message ?? 'is not allowed';
}

/** `environments.staging.services[1].name` */
function label(path: Path): string {
  if (path.length === 0) return 'the file';
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return shown(text.replace(/^\./, ''));
}

const EXPECTED: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: '`true` or `false`',
  object: 'a section (`key: value`)',
  record: 'a section (`key: value`)',
  array: 'a list',
};

function kindOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a section';
  if (typeof value === 'string') return shown(value);
  if (typeof value === 'number') return `the number ${value}`;
  return value === true ? '`true`' : '`false`';
}

function listed(values: readonly unknown[]): string {
  const quoted = values.map((value) => `\`${String(value)}\``);
  const last = quoted.pop();
  return quoted.length === 0 ? String(last) : `${quoted.join(', ')} or ${String(last)}`;
}
