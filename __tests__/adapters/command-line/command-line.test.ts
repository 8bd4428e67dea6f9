import { execFileSync } from 'node:child_process';
import { answerTo } from '../../../src/adapters/command-line/answer.ts';
import { SHELLS } from '../../../src/adapters/command-line/completion.ts';
import { readTerminalArguments } from '../../../src/adapters/command-line/arguments.ts';
import { COMMAND_TEXTS } from '../../../src/config/command-texts.ts';
import { inputsOf } from '../../../src/config/input-commands.ts';
import { INPUTS } from '../../../src/config/inputs.ts';
import { COMMANDS } from '../../../src/config/plan.ts';
import { readInputs } from '../../../src/config/read-inputs.ts';
import { misplacedInputs } from '../../../src/config/input-commands.ts';
import { shellWords } from '../../../src/rules/input/shell-words.ts';

const commands = COMMANDS.map((name) => ({ name, ...COMMAND_TEXTS[name], inputs: inputsOf(name) }));
const answer = (...argv: string[]) =>
  answerTo(readTerminalArguments(argv, INPUTS), { commands, version: '1.2.3' });
const textOf = (...argv: string[]) => {
  const given = answer(...argv);
  return given !== undefined && 'text' in given ? given.text : '';
};

describe('help', () => {
  it('of the program names every command and what most of them take', () => {
    const text = textOf('--help');
    expect(textOf('-h')).toBe(text);
    expect(textOf('help')).toBe(text);
    for (const { name, summary } of commands) {
      expect(text).toMatch(new RegExp(`^  ${name} +${summary.slice(0, 30)}`, 'mu'));
    }
    for (const option of ['--config VALUE', '--environment VALUE', '--json', '-h, --help', '-v, --version']) {
      expect(text).toContain(`  ${option} `);
    }
    expect(text).not.toMatch(/^ +--run-command/mu);
  });

  it.each(COMMANDS)('of %s is the same however it is asked for, and fits a page', (name) => {
    const text = textOf('help', name);
    expect(textOf(name, '--help')).toBe(text);
    expect(textOf(name, '-h')).toBe(text);
    expect(text).toContain(`Usage: deploy-action ${name} [OPTIONS]`);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it('of a command has its own options and no other’s', () => {
    const rollback = textOf('rollback', '--help');
    expect(rollback).toMatch(/^ {2}--revision VALUE +The revision to go back to/mu);
    for (const foreign of ['--run-command', '--hook-id', '--dry-run', '--migrate', '--github-token']) {
      expect(rollback).not.toContain(foreign);
    }
    expect(textOf('continue', '--help')).toMatch(/^ {2}--rollback +/mu);
  });

  const examples = commands.flatMap(({ name, examples: all }) => all.map(([line]) => [line, name] as const));

  it.each(examples)('shows the example `%s`, which is one of a run that can be meant', (line, name) => {
    const words = shellWords(line);
    const request = readTerminalArguments('value' in words ? words.value : [], INPUTS);
    const { inputs, problems } = readInputs({
      arguments: request.words,
      input: (input) => request.inputs.get(input),
    });
    expect([...request.problems, ...problems, ...misplacedInputs(name, inputs)]).toEqual([]);
    expect(inputs.command).toBe(name);
    const taken = [...request.inputs.keys()].filter(
      (input) => !inputsOf(name).some((known) => known.name === input),
    );
    expect(taken).toEqual([]);
    expect(textOf('help', name)).toContain(`  deploy-action ${line}\n`);
  });

  it.each([
    [['help', 'rolback'], 'there is no command `rolback`', 'Did you mean rollback?'],
    [['rolback', '--help'], 'there is no command `rolback`', 'Did you mean rollback?'],
    [['completion', 'tcsh'], 'there is no shell `tcsh`', 'bash, zsh, fish'],
    [['completion'], '`completion` needs the name of a shell', 'bash, zsh, fish'],
  ])('%j is told to be wrong', (argv, message, hint) => {
    const given = answer(...argv);
    const problem = given !== undefined && 'problem' in given ? given.problem : undefined;
    expect(problem?.message).toContain(message);
    expect(problem?.hint).toContain(hint);
  });

  it('does not answer what is a command to be carried out', () => {
    expect(answer('deploy')).toBeUndefined();
    expect(answer()).toBeUndefined();
    expect(answer('run', '--run-command', 'help')).toBeUndefined();
    expect(answer('depoly')).toBeUndefined();
  });

  it('answers --version with the version alone', () => {
    expect(answer('--version')).toEqual({ text: '1.2.3\n' });
    expect(answer('-v')).toEqual({ text: '1.2.3\n' });
  });
});

describe('completion', () => {
  /** What bash itself offers after these words, the last of them half written. */
  const offered = (...words: string[]): string[] => {
    const script = `${textOf('completion', 'bash')}
COMP_WORDS=(deploy-action "$@"); COMP_CWORD=$#
_deploy_action
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const printed = execFileSync('bash', ['--norc', '-c', script, 'bash', ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return printed.split('\n').filter((line) => line !== '');
  };

  it('in bash offers commands first', () => {
    expect(offered('ro')).toEqual(['rollback']);
    expect(offered('')).toEqual([...COMMANDS, 'help', 'completion', '--json', '--help', '--version']);
    expect(offered('help', 're')).toEqual(['redeploy']);
    expect(offered('completion', '')).toEqual([...SHELLS]);
  });

  it('in bash offers the options of the command, after other options too', () => {
    expect(offered('rollback', '--re')).toEqual(['--region', '--revision']);
    expect(offered('rollback', '--cluster', 'x', '--rev')).toEqual(['--revision']);
    expect(offered('deploy', '--rev')).toEqual([]);
    expect(offered('run', '--run-c')).toEqual(['--run-command', '--run-count', '--run-cpu']);
  });

  it('in bash offers files for a path, and nothing of its own for another value', () => {
    expect(offered('deploy', '--config', 'pack')).toEqual(
      expect.arrayContaining(['package.json', 'package-lock.json']),
    );
    expect(offered('deploy', '--cluster', '')).toEqual([]);
  });

  it.each(SHELLS)('in %s knows every command and every option', (shell) => {
    const script = textOf('completion', shell);
    for (const { name } of commands) expect(script).toMatch(new RegExp(`\\b${name}\\b`, 'u'));
    for (const { name } of INPUTS.filter((input) => input.name !== 'command')) {
      expect(script).toMatch(new RegExp(`(?:--|-l )${name}\\b`, 'u'));
    }
  });
});
