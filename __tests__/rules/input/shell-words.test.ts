import { shellWords } from '../../../src/rules/input/shell-words.ts';

describe('a command given as text', () => {
  it.each([
    ['bin/rails db:migrate', ['bin/rails', 'db:migrate'], 'words are split at spaces'],
    ["sh -c 'a && b'", ['sh', '-c', 'a && b'], 'single quotes hold a word together'],
    ['run "a b" c', ['run', 'a b', 'c'], 'so do double quotes'],
    ['run ""', ['run', ''], 'an empty word is a word'],
    ['run a\\ b', ['run', 'a b'], 'a backslash holds a space'],
    ["run '&&' ';'", ['run', '&&', ';'], 'a quoted operator is a word like any other'],
    ['find . -exec rm {} \\;', ['find', '.', '-exec', 'rm', '{}', ';'], 'so is one after a backslash'],
    ['run $HOME `id` $(id) *', ['run', '$HOME', '`id`', '$(id)', '*'], 'nothing is expanded'],
    ['run a \\\n  b', ['run', 'a', 'b'], 'a backslash continues the line'],
    ["sh -c '\n  a\n  b\n'\n", ['sh', '-c', '\n  a\n  b\n'], 'line breaks inside quotes stay'],
  ])('reads %j as %j: %s', (text, words) => {
    expect(shellWords(text)).toEqual({ value: words });
  });

  it.each([
    ['say "hello', 'must close its quotes: one is unbalanced in `say "hello`', 'an open quote'],
    ["it's", "must close its quotes: one is unbalanced in `it's`", 'an apostrophe'],
    ['run \\', 'must not end in a backslash: `run \\`', 'a backslash at the end'],
    ['  ', 'must name a program', 'nothing'],
    ["'' a", 'must name a program', 'an empty program'],
    ['a && b', 'must be one command, but `&&` is for a shell', 'an operator'],
    ['a; b', 'must be one command, but `a;` is for a shell', 'a semicolon at a word'],
    ['a > log', 'must be one command, but `>` is for a shell', 'a redirection'],
    ['a\nb', 'must be one command, but a second one begins at `b`', 'a second line'],
  ])('refuses %j, saying it %s', (text, problem) => {
    expect(shellWords(text)).toEqual(expect.objectContaining({ problem }));
  });

  it('says how to get a shell where one is needed', () => {
    expect(shellWords('a && b')).toMatchObject({
      hint: expect.stringContaining("sh -c 'first && second'") as string,
    });
  });
});
