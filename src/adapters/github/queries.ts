/** Moves refs, all or none, with a lease on each: only GraphQL has this (octokit/graphql-schema, UpdateRefsInput). */
export const UPDATE_REFS = /* GraphQL */ `
  mutation DeployActionUpdateRefs($input: UpdateRefsInput!) {
    updateRefs(input: $input) {
      clientMutationId
    }
  }
`;

/** The pull requests of many commits in one call; `$c0`, `$c1` … are their ids. */
export function pullsOfCommitsQuery(count: number): string {
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
export const COMMENTS = /* GraphQL */ `
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
