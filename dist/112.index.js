export const id = 112;
export const ids = [112];
export const modules = {

/***/ 112:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  createGitHub: () => (/* binding */ createGitHub)
});

// EXTERNAL MODULE: ./node_modules/@actions/github/lib/github.js + 22 modules
var github = __webpack_require__(2413);
// EXTERNAL MODULE: ./build/rules/cookbook/github-error.js
var github_error = __webpack_require__(5702);
;// CONCATENATED MODULE: ./build/adapters/github/queries.js
/** Moves refs, all or none, with a lease on each: only GraphQL has this (octokit/graphql-schema, UpdateRefsInput). */
const UPDATE_REFS = /* GraphQL */ `
  mutation DeployActionUpdateRefs($input: UpdateRefsInput!) {
    updateRefs(input: $input) {
      clientMutationId
    }
  }
`;
/** The pull requests of many commits in one call; `$c0`, `$c1` … are their ids. */
function pullsOfCommitsQuery(count) {
    const indexes = Array.from({ length: count }, (_, index) => index);
    return /* GraphQL */ `
    query DeployActionPullsOfCommits($owner: String!, $name: String!, ${indexes.map((index) => `$c${index}: GitObjectID!`).join(', ')}) {
      repository(owner: $owner, name: $name) {
        ${indexes.map((index) => `c${index}: object(oid: $c${index}) { ...pulls }`).join('\n        ')}
      }
    }
    fragment pulls on Commit {
      associatedPullRequests(first: 5) {
        nodes {
          number
          merged
          author { login }
          labels(first: 30) { nodes { name } }
        }
      }
    }
  `;
}
/** REST does not say whose token it is that asks; here each comment says whether it is the asker's own. */
const COMMENTS = /* GraphQL */ `
  query DeployActionComments($owner: String!, $name: String!, $number: Int!, $after: String) {
    repository(owner: $owner, name: $name) {
      pullRequest(number: $number) {
        comments(first: 100, after: $after) {
          nodes {
            fullDatabaseId
            body
            url
            viewerDidAuthor
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
      }
    }
  }
`;

;// CONCATENATED MODULE: ./build/adapters/github/refusal.js

/** Whatever octokit threw, as what GitHub said. `now` is seconds since the epoch. */
function refusalOf(action, thrown, now) {
    const error = thrown;
    const headers = error.response?.headers ?? error.headers ?? {};
    const isGraphql = Array.isArray(error.errors) && error.status === undefined;
    const answered = isGraphql || error.response !== undefined;
    const requestId = headers['x-github-request-id'];
    const needs = headers['x-accepted-github-permissions'] ?? headers['x-accepted-oauth-scopes'];
    const waitSeconds = waitOf(headers, now);
    const type = error.errors?.find((each) => each.type !== undefined)?.type;
    const refusal = {
        action,
        status: isGraphql ? 200 : answered ? (error.status ?? 0) : 0,
        message: messageOf(error),
        ...(type === undefined || !isGraphql ? {} : { type }),
        ...(waitSeconds === undefined ? {} : { waitSeconds }),
        ...(headers['x-ratelimit-remaining'] === '0' && isRefused(error.status) ? { limitReached: true } : {}),
        ...(needs === undefined || needs === '' ? {} : { needs: String(needs) }),
        ...(requestId === undefined ? {} : { requestId: String(requestId) }),
    };
    return new github_error/* GitHubError */.y(refusal, thrown);
}
/** The last call that a limit allows succeeds with "remaining 0" and is no refusal. */
function isRefused(status) {
    return status === 403 || status === 429;
}
function waitOf(headers, now) {
    const after = Number(headers['retry-after']);
    if (Number.isFinite(after))
        return after;
    const reset = Number(headers['x-ratelimit-reset']);
    if (headers['x-ratelimit-remaining'] !== '0' || !Number.isFinite(reset))
        return undefined;
    return Math.max(1, Math.ceil(reset - now));
}
/** One line, with the details that GitHub lists for a 422. */
function messageOf({ message, errors, response, }) {
    const data = response?.data;
    const listed = Array.isArray(data?.errors) ? data.errors : (errors ?? []);
    const details = listed.map((each) => typeof each === 'object' && each !== null && 'message' in each
        ? String(each.message)
        : typeof each === 'string'
            ? each
            : JSON.stringify(each));
    const head = typeof data?.message === 'string' ? data.message : errors === undefined ? message : undefined;
    const text = [head, ...details].filter((part) => part !== undefined && part !== '').join(': ');
    return text.replace(/\s+/gu, ' ').trim().slice(0, 500) || 'no reason given';
}

;// CONCATENATED MODULE: ./build/adapters/github/retry.js

