import type { Json, JsonObject } from '../text/json.ts';
import { containersOf, isJsonObject, registrable, textOf } from './task-definition.ts';

/** Would registering `one` make a revision that does the same as `other`? Both may be stored or still to be sent. */
export function sameDefinition(one: JsonObject, other: JsonObject): boolean {
  return canonicalText(comparable(one)) === canonicalText(comparable(other));
}

/**
 * Paths that were sent and did not come back, or came back changed: "containerDefinitions[web].restartPolicy".
 * What came back in addition is ECS filling in defaults. Paths never carry values.
 */
export function missingPaths(sent: JsonObject, stored: JsonObject): string[] {
  return lostPaths(comparable(sent), comparable(stored), '');
}

/**
 * Lists of a container that ECS stores as sets and returns in an order of its own, with the field that orders them.
 * environment and secrets: hashicorp/terraform-provider-aws#3035; portMappings, volumesFrom and links: seen on AWS in
 * go-to-k/cdk-real-drift#318, #322 and #387, which also saw mountPoints, systemControls, ulimits and the DNS lists
 * keep theirs. The order of everything else is content: command, entryPoint, the containers themselves.
 */
const REORDERED_IN_CONTAINERS = ['environment', 'secrets', 'portMappings', 'volumesFrom', 'links'];

/** What ECS fills in where nothing is said (AWS API reference, RegisterTaskDefinition, ContainerDefinition, HealthCheck). */
const TASK_DEFAULTS: JsonObject = { enableFaultInjection: false };
const CONTAINER_DEFAULTS: JsonObject = { cpu: 0, essential: true };
const HEALTH_CHECK_DEFAULTS: JsonObject = { interval: 30, retries: 3, timeout: 5 };

/** A definition brought to one form, in which two that do the same are equal: unset fields gone, defaults filled in, sets in order, sizes as numbers. */
export function comparable(definition: JsonObject): JsonObject {
  const fields = registrable(definition);
  const networkMode = textOf(fields['networkMode']) || defaultNetworkMode(fields);
  return withoutEmpty({
    ...TASK_DEFAULTS,
    ...fields,
    networkMode,
    ...sized(fields, 'cpu', 'vcpu'),
    ...sized(fields, 'memory', 'gb'),
    ...ordered(fields, ['requiresCompatibilities']),
    containerDefinitions: containersOf(fields).map((container) =>
      comparableContainer(container, networkMode),
    ),
  });
}

function defaultNetworkMode({ requiresCompatibilities }: JsonObject): string {
  return Array.isArray(requiresCompatibilities) && requiresCompatibilities.includes('FARGATE')
    ? 'awsvpc'
    : 'bridge';
}

function comparableContainer(container: JsonObject, networkMode: string): JsonObject {
  const { healthCheck, portMappings } = container;
  const complete: JsonObject = {
    ...CONTAINER_DEFAULTS,
    ...withoutUnset(container),
    ...(isJsonObject(healthCheck) ? { healthCheck: { ...HEALTH_CHECK_DEFAULTS, ...healthCheck } } : {}),
    ...(Array.isArray(portMappings)
      ? { portMappings: portMappings.map((port: Json) => comparablePort(port, networkMode)) }
      : {}),
  };
  return { ...complete, ...ordered(complete, REORDERED_IN_CONTAINERS) };
}

/** With awsvpc and host networking the host's port is the container's; else 0 and absent both mean "any". */
function comparablePort(port: Json, networkMode: string): Json {
  if (!isJsonObject(port)) return port;
  const { hostPort, ...rest } = port;
  const isOwnPort = networkMode === 'awsvpc' || networkMode === 'host';
  const known = hostPort === 0 || hostPort === undefined || hostPort === null ? undefined : hostPort;
  const host = known ?? (isOwnPort ? port['containerPort'] : undefined);
  return { protocol: 'tcp', ...rest, ...(host === undefined ? {} : { hostPort: host }) };
}

/** ECS stores "1 vCPU" as "1024" and "2 GB" as "2048" (AWS API reference, RegisterTaskDefinition). */
function sized(fields: JsonObject, field: 'cpu' | 'memory', unit: string): JsonObject {
  const value = fields[field];
  const [, amount] = new RegExp(`^([\\d.]+)\\s*${unit}$`, 'i').exec(textOf(value)) ?? [];
  return amount === undefined ? {} : { [field]: String(Math.round(Number(amount) * 1024)) };
}

function ordered(fields: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => {
      const list = fields[name];
      return Array.isArray(list) ? [[name, inOrder(list)]] : [];
    }),
  );
}

/** By name where the elements have one, and stable, so that two values of one name keep their order. */
function inOrder(list: readonly Json[]): Json[] {
  const key = (element: Json) => (isJsonObject(element) && textOf(element['name'])) || canonicalText(element);
  return list
    .map((element) => ({ element, key: key(element) }))
    .sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
    .map(({ element }) => element);
}

/**
 * An unset field of a container comes back as "" or null from emulators. Only its own fields: further down an empty
 * text is a value somebody chose (an environment value, a label, an argument of the command).
 */
function withoutUnset(container: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(container).filter(([, value]) => value !== '' && value !== null));
}

/** ECS returns [] and {} for what was not set, and drops them on the way in; null is how emulators say "unset". */
function withoutEmpty(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([field, value]) => {
      const kept = isJsonObject(value)
        ? withoutEmpty(value)
        : Array.isArray(value)
          ? value.map(withoutEmptyElement)
          : value;
      return isEmpty(kept) ? [] : [[field, kept]];
    }),
  );
}

function withoutEmptyElement(element: Json): Json {
  return isJsonObject(element) ? withoutEmpty(element) : element;
}

function isEmpty(value: Json): boolean {
  if (value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

function lostPaths(sent: Json, stored: Json | undefined, path: string): string[] {
  if (isJsonObject(sent) && isJsonObject(stored)) {
    return Object.entries(sent).flatMap(([field, value]) =>
      lostPaths(value, stored[field], path === '' ? field : `${path}.${field}`),
    );
  }
  if (isList(sent) && isList(stored) && (hasNames(sent) || sent.length === stored.length)) {
    return sent.flatMap((element, index) => {
      const name = nameOf(element);
      const counterpart =
        name === undefined ? stored[index] : stored.find((candidate) => nameOf(candidate) === name);
      return lostPaths(element, counterpart, `${path}[${name ?? index}]`);
    });
  }
  return stored !== undefined && canonicalText(sent) === canonicalText(stored) ? [] : [path];
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function hasNames(list: readonly Json[]): boolean {
  return list.every((element) => nameOf(element) !== undefined);
}

function nameOf(element: Json): string | undefined {
  return isJsonObject(element) ? textOf(element['name']) || undefined : undefined;
}

/** JSON with the keys of every object in order, so that equal content is equal text. */
function canonicalText(value: Json): string {
  return JSON.stringify(value, (_key, part: Json) =>
    isJsonObject(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
