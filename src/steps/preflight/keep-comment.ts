import type { GitHub, OwnComment } from '../../ports/github.ts';
import type { PlanComment } from '../../report/plan-report.ts';
import { isGitHubError } from '../../rules/cookbook/github-error.ts';

type Comments = Pick<GitHub, 'ownComments' | 'comment' | 'updateComment' | 'deleteComment'>;

interface Wanted {
  /** Of the pull request. */
  number: number;
  marker: string;
  /** Begins with the marker. */
  body: string;
}

/**
 * Keeps the one comment of a plan: found by its marker among those that this token wrote, created where there is none,
 * written anew where it says something else.
 */
export async function keepComment(github: Comments, wanted: Wanted): Promise<PlanComment> {
  const known = await theOne(github, wanted);
  if (known === undefined) {
    await create(github, wanted);
    // Another run may have been as fast: whoever sees two keeps the older.
    const created = await theOne(github, wanted);
    if (created !== undefined) await write(github, wanted, created);
    return { operation: 'created', ...(created === undefined ? {} : { url: created.url }) };
  }
  const isWritten = await write(github, wanted, known);
  return { operation: isWritten ? 'updated' : 'unchanged', url: known.url };
}

/** The oldest that is ours; younger ones are removed. */
async function theOne(github: Comments, { number, marker }: Wanted): Promise<OwnComment | undefined> {
  const own = await github.ownComments(number);
  // The marker begins it: a comment that quotes it is somebody's answer.
  const [oldest, ...others] = own.filter(({ body }) => body.trimStart().startsWith(marker));
  for (const { id } of others) await github.deleteComment(id);
  return oldest;
}

async function create(github: Comments, wanted: Wanted): Promise<void> {
  try {
    await github.comment(wanted.number, wanted.body);
  } catch (error) {
    // Without an answer it may be there all the same; it is sent again only where it is not.
    if (!isGitHubError(error, 'unavailable')) throw error;
    if ((await theOne(github, wanted)) === undefined) await github.comment(wanted.number, wanted.body);
  }
}

/** False where it says so already. */
async function write(github: Comments, { body }: Wanted, comment: OwnComment): Promise<boolean> {
  if (lines(comment.body) === lines(body)) return false;
  await github.updateComment(comment.id, body);
  return true;
}

/** GitHub may keep line ends of its own. */
function lines(body: string): string {
  return body.replaceAll('\r\n', '\n').trim();
}
