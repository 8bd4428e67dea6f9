import type { JsonObject } from '../../../src/rules/text/json.ts';
import { missingPaths, sameDefinition } from '../../../src/rules/task-definition/task-definition-diff.ts';

const task = (container: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
  family: 'shop',
  networkMode: 'awsvpc',
  containerDefinitions: [{ name: 'web', image: 'shop:1', ...container }],
  ...more,
});

const variables = (...names: string[]) => names.map((name) => ({ name, value: name.toLowerCase() }));
const secrets = (...names: string[]) => names.map((name) => ({ name, valueFrom: `/shop/${name}` }));

describe('two definitions are the same', () => {
  it.each<[reason: string, one: JsonObject, other: JsonObject]>([
    [
      'where only ECS’s own fields differ',
      task(),
      task({}, { revision: 7, status: 'ACTIVE', registeredAt: 1 }),
    ],
    ['where an emulator says "" for unset', task(), task({ user: '' }, { taskRoleArn: '', pidMode: '' })],
    [
      'where an emulator says null for unset',
      task(),
      task({ healthCheck: null }, { proxyConfiguration: null }),
    ],
    ['where ECS returns empty lists', task(), task({ mountPoints: [], systemControls: [] }, { volumes: [] })],
    [
      'where ECS returns empty objects',
      task({ linuxParameters: {} }),
      task({ linuxParameters: { capabilities: { add: [], drop: [] } } }),
    ],
    [
      'where a volume has an empty host',
      task({}, { volumes: [{ name: 'data' }] }),
      task({}, { volumes: [{ name: 'data', host: {} }] }),
    ],
    [
      'in the order of environment',
      task({ environment: variables('A', 'B') }),
      task({ environment: variables('B', 'A') }),
    ],
    ['in the order of secrets', task({ secrets: secrets('A', 'B') }), task({ secrets: secrets('B', 'A') })],
    [
      'in the order of portMappings',
      task({ portMappings: [{ containerPort: 80 }, { containerPort: 443 }] }),
      task({ portMappings: [{ containerPort: 443 }, { containerPort: 80 }] }),
    ],
    [
      'in the order of volumesFrom',
      task({ volumesFrom: [{ sourceContainer: 'b' }, { sourceContainer: 'a' }] }),
      task({ volumesFrom: [{ sourceContainer: 'a' }, { sourceContainer: 'b' }] }),
    ],
    ['in the order of links', task({ links: ['b', 'a'] }), task({ links: ['a', 'b'] })],
    [
      'in the order of requiresCompatibilities',
      task({}, { requiresCompatibilities: ['FARGATE', 'EC2'] }),
      task({}, { requiresCompatibilities: ['EC2', 'FARGATE'] }),
    ],
    ['in the order of keys', { a: 1, family: 'shop' }, { family: 'shop', a: 1 }],
    ['where ECS fills in a container’s defaults', task(), task({ cpu: 0, essential: true })],
    [
      'where ECS fills in a health check’s defaults',
      task({ healthCheck: { command: ['CMD', 'x'] } }),
      task({ healthCheck: { command: ['CMD', 'x'], interval: 30, retries: 3, timeout: 5 } }),
    ],
    [
      'where ECS fills in a port’s defaults (awsvpc)',
      task({ portMappings: [{ containerPort: 80 }] }),
      task({ portMappings: [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }] }),
    ],
    [
      'where ECS fills in a port’s defaults (bridge)',
      task({ portMappings: [{ containerPort: 80 }] }, { networkMode: 'bridge' }),
      task(
        { portMappings: [{ containerPort: 80, hostPort: 0, protocol: 'tcp' }] },
        { networkMode: 'bridge' },
      ),
    ],
    [
      'where ECS fills in the network mode',
      { family: 'shop', containerDefinitions: [] },
      { family: 'shop', containerDefinitions: [], networkMode: 'bridge' },
    ],
    ['where ECS fills in the fault injection setting', task(), task({}, { enableFaultInjection: false })],
    [
      'where sizes are written with units',
      task({}, { cpu: '1 vCPU', memory: '2 GB' }),
      task({}, { cpu: '1024', memory: '2048' }),
    ],
    ['where half a vCPU is meant', task({}, { cpu: '.5 vcpu' }), task({}, { cpu: '512' })],
  ])('%s', (_reason, one, other) => {
    expect(sameDefinition(one, other)).toBe(true);
    expect(sameDefinition(other, one)).toBe(true);
  });
});

