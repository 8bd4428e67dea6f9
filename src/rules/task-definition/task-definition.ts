import type { Json, JsonObject } from '../text/json.ts';

/**
 * What ECS adds to a definition when it stores one and refuses to be told (AWS API reference, TaskDefinition
 * against RegisterTaskDefinition). A deny-list on purpose: what it does not name goes back as it came, fields that
 * are newer than this file included. Tags are an argument of their own.
 */
const READ_ONLY_FIELDS = new Set([
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
  'tags',
]);

/** A stored definition as RegisterTaskDefinition takes it. */
export function registrable(stored: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(stored).filter(([field, value]) => !READ_ONLY_FIELDS.has(field) && !isUnset(value)),
  );
}

/** Emulators answer null or "" for a field of the definition that was never set; AWS leaves it out. */
function isUnset(value: Json): boolean {
  return value === null || value === '';
}

/** The containers of a definition, in its order; what is not an object is left out. */
export function containersOf(definition: JsonObject): JsonObject[] {
  const containers = definition['containerDefinitions'];
  return Array.isArray(containers) ? containers.filter(isJsonObject) : [];
}

export function containerNamed(definition: JsonObject, name: string): JsonObject | undefined {
  return containersOf(definition).find((container) => container['name'] === name);
}

/** Puts an image into the named containers and changes nothing else, the order of the containers included. */
export function withImage(definition: JsonObject, containers: readonly string[], image: string): JsonObject {
  return {
    ...definition,
    containerDefinitions: containersOf(definition).map((container) =>
      containers.includes(textOf(container['name'])) ? { ...container, image } : container,
    ),
  };
}

/** A container is essential unless it says otherwise (AWS API reference, ContainerDefinition). */
export function isEssential(container: JsonObject): boolean {
  return container['essential'] !== false;
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of a field; "" where there is none. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
