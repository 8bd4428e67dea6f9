import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { quote } from 'shlex';
import { outputVariable } from '../variables.ts';

/** Where a host without step outputs and a summary page leaves both. */
export interface ResultFiles {
  setOutput(name: string, value: string): void;
  writeSummary(markdown: string): Promise<void>;
}

/**
 * Outputs as lines `DEPLOYED_NAME=value`, quoted as a shell reads them, and the summary as Markdown; each in the file
 * named for it, in none where none is named. `bashEnv` is the file that CircleCI's bash reads before each step: there
 * the same variables are exported, and those that a run before in this job has left are taken back first.
 */
export function resultFiles({
  outputs,
  summary,
  bashEnv,
  outputNames,
}: {
  outputs: string | undefined;
  summary: string | undefined;
  bashEnv?: string | undefined;
  outputNames: readonly string[];
}): ResultFiles {
  let isBegun = false;
  const begin = () => {
    if (isBegun) return;
    isBegun = true;
    if (outputs !== undefined) {
      mkdirSync(dirname(outputs), { recursive: true });
      writeFileSync(outputs, '');
    }
    if (bashEnv !== undefined)
      appendFileSync(bashEnv, `unset ${outputNames.map(outputVariable).join(' ')}\n`);
  };

  return {
    setOutput(name, value) {
      begin();
      const line = `${outputVariable(name)}=${quote(value)}\n`;
      if (outputs !== undefined) appendFileSync(outputs, line);
      if (bashEnv !== undefined) appendFileSync(bashEnv, `export ${line}`);
    },

    async writeSummary(markdown) {
      if (summary === undefined) return;
      await mkdir(dirname(summary), { recursive: true });
      await writeFile(summary, `${markdown}\n`);
    },
  };
}
