import { unzipSync } from 'fflate';
import type { FakeBuild } from '../../fakes/aws/codebuild-builds.ts';
import { OLD_DIGEST, REGISTRY, type Shop } from '../../fakes/shop.ts';
import { shopOnCodeBuild } from '../../fakes/shop-on-codebuild.ts';

const COMMIT = '1'.repeat(40);

function onlyBuild({ aws }: Shop): FakeBuild {
  expect(aws.codebuild.builds).toHaveLength(1);
  return aws.codebuild.builds[0]!;
}

const variablesOf = ({ variables }: FakeBuild) =>
  Object.fromEntries(variables.map(({ name, value }) => [name, value]));

function error({ host }: Shop): string {
  return host.annotations
    .filter(({ level }) => level === 'error')
    .map(({ title, message }) => `${title}: ${message}`)
    .join('\n');
}

describe('a deploy whose image is built on CodeBuild', () => {
  it('R26 R30 shows id, page, phases and log of the build, and deploys the digest that ECR has afterwards', async () => {
    const shop = shopOnCodeBuild();
    const { host, aws } = shop;

    expect(await shop.deploy()).toBe(0);

    const { id } = onlyBuild(shop);
    const short = id.slice(0, 'shop-build:'.length + 8);
    const shown = host.lines.filter((line) => line.includes(short) || line.startsWith('https:'));
    expect(shown).toEqual([
      `Started build ${id}`,
      `https://console.aws.amazon.com/codesuite/codebuild/111111111111/projects/shop-build/build/${id.replace(':', '%3A')}/?region=ap-northeast-1`,
      `Build ${short} is submitted`,
      `Build ${short} QUEUED succeeded after 1 s`,
      `Build ${short} is provisioning`,
      `Build ${short} PROVISIONING succeeded after 6 s`,
      `Build ${short} is in phase DOWNLOAD_SOURCE`,
      `Build ${short} DOWNLOAD_SOURCE succeeded after 1 s`,
      `Build ${short} PRE_BUILD succeeded after 1 s`,
      `Build ${short} is in phase BUILD`,
      `| building ${id}`,
      `Build ${short} BUILD succeeded after 8 s`,
      `Build ${short} is in phase POST_BUILD`,
      `Build ${short} POST_BUILD succeeded after 2 s`,
      `Build ${short} is in phase FINALIZING`,
      `Build ${short} FINALIZING succeeded after 1 s`,
    ]);
    const digest = host.outputs['image-digest'];
    expect(digest).toMatch(/^sha256:c+1$/);
    expect(shop.digestOf(aws.ecs.service('web').taskDefinition)).toBe(digest);
    expect(shop.builder.builds).toEqual([]);
    expect(host.summaries.join('')).toContain('### Build on CodeBuild');
  });

  it('gives the build the commit, an explicit list of variables, and nothing of the environment of the job', async () => {
    const shop = shopOnCodeBuild({
      keys: ', environment-variables: { NPM_TOKEN: "parameter-store:/shop/npm", LICENSE: "secrets-manager:shop/license:key", MODE: ci }',
      image: ', target: runtime, platform: linux/arm64, build-args: { RAILS_ENV: production, EMPTY: "" }',
    });

    expect(await shop.deploy()).toBe(0);

    const build = onlyBuild(shop);
    const [, tag] = /(src-[0-9a-f]{40})/.exec(shop.host.lines.join('\n')) ?? [];
    expect(build.input).toMatchObject({ projectName: 'shop-build', sourceVersion: COMMIT });
    expect(variablesOf(build)).toEqual({
      IMAGE_REPOSITORY: `${REGISTRY}/shop`,
      IMAGE_REGISTRY: REGISTRY,
      IMAGE_TAG: tag,
      IMAGE_COMMIT_TAG: `sha-${COMMIT}`,
      IMAGE_CONTEXT: '.',
      IMAGE_DOCKERFILE: 'Dockerfile',
      IMAGE_TARGET: 'runtime',
      IMAGE_PLATFORM: 'linux/arm64',
      IMAGE_BUILD_ARGS: '--build-arg RAILS_ENV --build-arg EMPTY',
      RAILS_ENV: 'production',
      EMPTY: '',
      DEPLOY_COMMIT: COMMIT,
      NPM_TOKEN: '/shop/npm',
      LICENSE: 'shop/license:key',
      MODE: 'ci',
      DEPLOY_ACTION_KEY: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    });
    const types = Object.fromEntries(build.variables.map(({ name, type }) => [name, type]));
    expect(types).toMatchObject({
      NPM_TOKEN: 'PARAMETER_STORE',
      LICENSE: 'SECRETS_MANAGER',
      MODE: 'PLAINTEXT',
    });
  });

  it('R29 overrides image, compute type, buildspec, role and privileged mode where asked, and nothing else', async () => {
    const shop = shopOnCodeBuild({
      keys: `, image: "${REGISTRY}/builder:1", compute-type: BUILD_GENERAL1_LARGE, buildspec: ci/image.yml, service-role: "arn:aws:iam::111111111111:role/builder", privileged: true`,
    });

    expect(await shop.deploy()).toBe(0);

    const { environmentVariablesOverride, ...input } = onlyBuild(shop).input as Record<string, unknown>;
    expect(environmentVariablesOverride).toHaveLength(9);
    expect(input).toEqual({
      projectName: 'shop-build',
      sourceVersion: COMMIT,
      imageOverride: `${REGISTRY}/builder:1`,
      imagePullCredentialsTypeOverride: 'SERVICE_ROLE',
      computeTypeOverride: 'BUILD_GENERAL1_LARGE',
      buildspecOverride: 'ci/image.yml',
      serviceRoleOverride: 'arn:aws:iam::111111111111:role/builder',
      privilegedModeOverride: true,
    });
  });

  it('starts nothing where ECR has an image of the same content', async () => {
    const shop = shopOnCodeBuild();
    await shop.deploy();
    shop.commit('2'.repeat(40));

    expect(await shop.deploy()).toBe(0);

    onlyBuild(shop);
    expect(shop.host.outputs['image-reused']).toBe('true');
  });

  it('another buildspec in the checkout is another content', async () => {
    const shop = shopOnCodeBuild({ keys: ', buildspec: ci/image.yml' });
    shop.files.entries.set('.dockerignore', '.git\nci\n.github\n');
    shop.files.entries.set('ci/image.yml', 'version: 0.2');
    await shop.deploy();
    shop.files.entries.set('ci/image.yml', 'version: 0.2 # changed');
    shop.commit('2'.repeat(40));

    expect(await shop.deploy()).toBe(0);

    expect(shop.aws.codebuild.builds).toHaveLength(2);
  });

  it('is red when the build succeeds and pushes nothing, and says what the buildspec has to push', async () => {
    const shop = shopOnCodeBuild();
    shop.aws.codebuild.nextBuild('shop-build', { pushes: 'nothing' });

    expect(await shop.deploy()).toBe(1);

    expect(error(shop)).toMatch(
      /^CODEBUILD_IMAGE_MISSING: .*the build succeeded, but ECR has no image of this tag\n.*docker push/,
    );
    expect(shop.digestOf(shop.aws.ecs.service('web').taskDefinition)).toBe(OLD_DIGEST);
  });

  it('uses the image of somebody who was first with the same content', async () => {
    const shop = shopOnCodeBuild();
    const theirs = `sha256:${'e'.repeat(64)}`;
    shop.clock.at(10_000, () => {
      const [, tag = ''] = /(src-[0-9a-f]{40})/.exec(shop.host.lines.join('\n')) ?? [];
      shop.aws.ecr.putImage('shop', { digest: theirs, tags: [tag] });
    });

    expect(await shop.deploy()).toBe(0);

    expect(shop.host.outputs['image-digest']).toBe(theirs);
    expect(shop.host.outputs['image-reused']).toBe('true');
  });
});

