import { redact } from '../../../src/rules/text/redact.ts';

describe('redact', () => {
  it.each([
    ['a hunter2 b hunter2', ['hunter2'], 'a *** b ***', 'every occurrence'],
    ['abcdef', ['abc', 'abcdef'], '***', 'the longer of two that begin alike'],
    ['x second y', ['first\nsecond'], 'x *** y', 'one line of a secret with several'],
    ['a.c abc', ['a.c'], '*** abc', 'a secret is text, not a pattern'],
    ['text', ['', '  '], 'text', 'nothing to hide'],
    ['$& x', ['x'], '$& ***', 'a dollar sign in the text'],
  ])('%j without %j reads %j: %s', (text, secrets, expected) => {
    expect(redact(text, secrets)).toBe(expected);
  });
});
