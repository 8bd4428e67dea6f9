import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';

/** An orb in one piece, as CircleCI's registry takes it. */
export interface Orb {
  version: number;
  description: string;
  display: Record<string, string>;
  commands: Record<string, OrbCommand>;
  jobs: Record<string, OrbJob>;
  executors: Record<string, { description: string; parameters?: OrbParameters; [key: string]: unknown }>;
  examples: Record<string, { description: string; usage: object }>;
}

export type OrbParameters = Record<string, { type: string; default?: unknown; description?: string }>;

export interface OrbCommand {
  description: string;
  parameters: OrbParameters;
  steps: unknown[];
}

export interface OrbJob extends OrbCommand {
  executor: string;
}

const COMPONENTS = ['commands', 'jobs', 'executors', 'examples'] as const;
const INCLUDE = /^<<\s*include\(([^)]+)\)\s*>>$/u;

/**
 * Puts the files of `orb/src/` together as `circleci orb pack` does (CircleCI documentation, "Orb authoring process"): a
 * folder for each kind, a file for each component, and scripts in the place of `<<include(…)>>`. Two angle brackets in a
 * script would begin an expression there, so they are an error.
 */
export function packOrb(folder: string): Orb {
  const read = (path: string): unknown => parse(readFileSync(join(folder, path), 'utf8'));
  const root = read('@orb.yml') as Pick<Orb, 'version' | 'description' | 'display'>;
  const kinds = COMPONENTS.map((kind) => [
    kind,
    Object.fromEntries(
      readdirSync(join(folder, kind))
        .filter((name) => name.endsWith('.yml'))
        .sort()
        .map((name) => [basename(name, '.yml'), withScripts(read(join(kind, name)), folder)]),
    ),
  ]);
  return { ...root, ...Object.fromEntries(kinds) } as Orb;
}

function withScripts(value: unknown, folder: string): unknown {
  if (typeof value === 'string') {
    const path = INCLUDE.exec(value)?.[1];
    return path === undefined ? value : scriptIn(join(folder, path));
  }
  if (Array.isArray(value)) return value.map((item) => withScripts(item, folder));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withScripts(item, folder)]));
}

function scriptIn(path: string): string {
  const script = readFileSync(path, 'utf8');
  if (script.includes('<<')) throw new Error(`${path}: "<<" begins an expression of CircleCI`);
  return script;
}

// node scripts/orb/pack.ts FILE
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , target] = process.argv;
  if (target === undefined) throw new Error('Usage: node scripts/orb/pack.ts FILE');
  const root = fileURLToPath(new URL('../../', import.meta.url));
  mkdirSync(dirname(target), { recursive: true });
  const orb = packOrb(join(root, 'orb', 'src'));
  writeFileSync(target, stringify(orb, { lineWidth: 0, aliasDuplicateObjects: false }));
}