describe('source: upload', () => {
  it('hands over what the build would read, at its places, and names the object by its content', async () => {
    const shop = shopOnCodeBuild({ keys: ', source: upload, bucket: shop-deploys' });
    shop.aws.s3.addBucket('shop-deploys');
    const { entries } = shop.files;
    entries.set('.dockerignore', '.git\n.github\nlog\n!log/keep\nDockerfile\nbuildspec.yml\n');
    entries.set('bin/run', { executable: '#!/bin/sh' });
    entries.set('current', { link: 'server.js' });
    entries.set('log/old.log', 'old');
    entries.set('log/keep', 'kept');
    entries.set('buildspec.yml', 'version: 0.2');
    entries.set('.git/config', '[core]');

    expect(await shop.deploy()).toBe(0);

    const [[key, zip] = ['', new Uint8Array()]] = [...shop.aws.s3.objects('shop-deploys')];
    expect(key).toMatch(/^deploy-action\/[0-9a-f]{64}\.zip$/);
    expect(onlyBuild(shop).input).toMatchObject({
      sourceTypeOverride: 'S3',
      sourceLocationOverride: `shop-deploys/${key}`,
    });
    expect(onlyBuild(shop).input).not.toHaveProperty('sourceVersion');
    const files = Object.fromEntries(
      Object.entries(unzipSync(zip)).map(([path, bytes]) => [path, Buffer.from(bytes).toString()]),
    );
    expect(files).toEqual({
      '.dockerignore': entries.get('.dockerignore'),
      Dockerfile: 'FROM scratch\nCOPY . .\n',
      'bin/run': '#!/bin/sh',
      'buildspec.yml': 'version: 0.2',
      current: 'server.js',
      'log/keep': 'kept',
      'server.js': 'serve()',
    });
  });

  it('says which bucket there is none of', async () => {
    const shop = shopOnCodeBuild({ keys: ', source: upload, bucket: shop-deploys' });

    expect(await shop.deploy()).toBe(1);

    expect(error(shop)).toContain('s3:PutObject: The specified bucket does not exist (NoSuchBucket');
    expect(shop.aws.codebuild.builds).toEqual([]);
  });
});

