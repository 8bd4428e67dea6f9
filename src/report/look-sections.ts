import type { Release } from '../rules/record/releases.ts';
import { code, prose, table } from '../rules/text/markdown.ts';
import type { StatusReport } from './look-reports.ts';

/** What `status` found. */
export function statusSection(status: readonly StatusReport[]): string {
  const rows = status.map(({ service, revision, running, desired, commit, actor, verifiedAt, inFlight }) => [
    code(service),
    code(revision),
    `${running} / ${desired}`,
    commit === undefined ? 'unknown' : code(commit.slice(0, 12)),
    actor === undefined ? '' : code(actor),
    prose(verifiedAt ?? ''),
    prose(inFlight ?? 'steady'),
  ]);
  const head = ['service', 'revision', 'running / desired', 'commit', 'by', 'since', 'rollout'];
  return ['### What runs now', '', table(head, rows)].join('\n');
}

/** What `history` found. */
export function releasesSection(releases: readonly Release[]): string {
  if (releases.length === 0) return '### Releases\n\nNo release is recorded yet.';
  const rows = releases.map(({ release, verifiedAt, commit, actor, revisions, current }) => [
    `${release}${current ? ' (runs now)' : ''}`,
    prose(verifiedAt),
    commit === undefined ? 'unknown' : code(commit.slice(0, 12)),
    actor === undefined ? '' : code(actor),
    revisions.map(code).join(' '),
  ]);
  return ['### Releases', '', table(['release', 'when', 'commit', 'by', 'revisions'], rows)].join('\n');
}
