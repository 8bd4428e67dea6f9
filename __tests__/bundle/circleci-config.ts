import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Orb, OrbCommand, OrbParameters } from '../../scripts/orb/pack.ts';

/** A configuration of CircleCI that uses our orb, as far as the orb's examples go. */
export interface CircleConfig {
  jobs?: Record<string, { steps: Step[]; environment?: Record<string, string> }>;
  workflows: Record<string, { jobs: (string | Record<string, Values>)[] }>;
}

type Values = Record<string, unknown>;
type Step = string | Record<string, unknown>;

/** A job of a workflow with every expression replaced. */
export interface ExpandedJob {
  name: string;
  steps: Record<string, Values>[];
}

/** What a job in a workflow takes beside the parameters of the job itself (CircleCI configuration reference). */
const OF_THE_WORKFLOW = [
  'context',
  'filters',
  'requires',
  'name',
  'type',
  'matrix',
  'pre-steps',
  'post-steps',
];

/** The jobs of a configuration as CircleCI would run them: the orb's jobs and commands in their places. */
export function expand(config: CircleConfig, orb: Orb, alias = 'deploy-action'): ExpandedJob[] {
  const jobs = Object.values(config.workflows).flatMap((workflow) => workflow.jobs);
  return jobs.flatMap((entry) => {
    const [name = '', values = {}] = typeof entry === 'string' ? [entry] : (Object.entries(entry)[0] ?? []);
    if (values['type'] === 'approval') return [];
    const given = Object.fromEntries(
      Object.entries(values).filter(([key]) => !OF_THE_WORKFLOW.includes(key)),
    );
    const own = config.jobs?.[name];
    if (own !== undefined)
      return [{ name, steps: own.steps.flatMap((step) => expandStep(step, orb, alias)) }];
    const job = orb.jobs[withoutAlias(name, alias)];
    if (job === undefined) throw new Error(`there is no job ${name}`);
    return [{ name, steps: filled(job, given) }];
  });
}

function expandStep(step: Step, orb: Orb, alias: string): Record<string, Values>[] {
  const [name = '', values] = typeof step === 'string' ? [step] : (Object.entries(step)[0] ?? []);
  if (!name.includes('/')) return [{ [name]: asValues(name, values) }];
  const command = orb.commands[withoutAlias(name, alias)];
  if (command === undefined) throw new Error(`there is no command ${name}`);
  return filled(command, (values ?? {}) as Values);
}

/** The steps of a command or job, its parameters replaced and its conditions decided. */
function filled(component: OrbCommand, given: Values): Record<string, Values>[] {
  const values = valuesFor(component.parameters, given);
  const steps = component.steps.map((step) => replaced(step, values)) as Step[];
  return steps.flatMap((step): Record<string, Values>[] => {
    const [name = '', content] = typeof step === 'string' ? [step] : (Object.entries(step)[0] ?? []);
    if (name !== 'when') return [{ [name]: asValues(name, content) }];
    const { condition, steps: inner } = content as { condition: boolean; steps: Step[] };
    return condition
      ? inner.flatMap((each) => {
          const [key = '', value] = typeof each === 'string' ? [each] : (Object.entries(each)[0] ?? []);
          return [{ [key]: asValues(key, value) }];
        })
      : [];
  });
}

function asValues(name: string, content: unknown): Values {
  return name === 'run' && typeof content === 'string' ? { command: content } : ((content ?? {}) as Values);
}

/** CircleCI refuses a parameter that there is none of, and one of another type. */
function valuesFor(parameters: OrbParameters, given: Values): Values {
  for (const [name, value] of Object.entries(given)) {
    const type = parameters[name]?.type;
    if (type === undefined) throw new Error(`there is no parameter ${name}`);
    if ((type === 'boolean') !== (typeof value === 'boolean')) throw new Error(`${name} is to be a ${type}`);
  }
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { default: value }]) => [name, given[name] ?? value]),
  );
}

/** A text that is one expression has the type of the parameter; within a longer one it is text. */
function replaced(value: unknown, values: Values): unknown {
  const of = (name: string): unknown => {
    if (!(name in values)) throw new Error(`there is no parameter ${name}`);
    return values[name];
  };
  if (typeof value === 'string') {
    const whole = /^<<\s*parameters\.([\w-]+)\s*>>$/u.exec(value)?.[1];
    if (whole !== undefined) return of(whole);
    return value.replaceAll(/<<\s*parameters\.([\w-]+)\s*>>/gu, (_all, name: string) => String(of(name)));
  }
  if (Array.isArray(value)) return value.map((item) => replaced(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, values)]));
}

function withoutAlias(name: string, alias: string): string {
  return name.startsWith(`${alias}/`) ? name.slice(alias.length + 1) : name;
}

/**
 * Runs the `run` steps of a job one after the other in bash, as CircleCI does, until one fails. Booleans are written as
 * CircleCI writes them, as 1 and 0.
 */
export async function runSteps(
  { steps }: Pick<ExpandedJob, 'steps'>,
  { folder, environment }: { folder: string; environment: Record<string, string> },
): Promise<{ exitCode: number | null; output: string }> {
  let output = '';
  for (const step of steps) {
    const { command, environment: own = {} } = step['run'] ?? {};
    if (typeof command !== 'string') continue;
    const variables = Object.fromEntries(
      Object.entries(own as Values).map(([name, value]) => [
        name,
        typeof value === 'boolean' ? String(Number(value)) : String(value),
      ]),
    );
    const child = spawn('bash', ['-eo', 'pipefail', '-c', command], {
      cwd: folder,
      env: { ...environment, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    output += stdout + stderr;
    if (exitCode !== 0) return { exitCode, output };
  }
  return { exitCode: 0, output };
}
