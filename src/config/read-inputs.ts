import type { Problem } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import { shown } from '../rules/input/parsed.ts';
import { GRAMMARS } from './input-grammars.ts';
import { INPUTS, type InputName, type Inputs, type SecretInput } from './inputs.ts';

/** Reads every input once; all that is wrong with them comes back together. */
export function readInputs(host: Pick<Host, 'input' | 'arguments'>): { inputs: Inputs; problems: Problem[] } {
  const problems: Problem[] = [];
  const wrong = (message: string, hint?: string) =>
    problems.push({ code: 'INPUT_INVALID', message, ...(hint === undefined ? {} : { hint }) });

  const [word, ...rest] = host.arguments;
  if (rest.length > 0) {
    wrong(
      `unexpected argument ${shown(rest[0] ?? '')} after the command`,
      'Everything but the command is an option: `--environment staging`.',
    );
  }

  const inputs: Partial<Record<InputName, unknown>> = {};
  for (const { name } of INPUTS) {
    if (isSecret(name)) continue;
    const text = name === 'command' ? (word ?? host.input(name) ?? 'deploy') : host.input(name);
    if (text === undefined) continue;
    const parsed = GRAMMARS[name](text);
    if ('value' in parsed) inputs[name] = parsed.value;
    else wrong(`input \`${name}\` ${parsed.problem}`, parsed.hint);
  }
  return { inputs: inputs as Inputs, problems };
}

function isSecret(name: InputName): name is SecretInput {
  return name === 'github-token';
}
