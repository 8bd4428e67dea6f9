/** The unit tests alone: no Docker, no network. What follows on the command line is for jest. */
import { runJestProject } from './jest-project.ts';

const { failed } = await runJestProject('unit', process.argv.slice(2));
process.exitCode = failed === 0 ? 0 : 1;
