import { stringify } from 'yaml';
import { INPUTS } from '../../src/config/inputs.ts';
import { OUTPUTS } from '../../src/report/output-names.ts';
import { table } from './blocks.ts';

export function inputsTable(): string {
  return table(
    ['input', 'value', 'what it means'],
    INPUTS.map(({ name, kind, description }) => [`\`${name}\``, kind, description]),
  );
}

export function outputsTable(): string {
  return table(
    ['output', 'what it says'],
    OUTPUTS.map(({ name, description }) => [`\`${name}\``, description]),
  );
}

/** action.yml with the inputs and outputs of the code; everything before and after them stays as it is. */
export function actionMetadata(current: string): string {
  const inputs = INPUTS.map((input) => [
    input.name,
    {
      description: input.description,
      required: false,
      ...('default' in input ? { default: input.default } : {}),
    },
  ]);
  const outputs = OUTPUTS.map(({ name, description }) => [name, { description }]);
  const generated = stringify(
    { inputs: Object.fromEntries(inputs) as object, outputs: Object.fromEntries(outputs) as object },
    { lineWidth: 0, singleQuote: true },
  );
  const place = /^inputs:\n[^]*?(?=^runs:)/m;
  if (!place.test(current)) throw new Error('action.yml has no inputs: before runs:');
  return current.replace(place, () => generated);
}
