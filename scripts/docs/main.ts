import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { renderPages } from './pages.ts';

const textOf = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '');

for (const { path, text } of await renderPages(textOf)) {
  const isStale = textOf(path) !== text;
  if (isStale) writeFileSync(path, text);
  console.log(`${isStale ? 'written  ' : 'up to date'} ${path}`);
}
