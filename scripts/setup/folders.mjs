import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the repository is, and the git-ignored cache folder that everything we fetch or build goes into. */
export const repositoryFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const stageFolder = join(repositoryFolder, '.stage');
export const toolsFolder = join(stageFolder, 'bin');
