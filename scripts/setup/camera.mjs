import { findProgram } from './command.mjs';
import { install, isDebianRoot } from './debian.mjs';
import { Missing } from './errors.mjs';
import { whileLocked } from './lock.mjs';

/** What the pictures of the documentation are taken with: a browser, its letters, and a program that makes them small. */
const packages = ['chromium', 'pngquant', 'fonts-dejavu-core', 'fonts-liberation', 'fonts-noto-color-emoji'];
const isComplete = () => findProgram('chromium') !== undefined && findProgram('pngquant') !== undefined;

/** @returns {Promise<string>} path of Chromium */
export async function provideCamera() {
  if (!isComplete() && isDebianRoot())
    await whileLocked('packages', async () => {
      if (!isComplete()) await install('Installing Chromium', packages);
    });
  if (!isComplete())
    throw new Missing({
      what: 'chromium or pngquant',
      why: 'to take the pictures of the documentation',
      todo: 'Install both, with the fonts DejaVu, Liberation and Noto Color Emoji',
    });
  return findProgram('chromium');
}