const MOST_TRIES = 4;
/** A longer wait than this is told to the user instead. */
const LONGEST_WAIT_SECONDS = 60;
/**
 * Tries again what may be tried again. A limit refuses a request before it is carried out, and so does what GitHub made a
 * moment ago and does not know yet: any call may follow. After no answer, or a 5xx, only calls that are `safe` to be
 * carried out twice.
 */
async function withRetries({ clock, signal }, safe, call) {
    for (let tries = 1;; tries += 1) {
        try {
            return await call();
        }
        catch (error) {
            if (tries === MOST_TRIES || !(0,github_error/* isGitHubError */.e)(error))
                throw error;
            const wait = waitBefore(error, tries, safe, clock);
            if (wait === undefined)
                throw error;
            await clock.sleep(wait, signal);
        }
    }
}
/** Milliseconds; undefined where another try is unsafe or useless. */
function waitBefore(error, tries, safe, clock) {
    const { waitSeconds } = error.refusal;
    if (error.kind === 'rate-limit' || error.kind === 'secondary-limit') {
        const seconds = waitSeconds ?? (error.kind === 'secondary-limit' ? LONGEST_WAIT_SECONDS : undefined);
        return seconds === undefined || seconds > LONGEST_WAIT_SECONDS ? undefined : seconds * 1000;
    }
    if (error.kind !== 'not-yet' && (error.kind !== 'unavailable' || !safe))
        return undefined;
    return 2 ** tries * 500 * (0.5 + clock.random());
}

;// CONCATENATED MODULE: ./build/adapters/github/shapes.js
/** Their labels tell the step of what they raised, not of what we raise. */
const DEPENDENCY_BOT = /^(?:dependabot|renovate)/iu;
const NO_COMMIT = '0'.repeat(40);
function ownCommentOf(node) {
    if (node?.viewerDidAuthor !== true || node.fullDatabaseId === null)
        return [];
    return [{ id: Number(node.fullDatabaseId), body: node.body, url: node.url }];
}
/** Pull requests that were closed without a merge brought nothing. */
function mergedOf(node) {
    if (node?.merged !== true)
        return [];
    return [
        {
            number: node.number,
            labels: (node.labels?.nodes ?? []).flatMap((label) => label?.name ?? []),
            byBot: DEPENDENCY_BOT.test(node.author?.login ?? ''),
        },
    ];
}
/** GraphQL writes "no such ref" as forty zeros. */
function updateOf({ ref, before, after }) {
    return { name: ref, beforeOid: before ?? NO_COMMIT, afterOid: after ?? NO_COMMIT, force: true };
}
/** A pull request as REST answers it. */
function pullRequestOf({ number, html_url, state, merged_at, title, body, head, labels, user, }) {
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
function ofRepository(repo) {
    return repo?.full_name;
}
/** GitHub's names have no case. */
function sameName(one, other) {
    return one?.toLowerCase() === other.toLowerCase();
}
/** undefined for bytes that are not UTF-8: those travel as a blob, so that none of them changes. */
function asText(content) {
    try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
    }
    catch {
        return undefined;
    }
}
/** For a URL: the slashes of a branch stay. */
function encodePath(branch) {
    return branch.split('/').map(encodeURIComponent).join('/');
}

;// CONCATENATED MODULE: ./build/adapters/github/github-api.js






