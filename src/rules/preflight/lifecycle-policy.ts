import picomatch from 'picomatch';
import type { Json, JsonObject } from '../text/json.ts';
import { isJsonObject, textOf } from '../task-definition/task-definition.ts';

/**
 * The rules of a repository's lifecycle policy that can expire an image with these tags, in words (ECR user guide,
 * "Lifecycle policy properties"). Undefined where the policy cannot be read. An image that is in use is no exception
 * for ECR: what runs may be expired, and then no task starts any more.
 */
export function expiringRules(policyText: string, tags: readonly string[]): string[] | undefined {
  const policy = parse(policyText);
  const rules = policy?.['rules'];
  if (!Array.isArray(rules)) return undefined;
  return rules.filter(isJsonObject).flatMap((rule) => {
    const selection = rule['selection'];
    const action = isJsonObject(rule['action']) ? textOf(rule['action']['type']) : '';
    if (!isJsonObject(selection) || action === 'transition' || !selects(selection, tags)) return [];
    const description = textOf(rule['description']);
    return [
      `rule ${numberOf(rule['rulePriority'])} ${conditionOf(selection)}${description === '' ? '' : ` ("${description}")`}`,
    ];
  });
}

function selects(selection: JsonObject, tags: readonly string[]): boolean {
  switch (textOf(selection['tagStatus'])) {
    case 'any':
      return true;
    case 'untagged':
      return tags.length === 0;
    case 'tagged': {
      const prefixes = textsOf(selection['tagPrefixList']);
      const patterns = textsOf(selection['tagPatternList']);
      // An image is selected when it has, for every entry of the list, a tag that fits.
      const each = [
        ...prefixes.map((prefix) => (tag: string) => tag.startsWith(prefix)),
        ...patterns.map((pattern) => wildcard(pattern)),
      ];
      return tags.length > 0 && each.every((fits) => tags.some(fits));
    }
    default:
      return false;
  }
}

/** `*` is the only wildcard; an empty pattern, which picomatch throws on, fits no tag. */
function wildcard(pattern: string): (tag: string) => boolean {
  if (pattern === '') return () => false;
  return picomatch(pattern.replaceAll(/[^\w*]/g, '\\$&'), { dot: true, nobrace: true, noext: true });
}

function conditionOf(selection: JsonObject): string {
  const count = numberOf(selection['countNumber']);
  const unit = textOf(selection['countUnit']) || 'days';
  switch (textOf(selection['countType'])) {
    case 'imageCountMoreThan':
      return `keeps only the newest ${count} of them`;
    case 'sinceImagePulled':
      return `expires what was not pulled for ${count} ${unit}`;
    default:
      return `expires what is older than ${count} ${unit}`;
  }
}

function numberOf(value: Json | undefined): string {
  return typeof value === 'number' ? String(value) : '?';
}

function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((text): text is string => typeof text === 'string') : [];
}

function parse(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
