import { OLD_DIGEST, Shop } from '../../fakes/shop.ts';

function shopWithStep(step: string): Shop {
  const shop = new Shop({ serviceDeployments: true });
  shop.aws.codebuild.addProject('shop-ami', { source: { type: 'NO_SOURCE', buildspec: 'version: 0.2' } });
  shop.aws.codebuild.addProject('shop-test', {
    source: { type: 'GITHUB', location: 'https://github.com/Acme/shop.git' },
  });
  shop.aws.ecs.nextTask({ startedBy: /\/migrate\// }, { runSeconds: 6 });
  shop.configure((yaml) => `${yaml}before-deploy: ${step}\n`);
  return shop;
}

describe('a CodeBuild project as a step before the deploy', () => {
  it('R26 runs to its end before the migration, with its own source, and without an image of ours', async () => {
    const shop = shopWithStep(
      '[{ codebuild: { project: shop-ami, environment-variables: { KIND: ami } }, timeout: 45m }]',
    );

    expect(await shop.deploy()).toBe(0);

    const [build] = shop.aws.codebuild.builds;
    expect(build).toMatchObject({ status: 'SUCCEEDED', project: 'shop-ami' });
    expect(build!.input).not.toHaveProperty('sourceVersion');
    expect(Object.fromEntries(build!.variables.map(({ name, value }) => [name, value]))).toEqual({
      DEPLOY_COMMIT: '1'.repeat(40),
      DEPLOY_ENVIRONMENT: 'staging',
      DEPLOY_IMAGE: expect.stringMatching(/shop@sha256:/) as string,
      DEPLOY_ACTION_KEY: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      KIND: 'ami',
    });
    const operations = shop.aws.mutations().map(({ operation }) => operation);
    expect(operations.indexOf('StartBuild')).toBeLessThan(operations.indexOf('RunTask'));
    expect(shop.host.lines.join('\n')).toMatch(/✓ Build shop-ami:[0-9a-f-]+ succeeded \(\d+\.\d s\)/);
  });

  it('gets the commit where its source is this repository', async () => {
    const shop = shopWithStep('[{ codebuild: { project: shop-test } }]');

    expect(await shop.deploy()).toBe(0);

    expect(shop.aws.codebuild.builds[0]!.input).toMatchObject({ sourceVersion: '1'.repeat(40) });
  });

  it('ends the deploy when it fails, before the migration and before any service changes', async () => {
    const shop = shopWithStep('[{ codebuild: { project: shop-test } }]');
    shop.aws.codebuild.nextBuild('shop-test', { fails: { phase: 'BUILD' } });

    expect(await shop.deploy()).toBe(1);

    expect(shop.host.outputs).toMatchObject({ 'failed-step': 'before-deploy', outcome: 'failed' });
    expect(shop.aws.callsOf('RunTask')).toEqual([]);
    expect(shop.digestOf(shop.aws.ecs.service('web').taskDefinition)).toBe(OLD_DIGEST);
  });

  it('is not done again by another attempt of the run', async () => {
    const shop = shopWithStep('[{ codebuild: { project: shop-ami } }, { codebuild: { project: shop-ami } }]');
    shop.aws.ecs.nextTask({ startedBy: /\/migrate\// }, { runSeconds: 1, exitCode: 1 });
    shop.aws.ecs.nextTask({ startedBy: /\/migrate\// }, { runSeconds: 1, exitCode: 1 });
    await shop.deploy();
    await shop.deploy();

    expect(shop.aws.codebuild.builds).toHaveLength(2);
    expect(shop.host.lines.join('\n')).toMatch(/Build shop-ami:[0-9a-f-]+ of this run has already succeeded/);
  });

  it.each([
    ['[{ codebuild: { project: a }, command: x }]', '`before-deploy[0]` has both `codebuild` and `command`'],
    [
      '[{ codebuild: { project: a }, service: web }]',
      '`before-deploy[0]` has both `codebuild` and `service`',
    ],
    ['[{ codebuild: { project: a, source: upload } }]', '`before-deploy[0].codebuild.bucket` is missing'],
    [
      '[{ codebuild: { project: a, bucket: abc } }]',
      '`before-deploy[0].codebuild.bucket` is only for `source: upload`',
    ],
    [
      '[{ codebuild: { project: a, environment-variables: { AWS_REGION: x } } }]',
      'sets `AWS_REGION`, a name that is taken',
    ],
  ])('%s is a mistake', async (step, problem) => {
    const shop = shopWithStep(step);

    expect(await shop.deploy()).toBe(2);

    expect(shop.host.annotations.map(({ message }) => message).join('\n')).toContain(problem);
    expect(shop.aws.calls).toEqual([]);
  });
});

describe('image.builder and image.codebuild', () => {
  it.each([
    ['codebuild: { project: a }', '`image.codebuild` is given, but docker is what builds the image'],
    ['builder: codebuild', '`image.codebuild` is missing'],
    ['builder: codebuild, codebuild: { project: a }, secrets: [TOKEN]', '`image.secrets` cannot be handed'],
    ['builder: codebuild, codebuild: { project: a }, cache: gha', '`image.cache` has no effect'],
    [
      'builder: codebuild, codebuild: { project: a }, build-args: { CODEBUILD_X: y }',
      'build argument `CODEBUILD_X` cannot be handed to CodeBuild',
    ],
  ])('%s is a mistake', async (keys, problem) => {
    const shop = new Shop();
    shop.configure((yaml) => yaml.replace('{ repository: shop }', `{ repository: shop, ${keys} }`));

    expect(await shop.deploy()).toBe(2);

    expect(shop.host.annotations.map(({ message }) => message).join('\n')).toContain(problem);
  });

  it('an environment may build with docker what the others build on CodeBuild', async () => {
    const shop = new Shop();
    shop.configure((yaml) =>
      yaml
        .replace(
          '{ repository: shop }',
          '{ repository: shop, builder: codebuild, codebuild: { project: a } }',
        )
        .replace('cluster: staging }', 'cluster: staging, image: { builder: docker } }'),
    );

    expect(await shop.deploy()).toBe(0);

    expect(shop.builder.builds).toHaveLength(1);
  });
});