describe('two definitions differ', () => {
  const two = (...names: string[]): JsonObject => ({
    family: 'shop',
    containerDefinitions: names.map((name) => ({ name, image: 'shop:1' })),
  });

  it.each<[reason: string, one: JsonObject, other: JsonObject]>([
    ['in an image', task(), task({ image: 'shop:2' })],
    ['in the order of a command', task({ command: ['a', 'b'] }), task({ command: ['b', 'a'] })],
    [
      'in the order of an entry point',
      task({ entryPoint: ['sh', '-c'] }),
      task({ entryPoint: ['-c', 'sh'] }),
    ],
    ['in the order of the containers', two('a', 'b'), two('b', 'a')],
    [
      'in the order of mount points',
      task({ mountPoints: [{ sourceVolume: 'a' }, { sourceVolume: 'b' }] }),
      task({ mountPoints: [{ sourceVolume: 'b' }, { sourceVolume: 'a' }] }),
    ],
    [
      'in the order of DNS servers',
      task({ dnsServers: ['1.1.1.1', '8.8.8.8'] }),
      task({ dnsServers: ['8.8.8.8', '1.1.1.1'] }),
    ],
    [
      'in a variable’s value',
      task({ environment: [{ name: 'A', value: '1' }] }),
      task({ environment: [{ name: 'A', value: '2' }] }),
    ],
    [
      'in a variable that is empty and one that is not there',
      task({ environment: [{ name: 'A', value: '' }] }),
      task(),
    ],
    [
      'in an empty value and a value',
      task({ environment: [{ name: 'A', value: '' }] }),
      task({ environment: [{ name: 'A', value: '0' }] }),
    ],
    ['in an empty label and none', task({ dockerLabels: { a: '' } }), task()],
    ['in an empty argument of the command', task({ command: ['x', ''] }), task({ command: ['x'] })],
    [
      'in the order of two values of one variable',
      task({
        environment: [
          { name: 'A', value: '1' },
          { name: 'A', value: '2' },
        ],
      }),
      task({
        environment: [
          { name: 'A', value: '2' },
          { name: 'A', value: '1' },
        ],
      }),
    ],
    ['in whether a container is essential', task(), task({ essential: false })],
    [
      'in a port of the host (bridge)',
      task({ portMappings: [{ containerPort: 80, hostPort: 8080 }] }, { networkMode: 'bridge' }),
      task({ portMappings: [{ containerPort: 80 }] }, { networkMode: 'bridge' }),
    ],
    ['in a field nobody knows yet', task(), task({ warpFactor: 9 })],
    ['in the family', task(), task({}, { family: 'shop-2' })],
    ['in a role', task(), task({}, { taskRoleArn: 'arn:aws:iam::111111111111:role/web' })],
  ])('%s', (_reason, one, other) => {
    expect(sameDefinition(one, other)).toBe(false);
    expect(sameDefinition(other, one)).toBe(false);
  });
});

describe('what was sent and did not come back', () => {
  it.each<[reason: string, sent: JsonObject, stored: JsonObject, paths: string[]]>([
    [
      'nothing, where ECS only added',
      task(),
      task({ cpu: 0, essential: true }, { compatibilities: ['EC2'] }),
      [],
    ],
    ['a field of the task', task({}, { ephemeralStorage: { sizeInGiB: 50 } }), task(), ['ephemeralStorage']],
    [
      'a part of an object',
      task({}, { ephemeralStorage: { sizeInGiB: 50, kind: 'fast' } }),
      task({}, { ephemeralStorage: { sizeInGiB: 50 } }),
      ['ephemeralStorage.kind'],
    ],
    [
      'a field of a container',
      task({ restartPolicy: { enabled: true } }),
      task(),
      ['containerDefinitions[web].restartPolicy'],
    ],
    ['a changed value', task({ cpu: 128 }), task({ cpu: 64 }), ['containerDefinitions[web].cpu']],
    [
      'a variable, by its name and without its value',
      task({
        environment: [
          { name: 'TOKEN', value: 'hush' },
          { name: 'A', value: '1' },
        ],
      }),
      task({ environment: [{ name: 'A', value: '1' }] }),
      ['containerDefinitions[web].environment[TOKEN]'],
    ],
    [
      'a changed variable',
      task({ environment: [{ name: 'TOKEN', value: 'hush' }] }),
      task({ environment: [{ name: 'TOKEN', value: '***' }] }),
      ['containerDefinitions[web].environment[TOKEN].value'],
    ],
    [
      'an element of a list without names',
      task({ mountPoints: [{ sourceVolume: 'a', readOnly: true }] }),
      task({ mountPoints: [{ sourceVolume: 'a' }] }),
      ['containerDefinitions[web].mountPoints[0].readOnly'],
    ],
    [
      'a list that got shorter',
      task({ command: ['a', 'b'] }),
      task({ command: ['a'] }),
      ['containerDefinitions[web].command'],
    ],
    [
      'a whole container',
      { family: 'shop', containerDefinitions: [{ name: 'web' }, { name: 'log' }] },
      { family: 'shop', containerDefinitions: [{ name: 'web' }] },
      ['containerDefinitions[log]'],
    ],
    [
      'an empty label',
      task({ dockerLabels: { marker: '' } }),
      task({ dockerLabels: {} }),
      ['containerDefinitions[web].dockerLabels'],
    ],
  ])('is named: %s', (_reason, sent, stored, paths) => {
    expect(missingPaths(sent, stored)).toEqual(paths);
  });
});
