type Environment = Readonly<Record<string, string | undefined>>;

/** The environment variable that gives an input where no option does: `run-command` → `DEPLOY_RUN_COMMAND`. */
export function inputVariable(name: string): string {
  return `DEPLOY_${constantCase(name)}`;
}

/**
 * The variable that later steps find an output in: `image-digest` → `DEPLOYED_IMAGE_DIGEST`. Not `DEPLOY_…`: the next
 * run of the same job would take it for an input.
 */
export function outputVariable(name: string): string {
  return `DEPLOYED_${constantCase(name)}`;
}

/** A variable's value; undefined where it is not set or empty, which CI systems do not tell apart. */
export function variable(environment: Environment, name: string): string | undefined {
  const value = environment[name]?.trim();
  return value === undefined || value === '' ? undefined : value;
}

/** A commit; undefined, too, for the zeros that git writes where there is none. */
export function commitIn(environment: Environment, name: string): string | undefined {
  const value = variable(environment, name);
  return value === undefined || /^0+$/u.test(value) ? undefined : value;
}

/** A whole number from 1, or undefined. */
export function numberIn(environment: Environment, name: string): number | undefined {
  const value = variable(environment, name) ?? '';
  return /^[1-9]\d{0,15}$/u.test(value) ? Number(value) : undefined;
}

function constantCase(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]+/gu, '_').toUpperCase();
}
