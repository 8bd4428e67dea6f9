import { styleText } from 'node:util';
import { runnerReader } from '../../__tests__/e2e/support/runner-commands.ts';
import type { Check } from './act.ts';

/** Prints a run's log as GitHub shows it: groups as headings, annotations as such, other commands not at all. */
export function logPrinter(): (line: string) => void {
  const read = runnerReader();
  return (text) => {
    const line = read(text);
    if (line === undefined) return;
    if ('shown' in line) {
      if (line.shown.trim() !== '') print(line.isStopped ? `  │ ${line.shown}` : `  ${line.shown}`);
      return;
    }
    const { name, properties, value } = line.command;
    if (name === 'group') print(styleText('dim', `▸ ${value}`));
    if (name === 'error' || name === 'warning' || name === 'notice') {
      print(`${name}: ${properties['title'] ?? ''} ${value.replaceAll('\n', `\n${margin}  `)}`);
    }
  };
}

const margin = '    ';

function print(line: string): void {
  console.log(`${margin}${line}`);
}

export function mark(holds: boolean): string {
  return holds ? styleText('green', '✓') : styleText('red', '✗');
}

/** What a claim lacks, for whoever has to find out. */
export function printFailedChecks(checks: readonly Check[]): void {
  for (const { what, seen, wanted } of checks) {
    print(styleText('red', `✗ ${what}`));
    print(`  wanted ${JSON.stringify(wanted)}`);
    print(`  seen   ${JSON.stringify(seen)}`);
  }
}
