import { ListTasksCommand, RegisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { createApplication, untilSteady, type Application } from './application.ts';
import { awsClients } from './aws.ts';
import { buildImage, pushImage } from './images.ts';
import { logLines, runningContainers, serviceState } from './probes.ts';
import { startStage, type Stage } from './stage.ts';
import { runTask } from './tasks.ts';
import { until } from './until.ts';

const limit = 120_000;
const talkative = ['sh', '-c', 'echo "hello $WHO"; trap "exit 0" TERM; while :; do sleep 1; done'];

describe('the stage', () => {
  let stage: Stage;
  let application: Application;

  beforeAll(async () => {
    stage = await startStage();
    application = await createApplication(stage, {
      cluster: 'staging',
      repository: 'shop',
      services: [{ name: 'web', desiredCount: 2, command: talkative, environment: { WHO: 'Ada' } }],
    });
  }, limit);

  afterAll(() => stage.stop(), limit);

  it('runs a MiniStack that drains deployments and keeps task logs', () => {
    const [major = 0, minor = 0, patch = 0] = stage.ministackVersion.split('.').map(Number);
    expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(1_005_016);
  });

  it(
    'runs a service as real containers of the very image that was pushed',
    async () => {
      const containers = await runningContainers(stage, 'staging-web');

      expect(containers.map(({ name, revision }) => ({ name, revision }))).toEqual([
        { name: 'app', revision: 'staging-web:1' },
        { name: 'app', revision: 'staging-web:1' },
      ]);
      expect(
        containers.map(({ digest }) => `localhost:${new URL(stage.endpoint).port}/shop@${digest!}`),
      ).toEqual([application.image, application.image]);
    },
    limit,
  );

  it(
    'brings what containers print to the log group',
    async () => {
      const lines = await until(
        'both containers said hello',
        () => logLines(stage, '/ecs/staging-web'),
        (seen) => seen.length >= 2,
      );
      expect(lines).toEqual(['hello Ada', 'hello Ada']);
    },
    limit,
  );

  it.each([0, 7])(
    'gives back exit code %i of a one-off task',
    async (code) => {
      const task = await runTask(stage, {
        cluster: 'staging',
        revision: 'staging-web:1',
        container: 'app',
        command: ['sh', '-c', `exit ${code}`],
      });

      expect(task.containers!.map(({ exitCode }) => exitCode)).toEqual([code]);
      expect(task.stopCode).toBe('EssentialContainerExited');
    },
    limit,
  );

  it(
    'keeps an immutable tag as it was',
    async () => {
      const other = { Dockerfile: `FROM ${stage.images.busybox}\nENV OTHER=1\n` };
      await pushImage(stage, stage.images.busybox, 'shop', 'v1');

      await expect(buildImage(stage, other, 'shop', 'v1')).rejects.toThrow(/immutable/);
    },
    limit,
  );

  it(
    'rolls a service over to a new image',
    async () => {
      const { ecs } = awsClients(stage);
      const files = { Dockerfile: `FROM ${stage.images.busybox}\nENV WHO=Grace\n` };
      const image = await buildImage(stage, files, 'shop', 'v2');
      const { taskDefinition } = await ecs.send(
        new RegisterTaskDefinitionCommand({
          family: 'rolled',
          networkMode: 'awsvpc',
          containerDefinitions: [{ name: 'app', image, command: talkative }],
        }),
      );
      const rolled = await createApplication(stage, {
        cluster: 'rolling',
        repository: 'rolled',
        services: [{ name: 'web' }],
      });
      expect(rolled.services).toHaveLength(1);

      await ecs.send(
        new UpdateServiceCommand({
          cluster: 'rolling',
          service: 'web',
          taskDefinition: taskDefinition!.taskDefinitionArn,
        }),
      );
      await untilSteady(stage, 'rolling', 'web');

      expect(await serviceState(stage, 'rolling', 'web')).toMatchObject({ revision: 'rolled:1', running: 1 });
      expect(await runningContainers(stage, 'rolled')).toMatchObject([{ digest: image.split('@')[1] }]);
      await until(
        'the old container is gone',
        () => runningContainers(stage, 'rolling-web'),
        (left) => left.length === 0,
      );
      const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: 'rolling', serviceName: 'web' }));
      expect(taskArns).toHaveLength(1);
    },
    limit,
  );
});
