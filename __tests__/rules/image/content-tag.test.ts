import {
  contentTag,
  maximumAgeTags,
  runTag,
  type BuildSettings,
  type ContentEntry,
} from '../../../src/rules/image/content-tag.ts';

const SETTINGS: BuildSettings = { dockerfile: 'FROM scratch\n', buildArguments: {}, secrets: [] };
const file = (path: string, sha256 = 'aa', executable = false): ContentEntry => ({
  kind: 'file',
  path,
  executable,
  sha256,
});
const tag = (entries: ContentEntry[] = [file('a')], settings: Partial<BuildSettings> = {}) =>
  contentTag(entries, { ...SETTINGS, ...settings });

describe('the content tag', () => {
  it('is src- and 40 hex digits, the same on every machine', () => {
    expect(
      contentTag(
        [
          file('app.js', 'aa', true),
          { kind: 'link', path: 'current', target: 'app.js' },
          { kind: 'folder', path: 'tmp' },
        ],
        {
          dockerfile: 'FROM scratch\n',
          buildArguments: { A: '1' },
          secrets: ['T'],
          target: 'x',
          platform: 'linux/amd64',
        },
      ),
    ).toBe('src-a25b076bd8fa65d95c01a4dcbaa7f3b68177fdc2');
  });

  it.each<[string, string, string]>([
    ['the order of entries', tag([file('a'), file('b')]), tag([file('b'), file('a')])],
    [
      'the order of build arguments',
      tag([], { buildArguments: { A: '1', B: '2' } }),
      tag([], { buildArguments: { B: '2', A: '1' } }),
    ],
    [
      'the order of secrets, and a name said twice',
      tag([], { secrets: ['A', 'B'] }),
      tag([], { secrets: ['B', 'A', 'B'] }),
    ],
  ])('does not depend on %s', (_what, one, other) => {
    expect(one).toBe(other);
  });

  it.each<[string, string, string]>([
    ['the bytes of a file', tag([file('a', 'aa')]), tag([file('a', 'bb')])],
    ['the name of a file', tag([file('a')]), tag([file('b')])],
    ['the executable bit', tag([file('a', 'aa', false)]), tag([file('a', 'aa', true)])],
    [
      'the target of a link',
      tag([{ kind: 'link', path: 'l', target: 'a' }]),
      tag([{ kind: 'link', path: 'l', target: 'b' }]),
    ],
    ['a link and a file', tag([{ kind: 'link', path: 'l', target: 'aa' }]), tag([file('l', 'aa')])],
    ['an empty folder', tag([]), tag([{ kind: 'folder', path: 'tmp' }])],
    ['the Dockerfile', tag([], { dockerfile: 'FROM a\n' }), tag([], { dockerfile: 'FROM b\n' })],
    [
      'the value of a build argument',
      tag([], { buildArguments: { A: '1' } }),
      tag([], { buildArguments: { A: '2' } }),
    ],
    ['an empty build argument and none', tag([], { buildArguments: { A: '' } }), tag([])],
    ['the target', tag([], { target: 'a' }), tag([], { target: 'b' })],
    ['an empty target and none', tag([], { target: '' }), tag([])],
    ['the platform', tag([], { platform: 'linux/amd64' }), tag([], { platform: 'linux/arm64' })],
    ['the name of a secret', tag([], { secrets: ['A'] }), tag([])],
    ['the commit, where .git is sent', tag([], { commit: '1' }), tag([], { commit: '2' })],
    ['target and platform with swapped values', tag([], { target: 'x' }), tag([], { platform: 'x' })],
    ['a name that holds what would end it', tag([file('a","b')]), tag([file('a'), file('b')])],
    [
      'a name that holds a line of its own',
      tag([file('a\n["file","b",false,"aa"]')]),
      tag([file('a'), file('b')]),
    ],
    [
      'a Dockerfile that holds other items',
      tag([], { dockerfile: 'x\n["secret","A"]' }),
      tag([], { dockerfile: 'x', secrets: ['A'] }),
    ],
  ])('tells %s apart', (_what, one, other) => {
    expect(one).not.toBe(other);
  });
});

describe('tags beside the content tag', () => {
  it('belong to one run where nothing may be reused', () => {
    expect(runTag('src-1', '4711')).toBe('src-1-4711');
    expect(runTag('src-1', 'host/7 b')).toBe('src-1-host-7-b');
    expect(runTag('src-1', 'x'.repeat(200))).toHaveLength(128);
  });

  it('belong to a span of time where images may not be old, with the span before it to look in', () => {
    expect(maximumAgeTags('src-1', 3600, 7_300_000)).toEqual(['src-1-2', 'src-1-1', 'src-1']);
    expect(maximumAgeTags('src-1', 3600, 7_199_999)[0]).toBe('src-1-1');
  });
});
