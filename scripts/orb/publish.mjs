/**
 * Publishes a packed orb under a version, which can never be changed: `node scripts/orb/publish.mjs orb.yml v1.4.0`.
 * CIRCLECI_TOKEN and CIRCLECI_ORB_ID say who and which; the call is the one that CircleCI's own command line makes
 * (CircleCI-Public/circleci-cli, `orb publish`).
 */
import { readFileSync } from 'node:fs';

const [file, version = ''] = process.argv.slice(2);
const {
  CIRCLECI_TOKEN: token,
  CIRCLECI_ORB_ID: orbId,
  CIRCLECI_API_URL: api = 'https://circleci.com',
} = process.env;
if (file === undefined || !/^v\d+\.\d+\.\d+$/.test(version) || !token || !orbId) {
  console.error('Usage: CIRCLECI_TOKEN=… CIRCLECI_ORB_ID=… node scripts/orb/publish.mjs FILE v1.2.3');
  process.exit(2);
}

const query = `mutation($config: String!, $orbId: UUID!, $version: String!) {
  publishOrb(orbId: $orbId, orbYaml: $config, version: $version) { orb { version } errors { message } }
}`;
const variables = { config: readFileSync(file, 'utf8'), orbId, version: version.slice(1) };
const response = await fetch(new URL('/graphql-unstable', api), {
  method: 'POST',
  headers: { authorization: token, 'content-type': 'application/json' },
  body: JSON.stringify({ query, variables }),
  signal: AbortSignal.timeout(60_000),
});
const answer = response.headers.get('content-type')?.includes('json') ? await response.json() : {};
const errors = [...(answer.errors ?? []), ...(answer.data?.publishOrb?.errors ?? [])];
const published = answer.data?.publishOrb?.orb?.version;
if (!response.ok || errors.length > 0 || published === undefined) {
  console.error(`CircleCI did not publish the orb (HTTP ${response.status}).`);
  for (const { message } of errors) console.error(message);
  process.exit(1);
}
console.log(`Published version ${published} of the orb`);
