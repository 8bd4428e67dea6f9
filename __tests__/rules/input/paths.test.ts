import { parseCheckoutPath } from '../../../src/rules/input/paths.ts';

describe('a path in the checkout', () => {
  it.each([
    ['Dockerfile', 'Dockerfile', 'a file at the root'],
    ['./app/', 'app', 'the shortest form'],
    ['app/../web', 'web', 'up and down again inside the checkout'],
    ['.', '.', 'the checkout itself'],
    ['..app/x', '..app/x', 'two dots at the start of a name'],
  ])('reads %j as %j: %s', (text, path) => {
    expect(parseCheckoutPath(text)).toEqual({ value: path });
  });

  it.each([
    ['..', 'leads out of it', 'the folder above'],
    ['../other', 'leads out of it', 'a folder beside'],
    ['app/../../other', 'leads out of it', 'a detour'],
    ['/etc', 'leads out of it', 'an absolute path'],
    ['-f', 'must be a path in the checkout', 'what docker would read as an option'],
    ['a\\b', 'must be a path in the checkout', 'a backslash'],
    ['a\nb', 'must be a path in the checkout', 'a line break'],
    ['', 'must be a path in the checkout', 'nothing'],
  ])('refuses %j (%s): %s', (text, problem) => {
    expect(parseCheckoutPath(text)).toMatchObject({ problem: expect.stringContaining(problem) as string });
  });
});
