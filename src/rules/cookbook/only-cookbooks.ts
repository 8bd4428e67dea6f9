import { posix } from 'node:path';
import picomatch from 'picomatch';
import type { CookbookPlan } from './plan.ts';

/**
 * Did nothing but cookbooks and what follows them change? Then no application is deployed. `changed` are the paths that
 * differ from the commit that is deployed; none is no answer: that is for the ledger to decide.
 */
export function onlyCookbooksChanged(
  changed: readonly string[],
  folders: readonly string[],
  { pins }: Pick<CookbookPlan, 'pins'>,
): boolean {
  const isPin = picomatch([...pins]);
  return (
    changed.length > 0 &&
    changed.every(
      (path) =>
        folders.some((folder) => folder !== '.' && path.startsWith(`${folder}/`)) ||
        isPin(path) ||
        posix.basename(path) === 'Berksfile.lock' ||
        path.endsWith('.lock.json'),
    )
  );
}
