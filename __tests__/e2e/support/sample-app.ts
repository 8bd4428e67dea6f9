import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { actionFolder } from './action-definition.ts';

/** Path → content. */
export type FileTexts = Record<string, string>;

/** The sample application with its dependencies, as its repository holds them. */
export function sampleApp(): FileTexts {
  return { ...read(join(actionFolder, 'examples/sample-app')), ...dependencies('pg') };
}

/** The files of a folder under examples/. */
export function example(name: string): FileTexts {
  return read(join(actionFolder, 'examples', name));
}

/** Everything below a folder. */
function read(folder: string): FileTexts {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length + 1), readFileSync(path, 'utf8')];
    }),
  );
}

/** A package of ours and all that it needs, as committed node_modules: nothing has to be fetched during a build. */
function dependencies(root: string): FileTexts {
  const names = new Set([root]);
  for (const name of names) {
    const { dependencies: needed = {} } = JSON.parse(
      readFileSync(join(actionFolder, 'node_modules', name, 'package.json'), 'utf8'),
    ) as { dependencies?: Record<string, string> };
    for (const other of Object.keys(needed)) {
      if (existsSync(join(actionFolder, 'node_modules', other))) names.add(other);
    }
  }
  return Object.assign(
    {},
    ...[...names].map((name) =>
      prefixed(join('node_modules', name), read(join(actionFolder, 'node_modules', name))),
    ),
  ) as FileTexts;
}

function prefixed(folder: string, files: FileTexts): FileTexts {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [join(folder, path), text]));
}
