import {
  BatchGetBuildsCommand,
  BatchGetProjectsCommand,
  CodeBuildClient,
  ListBuildsForProjectCommand,
  StartBuildCommand,
  StopBuildCommand,
  type Build,
  type StartBuildCommandInput,
} from '@aws-sdk/client-codebuild';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { setUp } from '../../scripts/setup.mjs';
import { zipOf } from '../../src/steps/codebuild/zip.ts';
import { botocoreOn } from '../contract/botocore.ts';
import { awsClients } from './aws.ts';
import { startCodeBuild, type StageCodeBuild } from './codebuild.ts';
import { logLines } from './probes.ts';
import { startStage, type Stage } from './stage.ts';
import { until } from './until.ts';

const limit = 120_000;
const bucket = 'sources';

/** What a person writes into buildspecOverride. */
const buildspec = (commands: Partial<Record<'install' | 'pre_build' | 'build' | 'post_build', string[]>>) =>
  `version: 0.2\nphases: ${JSON.stringify(
    Object.fromEntries(Object.entries(commands).map(([phase, lines]) => [phase, { commands: lines }])),
  )}\n`;

describe('the CodeBuild of the stage', () => {
  let stage: Stage;
  let codebuild: StageCodeBuild;
  let client: CodeBuildClient;

  beforeAll(async () => {
    stage = await startStage();
    codebuild = await startCodeBuild(stage, {
      projects: [
        { name: 'plain', privilegedMode: false },
        { name: 'one-at-a-time', concurrentBuildLimit: 1 },
      ],
      concurrentBuilds: 2,
    });
    client = new CodeBuildClient({
      endpoint: codebuild.url,
      region: stage.region,
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    });
    const { s3 } = awsClients(stage);
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'a/source.zip', Body: await source() }));
  }, limit);

  afterAll(async () => {
    await codebuild.stop();
    await stage.stop();
  }, limit);

  const source = () =>
    zipOf([
      { kind: 'file', path: 'bin/run', executable: true, bytes: Buffer.from('#!/bin/sh\necho "I ran"\n') },
      { kind: 'file', path: 'data', executable: false, bytes: Buffer.from('x') },
      { kind: 'link', path: 'link', target: 'bin/run' },
      { kind: 'folder', path: 'empty' },
    ]);

  const start = async (input: Partial<StartBuildCommandInput>): Promise<string> => {
    const { build } = await client.send(
      new StartBuildCommand({
        projectName: 'plain',
        imageOverride: stage.images.busybox,
        sourceTypeOverride: 'S3',
        sourceLocationOverride: `${bucket}/a/source.zip`,
        ...input,
      }),
    );
    return build!.id!;
  };
  const look = async (id: string): Promise<Build> =>
    (await client.send(new BatchGetBuildsCommand({ ids: [id] }))).builds![0]!;
  const end = (id: string) =>
    until(
      `build ${id} is over`,
      () => look(id),
      ({ buildComplete }) => buildComplete === true,
    );
  const inPhase = (id: string, phase: string) =>
    until(
      `build ${id} is in phase ${phase}`,
      () => look(id),
      ({ currentPhase }) => currentPhase === phase,
    );
  const phasesOf = ({ phases = [] }: Build) =>
    phases.map(({ phaseType, phaseStatus = '' }) => `${phaseType} ${phaseStatus}`.trim());
  const linesOf = async (build: Build) =>
    (await logLines(stage, build.logs!.groupName!)).map((line) => line.trimEnd());

  it(
    'runs in the image that was asked for what S3 has, with its permissions and links, and with the given variables',
    async () => {
      const { ssm, secrets } = awsClients(stage);
      await ssm.send(new PutParameterCommand({ Name: '/a/token', Value: 'from SSM', Type: 'SecureString' }));
      await secrets.send(new CreateSecretCommand({ Name: 'licence', SecretString: 'from Secrets Manager' }));
      const id = await start({
        buildspecOverride: buildspec({
          build: [
            './link',
            'test -x bin/run && test ! -x data && test -d empty && echo "modes kept"',
            'test -e /usr/local/bin/docker || echo "no docker"',
            'echo "$PLAIN, $TOKEN, $LICENCE"',
          ],
        }),
        environmentVariablesOverride: [
          { name: 'PLAIN', value: 'as it stands', type: 'PLAINTEXT' },
          { name: 'TOKEN', value: '/a/token', type: 'PARAMETER_STORE' },
          { name: 'LICENCE', value: 'licence', type: 'SECRETS_MANAGER' },
        ],
      });
      const build = await end(id);
      const lines = await linesOf(build);
      expect({ status: build.buildStatus, lines }).toMatchObject({ status: 'SUCCEEDED' });
      expect(lines).toEqual(
        expect.arrayContaining([
          'I ran',
          'modes kept',
          'no docker',
          'as it stands, from SSM, from Secrets Manager',
        ]),
      );
      expect(build.environment?.image).toBe(stage.images.busybox);
      expect(phasesOf(build)).toEqual([
        'SUBMITTED SUCCEEDED',
        'QUEUED SUCCEEDED',
        'PROVISIONING SUCCEEDED',
        'DOWNLOAD_SOURCE SUCCEEDED',
        'INSTALL SUCCEEDED',
        'PRE_BUILD SUCCEEDED',
        'BUILD SUCCEEDED',
        'POST_BUILD SUCCEEDED',
        'COMPLETED',
      ]);
    },
    limit,
  );

  it(
    'ends as failed in the phase whose command fails, and runs what follows a build all the same',
    async () => {
      const id = await start({
        buildspecOverride: buildspec({
          build: ['echo "make: *** [all] Error 2" >&2; exit 2', 'echo never'],
          post_build: ['echo "succeeding: $CODEBUILD_BUILD_SUCCEEDING"'],
        }),
      });
      const build = await end(id);
      const lines = await linesOf(build);
      expect(build.buildStatus).toBe('FAILED');
      expect(build.phases?.find(({ phaseType }) => phaseType === 'BUILD')).toMatchObject({
        phaseStatus: 'FAILED',
        contexts: [
          {
            statusCode: 'COMMAND_EXECUTION_ERROR',
            message: expect.stringMatching(/^Error while executing command: .* exit status 2$/) as string,
          },
        ],
      });
      expect(lines).toEqual(expect.arrayContaining(['make: *** [all] Error 2', 'succeeding: 0']));
      expect(lines).not.toContain('never');
    },
    limit,
  );

  it.each([
    ['a source that is not there', { sourceLocationOverride: `${bucket}/gone.zip` }, 'CLIENT_ERROR'],
    ['no buildspec', { buildspecOverride: 'gone.yml' }, 'YAML_FILE_ERROR'],
  ] as const)(
    'fails at the source for want of %s',
    async (_what, input, statusCode) => {
      const build = await end(await start(input));
      expect(build.buildStatus).toBe('FAILED');
      expect(build.phases?.at(-2)).toMatchObject({
        phaseType: 'DOWNLOAD_SOURCE',
        phaseStatus: 'FAILED',
        contexts: [{ statusCode }],
      });
    },
    limit,
  );

  it(
    'refuses what a project may not run beside, queues what the account may not, and stops both kinds',
    async () => {
      const waits = { buildspecOverride: buildspec({ build: ['sleep 600'] }) };
      const one = await start({ ...waits, projectName: 'one-at-a-time', idempotencyToken: 'once' });
      expect(await start({ ...waits, projectName: 'one-at-a-time', idempotencyToken: 'once' })).toBe(one);
      await expect(start({ ...waits, projectName: 'one-at-a-time' })).rejects.toMatchObject({
        name: 'AccountLimitExceededException',
        message: 'Cannot have more than 1 builds running for the project',
      });
      const two = await start(waits);
      await Promise.all([one, two].map((id) => inPhase(id, 'BUILD')));
      const [three, four] = [await start(waits), await start({ buildspecOverride: buildspec({}) })];
      await Promise.all([three, four].map((id) => inPhase(id, 'QUEUED')));

      await client.send(new StopBuildCommand({ id: three }));
      const unserved = await end(three);
      expect(unserved.buildStatus).toBe('STOPPED');
      expect(phasesOf(unserved)).toEqual(['SUBMITTED SUCCEEDED', 'QUEUED STOPPED', 'COMPLETED']);
      expect((await look(four)).currentPhase).toBe('QUEUED');

      await client.send(new StopBuildCommand({ id: one }));
      expect((await end(one)).buildStatus).toBe('STOPPED');
      // Its room is the next one's.
      expect((await end(four)).buildStatus).toBe('SUCCEEDED');
      await client.send(new StopBuildCommand({ id: two }));
      expect((await end(two)).buildStatus).toBe('STOPPED');
      const { ids } = await client.send(new ListBuildsForProjectCommand({ projectName: 'plain' }));
      expect(ids?.slice(0, 3)).toEqual([four, three, two]);
    },
    limit,
  );

  it(
    'answers as botocore reads the API',
    async () => {
      await client.send(new BatchGetProjectsCommand({ names: ['plain', 'one-at-a-time', 'gone'] }));
      await expect(start({ projectName: 'gone' })).rejects.toThrow('Project cannot be found');
      await end(await start({ buildspecOverride: buildspec({}) }));
      const { python } = await setUp(['python']);
      const problems = await botocoreOn(python!.python, codebuild.calls);
      const found = problems.flatMap(({ request, answer }) => [...request, ...answer]);
      expect(problems.length).toBe(codebuild.calls.length);
      expect([...new Set(found)]).toEqual([]);
    },
    limit,
  );
});
