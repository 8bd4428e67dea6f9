import { existsSync, readFileSync } from 'node:fs';

const page = readFileSync('docs/quality.md', 'utf8');
const rows = [...page.matchAll(/^\| +(\d+) \| (.+?) +\| (yes|partly|no) +\| (.+?) +\|$/gm)].map(
  ([, number, , met, shown = '']) => ({ number: Number(number), met, shown }),
);

it('has each of the 65 points once, in order', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 65 }, (_, index) => index + 1));
});

it('names for each point a file that is there', () => {
  const lacking = rows.filter(({ shown }) => {
    const files = [...shown.matchAll(/`((?:src|docs|scripts|__tests__|\.github)\/[\w./-]+|package\.json)`/g)];
    return files.length === 0 || files.some(([, file = '']) => !existsSync(file));
  });
  expect(lacking).toEqual([]);
});

it('says what is missing where a point is not wholly met', () => {
  const silent = rows.filter(
    ({ met, shown }) => met !== 'yes' && !/\b(?:no|not|but|larger|every)\b/.test(shown),
  );
  expect(silent).toEqual([]);
});
