import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The TypeScript files below a folder, as paths from the root of the repository. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path))
    .sort();
}
