import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ORB_COMMANDS } from '../../scripts/docs/orb.ts';
import { packOrb, type OrbParameters } from '../../scripts/orb/pack.ts';
import { setUp } from '../../scripts/setup.mjs';
import { inputsOf } from '../../src/config/input-commands.ts';
import { expand, type CircleConfig } from '../bundle/circleci-config.ts';

const { python } = await setUp(['python']);
const { shellcheck = '' } = python ?? {};

const orb = packOrb('orb/src');
const NAME = /^[a-z][a-z0-9_-]*$/u;
/** What a parameter may be (CircleCI documentation, "Reusable configuration reference"). */
const TYPES: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  executor: (value) => typeof value === 'string' && value in orb.executors,
  env_var_name: (value) => typeof value === 'string' && /^[A-Za-z_][A-Za-z0-9_]*$/u.test(value),
};
const STEPS = ['run', 'checkout', 'setup_remote_docker', 'store_artifacts', 'when'];

interface Component {
  description: string;
  parameters?: OrbParameters;
  steps?: unknown[];
}

const components = (['commands', 'jobs', 'executors'] as const).flatMap((kind) =>
  Object.entries<Component>(orb[kind]).map(([name, component]) => [kind, name, component] as const),
);

it('has a job for every command, and a command of the same name but for CircleCI’s own step', () => {
  expect(Object.keys(orb.jobs).sort()).toEqual([...ORB_COMMANDS].sort());
  expect(Object.keys(orb.commands).sort()).toEqual(
    ORB_COMMANDS.map((name) => (name === 'run' ? 'run-task' : name)).sort(),
  );
});

it.each(ORB_COMMANDS)('has every input of %s as a parameter', (command) => {
  const { parameters } = orb.jobs[command]!;
  expect(Object.keys(parameters)).toEqual(
    expect.arrayContaining(inputsOf(command).map(({ name }) => name) as string[]),
  );
});

describe.each(components)('%s %s', (_kind, name, component) => {
  const { parameters = {} } = component;

  it('has a legal name and a description', () => {
    expect(name).toMatch(NAME);
    expect(component.description).toMatch(/^[A-Z][^]*\.$/u);
  });

  it('has parameters that are described, of a type that there is, with a default of that type', () => {
    const wrong = Object.entries(parameters).filter(
      ([key, { type, default: value, description = '' }]) =>
        !NAME.test(key) || !/^[A-Z`][^]*\.$/u.test(description) || TYPES[type]?.(value) !== true,
    );
    expect(wrong).toEqual([]);
  });

  it('uses every parameter, and none that there is not', () => {
    const used = [
      ...JSON.stringify({ ...component, parameters: {} }).matchAll(/<<\s*parameters\.([\w-]+)\s*>>/gu),
    ].map(([, key]) => key);
    expect([...new Set(used)].sort()).toEqual(Object.keys(parameters).sort());
  });

  it('has steps that CircleCI knows', () => {
    const steps = stepsIn(component.steps ?? []);
    expect(steps.filter((step) => !STEPS.includes(step))).toEqual([]);
  });
});

it('describes itself', () => {
  expect(orb.version).toBe(2.1);
  expect(orb.description.length).toBeGreaterThan(20);
  expect(Object.values(orb.display).every((url) => url.startsWith('https://'))).toBe(true);
});

describe('the scripts', () => {
  const scripts = readdirSync('orb/src/scripts').map((name) => join('orb/src/scripts', name));
  const check = (...files: string[]) => {
    const { status, stdout, stderr } = spawnSync(shellcheck, ['--enable=all', '--exclude=SC2250', ...files], {
      encoding: 'utf8',
    });
    return { status, text: `${stdout}${stderr}` };
  };

  it('are clean', () => {
    expect(scripts.length).toBeGreaterThan(0);
    expect(check(...scripts)).toEqual({ status: 0, text: '' });
  });

  it('are those of the steps, whole: no parameter is put into the text of a script', () => {
    const texts = scripts.map((path) => readFileSync(path, 'utf8'));
    const commands = [...Object.values(orb.commands), ...Object.values(orb.jobs)]
      .flatMap(({ steps }) => steps)
      .flatMap((step) => (step as { run?: { command: string } }).run?.command ?? []);
    expect(commands.length).toBeGreaterThan(ORB_COMMANDS.length);
    expect(commands.filter((command) => !texts.includes(command))).toEqual([]);
  });

  it('would be told what is wrong with them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'shellcheck-'));
    writeFileSync(join(folder, 'wrong.sh'), '#!/bin/bash\nrm $1\n');
    expect(check(join(folder, 'wrong.sh')).text).toContain('SC2086');
    rmSync(folder, { recursive: true });
  });
});

describe.each(Object.entries(orb.examples))('the example %s', (_name, { description, usage }) => {
  it('is described, and uses the orb with jobs, commands and parameters that it has', () => {
    expect(description).toMatch(/\.$/u);
    expect(usage).toMatchObject({ version: 2.1, orbs: { 'deploy-action': 'org/deploy-action@1' } });
    expect(expand(usage as CircleConfig, orb).length).toBeGreaterThan(0);
  });
});

it.each([
  ['a job', { 'deploy-action/deply': {} }],
  ['a parameter', { 'deploy-action/deploy': { clustr: 'x' } }],
  ['a type', { 'deploy-action/deploy': { checkout: 'yes' } }],
])('%s that there is none of would be found in an example', (_what, entry) => {
  const jobs = [entry as Record<string, Record<string, unknown>>];
  expect(() => expand({ workflows: { w: { jobs } } }, orb)).toThrow(/there is no|is to be/u);
});

function stepsIn(steps: readonly unknown[]): string[] {
  return steps.flatMap((step) => {
    if (typeof step === 'string') return [step];
    const [[name, content] = ['', {}]] = Object.entries(step as Record<string, { steps?: unknown[] }>);
    return name === 'when' ? stepsIn(content.steps ?? []) : [name];
  });
}
