import { containersOf, isJsonObject, textOf } from '../task-definition/task-definition.ts';
import type { JsonObject } from '../text/json.ts';
import { nameOf, type LintRule } from './subject.ts';

/** Names that end so hold a secret; `SECRET_ARN`, `TOKEN_TTL` or `CACHE_KEY` do not. */
const SECRET_NAME =
  /(password|passwd|passphrase|secret|token|credentials?|(api|private|secret|access|master|signing|encryption|auth|license)_?key|secret_?key_?base)$/i;

/** Does a name say that what it stands for is nobody's business? */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Whoever may describe a task definition reads its `environment`. Names only are looked at and told, never values. */
export const plainTextSecret: LintRule = (subject) =>
  containersOf(subject.definition).flatMap((container) => {
    const names = environmentOf(container)
      .filter(({ name, value }) => isSecretName(textOf(name)) && textOf(value) !== '')
      .map(({ name }) => textOf(name));
    return names.length === 0
      ? []
      : [
          `${nameOf(subject)}: container ${textOf(container['name'])} has ${names.join(', ')} in \`environment\`, where everybody reads them who may describe task definitions. Move them to \`secrets\`, from Secrets Manager or Parameter Store.`,
        ];
  });

function environmentOf({ environment }: JsonObject): JsonObject[] {
  return Array.isArray(environment) ? environment.filter(isJsonObject) : [];
}
