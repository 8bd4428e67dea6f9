import { AwsError } from '../../../src/errors.ts';
import type { Json, JsonObject } from '../../../src/rules/text/json.ts';
import { ledgerTags } from '../../../src/rules/record/ledger.ts';
import { containersOf } from '../../../src/rules/task-definition/task-definition.ts';
import { registerRevisions } from '../../../src/steps/revision/register.ts';
import type { RegisterRequest } from '../../../src/steps/revision/register.ts';
import {
  DATADOG,
  IMAGE,
  LEDGER,
  NEW_IMAGE,
  NGINX,
  servicePlan,
  shop,
  shopDefinition,
  URI,
} from '../../fixtures/shop.ts';
import type { Shop } from '../../fixtures/shop.ts';
import { rejectionOf } from '../../fixtures/thrown.ts';

const request = (
  services: RegisterRequest['services'],
  more: Partial<RegisterRequest> = {},
): RegisterRequest => ({
  services,
  images: [IMAGE],
  ledger: LEDGER,
  ...more,
});

/** One service, web, on revision shop:1. */
async function webShop(
  definition: object = shopDefinition('shop'),
  tags: { key: string; value: string }[] = [],
) {
  const world = await shop();
  world.aws.ecs.register({ ...definition }, tags);
  world.addService('web', 'shop');
  return { ...world, services: await world.live(servicePlan('web')) };
}

const registrations = ({ sent }: Pick<Shop, 'sent'>) => sent('RegisterTaskDefinition');

describe('a new revision', () => {
  it('has the image by digest in our container, and the sidecars as they were', async () => {
    const { context, services, aws, report } = await webShop();

    const [revision] = await registerRevisions(context, request(services));

    expect(revision).toMatchObject({
      service: 'web',
      family: 'shop',
      from: 'shop:1',
      name: 'shop:2',
      state: 'registered',
    });
    const images = containersOf(aws.ecs.taskDefinitions.find('shop:2')!.definition).map(({ image }) => image);
    expect(images).toEqual([NGINX.image, NEW_IMAGE, DATADOG.image]);
    expect(report.revisions).toEqual([
      { service: 'web', family: 'shop', from: 'shop:1', to: 'shop:2', state: 'registered' },
    ]);
  });

  it('keeps every field, those included that no SDK knows: one of the task, one of a container', async () => {
    const definition = shopDefinition('shop', {
      quantum: { spin: ['up'] },
      app: { warpFactor: 9, dockerLabels: { marker: '' } },
    });
    const world = await webShop(definition);

    await registerRevisions(world.context, request(world.services));

    const [sent] = registrations(world);
    expect(sent).toMatchObject({
      quantum: { spin: ['up'] },
      cpu: '256',
      taskRoleArn: definition.taskRoleArn,
    });
    const stored = world.aws.ecs.taskDefinitions.find('shop:2')!.definition;
    expect(stored['quantum']).toEqual({ spin: ['up'] });
    expect(containersOf(stored)[1]).toMatchObject({ warpFactor: 9, dockerLabels: { marker: '' } });
  });

  it('is sent without the fields that ECS sets itself', async () => {
    const world = await webShop();

    await registerRevisions(world.context, request(world.services));

    const readOnly = [
      'taskDefinitionArn',
      'revision',
      'status',
      'requiresAttributes',
      'compatibilities',
      'registeredAt',
      'registeredBy',
    ];
    expect(Object.keys(registrations(world)[0] ?? {}).filter((field) => readOnly.includes(field))).toEqual(
      [],
    );
  });

  it('carries the tags of the old one and the ledger, but not the old ledger', async () => {
    const team = { key: 'team', value: 'shop' };
    const old = ledgerTags({
      ...LEDGER,
      commit: '0'.repeat(40),
      migration: 'old',
      release: 3,
      forced: 'outage',
    });
    const { context, services, aws } = await webShop(shopDefinition('shop'), [team, ...old]);

    await registerRevisions(context, request(services));

    expect(aws.ecs.taskDefinitions.find('shop:2')?.tags).toEqual([
      team,
      ...ledgerTags({ ...LEDGER, replaces: 'shop:1' }),
    ]);
  });

  it('gets the image in the named container alone', async () => {
    const world = await shop();
    world.aws.ecs.register(shopDefinition('shop'));
    world.addService('web', 'shop');

    const services = await world.live(servicePlan('web', { container: 'nginx' }));
    await registerRevisions(world.context, request(services));

    const images = containersOf(world.aws.ecs.taskDefinitions.find('shop:2')!.definition).map(
      ({ image }) => image,
    );
    expect(images).toEqual([NEW_IMAGE, `${URI}:v1`, DATADOG.image]);
  });
});

