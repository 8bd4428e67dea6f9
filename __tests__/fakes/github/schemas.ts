import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { buildSchema, getVariableValues, Kind, parse, validate, type OperationDefinitionNode } from 'graphql';
import type { RecordedRequest } from './server.ts';

// One of the two packages does not export the file that it is made of.
const modules = join(import.meta.dirname, '../../../node_modules');

interface Parameter {
  $ref?: string;
  name?: string;
  in?: string;
  required?: boolean;
  schema?: object;
}

interface OpenApi {
  paths: Record<
    string,
    Record<
      string,
      { parameters?: Parameter[]; requestBody?: { content: Record<string, { schema: object }> } }
    >
  >;
  components: { parameters: Record<string, Parameter> };
}

/** What GitHub's own descriptions of its API find wrong with requests; big files, loaded when they are asked for. */
export function githubSchemas(): (request: RecordedRequest) => string[] {
  const api = JSON.parse(
    readFileSync(join(modules, '@octokit/openapi/generated/api.github.com.json'), 'utf8'),
  ) as OpenApi;
  const schema = buildSchema(readFileSync(join(modules, '@octokit/graphql-schema/schema.graphql'), 'utf8'), {
    // GitHub's file defines two fields twice.
    assumeValidSDL: true,
    assumeValid: true,
  });
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, coerceTypes: false });
  // Only the schemas are schemas; the rest of the file is not for ajv.
  ajv.addSchema({ $id: 'github', ...api }, 'github');
  const compiled = new Map<string, ValidateFunction>();
  const compile = (key: string, part: object) => {
    const known = compiled.get(key) ?? ajv.compile(withBase(part));
    compiled.set(key, known);
    return known;
  };

  return ({ method, path, body }) => {
    const url = new URL(path, 'http://localhost');
    if (url.pathname === '/graphql')
      return graphqlProblems(body as { query: string; variables: Record<string, unknown> });
    const found = findPath(api, decodeURIComponent(url.pathname));
    const operation = found === undefined ? undefined : api.paths[found]?.[method.toLowerCase()];
    if (found === undefined || operation === undefined)
      return [`no such operation: ${method} ${url.pathname}`];
    return [
      ...queryProblems(found, operation.parameters ?? [], url),
      ...bodyProblems(found, method, operation, body),
    ];
  };

  function graphqlProblems({
    query,
    variables,
  }: {
    query: string;
    variables: Record<string, unknown>;
  }): string[] {
    const document = parse(query);
    const errors = [...validate(schema, document)];
    const operation = document.definitions.find(
      ({ kind }) => kind === Kind.OPERATION_DEFINITION,
    ) as OperationDefinitionNode;
    const { errors: wrong = [] } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
    return [...errors, ...wrong].map(({ message }) => message);
  }

  function queryProblems(key: string, parameters: Parameter[], url: URL): string[] {
    const known = parameters
      .map((parameter) => api.components.parameters[parameter.$ref?.split('/').at(-1) ?? ''] ?? parameter)
      .filter((parameter) => parameter.in === 'query');
    return [...url.searchParams].flatMap(([name, value]) => {
      const parameter = known.find((each) => each.name === name);
      if (parameter === undefined) return [`no such query parameter: ${name}`];
      const check = compile(`${key}?${name}`, parameter.schema ?? {});
      return check(value) || check(Number(value)) ? [] : [`${name}: ${ajv.errorsText(check.errors)}`];
    });
  }

  function bodyProblems(
    key: string,
    method: string,
    { requestBody }: { requestBody?: { content: Record<string, { schema: object }> } },
    body: unknown,
  ): string[] {
    const wanted = requestBody?.content['application/json']?.schema;
    if (wanted === undefined) return Object.keys(body ?? {}).length === 0 ? [] : ['a body is not expected'];
    const check = compile(`${method} ${key}`, wanted);
    const unknown = Object.keys(body as object).filter(
      (name) => 'properties' in wanted && !(name in (wanted.properties as object)),
    );
    return [
      ...(check(body) ? [] : [ajv.errorsText(check.errors)]),
      ...unknown.map((name) => `no such property: ${name}`),
    ];
  }
}

/** References in the file are to the file. */
function withBase(part: object): object {
  return JSON.parse(JSON.stringify(part).replaceAll('"#/components', '"github#/components')) as object;
}

/** The template whose fixed parts fit best: "/repos/{owner}/{repo}/git/ref/{ref}" takes a ref with slashes. */
function findPath(api: OpenApi, path: string): string | undefined {
  const fits = Object.keys(api.paths).filter((template) => {
    const parts = template.split(/\{[^}]+\}/u).map((part) => part.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&'));
    const isLast = /\{[^}]+\}$/u.test(template);
    const pattern = parts
      .slice(0, -1)
      .reduce(
        (text, part, index) => `${text}${part}${isLast && index === parts.length - 2 ? '.+' : '[^/]+'}`,
        '',
      );
    return new RegExp(`^${pattern}${parts.at(-1) ?? ''}$`, 'u').test(path);
  });
  return fits.sort(
    (one, other) => other.replace(/\{[^}]+\}/gu, '').length - one.replace(/\{[^}]+\}/gu, '').length,
  )[0];
}
