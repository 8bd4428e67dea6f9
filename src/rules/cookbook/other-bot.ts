import { posix } from 'node:path';

/** Files by which another bot shows that it raises the numbers. */
export const OTHER_BOT_FILES = [
  '.release-please-manifest.json',
  '.expeditor/config.yml',
  '.expeditor/config.yaml',
];

/** The bot that owns the version of the cookbook in `folder`, and the file that says so. */
export function otherBot(
  folder: string,
  textOf: (file: string) => string | undefined,
): { bot: string; file: string } | undefined {
  for (const root of new Set(['.', folder])) {
    const manifest = posix.join(root, '.release-please-manifest.json');
    const text = textOf(manifest);
    if (text !== undefined && packagesOf(text).some((path) => posix.join(root, path) === folder))
      return { bot: 'release-please', file: manifest };
    for (const name of ['config.yml', 'config.yaml']) {
      const file = posix.join(root, '.expeditor', name);
      const config = textOf(file);
      if (config !== undefined && /bump_version|update_version/u.test(config))
        return { bot: 'Expeditor', file };
    }
  }
  return undefined;
}

/** The manifest's keys are the folders of its packages. */
function packagesOf(text: string): string[] {
  try {
    const manifest: unknown = JSON.parse(text);
    return typeof manifest === 'object' && manifest !== null ? Object.keys(manifest) : [];
  } catch {
    return [];
  }
}
