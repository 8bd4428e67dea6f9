import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitRepository, PushFacts } from '../../stage/git.ts';
import type { RunnerEvent } from './runner.ts';

/** What actions/checkout leaves in the workspace. */
export interface Checkout {
  folder: string;
  remove(): void;
}

/** Checks a pushed commit out as actions/checkout does by default: that one commit, without history, on its branch. */
export async function checkOut(repository: GitRepository, { ref, after }: PushFacts): Promise<Checkout> {
  const { origin } = repository;
  const folder = mkdtempSync(join(tmpdir(), 'workspace-'));
  const branch = ref.replace(/^refs\/heads\//u, '');
  const inFolder = (...args: string[]): Promise<string> => repository.git('-C', folder, ...args);
  await inFolder('init', '--quiet');
  await inFolder('remote', 'add', 'origin', origin);
  // Depth is ignored for a plain path.
  await inFolder(
    ...['fetch', '--quiet', '--no-tags', '--depth=1', `file://${origin}`],
    `+${after}:refs/remotes/origin/${branch}`,
  );
  await inFolder('checkout', '--quiet', '--force', '-B', branch, `refs/remotes/origin/${branch}`);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The event of a push, with what the webhook tells of it. */
export function pushEvent({ ref, before, after }: PushFacts): RunnerEvent {
  return {
    name: 'push',
    ref,
    sha: after,
    payload: { ref, before, after, created: /^0+$/u.test(before), deleted: false, forced: false },
  };
}
