import type { Json, JsonObject } from '../text/json.ts';
import { isJsonObject } from './task-definition.ts';

/** Maps from names to texts, and the other half of a pair with a name: an empty text says something there. */
const TEXTS_THAT_COUNT = ['dockerLabels', 'options', 'driverOpts', 'labels'];

/**
 * Without what says nothing: null, and empty texts, lists and objects, as describe-task-definition prints them and
 * templates leave them behind. The empty value of an environment variable, a label, or an element of a list stays.
 */
export function withoutEmptyValues(definition: JsonObject): JsonObject {
  return cleaned(definition, false);
}

function cleaned(object: JsonObject, keepsTexts: boolean): JsonObject {
  const entries = Object.entries(object).flatMap(([name, value]): [string, Json][] => {
    if (value === '') return keepsTexts || name === 'value' ? [[name, value]] : [];
    const inner = cleanedValue(value, TEXTS_THAT_COUNT.includes(name));
    return isEmpty(inner) ? [] : [[name, inner]];
  });
  return Object.fromEntries(entries);
}

function cleanedValue(value: Json, keepsTexts: boolean): Json {
  if (Array.isArray(value))
    return value.flatMap((one: Json) => (one === null ? [] : [cleanedValue(one, keepsTexts)]));
  return isJsonObject(value) ? cleaned(value, keepsTexts) : value;
}

function isEmpty(value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === null || (isJsonObject(value) && Object.keys(value).length === 0);
}
