import type { History } from '../../ports/history.ts';
import { cookbookFolders } from '../../rules/cookbook/folders.ts';
import { onlyCookbooksChanged } from '../../rules/cookbook/only-cookbooks.ts';
import type { CookbookPlan } from '../../rules/cookbook/plan.ts';

/**
 * Do the files of a commit differ from those of every commit in `since` by cookbooks and what follows them alone? A
 * commit that nobody can bring is unknown, and unknown is no.
 */
export async function changedOnlyCookbooks(
  { history }: { readonly history: History },
  { cookbooks, since, commit }: { cookbooks: CookbookPlan; since: ReadonlySet<string>; commit: string },
): Promise<boolean> {
  const now = await history.files(commit);
  for (const earlier of since) {
    if (!(await history.has(earlier)) && !(await history.fetch(earlier))) return false;
    const before = await history.files(earlier);
    const folders = [
      ...new Set([before, now].flatMap((files) => cookbookFolders(pathsOf(files), cookbooks.paths))),
    ];
    if (!onlyCookbooksChanged(differing(before, now), folders, cookbooks)) return false;
  }
  return since.size > 0;
}

type Files = Awaited<ReturnType<History['files']>>;

function pathsOf(files: Files): string[] {
  return files.map(({ path }) => path);
}

function differing(before: Files, now: Files): string[] {
  const [old, current] = [before, now].map(
    (files) => new Map(files.map(({ path, mode, blob }) => [path, `${mode} ${blob}`])),
  ) as [Map<string, string>, Map<string, string>];
  return [...new Set([...old.keys(), ...current.keys()])].filter(
    (path) => old.get(path) !== current.get(path),
  );
}
