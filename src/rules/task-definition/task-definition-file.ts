import { parse as parseJson, stripComments, type ParseError } from 'jsonc-parser';
import { LineCounter, parseDocument } from 'yaml';
import { DeployError } from '../../errors.ts';
import type { Json, JsonObject } from '../text/json.ts';
import type { ResourceTag } from '../record/ledger.ts';
import { withoutEmptyValues } from './empty-values.ts';
import { isJsonObject, registrable, textOf } from './task-definition.ts';
import { filledIn, type Variables } from './template.ts';

/**
 * A task definition from a file of the checkout, in JSON or YAML: as `aws ecs describe-task-definition` prints it
 * (with or without the outer `taskDefinition`) or as RegisterTaskDefinition takes it, with comments, empty values and
 * the template functions `env` and `must_env`. All problems come in one TASK_DEFINITION_INVALID.
 */
export function parseTaskDefinitionFile(
  path: string,
  text: string,
  variables: Variables,
): { definition: JsonObject; tags: ResourceTag[] } {
  if (/\.(?:jsonnet|libsonnet)$/i.test(path)) throw jsonnet(path);
  const filled = filledIn(text, variables);
  if (filled.problems.length > 0) throw unfilled(path, filled.problems);
  const content = parse(path, withoutComments(filled.text));
  const inner =
    isJsonObject(content) && isJsonObject(content['taskDefinition']) ? content['taskDefinition'] : content;
  if (!isJsonObject(inner)) throw invalid(path, ['it is not an object']);
  const problems = problemsOf(inner);
  if (problems.length > 0) throw invalid(path, problems);
  const outerTags = isJsonObject(content) ? content['tags'] : undefined;
  return {
    definition: registrable(withTextSizes(withoutEmptyValues(inner))),
    tags: tagsOf(outerTags ?? inner['tags']),
  };
}

/** JSON with comments; every other text as it is. What is left stays at its place. */
function withoutComments(text: string): string {
  const errors: ParseError[] = [];
  parseJson(text, errors, { allowTrailingComma: true });
  return errors.length === 0 ? stripComments(text, ' ') : text;
}

/** JSON is YAML too, so one parser gives line and column for both. */
function parse(path: string, text: string): Json {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const problems = document.errors.map(({ message, pos: [start] }) => {
    const { line, col } = lineCounter.linePos(start);
    return `line ${line}, column ${col}: ${message}`;
  });
  if (problems.length > 0) throw invalid(path, problems);
  try {
    return document.toJS() as Json;
  } catch (thrown) {
    // An alias without its anchor, or more aliases than the parser resolves.
    throw invalid(path, [thrown instanceof Error ? thrown.message : String(thrown)]);
  }
}

function problemsOf(definition: JsonObject): string[] {
  if (definition['Family'] !== undefined || definition['ContainerDefinitions'] !== undefined) {
    return [
      'its fields begin with capital letters, as CloudFormation writes them; ECS wants family, containerDefinitions',
    ];
  }
  const problems: string[] = [];
  if (textOf(definition['family']) === '') problems.push('family is missing');
  const containers = definition['containerDefinitions'];
  if (!Array.isArray(containers) || containers.length === 0)
    return [...problems, 'containerDefinitions is missing or empty'];
  const names = containers.map((container: Json) =>
    isJsonObject(container) ? textOf(container['name']) : '',
  );
  names.forEach((name, index) => {
    if (name === '') problems.push(`containerDefinitions[${index}] has no name`);
    else if (names.indexOf(name) !== index)
      problems.push(`containerDefinitions[${index}]: a second container ${name}`);
  });
  return problems;
}

/** ECS takes the task's cpu and memory as texts only; people write numbers. */
function withTextSizes(definition: JsonObject): JsonObject {
  const sizes: [string, Json][] = ['cpu', 'memory'].flatMap((field) => {
    const size = definition[field];
    return typeof size === 'number' ? [[field, String(size)] as [string, Json]] : [];
  });
  return { ...definition, ...Object.fromEntries(sizes) };
}

function tagsOf(tags: Json | undefined): ResourceTag[] {
  if (!Array.isArray(tags)) return [];
  return tags.flatMap((tag: Json) =>
    isJsonObject(tag) && textOf(tag['key']) !== ''
      ? [{ key: textOf(tag['key']), value: textOf(tag['value']) }]
      : [],
  );
}

function invalid(
  path: string,
  problems: readonly string[],
  hint = 'Write it as `aws ecs describe-task-definition` prints one, or as `aws ecs register-task-definition --cli-input-json` takes it.',
): DeployError {
  const [only] = problems;
  return new DeployError(
    'TASK_DEFINITION_INVALID',
    `task definition file ${path}: ${problems.length === 1 && only !== undefined ? only : `${problems.length} problems`}`,
    { hint, details: problems.length === 1 ? [] : problems },
  );
}

function unfilled(path: string, problems: readonly string[]): DeployError {
  return invalid(
    path,
    problems,
    'Set the variables in the `env` of the job, or render the file before this step: `ecspresso render task-definition > task-definition.json`. The image needs no variable: it is replaced anyhow.',
  );
}

function jsonnet(path: string): DeployError {
  return invalid(
    path,
    ['it is Jsonnet, which is not evaluated here'],
    'Render it before this step (`ecspresso render task-definition > task-definition.json`) and name the rendered file.',
  );
}