/** GitHub cuts larger trees into pieces poorly; cookbooks come by the hundred. */
const FILES_PER_TREE = 100;
const COMMITS_PER_QUERY = 50;
/** Three thousand comments; ours is one of the first. */
const MOST_COMMENT_PAGES = 30;
/** GitHub through octokit, for one repository. */
function createGitHub(options) {
    const { token, repository, apiUrl, serverUrl, clock } = options;
    const [owner = '', repo = ''] = repository.split('/');
    const silent = () => undefined;
    const octokit = (0,github/* getOctokit */.Q)(token, {
        baseUrl: apiUrl,
        // What octokit would print could be text from outside, and stdout belongs to `--json`.
        log: { debug: silent, info: silent, warn: silent, error: silent },
    });
    const { git, pulls, issues, repos } = octokit.rest;
    const here = { owner, repo };
    const ask = (action, safe, call) => withRetries(options, safe, async () => {
        try {
            return await call();
        }
        catch (thrown) {
            throw refusalOf(action, thrown, clock.now() / 1000);
        }
    });
    const refCommit = async (ref) => {
        try {
            const path = ref.replace(/^refs\//u, '');
            const { data } = await ask(`read ${ref}`, true, () => git.getRef({ ...here, ref: path }));
            return data.object.sha;
        }
        catch (error) {
            // The repository itself is asked for before; here it is the ref that is not there.
            if ((0,github_error/* isGitHubError */.e)(error, 'not-found'))
                return undefined;
            throw error;
        }
    };
    let repositoryId;
    const nodeId = () => (repositoryId ??= ask('read the repository', true, () => repos.get(here)).then(({ data }) => data.node_id));
    const entryOf = async ({ path, mode, content }) => {
        const entry = { path, mode: mode, type: 'blob' };
        const text = asText(content);
        if (text !== undefined)
            return { ...entry, content: text };
        const { data } = await ask('create a blob', true, () => git.createBlob({ ...here, content: Buffer.from(content).toString('base64'), encoding: 'base64' }));
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
            const { data } = await ask('compare the branches', true, () => repos.compareCommitsWithBasehead({ ...here, basehead: `${base}...${head}`, per_page: 250 }));
            return data.commits.map(({ sha, commit, parents }) => ({
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
                const { data } = await ask('create the tree', true, () => git.createTree({ ...here, base_tree, tree: entries }));
                tree = data.sha;
            }
            return tree;
        },
        async createCommit({ message, tree, parents }) {
            // Without author and committer GitHub signs the commit of a bot.
            const { data } = await ask('create the commit', true, () => git.createCommit({ ...here, message, tree, parents: [...parents] }));
            return { id: data.sha, verified: data.verification.verified };
        },
        async moveRefs(moves) {
            const id = await nodeId();
            try {
                await ask('move the branch', true, () => octokit.graphql(UPDATE_REFS, { input: { repositoryId: id, refUpdates: moves.map(updateOf) } }));
                return 'moved';
            }
            catch (error) {
                // The answer may be what was lost, and a stale lease has no error of its own: the refs tell.
                const now = await Promise.all(moves.map(async ({ ref }) => refCommit(ref)));
                if (moves.every(({ after }, index) => now[index] === after))
                    return 'moved';
                if (moves.some(({ before }, index) => now[index] !== before))
                    return 'stale';
                throw error;
            }
        },
        async pullRequests(head, base) {
            const { data } = await ask('find the pull request', true, () => pulls.list({
                ...here,
                head: `${owner}:${head}`,
                base,
                state: 'all',
                sort: 'created',
                direction: 'desc',
                per_page: 30,
            }));
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
            const { data } = await ask('update the pull request', true, () => pulls.update({ ...here, pull_number: number, ...change }));
            return pullRequestOf(data);
        },
        async comment(number, body) {
            await ask('comment on the pull request', false, () => issues.createComment({ ...here, issue_number: number, body }));
        },
        async comments(number) {
            const { data } = await ask('read the comments of the pull request', true, () => issues.listComments({ ...here, issue_number: number, per_page: 100 }));
            return data.map(({ body = '' }) => body);
        },
        async ownComments(number) {
            const own = [];
            let after;
            for (let page = 0; page < MOST_COMMENT_PAGES; page += 1) {
                const answer = await ask('read the comments of the pull request', true, () => octokit.graphql(COMMENTS, { owner, name: repo, number, after: after ?? null }));
                const comments = answer.repository?.pullRequest?.comments;
                own.push(...(comments?.nodes ?? []).flatMap(ownCommentOf));
                after = comments?.pageInfo.hasNextPage === true ? comments.pageInfo.endCursor : undefined;
                if (after === undefined || after === null)
                    break;
            }
            return own;
        },
        async updateComment(id, body) {
            await ask('update the comment', true, () => issues.updateComment({ ...here, comment_id: id, body }));
        },
        async deleteComment(id) {
            try {
                await ask('delete a comment', true, () => issues.deleteComment({ ...here, comment_id: id }));
            }
            catch (error) {
                if (!(0,github_error/* isGitHubError */.e)(error, 'not-found'))
                    throw error;
            }
        },
        async pullsOfCommits(commits) {
            const found = new Map();
            for (let from = 0; from < commits.length; from += COMMITS_PER_QUERY) {
                const some = commits.slice(from, from + COMMITS_PER_QUERY);
                const ids = Object.fromEntries(some.map((commit, index) => [`c${index}`, commit]));
                const answer = await ask('read the pull requests of the commits', true, () => octokit.graphql(pullsOfCommitsQuery(some.length), { owner, name: repo, ...ids }));
                some.forEach((commit, index) => {
                    const nodes = answer.repository?.[`c${index}`]?.associatedPullRequests?.nodes ?? [];
                    found.set(commit, nodes.flatMap(mergedOf));
                });
            }
            return found;
        },
        compareUrl: (base, head) => `${serverUrl}/${owner}/${repo}/compare/${encodePath(base)}...${encodePath(head)}?expand=1`,
    };
}


/***/ }),

/***/ 5702:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ isGitHubError),
/* harmony export */   y: () => (/* binding */ GitHubError)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9473);

