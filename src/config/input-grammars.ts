import { parseDuration } from '../rules/input/duration.ts';
import { NAMES, parseName } from '../rules/input/names.ts';
import type { NameKind } from '../rules/input/names.ts';
import { nearest } from '../rules/input/nearest.ts';
import { shown } from '../rules/input/parsed.ts';
import type { Parsed } from '../rules/input/parsed.ts';
import { shellWords } from '../rules/input/shell-words.ts';
import type { ImageChoice, Inputs } from './inputs.ts';
import { COMMANDS } from './plan.ts';
import type { Command } from './plan.ts';

/** How each input is read: from the text that the host hands over. */
export const GRAMMARS: { [Name in keyof Inputs]-?: (text: string) => Parsed<NonNullable<Inputs[Name]>> } = {
  command: parseCommand,
  config: parsePath,
  environment: aName('environment'),
  region: aName('region'),
  role: aName('role'),
  cluster: aName('cluster'),
  target: aName('environment'),
  repository: aName('repository'),
  services: parseServices,
  migrate: shellWords,
  image: parseImage,
  service: aName('service'),
  'run-command': parseRunCommand,
  'run-count': aNumber(1, 10),
  'run-retries': aNumber(0, 10),
  'run-cpu': aNumber(128, 32_768),
  'run-memory': aNumber(4, 1_000_000),
  'run-task-role': aName('role'),
  'run-environment': parseVariables,
  revision: parseRevision,
  'hook-id': aName('hook'),
  rollback: parseFlag,
  'dry-run': parseFlag,
  from: parsePath,
  'mask-aws-account-id': parseFlag,
  force: parseReason,
  timeout: parseDuration,
};

function aName(kind: NameKind): (text: string) => Parsed<string> {
  return (text) => parseName(kind, text);
}

function parseCommand(text: string): Parsed<Command> {
  const command = COMMANDS.find((known) => known === text);
  const near = nearest(text, COMMANDS);
  return command === undefined
    ? {
        ...(near === undefined ? {} : { hint: `Did you mean \`${near}\`?` }),
        problem: `must be ${COMMANDS.map((known) => `\`${known}\``).join(' or ')}, not ${shown(text)}`,
      }
    : { value: command };
}

function parseFlag(text: string): Parsed<boolean> {
  return text === 'true' || text === 'false'
    ? { value: text === 'true' }
    : { problem: `must be \`true\` or \`false\`, not ${shown(text)}` };
}

function parsePath(text: string): Parsed<string> {
  return text.startsWith('-') ? { problem: `must be a path, not ${shown(text)}` } : { value: text };
}

function parseServices(text: string): Parsed<readonly [string, ...string[]]> {
  const names = text
    .split(/[,\r\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const [first, ...more] = names;
  if (first === undefined) return { problem: 'is an empty list', hint: 'Name at least one ECS service.' };
  for (const name of names) {
    const parsed = parseName('service', name);
    if ('problem' in parsed) return parsed;
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined
    ? { value: [first, ...more] }
    : { problem: `names the service ${shown(twice)} twice` };
}

function parseImage(text: string): Parsed<ImageChoice> {
  if (text === 'current') return { value: 'current' };
  if (/^sha256:[0-9a-f]{64}$/.test(text)) return { value: { digest: text } };
  if (text.length <= NAMES.tag.longest && NAMES.tag.pattern.test(text)) return { value: { tag: text } };
  return {
    problem: `must be a tag, a digest (\`sha256:\` and 64 hexadecimal digits) or \`current\`, not ${shown(text)}`,
    ...(/[/@]/.test(text) ? { hint: 'Leave the repository out; it is the input `repository`.' } : {}),
  };
}

function parseRunCommand(text: string): Parsed<readonly [string, ...string[]]> {
  if (!text.startsWith('[')) return shellWords(text);
  let words: unknown;
  try {
    words = JSON.parse(text);
  } catch {
    words = undefined;
  }
  if (!Array.isArray(words) || words.length === 0 || !words.every((word) => typeof word === 'string')) {
    return { problem: `must be a command line or a JSON array of words, not ${shown(text)}` };
  }
  return { value: words as [string, ...string[]] };
}

function aNumber(least: number, most: number): (text: string) => Parsed<number> {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    return value >= least && value <= most
      ? { value }
      : { problem: `must be a whole number from ${least} to ${most}, not ${shown(text)}` };
  };
}

function parseVariables(text: string): Parsed<Readonly<Record<string, string>>> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const variables: [string, string][] = [];
  for (const line of lines) {
    const [, name, value] = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? [];
    // The value may be one that nobody should read: the line is not shown.
    if (name === undefined || value === undefined)
      return {
        problem: 'must be one `NAME=value` on a line',
        hint: 'A name has letters, digits and underscores.',
      };
    variables.push([name, value]);
  }
  return { value: Object.fromEntries(variables) };
}

function parseRevision(text: string): Parsed<string> {
  return /^(?:[A-Za-z0-9][A-Za-z0-9_-]{0,254}:)?[1-9][0-9]{0,9}$/.test(text)
    ? { value: text }
    : { problem: `must be a revision number or \`family:revision\`, not ${shown(text)}` };
}

/** `force: false` from an expression must not force anything, so the reason has to read like one. */
function parseReason(text: string): Parsed<string> {
  if (/^(?:true|false|yes|no|on|off|null|[01])$/i.test(text)) {
    return {
      problem: `must be a reason in words, not ${shown(text)}`,
      hint: 'Leave the input empty to force nothing.',
    };
  }
  if (/\p{Cc}/u.test(text) || text.length > 256)
    return { problem: 'must be one line of at most 256 characters' };
  return { value: text };
}
