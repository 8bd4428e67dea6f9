import { NAMES, parseName } from '../../../src/rules/input/names.ts';
import type { NameKind } from '../../../src/rules/input/names.ts';

describe('names', () => {
  it.each<[NameKind, string, string]>([
    ['environment', 'staging-2', 'digits and hyphens'],
    ['region', 'ap-northeast-1', 'a usual one'],
    ['region', 'us-gov-west-1', 'GovCloud'],
    ['region', 'eusc-de-east-1', 'the European sovereign cloud'],
    ['role', 'arn:aws:iam::111111111111:role/deploy', 'a role'],
    ['role', 'arn:aws-cn:iam::111111111111:role/ci/deploy', 'China, with a path'],
    ['cluster', 'prod_1', 'an underscore'],
    ['service', 'web', 'a usual one'],
    ['container', 'app', 'a usual one'],
    ['repository', 'shop', 'a name'],
    ['repository', 'team/shop__web-1.x', 'a path with every separator'],
    ['repository', '111111111111.dkr.ecr.ap-northeast-1.amazonaws.com/team/shop', 'a URI'],
    ['repository', 'localhost:4566/shop', 'a local registry'],
    ['repository', 'registry:5000/shop', 'a registry in the same network'],
    ['tag', 'v1.2.3', 'a version'],
    ['tag', '_x', 'an underscore at the start'],
    ['branch', 'feature/a.b_c-1', 'a usual one'],
    ['branch', 'größe/日本', 'letters of any language'],
    ['branchPattern', 'release/*', 'a star'],
    ['branchPattern', '{hotfix,release}/**', 'braces'],
    ['commit', '1f0c9a7b3d5e2846f0a1b2c3d4e5f60718293a4b', 'SHA-1'],
    ['variable', 'NPM_TOKEN', 'a usual one'],
    ['stage', 'runtime', 'a usual one'],
    ['stage', '0', 'the index of a stage'],
    ['platform', 'linux/amd64', 'a usual one'],
    ['platform', 'linux/arm64/v8', 'with a variant'],
  ])('%s may be %j: %s', (kind, text) => {
    expect(parseName(kind, text)).toEqual({ value: text });
  });

  it.each<[NameKind, string, string]>([
    ['environment', '__proto__', 'no underscore at the start'],
    ['environment', 'a.b', 'no dot: it becomes part of a git ref'],
    ['region', 'tokyo', 'not a region'],
    ['role', 'deploy', 'the name alone'],
    ['cluster', 'arn:aws:ecs:eu-west-1:1:cluster/x', 'an ARN'],
    ['service', 'web service', 'a space'],
    ['service', 'web;id', 'a semicolon'],
    ['repository', 'Shop', 'a capital letter'],
    ['repository', 'shop:latest', 'a tag'],
    ['repository', 'localhost:4566/shop:latest', 'a tag behind a port'],
    ['repository', 'shop@sha256:00', 'a digest'],
    ['repository', 'https://x.y/shop', 'a web address'],
    ['repository', 'shop/', 'a slash at the end'],
    ['tag', '.x', 'a dot at the start'],
    ['tag', 'a'.repeat(129), 'too long'],
    ['branch', 'a..b', 'two dots'],
    ['branch', 'a b', 'a space'],
    ['branch', 'x.lock', 'a lock file'],
    ['branch', 'a/.b', 'a part that begins with a dot'],
    ['branch', 'a@{1}', 'a reflog'],
    ['branch', 'a\n::error::b', 'a line break'],
    ['branchPattern', 'refs/heads/main', 'a full ref'],
    ['commit', '0'.repeat(40), 'the commit of a deleted branch'],
    ['commit', '1f0c9a7', 'an abbreviation'],
    ['variable', '1X', 'a digit at the start'],
    ['platform', 'linux/amd64,linux/arm64', 'two platforms'],
    ['platform', 'amd64', 'no system'],
  ])('%s may not be %j: %s', (kind, text) => {
    expect(parseName(kind, text)).toEqual(
      expect.objectContaining({ problem: expect.stringMatching(/^must be /) as string }),
    );
  });

  it.each(Object.keys(NAMES) as NameKind[])('%s never begins with a hyphen', (kind) => {
    for (const text of ['-x', '--force', '-1', '-', '-a/b']) {
      expect(parseName(kind, text)).toMatchObject({ hint: 'No name may begin with `-`.' });
    }
  });

  it.each<[NameKind, string, RegExp]>([
    ['region', 'eu-west-1a', /availability zone/],
    ['role', 'deploy', /whole ARN/],
    ['role', 'arn:aws:sts::111111111111:assumed-role/deploy/x', /session/],
    ['cluster', 'arn:aws:ecs:eu-west-1:111111111111:cluster/x', /after `cluster\/`/],
    ['repository', 'shop:v1', /tag out/],
    ['repository', 'https://x.y/shop', /`https:\/\/` out/],
    ['branchPattern', 'refs/heads/main', /without `refs\/heads\/`/],
  ])('%s %j: says what to write instead', (kind, text, hint) => {
    expect(parseName(kind, text)).toMatchObject({ hint: expect.stringMatching(hint) as string });
  });

  it('quotes what was written on one line, so that it cannot command a runner', () => {
    const parsed = parseName('branch', 'x\n::error::y\u2028z');
    expect(parsed).toMatchObject({ problem: expect.stringContaining('not `x ::error::y z`') as string });
  });

  it('quotes no more than the beginning of a long text', () => {
    expect(parseName('cluster', 'x '.repeat(1000))).toMatchObject({
      problem: expect.stringMatching(/^.{0,180}…`$/) as string,
    });
  });
});
