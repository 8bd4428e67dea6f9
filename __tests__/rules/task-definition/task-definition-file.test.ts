import { parseTaskDefinitionFile } from '../../../src/rules/task-definition/task-definition-file.ts';
import { thrownBy } from '../../fixtures/thrown.ts';

const parse = (text: string, variables: Record<string, string> = {}) =>
  parseTaskDefinitionFile('ecs/worker.json', text, (name) => variables[name]);

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

  it('may hold comments and a comma too many, as long as it is JSON otherwise', () => {
    const text = `// the worker
{
  /* see "https://example.com" */
  "family": "worker", // a name
  "cpu": "256",
  "containerDefinitions": [{ "name": "app", "image": "shop:1", },],
}
`;
    expect(parse(text).definition).toEqual(input);
    const url = '{ "family": "worker", "containerDefinitions": [{ "name": "a", "image": "x//y" }] }';
    expect(parse(url).definition).toMatchObject({ containerDefinitions: [{ image: 'x//y' }] });
    expect(parse("{ family: 'a//b', containerDefinitions: [{ name: a }] }").definition).toMatchObject({
      family: 'a//b',
    });
  });

  it('leaves out what says nothing, and keeps an empty text that does', () => {
    const content = {
      ...input,
      taskRoleArn: '',
      placementConstraints: [],
      ephemeralStorage: null,
      volumes: [{ name: 'data', host: {} }],
      containerDefinitions: [
        {
          name: 'app',
          image: 'shop:1',
          cpu: 0,
          essential: false,
          command: ['sh', '-c', ''],
          entryPoint: [],
          environment: [{ name: 'EMPTY', value: '' }],
          secrets: [],
          dockerLabels: { empty: '' },
          linuxParameters: { devices: [], capabilities: { add: [] } },
          logConfiguration: { logDriver: 'awslogs', options: { prefix: '' }, secretOptions: null },
        },
      ],
    };
    expect(parse(JSON.stringify(content)).definition).toEqual({
      ...input,
      volumes: [{ name: 'data' }],
      containerDefinitions: [
        {
          name: 'app',
          image: 'shop:1',
          cpu: 0,
          essential: false,
          command: ['sh', '-c', ''],
          environment: [{ name: 'EMPTY', value: '' }],
          dockerLabels: { empty: '' },
          logConfiguration: { logDriver: 'awslogs', options: { prefix: '' } },
        },
      ],
    });
  });

  it('is filled in as ecspresso does it', () => {
    const text = `{
  "family": "{{ must_env \`FAMILY\` }}",
  "cpu": {{ env \`CPU\` \`256\` }},
  "containerDefinitions": [{
    "name": "{{env "NAME" "OTHER_NAME" "app"}}",
    "image": "shop:{{ env \`TAG\` \`latest\` }}",
    "logConfiguration": { "logDriver": "fluentd", "options": { "tag": "{{.Name}}/{{ index .Labels 1 }}" } }
  }]
}`;
    expect(parse(text, { FAMILY: 'worker', OTHER_NAME: 'main', TAG: '' }).definition).toEqual({
      family: 'worker',
      cpu: '256',
      containerDefinitions: [
        {
          name: 'main',
          image: 'shop:latest',
          logConfiguration: { logDriver: 'fluentd', options: { tag: '{{.Name}}/{{ index .Labels 1 }}' } },
        },
      ],
    });
  });

  it('takes a value for one text, whatever stands in it', () => {
    const text =
      '{ "family": "w", "containerDefinitions": [{ "name": "a", "user": "{{ must_env `USER` }}" }] }';
    const USER = 'x", "privileged": "true\n';
    expect(parse(text, { USER }).definition).toMatchObject({
      containerDefinitions: [{ name: 'a', user: USER }],
    });
  });

  it('names all that cannot be filled in, at once', () => {
    const error = thrownBy(() =>
      parse(
        '{\n"family": "{{ must_env `FAMILY` }}",\n"a": "{{ tfstate `x.id` }}", "b": "{{ must_env `TAG` }}",\n"c": "{{ env `AWS_SECRET_ACCESS_KEY` }}", "d": "{{ must_env `X` | json_escape }}"}',
        { AWS_SECRET_ACCESS_KEY: 'secret' },
      ),
    );
    expect(error.code).toBe('TASK_DEFINITION_INVALID');
    expect(error.details).toEqual([
      'line 2: the job has no environment variable FAMILY',
      'line 3: {{ tfstate `x.id` }}: of the template functions there are only env and must_env here',
      'line 3: the job has no environment variable TAG',
      'line 4: AWS_SECRET_ACCESS_KEY is a credential of the job',
      'line 4: {{ must_env `X` | json_escape }}: of the template functions there are only env and must_env here',
    ]);
    expect(error.hint).toContain('ecspresso render');
  });

  it('is refused as Jsonnet, with what to do', () => {
    const error = thrownBy(() => parseTaskDefinitionFile('ecs/worker.jsonnet', '{}', () => undefined));
    expect(error.message).toBe(
      'task definition file ecs/worker.jsonnet: it is Jsonnet, which is not evaluated here',
    );
    expect(error.hint).toContain('ecspresso render task-definition');
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