describe('nothing is registered twice', () => {
  it('not where the service runs it already', async () => {
    const world = await webShop(shopDefinition('shop', { app: { image: NEW_IMAGE } }));

    const [revision] = await registerRevisions(world.context, request(world.services));

    expect(revision).toMatchObject({ state: 'unchanged', name: 'shop:1', from: 'shop:1' });
    expect(world.aws.mutations()).toEqual([]);
  });

  it('not where the newest revision of the family is it', async () => {
    const world = await webShop();
    world.aws.ecs.register(shopDefinition('shop', { app: { image: NEW_IMAGE } }), ledgerTags(LEDGER));

    const [revision] = await registerRevisions(world.context, request(world.services));

    expect(revision).toMatchObject({ state: 'reused', name: 'shop:2', from: 'shop:1' });
    expect(world.aws.mutations()).toEqual([]);
  });

  it('but one that another environment deployed is left to it, for its tags are that ledger', async () => {
    const world = await webShop();
    world.aws.ecs.register(
      shopDefinition('shop', { app: { image: NEW_IMAGE } }),
      ledgerTags({ ...LEDGER, environment: 'production' }),
    );

    const [revision] = await registerRevisions(world.context, request(world.services));

    expect(revision).toMatchObject({ state: 'registered', name: 'shop:3' });
  });

  it('not for several services of one family', async () => {
    const world = await webShop();
    world.addService('worker', 'shop');

    const services = await world.live(servicePlan('web'), servicePlan('worker'));
    const revisions = await registerRevisions(world.context, request(services));

    expect(revisions.map(({ service, name, state }) => [service, name, state])).toEqual([
      ['web', 'shop:2', 'registered'],
      ['worker', 'shop:2', 'registered'],
    ]);
    expect(registrations(world)).toHaveLength(1);
  });

  it('where each family gets its own', async () => {
    const world = await webShop();
    world.aws.ecs.register(shopDefinition('worker'));
    world.addService('worker', 'worker');

    const services = await world.live(servicePlan('web'), servicePlan('worker'));
    const revisions = await registerRevisions(world.context, request(services));

    expect(revisions.map(({ name }) => name)).toEqual(['shop:2', 'worker:2']);
  });

  it.each([['connection-reset-after' as const], ['truncated-body' as const], ['empty-answer' as const]])(
    'not when the answer is lost: %s',
    async (kind) => {
      const world = await webShop();
      world.aws.fault({ operation: 'RegisterTaskDefinition', kind });

      const [revision] = await registerRevisions(world.context, request(world.services));

      expect(revision).toMatchObject({ name: 'shop:2' });
      expect(world.aws.ecs.taskDefinitions.revisions('shop')).toHaveLength(2);
    },
  );

  it('and sent again when the call never arrived', async () => {
    const world = await webShop();
    world.aws.fault({ operation: 'RegisterTaskDefinition', kind: 'connection-reset-before' });

    const [revision] = await registerRevisions(world.context, request(world.services));

    expect(revision).toMatchObject({ name: 'shop:2', state: 'registered' });
    expect(world.aws.ecs.taskDefinitions.revisions('shop')).toHaveLength(2);
  });

  it('for ever: what stays unanswered fails', async () => {
    const world = await webShop();
    world.aws.fault({ operation: 'RegisterTaskDefinition', kind: 'http-500', times: Infinity });

    const error = await rejectionOf(registerRevisions(world.context, request(world.services)));

    expect(error.code).toBe('AWS_CALL_FAILED');
    expect(world.aws.callsOf('RegisterTaskDefinition')).toHaveLength(3);
  });
});

describe('a revision that cannot be made', () => {
  it('is refused before any other is registered, and all refusals come together', async () => {
    const world = await shop();
    world.aws.ecs.register(shopDefinition('shop'));
    world.aws.ecs.register(shopDefinition('jobs', { containerDefinitions: [NGINX] }));
    world.aws.ecs.register(shopDefinition('mail', { containerDefinitions: [DATADOG] }));
    world.addService('web', 'shop');
    world.addService('jobs', 'jobs');
    world.addService('mail', 'mail');

    const services = await world.live(servicePlan('web'), servicePlan('jobs'), servicePlan('mail'));
    const error = await rejectionOf(registerRevisions(world.context, request(services)));

    expect(error.code).toBe('CONTAINER_NOT_FOUND');
    expect(error.message).toContain('service jobs');
    expect(error.message).toContain('service mail');
    expect(error.details).toEqual(['nginx: nginx:1.27', `datadog: ${DATADOG.image}`]);
    expect(world.aws.mutations()).toEqual([]);
  });

  it('is named by the paths that ECS did not keep', async () => {
    const world = await webShop(
      shopDefinition('shop', {
        app: { restartPolicy: { enabled: true } },
        ephemeralStorage: { sizeInGiB: 50 },
      }),
    );
    const { ecs } = world.context;
    const forgetful = {
      ...ecs,
      registerTaskDefinition: async (...sent: Parameters<typeof ecs.registerTaskDefinition>) => {
        const stored = await ecs.registerTaskDefinition(...sent);
        return { ...stored, definition: forget(stored.definition, ['ephemeralStorage', 'restartPolicy']) };
      },
    };

    const error = await rejectionOf(
      registerRevisions({ ...world.context, ecs: forgetful }, request(world.services)),
    );

    expect(error.code).toBe('TASK_DEFINITION_CHANGED');
    expect(error.details).toEqual(['containerDefinitions[app].restartPolicy', 'ephemeralStorage']);
  });
});

