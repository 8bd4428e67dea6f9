import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Count } from './count.ts';
import { runProgram } from './program.ts';

/** What we read of `jest --json`. */
interface JestResult {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  /** Files that could not even be loaded: their tests are in no other number. */
  numRuntimeErrorTestSuites: number;
  testResults: { assertionResults: { fullName: string; status: string }[] }[];
}

/** Runs one project of jest.config.js; every test counts, and a project that runs no test has failed. */
export async function runJestProject(project: string, more: string[] = []): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), 'jest-'));
  const outputFile = join(folder, 'result.json');
  try {
    await runProgram(
      process.execPath,
      [
        'node_modules/jest/bin/jest.js',
        '--selectProjects',
        project,
        '--json',
        '--outputFile',
        outputFile,
        ...more,
      ],
      { NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning' },
    );
    return countOf(JSON.parse(readFileSync(outputFile, 'utf8')) as JestResult, project);
  } catch (error) {
    console.error(`jest gave no result: ${String(error)}`);
    return { passed: 0, failed: 1, leftOut: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function countOf(result: JestResult, project: string): Count {
  const tests = result.testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  const ranWell = result.success && result.numPassedTests > 0;
  return {
    passed: result.numPassedTests,
    failed: ranWell ? failed : Math.max(failed, 1),
    leftOut: tests
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ fullName, status }) => `${project} test "${fullName}" (${status})`),
  };
}
