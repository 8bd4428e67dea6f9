import { getOctokit } from '@actions/github';
import type { Clock } from '../../ports/clock.ts';
import type { GitHub, GitHubCommit, MergedPullRequest, OwnComment, TreeFile } from '../../ports/github.ts';
import { isGitHubError } from '../../rules/cookbook/github-error.ts';
import { COMMENTS, pullsOfCommitsQuery, UPDATE_REFS } from './queries.ts';
import { refusalOf } from './refusal.ts';
import { withRetries } from './retry.ts';
import {
  asText,
  encodePath,
  mergedOf,
  ownCommentOf,
  ofRepository,
  pullRequestOf,
  sameName,
  updateOf,
  type CommentsAnswer,
  type PullsAnswer,
} from './shapes.ts';

/** GitHub cuts larger trees into pieces poorly; cookbooks come by the hundred. */
const FILES_PER_TREE = 100;
const COMMITS_PER_QUERY = 50;
/** Three thousand comments; ours is one of the first. */
const MOST_COMMENT_PAGES = 30;
export interface GitHubOptions {
  token: string;
  /** "owner/name" */
  repository: string;
  /** "https://api.github.com" */
  apiUrl: string;
  /** "https://github.com" */
  serverUrl: string;
  clock: Clock;
  signal?: AbortSignal;
}

