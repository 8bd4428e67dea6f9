import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Page } from './page.ts';

export interface Camera {
  /** Writes a PNG; returns its size in bytes. */
  take(page: Page, file: string): Promise<number>;
  close(): Promise<void>;
}

/** For screens of both kinds; GitHub shows a picture at most as wide as the page. */
const SCALE = 1.5;
const COLOURS = 128;

/** @param program Chromium; it opens pages that we made ourselves, and nothing else */
export async function openCamera(program: string): Promise<Camera> {
  const browser = await chromium.launch({
    executablePath: program,
    // Chromium refuses to run as root with its sandbox.
    args: ['--no-sandbox', '--disable-gpu', '--disable-component-update', '--disable-sync'],
  });
  const context = await browser.newContext({
    deviceScaleFactor: SCALE,
    viewport: { width: 1200, height: 900 },
    offline: true,
  });
  return {
    async take(html, file) {
      const page = await context.newPage();
      await page.setContent(html);
      await page.waitForFunction(
        "document.fonts.status === 'loaded' && document.querySelectorAll('.mermaid:not([data-processed])').length === 0",
      );
      await page.locator('#picture').screenshot({ path: file, omitBackground: true, animations: 'disabled' });
      await page.close();
      reduce(file);
      return statSync(file).size;
    },
    close: () => browser.close(),
  };
}

/** To a palette: a picture of text has few colours. */
function reduce(file: string): void {
  const { status, stderr, error } = spawnSync(
    'pngquant',
    ['--force', '--strip', '--speed', '1', '--output', file, String(COLOURS), file],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw error ?? new Error(`pngquant ended with ${status}: ${stderr}`);
}
