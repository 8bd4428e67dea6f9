import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The licenses of all packages whose code is in a bundle: name, license, and the text that the package carries.
 * From what webpack says it put in, for ncc's own list leaves out packages once a bundle has several files.
 * @param {import('webpack').Stats} stats
 */
export function licensesOf(stats) {
  const { modules } = stats.toJson({
    all: false,
    modules: true,
    nestedModules: true,
    modulesSpace: Infinity,
    nestedModulesSpace: Infinity,
  });
  const folders = new Set(
    filesOf(modules).flatMap((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(file) ?? []),
  );
  if (folders.size === 0)
    throw new Error('webpack names no package that is in the bundle: no licenses to write');
  const texts = new Set([...folders].map(licenseOf));
  return [...texts].sort().join('\n');
}

/** A module may be made of others. */
function filesOf(modules) {
  return modules.flatMap(({ nameForCondition, modules: inner = [] }) => [
    nameForCondition ?? '',
    ...filesOf(inner),
  ]);
}

function licenseOf(folder) {
  const { name, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/iu.test(one));
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
  return `${name}\n${license}\n${text}\n`;
}
