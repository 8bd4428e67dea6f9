import type { JsonObject } from '../text/json.ts';

/**
 * The platform that a task definition's containers run on, as docker writes it. Without `runtimePlatform` Fargate
 * takes Linux on X86_64 (Amazon ECS API reference, RuntimePlatform); on EC2 it is that of the instances: unknown.
 */
export function platformOf(definition: JsonObject): string | undefined {
  const { cpuArchitecture, operatingSystemFamily } = objectOf(definition['runtimePlatform']);
  // An emulator may answer "" for what was never set.
  const family = textOf(operatingSystemFamily) || 'LINUX';
  const architecture = textOf(cpuArchitecture) || (isForFargate(definition) ? 'X86_64' : '');
  if (family !== 'LINUX') return undefined;
  return ARCHITECTURES[architecture];
}

/** The one platform that all of them run on; undefined where that is unknown or they differ. */
export function commonPlatform(definitions: readonly JsonObject[]): string | undefined {
  const platforms = new Set(definitions.map(platformOf));
  return platforms.size === 1 ? [...platforms][0] : undefined;
}

const ARCHITECTURES: Readonly<Record<string, string>> = { X86_64: 'linux/amd64', ARM64: 'linux/arm64' };

function isForFargate({ requiresCompatibilities }: JsonObject): boolean {
  return Array.isArray(requiresCompatibilities) && requiresCompatibilities.includes('FARGATE');
}

function objectOf(value: JsonObject[string] | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function textOf(value: JsonObject[string] | undefined): string {
  return typeof value === 'string' ? value : '';
}