/** The definition and its containers without some of their fields. */
function forget(definition: JsonObject, fields: readonly string[]): JsonObject {
  const known = ([field]: [string, Json]) => !fields.includes(field);
  return {
    ...Object.fromEntries(Object.entries(definition).filter(known)),
    containerDefinitions: containersOf(definition).map((container) =>
      Object.fromEntries(Object.entries(container).filter(known)),
    ),
  };
}

describe('where tags are denied', () => {
  it('revisions are registered without, and what that costs is said once', async () => {
    const world = await webShop();
    world.aws.ecs.register(shopDefinition('worker'));
    world.addService('worker', 'worker');
    const { ecs } = world.context;
    const untagged: typeof ecs = {
      ...ecs,
      registerTaskDefinition: (definition, tags) =>
        tags.length === 0 ? ecs.registerTaskDefinition(definition, tags) : Promise.reject(tagsDenied()),
    };

    const services = await world.live(servicePlan('web'), servicePlan('worker'));
    const revisions = await registerRevisions({ ...world.context, ecs: untagged }, request(services));

    expect(revisions.map(({ name, tags }) => [name, tags])).toEqual([
      ['shop:2', []],
      ['worker:2', []],
    ]);
    expect(world.report.warnings.map(({ title }) => title)).toEqual(['No ledger']);
    expect(world.report.warnings[0]?.message).toContain('ecs:TagResource');
  });

  it('but where registering itself is denied, that is the error', async () => {
    const world = await webShop();
    world.aws.fault({ operation: 'RegisterTaskDefinition', kind: 'access-denied', times: Infinity });

    const error = await rejectionOf(registerRevisions(world.context, request(world.services)));

    expect(error.code).toBe('AWS_ACCESS_DENIED');
    expect(world.aws.callsOf('RegisterTaskDefinition')).toHaveLength(1);
  });

  function tagsDenied() {
    return new AwsError('AWS_ACCESS_DENIED', {
      action: 'ecs:RegisterTaskDefinition',
      awsCode: 'AccessDeniedException',
      awsMessage:
        'User: deploy is not authorized to perform: ecs:TagResource on resource: task-definition/shop:*',
      retryable: false,
    });
  }
});

describe('a task definition file', () => {
  const file = JSON.stringify({
    ...shopDefinition('worker', { cpu: 512 }),
    tags: [{ key: 'team', value: 'jobs' }],
  });

  async function workerShop(files: Record<string, string>) {
    const world = await shop({ files });
    world.aws.ecs.register(shopDefinition('worker'), [
      { key: 'team', value: 'shop' },
      { key: 'cost', value: '12' },
    ]);
    world.addService('worker', 'worker');
    return {
      ...world,
      services: await world.live(servicePlan('worker', { taskDefinition: 'ecs/worker.json' })),
    };
  }

  it('is what is registered, with the image in place and its tags before those of the old revision', async () => {
    const { context, services, aws } = await workerShop({ 'ecs/worker.json': file });

    const [revision] = await registerRevisions(context, request(services));

    expect(revision).toMatchObject({ name: 'worker:2', state: 'registered' });
    const stored = aws.ecs.taskDefinitions.find('worker:2')!;
    expect(stored.definition['cpu']).toBe('512');
    expect(containersOf(stored.definition)[1]).toMatchObject({ name: 'app', image: NEW_IMAGE });
    expect(stored.tags.slice(0, 2)).toEqual([
      { key: 'team', value: 'jobs' },
      { key: 'cost', value: '12' },
    ]);
  });

  it('makes no second revision when nothing changed, though ECS filled in defaults', async () => {
    const world = await workerShop({ 'ecs/worker.json': file });
    const [first] = await registerRevisions(world.context, request(world.services));
    world.aws.ecs.updateService('worker', { taskDefinition: first!.name });

    const services = await world.live(servicePlan('worker', { taskDefinition: 'ecs/worker.json' }));
    const [second] = await registerRevisions(world.context, request(services));

    expect(second).toMatchObject({ state: 'unchanged', name: 'worker:2' });
  });

  it('may name a family that has no revision yet', async () => {
    const { context, services } = await workerShop({
      'ecs/worker.json': JSON.stringify(shopDefinition('worker-2')),
    });

    const [revision] = await registerRevisions(context, request(services));

    expect(revision).toMatchObject({ name: 'worker-2:1', from: 'worker:1', state: 'registered' });
  });

  it.each([
    ['is missing', {}, 'task definition file ecs/worker.json: there is no such file'],
    [
      'has no family',
      { 'ecs/worker.json': '{"containerDefinitions":[{"name":"a"}]}' },
      'task definition file ecs/worker.json: family is missing',
    ],
  ])('that %s is refused by its path', async (_reason, files, message) => {
    const { context, services, aws } = await workerShop(files);

    const error = await rejectionOf(registerRevisions(context, request(services)));

    expect(error.code).toBe('TASK_DEFINITION_INVALID');
    expect(error.message).toBe(message);
    expect(aws.mutations()).toEqual([]);
  });
});
