import { existsSync, readFileSync, readdirSync } from 'node:fs';

/**
 * Command lines of the living processes that have a variable in their environment: that is how the runner finds what
 * a step left running. Only Linux tells.
 * @param assignment `NAME=value`
 */
export function processesWith(assignment: string): string[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .filter((pid) => textOf(`/proc/${pid}/environ`).split('\0').includes(assignment))
    .map((pid) => textOf(`/proc/${pid}/cmdline`).split('\0').join(' ').trim());
}

/** Empty where the process ended meanwhile or is somebody else's. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
