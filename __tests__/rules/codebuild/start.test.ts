import { buildKey, idempotencyToken } from '../../../src/rules/codebuild/build-key.ts';
import { buildLogInterval, buildPollInterval } from '../../../src/rules/codebuild/poll-intervals.ts';
import { decideSource } from '../../../src/rules/codebuild/source.ts';
import { startBuildInput } from '../../../src/rules/codebuild/start-build-input.ts';
import { hintForRefusal, isLimit } from '../../../src/rules/codebuild/start-refusal.ts';

const identity = {
  repository: 'acme/shop',
  environment: 'staging',
  project: 'shop-build',
  purpose: 'image',
  subject: 'shop:src-1',
  runId: '4711',
} as const;

describe('the key of a build', () => {
  it('is the same for the same, and another for every part that differs', () => {
    const others = (['repository', 'environment', 'project', 'subject', 'runId'] as const).map((name) =>
      buildKey({ ...identity, [name]: 'another' }),
    );
    const keys = [buildKey(identity), buildKey({ ...identity, purpose: 'before-deploy' }), ...others];
    expect(buildKey({ ...identity })).toBe(keys[0]);
    expect(new Set(keys).size).toBe(7);
    expect(keys.every((key) => /^[0-9a-f]{32}$/.test(key))).toBe(true);
  });

  it('is part of a token that counts what was tried before', () => {
    expect(idempotencyToken('k', 1, 2)).toBe('k-1-2');
  });
});

describe('what StartBuild is sent', () => {
  it.each([
    ['aws/codebuild/amazonlinux-x86_64-standard:5.0', 'CODEBUILD'],
    ['111111111111.dkr.ecr.ap-northeast-1.amazonaws.com/builder:1', 'SERVICE_ROLE'],
  ])('pulls the image %s with the credentials of %s', (image, credentials) => {
    const input = startBuildInput({
      plan: { project: 'p', variables: [], image },
      variables: [],
      source: {},
      key: 'k',
    });
    expect(input).toEqual({
      projectName: 'p',
      imageOverride: image,
      imagePullCredentialsTypeOverride: credentials,
      environmentVariablesOverride: [{ name: 'DEPLOY_ACTION_KEY', value: 'k', type: 'PLAINTEXT' }],
    });
  });

  it('has no name twice: what the file says counts', () => {
    const one = (value: string) => ({ name: 'A', value, type: 'PLAINTEXT' as const });
    const { environmentVariablesOverride: variables } = startBuildInput({
      plan: { project: 'p', variables: [one('file')] },
      variables: [one('ours')],
      source: {},
      key: 'k',
    });
    expect(variables.map(({ value }) => value)).toEqual(['file', 'k']);
  });
});

describe('the source', () => {
  const commit = 'c0ffee';
  const project = (type: string, location?: string) => ({
    source: { type, ...(location === undefined ? {} : { location }) },
  });

  it.each([
    ['GITHUB', { sourceVersion: commit }],
    ['CODECOMMIT', { sourceVersion: commit }],
    ['GITLAB', { sourceVersion: commit }],
    ['S3', {}],
  ])('of an image from a project with %s is %j', (type, override) => {
    expect(decideSource({ purpose: 'image', project: project(type), commit })).toMatchObject({ override });
  });

  it.each([
    ['https://github.com/acme/shop.git', { sourceVersion: commit }],
    ['https://github.com/ACME/Shop', { sourceVersion: commit }],
    ['https://github.com/acme/shop-infra.git', {}],
    ['https://github.com/other/shop.git', {}],
  ])('of a step from %s is %j', (location, override) => {
    const facts = { purpose: 'before-deploy', commit, repository: 'acme/shop' } as const;
    expect(decideSource({ ...facts, project: project('GITHUB', location) })).toEqual({ override });
    expect(decideSource({ ...facts, project: project('NO_SOURCE', location) })).toEqual({ override: {} });
  });
});

describe('a refusal', () => {
  it.each([
    ['AccountLimitExceededException', 'Cannot have more than 60 builds in queue for the account', true],
    ['AccountLimitExceededException', 'Cannot have more than 0 builds in queue for the account', false],
    ['InvalidInputException', 'Cannot have more than 60 builds', false],
  ])('%s: %s: waiting helps: %s', (awsCode, awsMessage, helps) => {
    expect(isLimit({ awsCode, awsMessage })).toBe(helps);
  });

  it.each([
    ['ResourceNotFoundException', 'x', 'list-projects'],
    ['AccountSuspendedException', 'x', 'AWS Support'],
    ['InvalidInputException', 'Source version is not supported for source type NO_SOURCE', 'source: upload'],
    ['InvalidInputException', 'Invalid compute type', 'for wrong'],
  ])('%s: %s: the hint has "%s"', (awsCode, awsMessage, words) => {
    expect(hintForRefusal({ awsCode, awsMessage }, 'p')).toContain(words);
  });
});

describe('the pauses between looks', () => {
  it('are at most 3 s, and shorter near the end', () => {
    expect(buildPollInterval('QUEUED', 1)).toBe(3_000);
    expect(buildPollInterval('BUILD', 1)).toBe(2_000);
    expect(buildPollInterval('POST_BUILD', 1)).toBe(1_500);
    expect(buildPollInterval(undefined, 0)).toBe(1_500);
  });

  it.each([1, 8, 17, 40])('let %d logs together make fewer than ten calls a second up to 17', (logs) => {
    const callsPerSecond = (2 * logs) / (buildLogInterval(logs) / 1000);
    expect(buildLogInterval(logs)).toBeLessThanOrEqual(4_000);
    expect(callsPerSecond < 10).toBe(logs <= 17);
  });
});