/** GitHub said no, and we know what to do about it. */
class GitHubError extends _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .DeployError */ .sH {
    kind;
    refusal;
    constructor(refusal, cause) {
        const kind = kindOf(refusal);
        const request = refusal.requestId === undefined ? '' : `, request ${refusal.requestId}`;
        const status = refusal.status === 0 ? 'no answer' : `${refusal.status}`;
        super('GITHUB_REFUSED', `GitHub: ${refusal.action}: ${refusal.message} (${status}${request})`, {
            hint: hintFor(kind, refusal),
            ...(cause === undefined ? {} : { cause }),
        });
        this.name = 'GitHubError';
        this.kind = kind;
        this.refusal = refusal;
    }
}
function isGitHubError(error, kind) {
    return error instanceof GitHubError && (kind === undefined || error.kind === kind);
}
/** Messages of branch protection and of rulesets, as GitHub words them in its REST and GraphQL answers. */
const PROTECTED = /protected branch|protected ref|repository rule|rule violations|required status check|required pull request review|cannot force-push|at least \d+ approving review|must be verified signatures|is at \S+ but expected/iu;
/**
 * What GitHub says of an object, or of a branch, that it made a moment ago and does not know everywhere yet: a 422 that the
 * same request a little later does not get (dependabot-core and peter-evans/create-pull-request both repeat it).
 */
const NOT_YET = /(?:tree|parent|object) sha does not exist|(?:object|reference) does not exist|could not resolve to a node|"field":"(?:head|base)","code":"invalid"/iu;
function kindOf({ status, message, type, limitReached }) {
    if (/secondary rate limit|abuse detection/iu.test(message))
        return 'secondary-limit';
    if (limitReached === true || type === 'RATE_LIMITED' || /api rate limit exceeded/iu.test(message))
        return 'rate-limit';
    if (status === 429)
        return 'secondary-limit';
    if (status === 401)
        return 'bad-token';
    if (/not permitted to create or approve pull requests/iu.test(message))
        return 'pull-requests-off';
    if (PROTECTED.test(message))
        return 'protected';
    if (status === 403 || type === 'FORBIDDEN' || type === 'INSUFFICIENT_SCOPES')
        return 'missing-permission';
    if (status === 404 || type === 'NOT_FOUND')
        return 'not-found';
    if (status === 409)
        return 'conflict';
    if (/pull request already exists/iu.test(message))
        return 'already-exists';
    if (/no commits between/iu.test(message))
        return 'no-commits';
    if (NOT_YET.test(message))
        return 'not-yet';
    if (status === 0 || status >= 500)
        return 'unavailable';
    return 'invalid';
}
function hintFor(kind, { needs, waitSeconds }) {
    const wait = waitSeconds === undefined ? 'later' : `in ${waitSeconds} s`;
    switch (kind) {
        case 'bad-token':
            return 'The token is wrong, expired or revoked. Give `github-token` a token of this repository.';
        case 'pull-requests-off':
            return 'Allow it under Settings → Actions → General → Workflow permissions → "Allow GitHub Actions to create and approve pull requests" (an organisation can forbid it for all its repositories; `permissions:` in the workflow cannot override it), or give `github-token` the token of a GitHub App.';
        case 'protected':
            return 'A branch protection or a ruleset covers the branch of the bump pull request. Leave `deploy-action/cookbook-bump/**` out of it, or let the token bypass it.';
        case 'missing-permission':
            return `The token may not do this${needs === undefined ? '' : ` (needed: ${needs})`}. A workflow needs \`permissions: { contents: write, pull-requests: write }\`; a GitHub App or a fine-grained token the same two; a classic token the scope \`repo\`. Pushes from forks have read-only tokens.`;
        case 'not-found':
            return 'The repository is not there for this token: check that the token belongs to it, and that the base branch exists.';
        case 'conflict':
            return 'The repository is empty, or somebody changed it in the same moment. Run the job again.';
        case 'already-exists':
            return 'There is a pull request from this branch already. Run the job again: it will be found.';
        case 'no-commits':
            return 'The branch has nothing that the base branch does not have. Run the job again.';
        case 'not-yet':
            return 'GitHub did not know yet what it had just made, and did not learn it within seconds. Run the job again.';
        case 'invalid':
            return 'GitHub did not take the request. Open an issue of deploy-action with the log of this run.';
        case 'rate-limit':
            return `The token has used up its calls for this hour. Run the job again ${wait}.`;
        case 'secondary-limit':
            return `GitHub asks to slow down. Run the job again ${wait}.`;
        case 'unavailable':
            return 'GitHub did not answer. Look at githubstatus.com and run the job again.';
    }
}


/***/ })

};
