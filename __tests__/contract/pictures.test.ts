import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pictureFile, scenes } from '../../scripts/pictures/scenes.ts';

const FOLDER = 'docs/pictures';
const LARGEST_BYTES = 250_000;
const SIGNATURE = '89504e470d0a1a0a';

const pages = [
  'README.md',
  ...readdirSync('docs').flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];

/** The pictures that a page shows, `![…](…)` and `<img src="…">` alike, as paths from the root of the repository. */
function shownOn(page: string): string[] {
  const text = readFileSync(page, 'utf8');
  return [...text.matchAll(/!\[[^\]]*\]\(([^)\s]+)\)|<img\b[^>]*\bsrc="([^"]+)"/gu)]
    .map(([, inMarkdown, inHtml]) => inMarkdown ?? inHtml ?? '')
    .filter((target) => !/^https?:/u.test(target))
    .map((target) => join(dirname(page), target));
}

const taken = scenes.map(({ name }) => pictureFile(name)).sort();

it('`npm run pictures` takes every picture that there is, and each is shown somewhere', () => {
  expect(
    readdirSync(FOLDER)
      .map((name) => join(FOLDER, name))
      .sort(),
  ).toEqual(taken);
  expect([...new Set(pages.flatMap(shownOn))].sort()).toEqual(taken);
});

it.each(taken)('%s is a PNG that a page can hold', (file) => {
  expect(readFileSync(file).subarray(0, 8).toString('hex')).toBe(SIGNATURE);
  expect(statSync(file).size).toBeLessThan(LARGEST_BYTES);
});

it('the README shows a run in a terminal, and a job summary of both kinds', () => {
  expect(shownOn('README.md')).toEqual(
    expect.arrayContaining(
      ['terminal-completed', 'job-summary-completed', 'job-summary-rolled-back'].map(pictureFile),
    ),
  );
});
