import { posix } from 'node:path';
import { shown } from './parsed.ts';
import type { Parsed } from './parsed.ts';

/** A path in the checkout, relative to its root and in its shortest form; nothing outside is reachable by name. */
export function parseCheckoutPath(text: string): Parsed<string> {
  if (text === '' || /\p{Cc}/u.test(text))
    return { problem: `must be a path in the checkout, not ${shown(text)}` };
  if (text.includes('\\')) {
    return {
      problem: `must be a path in the checkout, not ${shown(text)}`,
      hint: 'Write `/` between folders.',
    };
  }
  if (text.startsWith('-')) {
    return { problem: `must be a path in the checkout, not ${shown(text)}`, hint: `Write \`./${text}\`.` };
  }
  const path = posix.normalize(text).replace(/(?<=.)\/$/, '');
  if (posix.isAbsolute(text) || path === '..' || path.startsWith('../')) {
    return {
      problem: `must stay inside the checkout, but ${shown(text)} leads out of it`,
      hint: 'Paths are relative to the root of the checkout.',
    };
  }
  return { value: path };
}
