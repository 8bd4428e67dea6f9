import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { stringify } from 'yaml';
import { isSecretName } from '../lint/plain-text-secret.ts';
import type { Json, JsonObject } from '../text/json.ts';
import { containerNamed, containersOf, isJsonObject, textOf } from './task-definition.ts';
import { comparable } from './task-definition-diff.ts';

const HIDDEN = '(hidden)';
const CHANGED = '(hidden, changed)';

/**
 * What changes from one definition to the other, as the lines of a unified diff of YAML; none where they do the same.
 * Defaults are filled in, sets are in order, and no value of an environment variable is in it: one that changes says
 * only that. The lines hold text from outside.
 */
export function definitionDiff(
  before: { name: string; definition: JsonObject },
  after: { name: string; definition: JsonObject },
): string[] {
  const [old, coming] = [comparable(before.definition), comparable(after.definition)];
  const texts = [shown(old, old), shown(coming, old)] as const;
  if (texts[0] === texts[1]) return [];
  const patch = createTwoFilesPatch(before.name, after.name, ...texts, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
  return patch.trimEnd().split('\n');
}

/** `other` is what it replaces; a value that is not the same there is marked as changed. */
function shown(definition: JsonObject, other: JsonObject): string {
  const containers = containersOf(definition).map((container) =>
    maskedContainer(container, containerNamed(other, textOf(container['name'])) ?? {}),
  );
  return stringify(inOrder({ ...definition, containerDefinitions: containers }), {
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
}

function maskedContainer(container: JsonObject, other: JsonObject): JsonObject {
  const { environment, secrets, dockerLabels, logConfiguration } = container;
  return {
    ...container,
    ...(isList(environment) ? { environment: maskedEnvironment(environment, other['environment']) } : {}),
    ...(isList(secrets) ? { secrets: byName(secrets, 'valueFrom') } : {}),
    ...(isJsonObject(dockerLabels)
      ? { dockerLabels: maskedSecrets(dockerLabels, other['dockerLabels']) }
      : {}),
    ...(isJsonObject(logConfiguration)
      ? { logConfiguration: maskedLogging(logConfiguration, other['logConfiguration']) }
      : {}),
  };
}

function maskedEnvironment(environment: readonly Json[], other: Json | undefined): Json {
  const before = isList(other) ? other.filter(isJsonObject) : [];
  const masked = environment.filter(isJsonObject).map((variable) => {
    const known = before.filter(({ name }) => name === variable['name']);
    const isSame = known.length === 0 || known.some(({ value }) => value === variable['value']);
    return { name: variable['name'] ?? '', value: isSame ? HIDDEN : CHANGED };
  });
  return byName(masked, 'value');
}

/** Tokens of log drivers stand among their options, and anything may stand in a label. */
function maskedLogging(logging: JsonObject, other: Json | undefined): JsonObject {
  const { options, secretOptions } = logging;
  const before = isJsonObject(other) ? other['options'] : undefined;
  return {
    ...logging,
    ...(isJsonObject(options) ? { options: maskedSecrets(options, before) } : {}),
    ...(isList(secretOptions) ? { secretOptions: byName(secretOptions, 'valueFrom') } : {}),
  };
}

function maskedSecrets(map: JsonObject, other: Json | undefined): JsonObject {
  const before = isJsonObject(other) ? other : {};
  return Object.fromEntries(
    Object.entries(map).map(([name, value]) => {
      if (!isSecretName(name)) return [name, value];
      return [name, before[name] === undefined || before[name] === value ? HIDDEN : CHANGED];
    }),
  );
}

/** `NAME: value` on one line, as long as each name is there once. */
function byName(list: readonly Json[], field: string): Json {
  const entries = list.map((element) => (isJsonObject(element) ? element : {}));
  const names = entries.map(({ name }) => textOf(name));
  if (names.includes('') || new Set(names).size < names.length) return list;
  return Object.fromEntries(entries.map((entry, index) => [names[index] ?? '', entry[field] ?? '']));
}

/** The keys of every object in order, a name first. */
function inOrder(value: Json): Json {
  if (isList(value)) return value.map(inOrder);
  if (!isJsonObject(value)) return value;
  const { name, ...others } = value;
  const rest = Object.entries(others).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(
    [...(name === undefined ? [] : [['name', name] as const]), ...rest].map(([key, inner]) => [
      key,
      inOrder(inner),
    ]),
  );
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
