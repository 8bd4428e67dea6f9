import { listOf, sectionOf, textIn, type Section } from './yaml-values.ts';

/** A job of a GitHub workflow as one run of it would be: one for each combination of its matrix, `env` filled in. */
export interface WorkflowJob {
  name: string;
  job: Section;
  /** The branches that its `if` names; empty where it names none. */
  onlyBranches: string[];
}

/** Name → text, as `env` and one combination of a matrix have them. */
type Values = Readonly<Record<string, string>>;

const ON_BRANCH = /github\.(?:ref_name|ref)\s*==\s*'(?:refs\/heads\/)?([^']+)'/g;

export function jobsOf(content: Section): WorkflowJob[] {
  const common = textsOf(sectionOf(content['env']));
  return Object.entries(sectionOf(content['jobs'])).flatMap(([name, value]) => {
    const plain = sectionOf(value);
    return combinationsOf(sectionOf(sectionOf(plain['strategy'])['matrix'])).map((combination) => {
      const job = sectionOf(filledWith(plain, 'matrix', combination));
      const environment = { ...common, ...textsOf(sectionOf(job['env'])) };
      const steps = listOf(job['steps']).map((step) => stepWith(sectionOf(step), environment));
      const filled = { ...sectionOf(filledWith(job, 'env', environment)), steps };
      const condition = textIn(filled, 'if') ?? '';
      return {
        name,
        job: filled,
        onlyBranches: [...condition.matchAll(ON_BRANCH)].map(([, one = '']) => one),
      };
    });
  });
}

function stepWith(step: Section, outer: Values): Section {
  const environment = { ...outer, ...textsOf(sectionOf(step['env'])) };
  const filled = sectionOf(filledWith(step, 'env', environment));
  const run = textIn(filled, 'run');
  return run === undefined ? filled : { ...filled, run: withVariables(run, environment) };
}

/** `$NAME` and `${NAME}` of a script, where the value is plain text. */
export function withVariables(script: string, values: Values): string {
  return script.replaceAll(
    /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g,
    (all, one?: string, other?: string) => {
      const value = values[one ?? other ?? ''];
      return value === undefined || /[$`'"\\]/.test(value) ? all : value;
    },
  );
}

/** Every combination of a matrix: the product of its lists, and what `include` adds as entries of its own. */
function combinationsOf({ include, exclude: _exclude, ...lists }: Section): Values[] {
  const product = Object.entries(lists).reduce<Values[]>(
    (found, [key, list]) =>
      found.flatMap((one) =>
        listOf(list).flatMap((value) => (isPlain(value) ? [{ ...one, [key]: String(value) }] : [])),
      ),
    [{}],
  );
  const more = listOf(include).map((entry) => textsOf(sectionOf(entry)));
  if (Object.keys(lists).length === 0) return more.length === 0 ? [{}] : more;
  return [...product, ...more];
}

function textsOf(section: Section): Values {
  return Object.fromEntries(
    Object.entries(section).flatMap(([key, value]) => (isPlain(value) ? [[key, String(value)]] : [])),
  );
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** `${{ env.NAME }}` in every text below a value, by what it stands for; what is not known stays. */
function filledWith(value: unknown, context: 'env' | 'matrix', values: Values): unknown {
  if (typeof value === 'string')
    return value.replaceAll(
      new RegExp(`\\$\\{\\{\\s*${context}\\.([\\w-]+)\\s*\\}\\}`, 'g'),
      (all, name: string) => values[name] ?? all,
    );
  if (Array.isArray(value)) return value.map((inner) => filledWith(inner, context, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, filledWith(inner, context, values)]),
  );
}
