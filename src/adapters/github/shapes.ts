import type { MergedPullRequest, OwnComment, PullRequest, RefMove } from '../../ports/github.ts';

/** Their labels tell the step of what they raised, not of what we raise. */
const DEPENDENCY_BOT = /^(?:dependabot|renovate)/iu;

const NO_COMMIT = '0'.repeat(40);

/** What `pullsOfCommitsQuery` answers; a commit that GitHub does not know is null. */
export interface PullsAnswer {
  repository: Record<
    string,
    { associatedPullRequests?: { nodes: (PullNode | null)[] | null } | null } | null
  > | null;
}

/** What `COMMENTS` answers. */
export interface CommentsAnswer {
  repository: {
    pullRequest: {
      comments: {
        nodes: (CommentNode | null)[] | null;
        pageInfo: { hasNextPage: boolean; endCursor: string | null };
      };
    } | null;
  } | null;
}

interface CommentNode {
  /** As text: ids have outgrown 32 bits. */
  fullDatabaseId: string | null;
  body: string;
  url: string;
  viewerDidAuthor: boolean;
}

export function ownCommentOf(node: CommentNode | null): OwnComment[] {
  if (node?.viewerDidAuthor !== true || node.fullDatabaseId === null) return [];
  return [{ id: Number(node.fullDatabaseId), body: node.body, url: node.url }];
}

interface PullNode {
  number: number;
  merged: boolean;
  author: { login: string } | null;
  labels: { nodes: ({ name: string } | null)[] | null } | null;
}

/** Pull requests that were closed without a merge brought nothing. */
export function mergedOf(node: PullNode | null): MergedPullRequest[] {
  if (node?.merged !== true) return [];
  return [
    {
      number: node.number,
      labels: (node.labels?.nodes ?? []).flatMap((label) => label?.name ?? []),
      byBot: DEPENDENCY_BOT.test(node.author?.login ?? ''),
    },
  ];
}

/** GraphQL writes "no such ref" as forty zeros. */
export function updateOf({ ref, before, after }: RefMove) {
  return { name: ref, beforeOid: before ?? NO_COMMIT, afterOid: after ?? NO_COMMIT, force: true };
}

interface PullData {
  number: number;
  html_url: string;
  state: string;
  merged_at: string | null;
  title: string;
  body: string | null;
  head: { sha: string };
  labels: readonly { name?: string }[];
  user: { login: string } | null;
}

/** A pull request as REST answers it. */
export function pullRequestOf({
  number,
  html_url,
  state,
  merged_at,
  title,
  body,
  head,
  labels,
  user,
}: PullData): PullRequest {
  return {
    number,
    url: html_url,
    state: state === 'open' ? 'open' : 'closed',
    merged: merged_at !== null,
    title,
    body: body ?? '',
    labels: labels.flatMap(({ name }) => name ?? []),
    author: user?.login ?? '',
    headCommit: head.sha,
  };
}

/** A deleted fork is null, which octokit's types do not know of a pull request's head. */
export function ofRepository(repo: { full_name: string } | null): string | undefined {
  return repo?.full_name;
}

/** GitHub's names have no case. */
export function sameName(one: string | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}

/** undefined for bytes that are not UTF-8: those travel as a blob, so that none of them changes. */
export function asText(content: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}

/** For a URL: the slashes of a branch stay. */
export function encodePath(branch: string): string {
  return branch.split('/').map(encodeURIComponent).join('/');
}