describe('the source of the project', () => {
  it.each([
    [{ type: 'NO_SOURCE', buildspec: 'version: 0.2' }, 'has no source (NO_SOURCE)', 'source: upload'],
    [{ type: 'CODEPIPELINE' }, 'belongs to a pipeline (source CODEPIPELINE)', 'a project of its own'],
  ])('%j is refused before anything is started', async (source, problem, hint) => {
    const shop = shopOnCodeBuild();
    shop.aws.codebuild.addProject('other', { source });
    shop.configure((yaml) =>
      yaml.replace(
        'image: { repository: shop }',
        'image: { repository: shop, builder: codebuild, codebuild: { project: other } }',
      ),
    );

    expect(await shop.deploy()).toBe(1);

    expect(error(shop)).toContain(`CODEBUILD_NOT_STARTED: project other ${problem}`);
    expect(error(shop)).toContain(hint);
    expect(shop.aws.callsOf('StartBuild')).toEqual([]);
  });

  it('in S3 is built as it is, with a warning that it need not be this commit', async () => {
    const shop = shopOnCodeBuild();
    shop.aws.codebuild.addProject('other', { source: { type: 'S3', location: 'shop/source.zip' } });
    shop.configure((yaml) =>
      yaml.replace(
        'image: { repository: shop }',
        'image: { repository: shop, builder: codebuild, codebuild: { project: other } }',
      ),
    );

    expect(await shop.deploy()).toBe(0);

    expect(onlyBuild(shop).input).not.toHaveProperty('sourceVersion');
    expect(shop.host.annotations.map(({ message }) => message).join('\n')).toContain(
      'the object shop/source.zip in S3, which need not be this commit',
    );
  });

  it('a project that does not exist is named', async () => {
    const shop = shopOnCodeBuild();
    shop.configure((yaml) =>
      yaml.replace(
        'image: { repository: shop }',
        'image: { repository: shop, builder: codebuild, codebuild: { project: shop-biuld } }',
      ),
    );

    expect(await shop.deploy()).toBe(1);

    expect(error(shop)).toMatch(/CODEBUILD_NOT_STARTED: build of shop-biuld: .*\n.*list-projects/);
  });

  it('need not be readable', async () => {
    const shop = shopOnCodeBuild();
    shop.aws.fault({ operation: 'BatchGetProjects', kind: 'access-denied', times: Infinity });

    expect(await shop.deploy()).toBe(0);

    expect(onlyBuild(shop).input).toMatchObject({ sourceVersion: COMMIT });
  });
});
