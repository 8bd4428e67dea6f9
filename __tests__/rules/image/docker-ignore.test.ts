import { parseDockerIgnore } from '../../../src/rules/image/docker-ignore.ts';

describe('.dockerignore', () => {
  it.each([
    ['node_modules', 'node_modules/a/b.js', true, 'what is below an ignored folder'],
    ['node_modules', 'web/node_modules/a.js', false, 'patterns begin at the root'],
    ['**/node_modules', 'web/node_modules/a.js', true, '** stands for any folders'],
    ['*.log', 'a.log', true, 'a wildcard'],
    ['*.log', 'tmp/a.log', false, 'a wildcard ends at a slash'],
    ['/build', 'build/x', true, 'a leading slash changes nothing'],
    ['build/', 'build/x', true, 'nor does a trailing one'],
    ['*\n!src', 'src/a.js', false, 'an exception after a wildcard'],
    ['!src\n*', 'src/a.js', true, 'the last match decides'],
    ['README.md', 'readme.md', false, 'case counts'],
    ['# a\n\n  b  ', 'b', true, 'comments, empty lines, spaces around'],
    ['a\r\nb\r\n', 'b', true, 'line breaks of Windows'],
    ['\uFEFFa', 'a', true, 'a byte order mark'],
    ['c++', 'c++/x', true, 'a plus is a plus'],
    ['a(b)|{c}', 'a(b)|{c}', true, 'and so are these'],
    ['a?c', 'abc', true, 'a question mark'],
    ['[ab].txt', 'b.txt', true, 'a class'],
    ['a.b', 'axb', false, 'a dot is a dot'],
    ['', 'a', false, 'no patterns'],
    [
      'a\n!a/keep\n*',
      'a/keep',
      false,
      'a pattern that could not change the verdict on the parent is not handed down',
    ],
    ['a\n!a/keep\n**/a', 'a/keep', false, 'the same with any folder'],
    ['**/*.log\n!logs', 'logs/x.log', true, 'nor is an exception from a folder that was never ignored'],
    ['a\n!a/keep\na/keep/x', 'a/keep/x/y', true, 'an exception may have exceptions'],
    ['**foo', 'barfoo', true, 'a leading ** before text is any beginning'],
    ['a/**', 'a', false, 'a trailing ** means what is inside'],
    ['a/**', 'a/b/c', true, 'at any depth'],
    ['a/**/c', 'a/c', true, '** may be no folder at all'],
    ['**', 'a/b', true, 'everything'],
    ['a/../b', 'b', true, 'a way up'],
    ['./a//b/', 'a/b', true, 'what means nothing'],
    ['\\*', '*', true, 'an escaped wildcard'],
    ['\\*', 'a', false, 'which is none any more'],
    ['!', 'a', false, 'an exception of nothing'],
    ['[', '[', false, 'a class without its end: the build says so'],
    ['[^a]', 'b', true, 'a class that excludes'],
  ])('%j on %s: ignored is %s (%s)', (text, path, isIgnored) => {
    expect(parseDockerIgnore(text).ignores(path)).toBe(isIgnored);
  });

  it.each([
    ['node_modules', 'node_modules', true, 'no exception at all'],
    ['node_modules\n!src', 'node_modules', true, 'an exception elsewhere'],
    ['node_modules\n!node_modules/keep/a.js', 'node_modules', false, 'an exception below'],
    ['node_modules\n!node_modules/keep/a.js', 'node_modules/keep', false, 'an exception further below'],
    ['node_modules\n!node_modules/keep/a.js', 'node_modules/other', true, 'an exception beside'],
    ['node_modules\n!**/keep', 'node_modules', false, '** may match anywhere'],
    ['node_modules\n!*/keep', 'node_modules', false, 'a wildcard may match this folder'],
    ['node_modules\n!*/keep', 'node_modules/a', true, 'but not what is deeper'],
    ['node_modules\n! ./node_modules/keep', 'node_modules', false, 'spaces and dots in an exception'],
    ['*\n!src', 'src', false, 'a folder that is an exception'],
    ['*\n!src', 'src/deep/er', false, 'and what is in it'],
    ['src', 'lib', false, 'a folder that is not ignored'],
  ])('%j: nothing below %s is needed is %s (%s)', (text, folder, isPruned) => {
    expect(parseDockerIgnore(text).ignoresAllBelow(folder)).toBe(isPruned);
  });
});
