import { CommitParser } from 'conventional-commits-parser';
import { higherLevel, type Level } from './chef-version.ts';

/** A level and where it comes from, as the pull request tells it. The text may quote what came from outside. */
export interface LevelReason {
  readonly level: Level;
  readonly why: string;
}

const commits = new CommitParser({
  headerPattern: /^(\w+)(?:\(([^)]*)\))?(!)?: (.+)$/u,
  headerCorrespondence: ['type', 'scope', 'breaking', 'subject'],
  noteKeywords: ['BREAKING CHANGE', 'BREAKING-CHANGE'],
});

/**
 * What Conventional Commits 1.0.0 makes of a message; undefined where it is not written that way. The message of a
 * squashed pull request lists its commits as "* subject" lines, and they count too.
 */
export function levelOfMessage(message: string): Level | undefined {
  const squashed = message.split('\n').flatMap((line) => /^\* (.+)$/u.exec(line.trimEnd())?.[1] ?? []);
  return [message, ...squashed]
    .map(levelOfCommit)
    .reduce((one, other) =>
      one === undefined || other === undefined ? (one ?? other) : higherLevel(one, other),
    );
}

function levelOfCommit(message: string): Level | undefined {
  // The parser refuses an empty message.
  if (message.trim() === '') return undefined;
  const { type, breaking, notes } = commits.parse(message);
  if (type === undefined || type === null) return undefined;
  if (notes.length > 0 || breaking === '!') return 'major';
  return type.toLowerCase() === 'feat' ? 'minor' : 'patch';
}

/**
 * What a label asks for: "semver:minor", "semver-minor", "bump: minor", "release/minor", Expeditor's
 * "Expeditor: Bump Version Minor", or "minor" alone. "nginx: minor" is for the cookbook of that name only.
 */
export function levelOfLabel(label: string, cookbook: string): Level | undefined {
  const text = label.trim().toLowerCase();
  const [, level] =
    /^(?:semver|bump|release|expeditor: bump version)?[\s:/_-]*(major|minor|patch)$/u.exec(text) ?? [];
  if (level !== undefined) return level as Level;
  const own = `${cookbook.toLowerCase()}:`;
  const [, ofCookbook] =
    /^\s*(major|minor|patch)$/u.exec(text.startsWith(own) ? text.slice(own.length) : '') ?? [];
  return ofCookbook as Level | undefined;
}

export interface MergedPull {
  readonly number: number;
  readonly labels: readonly string[];
  /** Dependency bots label by the dependency's own step, which says nothing about ours. */
  readonly byBot: boolean;
}

export interface LevelSources {
  readonly cookbook: string;
  /** The least, from the configuration or the input. */
  readonly least: Level;
  /** Labels on the bump pull request itself: the reviewer's word. */
  readonly bumpLabels: readonly string[];
  readonly pulls: readonly MergedPull[];
  readonly messages: readonly string[];
}

/** The highest of everything that was said. */
export function decideLevel({ cookbook, least, bumpLabels, pulls, messages }: LevelSources): LevelReason {
  const found: LevelReason[] = [
    { level: least, why: least === 'patch' ? 'content changed' : 'configured level' },
  ];
  const add = (level: Level | undefined, why: string) => {
    if (level !== undefined) found.push({ level, why });
  };
  for (const label of bumpLabels) add(levelOfLabel(label, cookbook), 'label on this pull request');
  for (const { number, labels, byBot } of pulls)
    if (!byBot) for (const label of labels) add(levelOfLabel(label, cookbook), `label on #${number}`);
  for (const message of messages) add(levelOfMessage(message), `commit: ${message.split('\n', 1)[0] ?? ''}`);
  return found.reduce((highest, next) =>
    next.level !== highest.level && higherLevel(next.level, highest.level) === next.level ? next : highest,
  );
}
