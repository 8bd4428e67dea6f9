/** A cookbook's version. Chef knows two or three numbers and nothing else (chef, lib/chef/version_class.rb). */
export interface ChefVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

const LEVELS = ['patch', 'minor', 'major'] as const;
export type Level = (typeof LEVELS)[number];

/** More digits than this are no longer counted exactly. */
const LEGAL = /^(\d{1,15})\.(\d{1,15})(?:\.(\d{1,15}))?$/u;

/** "1.2" is 1.2.0, and "1.02.3" is 1.2.3; undefined for whatever Chef would refuse: "1", "1.2.3.4", "1.2.rc1". */
export function parseChefVersion(text: string): ChefVersion | undefined {
  const [, major, minor, patch = '0'] = LEGAL.exec(text) ?? [];
  if (major === undefined || minor === undefined) return undefined;
  return { major: Number(major), minor: Number(minor), patch: Number(patch) };
}

/** Always three numbers. */
export function formatVersion({ major, minor, patch }: ChefVersion): string {
  return `${major}.${minor}.${patch}`;
}

/** Negative when `one` is lower; zero when they are the same number. */
export function compareVersions(one: ChefVersion, other: ChefVersion): number {
  return one.major - other.major || one.minor - other.minor || one.patch - other.patch;
}

export function highestVersion(versions: Iterable<ChefVersion>): ChefVersion | undefined {
  let highest: ChefVersion | undefined;
  for (const version of versions)
    if (highest === undefined || compareVersions(version, highest) > 0) highest = version;
  return highest;
}

function raise({ major, minor, patch }: ChefVersion, level: Level): ChefVersion {
  switch (level) {
    case 'major':
      return { major: major + 1, minor: 0, patch: 0 };
    case 'minor':
      return { major, minor: minor + 1, patch: 0 };
    case 'patch':
      return { major, minor, patch: patch + 1 };
  }
}

/**
 * The number after `current`: higher than every number ever used for this cookbook, so that none is used twice and
 * none goes back (Chef Infra Server freezes a version once it was uploaded).
 */
export function nextVersion(current: ChefVersion, level: Level, used: Iterable<ChefVersion>): ChefVersion {
  return raise(highestVersion([current, ...used]) ?? current, level);
}

export function higherLevel(one: Level, other: Level): Level {
  return LEVELS.indexOf(one) >= LEVELS.indexOf(other) ? one : other;
}
