import { containersToUpdate, oneOffContainer } from '../../../src/rules/task-definition/container-match.ts';
import type { JsonObject } from '../../../src/rules/text/json.ts';
import { isEssential, registrable, withImage } from '../../../src/rules/task-definition/task-definition.ts';
import { thrownBy } from '../../fixtures/thrown.ts';

const REPOSITORY = '111111111111.dkr.ecr.ap-northeast-1.amazonaws.com/shop';
const DIGEST = `sha256:${'ab'.repeat(32)}`;

const container = (name: string, image: string, more: JsonObject = {}): JsonObject => ({
  name,
  image,
  ...more,
});

const definition = (...containers: JsonObject[]): JsonObject => ({
  family: 'shop',
  containerDefinitions: containers,
});

describe('a stored definition, made ready to be registered', () => {
  const stored: JsonObject = {
    taskDefinitionArn: 'arn:aws:ecs:ap-northeast-1:111111111111:task-definition/shop:6',
    revision: 6,
    status: 'ACTIVE',
    requiresAttributes: [{ name: 'ecs.capability.task-eni' }],
    compatibilities: ['EC2', 'FARGATE'],
    registeredAt: 1700000000,
    registeredBy: 'arn:aws:iam::111111111111:role/deploy',
    deregisteredAt: 1700000001,
    deleteRequestedAt: 1700000002,
    tags: [],
    family: 'shop',
    cpu: '256',
    containerDefinitions: [container('web', `${REPOSITORY}:v1`)],
  };

  it('loses its read-only fields and nothing else, fields we have never heard of included', () => {
    const invented = { quantumPlacement: { spin: ['up', 'down'], entangled: true } };

    expect(registrable({ ...stored, ...invented })).toEqual({
      family: 'shop',
      cpu: '256',
      containerDefinitions: stored['containerDefinitions'],
      ...invented,
    });
  });

  it('loses the unset fields that emulators answer with', () => {
    expect(registrable({ ...stored, taskRoleArn: '', proxyConfiguration: null })).toEqual(
      registrable(stored),
    );
  });

  it('keeps false, 0 and empty lists, which somebody may have meant', () => {
    const meant = { enableFaultInjection: false, volumes: [], answer: 0 };

    expect(registrable(meant)).toEqual(meant);
  });
});

describe('the containers that get the new image', () => {
  const app = container('web', `${REPOSITORY}:v1`);
  const devops = container('devops', `${REPOSITORY}@${DIGEST}`);
  const nginx = container('nginx', 'nginx:1.27');
  const datadog = container('datadog', 'public.ecr.aws/datadog/agent:7');

  it.each([
    ['a tag', `${REPOSITORY}:v1`, ['c']],
    ['a digest', `${REPOSITORY}@${DIGEST}`, ['c']],
    ['tag and digest', `${REPOSITORY}:v1@${DIGEST}`, ['c']],
    ['neither', REPOSITORY, ['c']],
  ])('are those of the repository, whether the image has %s', (_reason, image, expected) => {
    expect(
      containersToUpdate(definition(container('c', image)), { who: 'service web', repository: REPOSITORY }),
    ).toEqual(expected);
  });

  it('are all of the repository, and no sidecar', () => {
    expect(
      containersToUpdate(definition(app, nginx, devops, datadog), {
        who: 'service web',
        repository: REPOSITORY,
      }),
    ).toEqual(['web', 'devops']);
  });

  it('are told from a repository that only begins with the same name', () => {
    const admin = container('admin', `${REPOSITORY}-admin:v1`);

    expect(
      containersToUpdate(definition(app, admin), { who: 'service web', repository: REPOSITORY }),
    ).toEqual(['web']);
  });

  it('are found in a registry with a port', () => {
    const local = container('web', 'localhost:4566/shop:v1');

    expect(
      containersToUpdate(definition(local), { who: 'service web', repository: 'localhost:4566/shop' }),
    ).toEqual(['web']);
  });

  it('are the named one alone, whatever its image', () => {
    expect(
      containersToUpdate(definition(app, nginx), {
        who: 'service web',
        container: 'nginx',
        repository: REPOSITORY,
      }),
    ).toEqual(['nginx']);
  });

  it('are asked for where none matches: the error lists the containers and the line to write', () => {
    const error = thrownBy(() =>
      containersToUpdate(definition(nginx, datadog), { who: 'service web', repository: REPOSITORY }),
    );

    expect(error.code).toBe('CONTAINER_NOT_FOUND');
    expect(error.message).toBe(`service web: no container runs an image of ${REPOSITORY}`);
    expect(error.hint).toContain('`container: nginx` or `container: datadog`');
    expect(error.details).toEqual(['nginx: nginx:1.27', 'datadog: public.ecr.aws/datadog/agent:7']);
  });

  it('are asked for where the named one does not exist', () => {
    const error = thrownBy(() =>
      containersToUpdate(definition(app), { who: 'service web', container: 'app', repository: REPOSITORY }),
    );

    expect(error.code).toBe('CONTAINER_NOT_FOUND');
    expect(error.message).toBe('service web: its task definition has no container app');
    expect(error.details).toEqual([`web: ${REPOSITORY}:v1`]);
  });

  it('get it, and everything else stays: other containers, their order, unknown fields', () => {
    const before = { ...definition(nginx, { ...app, warpFactor: 9 }, datadog), futureField: { kept: true } };

    expect(withImage(before, ['web'], `${REPOSITORY}@${DIGEST}`)).toEqual({
      family: 'shop',
      futureField: { kept: true },
      containerDefinitions: [nginx, { ...app, warpFactor: 9, image: `${REPOSITORY}@${DIGEST}` }, datadog],
    });
  });
});

describe('the container that runs a one-off command', () => {
  const image = `${REPOSITORY}@${DIGEST}`;
  const ours = container('app', image);
  const helper = container('helper', image, { essential: false });
  const sidecar = container('datadog', 'datadog/agent:7');
  const idle = container('init', 'busybox:1', { essential: false });

  it.each([
    ['our image', definition(sidecar, ours), 'app'],
    ['our image, the essential one of two', definition(helper, ours, sidecar), 'app'],
    ['the only essential one, where none is ours', definition(idle, sidecar), 'datadog'],
    ['the only one', definition(container('one', 'other:1')), 'one'],
  ])('is %s', (_reason, candidates, expected) => {
    expect(oneOffContainer(candidates, { service: 'web', image })).toBe(expected);
  });

  it('is the named one, before any other rule', () => {
    expect(oneOffContainer(definition(ours, sidecar), { service: 'web', container: 'datadog', image })).toBe(
      'datadog',
    );
  });

  it('is asked for where several could be meant', () => {
    const error = thrownBy(() =>
      oneOffContainer(definition(ours, container('worker', image)), { service: 'web', image }),
    );

    expect(error.code).toBe('CONTAINER_NOT_FOUND');
    expect(error.hint).toContain('`container: app` or `container: worker`');
  });

  it('is essential unless it says otherwise', () => {
    expect([isEssential({}), isEssential({ essential: true }), isEssential({ essential: false })]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
