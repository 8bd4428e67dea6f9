/** What a template needs of the job: the value of an environment variable; undefined where there is none. */
export type Variables = (name: string) => string | undefined;

const TEMPLATE = /\{\{-?\s*([\s\S]*?)\s*-?\}\}/g;
const ARGUMENT = /`([^`]*)`|"((?:[^"\\]|\\.)*)"/g;
/** `env` and `must_env` with quoted arguments, nothing piped on. */
const CALL = /^(env|must_env)((?:\s+(?:`[^`]*`|"(?:[^"\\]|\\.)*"))+)$/;
/** Its other functions, with their prefixes. All else is a template of somebody else: a log driver's {{.Name}}. */
const OF_ECSPRESSO =
  /^(?:env|must_env|json_escape|\w*tfstatef?|\w*ssm|\w*secretsmanager_arn|\w*cfn_(?:output|export))\b/;
/** What signs the job in must not come into a task definition, by whatever file. */
const CREDENTIALS =
  /^(?:AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)|ACTIONS_.*|INPUT_.*|GITHUB_TOKEN|CIRCLE_OIDC_TOKEN.*|DEPLOY_(?:OIDC|GITHUB)_TOKEN)$/;

/**
 * Fills in the two template functions that ecspresso's files use most, as it does: `env` takes the first of its
 * arguments that is a variable with a value, else the last argument itself; `must_env` needs its variable, which may be
 * empty (kayac/go-config, DefaultFuncMap). Whatever cannot be filled in is a problem, all of them together. Within JSON
 * a value stays one text, whatever it holds.
 */
export function filledIn(text: string, variables: Variables): { text: string; problems: string[] } {
  const problems: string[] = [];
  // After comments, too.
  const isJson = /^\s*(?:\/[/*]|\{)/.test(text) && !/^\s*\{\{/.test(text);
  const filled = text.replace(TEMPLATE, (template: string, inside: string, at: number) => {
    const problem = (what: string) => {
      problems.push(`line ${text.slice(0, at).split('\n').length}: ${what}`);
      return template;
    };
    const [, name, given = ''] = CALL.exec(inside) ?? [];
    if (name === undefined && !OF_ECSPRESSO.test(inside)) return template;
    if (name === undefined)
      return problem(`{{ ${inside} }}: of the template functions there are only env and must_env here`);
    const names = [...given.matchAll(ARGUMENT)].map(
      ([, raw, quoted = '']) => raw ?? quoted.replace(/\\(.)/g, '$1'),
    );
    const credential = names.find((one) => CREDENTIALS.test(one));
    if (credential !== undefined) return problem(`${credential} is a credential of the job`);
    const value = name === 'env' ? firstOf(names, variables) : variables(names[0] ?? '');
    if (value === undefined) return problem(`the job has no environment variable ${names[0] ?? ''}`);
    return isJson ? JSON.stringify(value).slice(1, -1) : value;
  });
  return { text: filled, problems };
}

function firstOf(names: readonly string[], variables: Variables): string {
  const found = names.map((name) => variables(name) ?? '').find((value) => value !== '');
  return found ?? names.at(-1) ?? '';
}
