import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** Where action.yml and dist/ are. */
export const actionFolder = fileURLToPath(new URL('../../../', import.meta.url));

/** What the runner reads of an action.yml. */
interface ActionDefinition {
  inputs: Record<string, { default?: string | number | boolean }>;
  runs: { main: string; post?: string };
}

/** The bundle that action.yml names, for the step itself and for its post step. */
export function actionPrograms(): { main: string; post?: string } {
  const { main, post } = readAction().runs;
  return {
    main: join(actionFolder, main),
    ...(post === undefined ? {} : { post: join(actionFolder, post) }),
  };
}

/**
 * The INPUT_* variables that the runner sets: one for every input of action.yml, an empty one where neither the
 * workflow nor a default gives a value.
 */
export function inputVariables(given: Readonly<Record<string, string>>): Record<string, string> {
  const { inputs } = readAction();
  const unknown = Object.keys(given).filter((name) => !(name in inputs));
  if (unknown.length > 0) throw new Error(`action.yml has no input ${unknown.join(', ')}`);
  return Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      given[name] ?? String(input.default ?? ''),
    ]),
  );
}

function readAction(): ActionDefinition {
  return parse(readFileSync(join(actionFolder, 'action.yml'), 'utf8')) as ActionDefinition;
}
