import { createHash } from 'node:crypto';

/** Something the build would read from its context; never its times. */
export type ContentEntry =
  | { kind: 'file'; path: string; executable: boolean; sha256: string }
  | { kind: 'link'; path: string; target: string }
  | { kind: 'folder'; path: string };

/** What decides about the image beside the context. */
export interface BuildSettings {
  /** The Dockerfile's text: it may lie outside of the context, or be ignored in it. */
  dockerfile: string;
  buildArguments: Readonly<Record<string, string>>;
  target?: string;
  platform?: string;
  /**
   * Names of the secrets. A build may behave differently when a secret is there, so a new name is a new image; the
   * values never count, or rotating a token would build everything anew and the tag would tell about the token.
   */
  secrets: readonly string[];
  /** Only where the context holds `.git`: its files differ on every clone, the commit stands for them. */
  commit?: string;
  /** Only where CodeBuild builds: what it does. */
  buildspec?: string;
}

/** Changes when what is hashed, or how, changes: images under older keys are then no longer found. */
const FORMAT = 1;

/**
 * `src-` and 40 hex digits of everything the build would read. Each item is one line of JSON, which cannot hold a
 * line break, so no two different inputs give the same text. Neither the order of the entries nor that of the keys
 * matters.
 */
export function contentTag(entries: readonly ContentEntry[], settings: BuildSettings): string {
  const hash = createHash('sha256');
  const add = (...item: unknown[]) => hash.update(`${JSON.stringify(item)}\n`);

  add('format', FORMAT);
  add('dockerfile', settings.dockerfile);
  add('target', settings.target ?? null);
  add('platform', settings.platform ?? null);
  add('commit', settings.commit ?? null);
  if (settings.buildspec !== undefined) add('buildspec', settings.buildspec);
  for (const [name, value] of Object.entries(settings.buildArguments).sort(byFirst))
    add('argument', name, value);
  for (const name of [...new Set(settings.secrets)].sort()) add('secret', name);
  for (const entry of [...entries].sort((one, other) => compare(one.path, other.path))) {
    if (entry.kind === 'file') add('file', entry.path, entry.executable, entry.sha256);
    else if (entry.kind === 'link') add('link', entry.path, entry.target);
    else add('folder', entry.path);
  }
  return `src-${hash.digest('hex').slice(0, 40)}`;
}

/** `reuse: never`: a tag that only this run can find again. */
export function runTag(tag: string, runId: string): string {
  return `${tag}-${runId.replaceAll(/[^A-Za-z0-9_.-]/g, '-')}`.slice(0, 128);
}

/**
 * The tags under which an image of at most `seconds` of age may be found, the one to build under first. Time is cut
 * into spans of that length and the span's number is part of the tag, so that a fresh image never has to take the
 * tag of an old one: immutable repositories refuse that, and in others the old image would lose its tag, and its
 * life to the next lifecycle rule, while a service may still run it.
 */
export function maximumAgeTags(tag: string, seconds: number, now: number): [string, ...string[]] {
  const span = Math.floor(now / 1000 / seconds);
  return [`${tag}-${span}`, `${tag}-${span - 1}`, tag];
}

function byFirst([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return compare(one, other);
}

/** By code unit, not by the machine's language. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
