import { parseTaskDefinitionFile } from '../../../src/rules/task-definition/task-definition-file.ts';
import { thrownBy } from '../../fixtures/thrown.ts';

const parse = (text: string) => parseTaskDefinitionFile('ecs/worker.json', text);

const input = { family: 'worker', cpu: '256', containerDefinitions: [{ name: 'app', image: 'shop:1' }] };

describe('a task definition file', () => {
  it.each([
    ['as RegisterTaskDefinition takes it', input],
    [
      'as describe-task-definition prints it',
      { taskDefinition: { ...input, revision: 7, status: 'ACTIVE' }, tags: [] },
    ],
    [
      'as describe-task-definition prints it, without the outer key',
      { ...input, revision: 7, compatibilities: ['EC2'] },
    ],
  ])('is read %s', (_reason, content) => {
    expect(parse(JSON.stringify(content, null, 2))).toEqual({ definition: input, tags: [] });
  });

  it('is read as YAML, and its sizes may be numbers', () => {
    expect(
      parse('family: worker\ncpu: 256\ncontainerDefinitions:\n  - { name: app, image: "shop:1" }\n'),
    ).toEqual({
      definition: input,
      tags: [],
    });
  });

  it('keeps fields that nobody knows yet', () => {
    const content = { ...input, futureField: { kept: [1, 2] } };

    expect(parse(JSON.stringify(content)).definition).toEqual(content);
  });

  it.each([
    ['beside the definition', { taskDefinition: input, tags: [{ key: 'team', value: 'shop' }] }],
    ['in the register input', { ...input, tags: [{ key: 'team', value: 'shop' }] }],
  ])('gives its tags on their own, written %s', (_reason, content) => {
    expect(parse(JSON.stringify(content))).toEqual({
      definition: input,
      tags: [{ key: 'team', value: 'shop' }],
    });
  });

  it.each([
    ['no family', { containerDefinitions: input.containerDefinitions }, 'family is missing'],
    ['no containers', { family: 'worker' }, 'containerDefinitions is missing or empty'],
    [
      'empty containers',
      { family: 'worker', containerDefinitions: [] },
      'containerDefinitions is missing or empty',
    ],
    [
      'a container without a name',
      { family: 'w', containerDefinitions: [{ image: 'x' }] },
      'containerDefinitions[0] has no name',
    ],
    [
      'two containers of one name',
      { family: 'w', containerDefinitions: [{ name: 'a' }, { name: 'a' }] },
      'containerDefinitions[1]: a second container a',
    ],
    ['a list', [], 'it is not an object'],
    [
      'CloudFormation',
      { Family: 'worker', ContainerDefinitions: [] },
      'its fields begin with capital letters',
    ],
  ])('is refused with its path: %s', (_reason, content, problem) => {
    const error = thrownBy(() => parse(JSON.stringify(content)));

    expect(error.code).toBe('TASK_DEFINITION_INVALID');
    expect(error.message).toContain(`task definition file ecs/worker.json: ${problem}`);
  });

  it('is refused with all its problems at once', () => {
    const error = thrownBy(() => parse('{}'));

    expect(error.message).toBe('task definition file ecs/worker.json: 2 problems');
    expect(error.details).toEqual(['family is missing', 'containerDefinitions is missing or empty']);
  });

  it.each([
    ['JSON', '{\n  "family": "worker",\n  "cpu" "256"\n}', /line 3, column \d+: /],
    ['YAML', 'family: worker\nfamily: again\n', /line 2, column 1: /],
  ])('is refused with line and column where it cannot be parsed: %s', (_format, text, place) => {
    const error = thrownBy(() => parse(text));

    expect(error.code).toBe('TASK_DEFINITION_INVALID');
    expect([error.message, ...error.details].join('\n')).toMatch(place);
  });
});
