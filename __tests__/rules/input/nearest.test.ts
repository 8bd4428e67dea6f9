import { nearest } from '../../../src/rules/input/nearest.ts';

describe('the nearest known word', () => {
  it.each<[word: string, known: string[], expected: string | undefined, why: string]>([
    ['migrat', ['migrate', 'image'], 'migrate', 'a letter is missing'],
    ['stagin', ['staging', 'production'], 'staging', 'a letter is missing'],
    ['production', ['staging'], undefined, 'another word is no slip'],
    ['x', [], undefined, 'nothing is known'],
  ])('to %s among %j is %s: %s', (word, known, expected) => {
    expect(nearest(word, known)).toBe(expected);
  });
});
