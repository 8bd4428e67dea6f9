/**
 * Takes the pictures of the documentation: real runs of the committed bundle on the stage of the demo, their terminal
 * and their Markdown rendered, photographed by Chromium. Started by `npm run pictures`, or by
 * `npm run pictures -- NAME…` for some of them; the runs are played all the same, for each goes on from the one before.
 */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { actionFolder } from '../../__tests__/e2e/support/action-definition.ts';
import { openShop } from '../../__tests__/e2e/support/shop.ts';
import { openCamera } from './camera.ts';
import { markdownPage } from './markdown-page.ts';
import type { Page } from './page.ts';
import { TERMINAL } from './person.ts';
import { pictureFile, scenes, type Shown } from './scenes.ts';
import { terminalPage } from './terminal-page.ts';

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => scenes.every((scene) => scene.name !== name));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. Known: ${scenes.map(({ name }) => name).join(', ')}.`);
  process.exitCode = 2;
} else {
  await takePictures((name) => asked.length === 0 || asked.includes(name));
}

/** Nothing is written before all runs have ended as they should. */
async function takePictures(isAsked: (name: string) => boolean): Promise<void> {
  const pages = await playScenes();
  const camera = await openCamera(process.env['CHROMIUM'] ?? 'chromium');
  try {
    for (const [name, page] of pages.filter(([name]) => isAsked(name))) {
      const file = join(actionFolder, pictureFile(name));
      mkdirSync(dirname(file), { recursive: true });
      const bytes = await camera.take(page, file);
      console.log(`${pictureFile(name)} (${Math.ceil(bytes / 1024)} KiB)`);
    }
  } finally {
    await camera.close();
  }
}

async function playScenes(): Promise<[name: string, page: Page][]> {
  const say = (what: string) => console.log(`${what} …`);
  const shop = await openShop(say);
  try {
    const pages: [string, Page][] = [];
    for (const { name, play } of scenes) {
      say(`Playing ${name}`);
      pages.push([name, await pageOf(await play(shop))]);
    }
    return pages;
  } finally {
    await shop.close();
  }
}

function pageOf(shown: Shown): Promise<Page> {
  return shown.kind === 'terminal' ? terminalPage(shown.bytes, TERMINAL) : markdownPage(shown.text);
}
