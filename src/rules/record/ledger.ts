/** A tag of an AWS resource, as ECS gives and takes it. */
export interface ResourceTag {
  key?: string | undefined;
  value?: string | undefined;
}

/** What is written down on every revision that we register. */
export interface DeployFacts {
  environment: string;
  commit: string;
  /** The host's run, the same for every attempt. */
  run: string;
  /** "owner/name" of the source. */
  repository?: string;
  /** The content tag of the image. */
  content?: string;
  actor?: string;
  /** The reason given to override the guards. */
  forced?: string;
  /** "family:revision" that served before: where the run goes back to, even in an attempt that only sees its own work. */
  replaces?: string;
}

/** What is added once the deploy has succeeded. */
export interface SuccessFacts {
  /** See `migrationKey`; absent where no migration is configured. */
  migration?: string;
  /** ISO 8601. */
  verifiedAt: string;
  /** Counts the releases of an environment from 1. */
  release: number;
}

/** What the ledger knows of a revision; absent is unknown. */
export type LedgerEntry = Partial<DeployFacts> & Partial<SuccessFacts>;

const PREFIX = 'deploy-action:';
const MOST_TAGS = 50;
const LONGEST_VALUE = 256;

/** The tag behind each fact, the most needed first: where a resource has no room for all, the last are left out. */
const KEYS = {
  environment: 'environment',
  commit: 'commit',
  migration: 'migration',
  verifiedAt: 'verified-at',
  release: 'release',
  run: 'run',
  replaces: 'replaces',
  content: 'content',
  repository: 'repository',
  forced: 'forced',
  actor: 'actor',
} as const satisfies Record<keyof LedgerEntry, string>;
const FACTS = Object.keys(KEYS) as (keyof typeof KEYS)[];

/** The facts as tags whose values AWS accepts. */
export function ledgerTags(facts: LedgerEntry): { key: string; value: string }[] {
  return FACTS.flatMap((fact) => {
    const value = facts[fact];
    return value === undefined ? [] : [{ key: PREFIX + KEYS[fact], value: tagValue(String(value)) }];
  });
}

/**
 * What the tags of a revision say about it, as seen from an environment. A revision that another environment
 * deployed says nothing about this one: environments of one account may share a family.
 */
export function readLedger(tags: readonly ResourceTag[], environment: string): LedgerEntry {
  const value = (fact: keyof typeof KEYS) => tags.find(({ key }) => key === PREFIX + KEYS[fact])?.value;
  if (value('environment') !== environment) return {};
  const entry = Object.fromEntries(
    FACTS.flatMap((fact) => {
      const text = value(fact);
      return text === undefined || fact === 'release' ? [] : [[fact, text]];
    }),
  ) as Omit<LedgerEntry, 'release'>;
  const release = Number(value('release'));
  return Number.isInteger(release) && release > 0 ? { ...entry, release } : entry;
}

/** Does the ledger say that another environment registered this revision? */
export function belongsToAnother(tags: readonly ResourceTag[], environment: string): boolean {
  const owner = tags.find(({ key }) => key === PREFIX + KEYS.environment)?.value;
  return owner !== undefined && owner !== environment;
}

/**
 * The tags of a new revision: those of its predecessor and the ledger's own. The predecessor's ledger stays behind
 * (its migration did not run for this one), and so do `aws:` tags, which only AWS may set. `leftOut` names the
 * ledger's tags for which fifty leave no room.
 */
export function tagsForRevision(
  existing: readonly ResourceTag[],
  facts: DeployFacts,
): { tags: { key: string; value: string }[]; leftOut: string[] } {
  const kept = existing.flatMap(({ key, value = '' }) =>
    key === undefined || key.startsWith(PREFIX) || /^aws:/i.test(key) ? [] : [{ key, value }],
  );
  const ours = ledgerTags(facts);
  const room = Math.max(0, MOST_TAGS - kept.length);
  return { tags: [...kept, ...ours.slice(0, room)], leftOut: ours.slice(room).map(({ key }) => key) };
}

/**
 * A text within AWS's grammar for tag values: letters, digits, spaces and _ . : / = + - @, at most 256 characters,
 * not beginning with "aws:" (AWS documentation "Tagging Amazon ECS resources").
 */
function tagValue(text: string): string {
  const allowed = text.replaceAll(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '_').trim();
  const named = /^aws:/i.test(allowed) ? `_${allowed}` : allowed;
  return Array.from(named).slice(0, LONGEST_VALUE).join('');
}
