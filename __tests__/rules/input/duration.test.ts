import { parseDuration } from '../../../src/rules/input/duration.ts';

describe('a duration', () => {
  it.each([
    ['90s', 90, 'seconds'],
    ['30m', 1800, 'minutes'],
    ['2h', 7200, 'hours'],
    ['45', 45, 'a bare number is seconds'],
  ])('reads %s as %i seconds: %s', (text, seconds) => {
    expect(parseDuration(text)).toEqual({ value: seconds });
  });

  it.each([
    ['', 'nothing'],
    ['0', 'a wait of no time'],
    ['0m', 'a wait of no time with a unit'],
    ['-5m', 'a negative one'],
    ['1.5h', 'a fraction'],
    ['1h30m', 'two units'],
    ['1d', 'a unit that is not ours'],
    ['30M', 'a capital unit'],
    ['30 m', 'a space'],
    ['1e3', 'an exponent'],
    ['99999999h', 'more than any clock holds'],
  ])('refuses %j: %s', (text) => {
    expect(parseDuration(text)).toEqual({
      problem: expect.stringMatching(/^must be a duration such as `90s`, `30m` or `2h`/) as string,
    });
  });
});