/** GitHub through octokit, for one repository. */
export function createGitHub(options: GitHubOptions): GitHub {
  const { token, repository, apiUrl, serverUrl, clock } = options;
  const [owner = '', repo = ''] = repository.split('/');
  const silent = () => undefined;
  const octokit = getOctokit(token, {
    baseUrl: apiUrl,
    // What octokit would print could be text from outside, and stdout belongs to `--json`.
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  const { git, pulls, issues, repos } = octokit.rest;
  const here = { owner, repo };

  const ask = <T>(action: string, safe: boolean, call: () => Promise<T>): Promise<T> =>
    withRetries(options, safe, async () => {
      try {
        return await call();
      } catch (thrown) {
        throw refusalOf(action, thrown, clock.now() / 1000);
      }
    });

  const refCommit = async (ref: string): Promise<string | undefined> => {
    try {
      const path = ref.replace(/^refs\//u, '');
      const { data } = await ask(`read ${ref}`, true, () => git.getRef({ ...here, ref: path }));
      return data.object.sha;
    } catch (error) {
      // The repository itself is asked for before; here it is the ref that is not there.
      if (isGitHubError(error, 'not-found')) return undefined;
      throw error;
    }
  };

  let repositoryId: Promise<string> | undefined;
  const nodeId = () =>
    (repositoryId ??= ask('read the repository', true, () => repos.get(here)).then(
      ({ data }) => data.node_id,
    ));

  const entryOf = async ({ path, mode, content }: TreeFile) => {
    const entry = { path, mode: mode as '100644' | '100755', type: 'blob' as const };
    const text = asText(content);
    if (text !== undefined) return { ...entry, content: text };
    const { data } = await ask('create a blob', true, () =>
      git.createBlob({ ...here, content: Buffer.from(content).toString('base64'), encoding: 'base64' }),
    );
    return { ...entry, sha: data.sha };
  };

  return {
    repository,
    refCommit,

    async commit(id) {
      const { data } = await ask('read a commit', true, () => git.getCommit({ ...here, commit_sha: id }));
      return { id, tree: data.tree.sha, message: data.message, parents: data.parents.map(({ sha }) => sha) };
    },

    async commitsBetween(base, head) {
      const { data } = await ask('compare the branches', true, () =>
        repos.compareCommitsWithBasehead({ ...here, basehead: `${base}...${head}`, per_page: 250 }),
      );
      return data.commits.map(({ sha, commit, parents }): GitHubCommit => ({
        id: sha,
        tree: commit.tree.sha,
        message: commit.message,
        parents: parents.map((parent) => parent.sha),
      }));
    },

    async createTree(base, files) {
      let tree = base;
      for (let from = 0; from < files.length; from += FILES_PER_TREE) {
        const entries = await Promise.all(files.slice(from, from + FILES_PER_TREE).map(entryOf));
        const base_tree = tree;
        const { data } = await ask('create the tree', true, () =>
          git.createTree({ ...here, base_tree, tree: entries }),
        );
        tree = data.sha;
      }
      return tree;
    },

    async createCommit({ message, tree, parents }) {
      // Without author and committer GitHub signs the commit of a bot.
      const { data } = await ask('create the commit', true, () =>
        git.createCommit({ ...here, message, tree, parents: [...parents] }),
      );
      return { id: data.sha, verified: data.verification.verified };
    },

    async moveRefs(moves) {
      const id = await nodeId();
      try {
        await ask('move the branch', true, () =>
          octokit.graphql(UPDATE_REFS, { input: { repositoryId: id, refUpdates: moves.map(updateOf) } }),
        );
        return 'moved';
      } catch (error) {
        // The answer may be what was lost, and a stale lease has no error of its own: the refs tell.
        const now = await Promise.all(moves.map(async ({ ref }) => refCommit(ref)));
        if (moves.every(({ after }, index) => now[index] === after)) return 'moved';
        if (moves.some(({ before }, index) => now[index] !== before)) return 'stale';
        throw error;
      }
    },

    async pullRequests(head, base) {
      const { data } = await ask('find the pull request', true, () =>
        pulls.list({
          ...here,
          head: `${owner}:${head}`,
          base,
          state: 'all',
          sort: 'created',
          direction: 'desc',
          per_page: 30,
        }),
      );
      // The filter takes a fork's branch of the same name too.
      return data
        .filter((pull) => pull.head.ref === head && sameName(ofRepository(pull.head.repo), repository))
        .map(pullRequestOf);
    },

    async createPullRequest(request) {
      const { data } = await ask('open the pull request', false, () => pulls.create({ ...here, ...request }));
      return pullRequestOf(data);
    },

    async updatePullRequest(number, change) {
      const { data } = await ask('update the pull request', true, () =>
        pulls.update({ ...here, pull_number: number, ...change }),
      );
      return pullRequestOf(data);
    },

    async comment(number, body) {
      await ask('comment on the pull request', false, () =>
        issues.createComment({ ...here, issue_number: number, body }),
      );
    },

    async comments(number) {
      const { data } = await ask('read the comments of the pull request', true, () =>
        issues.listComments({ ...here, issue_number: number, per_page: 100 }),
      );
      return data.map(({ body = '' }) => body);
    },

    async ownComments(number) {
      const own: OwnComment[] = [];
      let after: string | null | undefined;
      for (let page = 0; page < MOST_COMMENT_PAGES; page += 1) {
        const answer = await ask('read the comments of the pull request', true, () =>
          octokit.graphql<CommentsAnswer>(COMMENTS, { owner, name: repo, number, after: after ?? null }),
        );
        const comments = answer.repository?.pullRequest?.comments;
        own.push(...(comments?.nodes ?? []).flatMap(ownCommentOf));
        after = comments?.pageInfo.hasNextPage === true ? comments.pageInfo.endCursor : undefined;
        if (after === undefined || after === null) break;
      }
      return own;
    },

    async updateComment(id, body) {
      await ask('update the comment', true, () => issues.updateComment({ ...here, comment_id: id, body }));
    },

    async deleteComment(id) {
      try {
        await ask('delete a comment', true, () => issues.deleteComment({ ...here, comment_id: id }));
      } catch (error) {
        if (!isGitHubError(error, 'not-found')) throw error;
      }
    },

    async pullsOfCommits(commits) {
      const found = new Map<string, MergedPullRequest[]>();
      for (let from = 0; from < commits.length; from += COMMITS_PER_QUERY) {
        const some = commits.slice(from, from + COMMITS_PER_QUERY);
        const ids = Object.fromEntries(some.map((commit, index) => [`c${index}`, commit]));
        const answer = await ask('read the pull requests of the commits', true, () =>
          octokit.graphql<PullsAnswer>(pullsOfCommitsQuery(some.length), { owner, name: repo, ...ids }),
        );
        some.forEach((commit, index) => {
          const nodes = answer.repository?.[`c${index}`]?.associatedPullRequests?.nodes ?? [];
          found.set(commit, nodes.flatMap(mergedOf));
        });
      }
      return found;
    },

    compareUrl: (base, head) =>
      `${serverUrl}/${owner}/${repo}/compare/${encodePath(base)}...${encodePath(head)}?expand=1`,
  };
}
