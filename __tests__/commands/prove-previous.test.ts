import { breaker } from '../fakes/aws/fake-aws.ts';
import { Shop, OLD_DIGEST } from '../fakes/shop.ts';

const PROOF = { startedBy: /\/prove-previous\// };

function shop(): Shop {
  const made = new Shop();
  made.configure((yaml) => yaml.replace('timeout: 10m', 'timeout: 10m, prove-previous: [bin/check, schema]'));
  return made;
}

const changes = ({ aws }: Shop) => aws.mutations().map(({ operation }) => operation);
const proofs = ({ aws }: Shop) =>
  aws.ecs.tasks().filter(({ startedBy }) => (startedBy ?? '').includes('/prove-previous/'));

describe('the proof on the previous release', () => {
  it('runs on the revision that serves, after the migration and before any service changes', async () => {
    const made = shop();
    expect(await made.deploy()).toBe(0);
    const [migration, proof] = made.aws.callsOf('RunTask');
    expect(migration?.input).toMatchObject({ taskDefinition: expect.stringMatching(/\/web:2$/) as string });
    expect(proof?.input).toMatchObject({
      taskDefinition: expect.stringMatching(/\/web:1$/) as string,
      overrides: { containerOverrides: [{ name: 'web', command: ['bin/check', 'schema'] }] },
    });
    expect(made.digestOf('web:1')).toBe(OLD_DIGEST);
    expect(changes(made).slice(2, 5)).toEqual(['RunTask', 'RunTask', 'UpdateService']);
    expect(JSON.parse(made.host.outputs['tasks'] ?? '')).toMatchObject([
      { purpose: 'migrate', state: 'succeeded' },
      { purpose: 'prove-previous', state: 'succeeded', exitCode: 0 },
    ]);
    expect(made.host.lines.join('\n')).toContain('web:1 can live with the new schema');
    expect(made.host.summaries.join('\n')).toContain('Proof that what serves can live with the new schema');
  });

  it('that fails stops the release: no service is touched, and what the migration left is said', async () => {
    const made = shop();
    made.aws.ecs.nextTask(PROOF, {
      exitCode: 4,
      logLines: [{ afterSeconds: 0, message: 'no column orders.total' }],
    });
    expect(await made.deploy()).toBe(1);
    expect(made.host.outputs).toMatchObject({
      outcome: 'failed',
      'failed-step': 'prove-previous',
      'migration-exit-code': '0',
    });
    expect(made.aws.callsOf('UpdateService')).toEqual([]);
    expect(made.host.outsideLines).toContain('no column orders.total');
    expect(made.host.annotations.at(-1)?.message).toContain(
      'the migration has run, and web:1 keeps serving on its schema',
    );
  });

  it('is left out with the migration', async () => {
    const made = shop();
    await made.deploy();
    await made.deploy();
    expect(proofs(made)).toHaveLength(1);
    expect(made.host.outputs['outcome']).toBe('no-change');
    expect(made.host.lines.join('\n')).toContain('Proof skipped: the migration was left out');
  });

  it('is left out where the service of the migration serves the revision already', async () => {
    const made = shop();
    await made.deploy();
    // The ledger lost its record of the migration: that runs again, on what serves.
    const revision = made.aws.ecs.taskDefinitions.find('web');
    if (revision !== undefined) revision.tags = [];
    expect(await made.deploy()).toBe(0);
    expect(proofs(made)).toHaveLength(1);
    expect(made.host.lines.join('\n')).toContain('Proof skipped: web:2 serves already');
  });

  it('is left out where nothing of ours serves yet', async () => {
    const made = shop();
    const placeholder = made.aws.ecs.register({
      ...made.aws.ecs.taskDefinitions.find('web')?.definition,
      containerDefinitions: [{ name: 'web', image: 'public.ecr.aws/nginx/nginx:1', essential: true }],
    });
    made.aws.ecs.updateService('web', { taskDefinition: placeholder.arn });
    await made.clock.advance(60_000);
    made.configure((yaml) =>
      yaml
        .replace('timeout: 10m', 'timeout: 10m, prove-previous: [bin/check, schema]')
        .replace('[web, worker]', '[{ name: web, container: web }, worker]'),
    );
    expect(await made.deploy()).toBe(0);
    expect(proofs(made)).toEqual([]);
    expect(made.host.lines.join('\n')).toContain('Proof skipped: web:2 runs no image of');
  });

  it('runs on what serves, not on what failed last', async () => {
    const made = shop();
    made.configure((yaml) =>
      `${yaml}rollout: { on-failure: leave }\n`.replace(
        'timeout: 10m',
        'timeout: 10m, prove-previous: [bin/check, schema]',
      ),
    );
    made.aws.ecs.nextRollout('web', breaker({ rollback: false }));
    expect(await made.deploy()).toBe(1);
    made.files.entries.set('server.js', 'serve(mended)');
    made.commit('2'.repeat(40));
    expect(await made.deploy()).toBe(0);
    expect(proofs(made).map(({ taskDefinitionArn }) => taskDefinitionArn.split('/').at(-1))).toEqual([
      'web:1',
      'web:1',
    ]);
  });

  it('that was done by an earlier attempt of the run is not done again', async () => {
    const made = shop();
    made.aws.fault({ operation: 'UpdateService', times: 2, kind: 'access-denied' });
    expect(await made.deploy()).toBe(1);
    expect(await made.deploy()).toBe(0);
    expect(proofs(made)).toHaveLength(1);
  });
});
