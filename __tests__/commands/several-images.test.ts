import type { BuildRequest } from '../../src/ports/builder.ts';
import { DeployError } from '../../src/errors.ts';
import { OLD_DIGEST, REGISTRY, Shop } from '../fakes/shop.ts';

const sent = (shop: Shop, operation: string) => shop.aws.callsOf(operation).map(({ input }) => input);
const imagesOf = (shop: Shop, revision: string) =>
  [...JSON.stringify(shop.aws.ecs.taskDefinitions.find(revision)).matchAll(/"image":"([^"]+)"/g)].map(
    ([, image]) => image,
  );
const outputImages = (shop: Shop) =>
  JSON.parse(shop.host.outputs['images'] ?? '') as Record<string, { image: string; reused: boolean }>;
const names = (requests: readonly BuildRequest[]) =>
  requests.map(({ references: [first] }) => /\/([a-z0-9-]+):/.exec(first)?.[1]);
const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => void setImmediate(resolve));
};

const TWO = `version: 1
images:
  shop: { repository: shop }
  proxy: { repository: proxy, context: proxy, platform: linux/amd64 }
environments: { staging: { branch: develop, cluster: staging } }
services: [web, worker]
`;

/** web runs shop and a proxy of ours beside it; worker runs shop alone. */
function shopWithProxy(yaml = TWO): Shop {
  const shop = new Shop();
  shop.aws.ecr.addRepository('proxy', { immutableTags: true });
  shop.files.entries.set('proxy/Dockerfile', 'FROM nginx\n');
  const stored = shop.aws.ecs.taskDefinitions.find('web:1')?.definition as { containerDefinitions: object[] };
  stored.containerDefinitions.push({ name: 'proxy', image: `${REGISTRY}/proxy:v1`, essential: false });
  shop.configure(() => yaml);
  return shop;
}

describe('several images', () => {
  it('go to the containers of their repositories, each from its own context', async () => {
    const shop = shopWithProxy();
    expect(await shop.deploy()).toBe(0);
    const { shop: app, proxy } = outputImages(shop);
    expect(imagesOf(shop, 'web:2')).toEqual([app?.image, 'public.ecr.aws/datadog/agent:7', proxy?.image]);
    expect(imagesOf(shop, 'worker:2')).toEqual([app?.image]);
    expect(Object.keys(outputImages(shop))).toEqual(['shop', 'proxy']);
    expect(shop.host.outputs['image']).toBe(app?.image);
    expect(shop.builder.builds.map(({ context }) => context).sort()).toEqual(['.', 'proxy']);
  });

  it('carry their own content tags into the ledger', async () => {
    const shop = shopWithProxy(TWO.replace('[web, worker]', '[{ name: web, image: proxy }, worker]'));
    await shop.deploy();
    const content = sent(shop, 'RegisterTaskDefinition').map(({ tags }) =>
      (tags as { key: string; value: string }[]).find(({ key }) => key === 'deploy-action:content'),
    );
    const tags = shop.builder.builds.map(({ references: [first] }) => first.split(':').at(-1));
    expect(new Set(content.map((tag) => tag?.value))).toEqual(new Set(tags));
  });

  it('are reused one by one', async () => {
    const shop = shopWithProxy();
    await shop.deploy();
    shop.files.entries.set('proxy/nginx.conf', 'worker_processes 2;');
    shop.files.entries.set('.dockerignore', '.git\n.github\nproxy\n');
    await shop.deploy();
    shop.builder.builds.length = 0;
    shop.files.entries.set('proxy/nginx.conf', 'worker_processes 3;');
    expect(await shop.deploy()).toBe(0);
    expect(names(shop.builder.builds)).toEqual(['proxy']);
    expect(outputImages(shop)).toMatchObject({ shop: { reused: true }, proxy: { reused: false } });
    expect(shop.host.lines.join('\n')).toContain('2 images: 1 reused, 1 built and pushed');
  });

  it('can be named where the containers do not tell', async () => {
    const shop = shopWithProxy(
      TWO.replace('[web, worker]', '[{ name: web, image: proxy, container: web }, worker]'),
    );
    expect(await shop.deploy()).toBe(0);
    expect(imagesOf(shop, 'web:2')[0]).toBe(outputImages(shop)['proxy']?.image);
  });

  it('of one repository must be named', async () => {
    const shop = shopWithProxy(TWO.replace('repository: proxy', 'repository: shop'));
    expect(await shop.deploy()).toBe(2);
    expect(shop.host.annotations.map(({ message }) => message).join()).toContain(
      'service web: its image could be shop or proxy, which are of one repository',
    );
    expect(shop.builder.builds).toEqual([]);
  });

  it('that nothing runs are an error before anything is built', async () => {
    const shop = shopWithProxy(TWO.replace('shop: { repository: shop }', 'shop: { repository: other }'));
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.annotations.map(({ title }) => title).join()).toContain('CONTAINER_NOT_FOUND');
    expect(shop.builder.builds).toEqual([]);
  });

  it('R6 `current` is found for each of them', async () => {
    const shop = shopWithProxy();
    const digest = `sha256:${'e'.repeat(64)}`;
    shop.aws.ecr.putImage('proxy', { digest, tags: ['v1'] });
    shop.host.inputs = { image: 'current' };
    expect(await shop.deploy()).toBe(0);
    expect(outputImages(shop)).toMatchObject({
      shop: { image: `${REGISTRY}/shop@${OLD_DIGEST}` },
      proxy: { image: `${REGISTRY}/proxy@${digest}` },
    });
  });

  it('are built by `build` too', async () => {
    const shop = shopWithProxy();
    expect(await shop.run('build')).toBe(0);
    expect(Object.keys(outputImages(shop))).toEqual(['shop', 'proxy']);
  });
});

describe('a migration with an image of its own', () => {
  const yaml = `${TWO.replace('proxy: {', 'tools: { repository: tools, context: proxy }\n  proxy: {')}migrate: { service: web, image: tools, command: [bin/migrate] }\n`;

  it('runs on a copy of the service’s revision in a family of its own, and the service gets its own image', async () => {
    const shop = shopWithProxy(yaml);
    shop.aws.ecr.addRepository('tools', { immutableTags: true });
    expect(await shop.deploy()).toBe(0);
    const { shop: app, tools } = outputImages(shop);
    expect(imagesOf(shop, 'web-deploy-action-migrate:1')[0]).toBe(tools?.image);
    expect(imagesOf(shop, 'web:2')[0]).toBe(app?.image);
    expect(sent(shop, 'RunTask')).toEqual([
      expect.objectContaining({
        taskDefinition: expect.stringMatching(/\/web-deploy-action-migrate:1$/) as string,
        overrides: { containerOverrides: [{ name: 'web', command: ['bin/migrate'] }] },
      }),
    ]);
    expect(shop.aws.ecs.service('web').taskDefinition).toMatch(/\/web:2$/);
  });

  it('is left out where it succeeded for that image, and then nothing is registered for it', async () => {
    const shop = shopWithProxy(yaml);
    shop.aws.ecr.addRepository('tools', { immutableTags: true });
    await shop.deploy();
    const before = shop.aws.mutations().length;
    expect(await shop.deploy()).toBe(0);
    expect(
      shop.aws
        .mutations()
        .slice(before)
        .map(({ operation }) => operation),
    ).not.toContain('RegisterTaskDefinition');
    expect(sent(shop, 'RunTask')).toHaveLength(1);
  });
});

describe('seventeen images', () => {
  const all = Array.from({ length: 17 }, (_, index) => `image-${String(index).padStart(2, '0')}`);

  function seventeen(): Shop {
    const shop = new Shop();
    for (const name of all) {
      shop.aws.ecr.addRepository(name, { immutableTags: true });
      shop.files.entries.set(`${name}/Dockerfile`, `FROM scratch\n# ${name}\n`);
    }
    shop.configure(
      () =>
        `version: 1\nimages:\n${all.map((name) => `  ${name}: { repository: ${name}, context: ${name} }\n`).join('')}`,
    );
    return shop;
  }

  /** Builds that end when they are told to. */
  function held(shop: Shop) {
    const waiting: { request: BuildRequest; end: () => void }[] = [];
    let most = 0;
    shop.builder.onBuild = (request) =>
      new Promise((resolve, reject) => {
        waiting.push({ request, end: resolve });
        most = Math.max(most, waiting.length);
        request.signal.addEventListener('abort', () => reject(request.signal.reason as Error));
      });
    return { waiting, most: () => most };
  }

  it('are built side by side, as many as one machine takes, and come out in the order of the file', async () => {
    const shop = seventeen();
    const { waiting, most } = held(shop);
    const done = shop.run('build');
    for (let ended = 0; ended < 17; ended += 1) {
      await until(() => waiting.length === Math.min(3, 17 - ended));
      // The last that began ends first.
      waiting.pop()?.end();
    }
    expect(await done).toBe(0);
    expect(most()).toBe(3);
    expect(Object.keys(outputImages(shop))).toEqual(all);
  });

  it('R29 one failure names itself, stops the rest, and comes with its log', async () => {
    const shop = seventeen();
    const { waiting } = held(shop);
    const done = shop.run('build');
    await until(() => waiting.length === 3);
    const [, second] = waiting;
    const name = names([second!.request])[0] ?? '';
    shop.builder.beforePush = ({ references: [first] }) => {
      if (!first.includes(`/${name}:`)) return;
      throw new DeployError('BUILD_FAILED', 'build of Dockerfile failed at [2/2]', {
        details: ['npm error 404'],
        hint: 'See the log.',
      });
    };
    second?.request.onLine('npm error 404');
    second?.end();
    expect(await done).toBe(1);
    // Nothing was begun after it, and nothing of the others was pushed.
    expect(shop.builder.builds).toHaveLength(3);
    expect(shop.builder.builds.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
    const error = shop.host.annotations.map(({ title, message }) => `${title} ${message}`).join('\n');
    expect(error).toContain(`image ${name}: build of Dockerfile failed`);
    expect(shop.host.outsideLines).toContain(`${name} | npm error 404`);
    expect(shop.host.summaries.join('')).toContain('npm error 404');
    expect(shop.host.outputs['images']).toBe('{}');
  });

  it('are all stopped by a cancel', async () => {
    const shop = seventeen();
    const { waiting } = held(shop);
    const done = shop.run('build');
    await until(() => waiting.length === 3);
    shop.cancel();
    expect(await done).toBe(130);
    expect(shop.builder.builds).toHaveLength(3);
    expect(shop.host.outputs['outcome']).toBe('cancelled');
  });
});

describe('seventeen images on CodeBuild', () => {
  const all = Array.from({ length: 17 }, (_, index) => `image-${String(index).padStart(2, '0')}`);

  function onCodeBuild({
    concurrentBuilds = 60,
    ...project
  }: { concurrentBuilds?: number; concurrentBuildLimit?: number } = {}): Shop {
    const shop = new Shop();
    shop.aws.codebuild.concurrentBuilds = concurrentBuilds;
    shop.aws.codebuild.addProject('images', project);
    for (const name of all) {
      shop.aws.ecr.addRepository(name, { immutableTags: true });
      shop.files.entries.set(`${name}/Dockerfile`, `FROM scratch\n# ${name}\n`);
    }
    const keys = 'builder: codebuild, codebuild: { project: images }';
    shop.configure(
      () =>
        `version: 1\nimages:\n${all.map((name) => `  ${name}: { repository: ${name}, context: ${name}, ${keys} }\n`).join('')}`,
    );
    return shop;
  }

  it('R28 all run at once, and come out in the order of the file', async () => {
    const shop = onCodeBuild();
    expect(await shop.run('build')).toBe(0);
    const starts = shop.aws.callsOf('StartBuild').map(({ at }) => at);
    expect(starts).toHaveLength(17);
    expect(Math.max(...starts) - Math.min(...starts)).toBeLessThan(5_000);
    expect(Object.keys(outputImages(shop))).toEqual(all);
    expect(shop.builder.builds).toEqual([]);
  });

  it('R29 one that fails names itself, and the others are stopped', async () => {
    const shop = onCodeBuild();
    for (const name of all) {
      shop.aws.codebuild.nextBuild('images', {
        seconds: { BUILD: 600 },
        ...(name === 'image-05'
          ? {
              seconds: { BUILD: 30 },
              fails: { phase: 'BUILD' },
              logLines: [{ afterSeconds: 1, message: 'boom' }],
            }
          : {}),
      });
    }
    expect(await shop.run('build')).toBe(1);
    const error = shop.host.annotations.map(({ title, message }) => `${title} ${message}`).join('\n');
    expect(error).toMatch(/image image-\d\d: /);
    const failed = /image (image-\d\d): /.exec(error)?.[1] ?? '';
    const build = shop.aws.codebuild.builds.find(({ status }) => status === 'FAILED');
    expect(build?.variables).toContainEqual(
      expect.objectContaining({ name: 'IMAGE_REPOSITORY', value: `${REGISTRY}/${failed}` }),
    );
    expect(shop.host.outsideLines).toContain(`${failed} | boom`);
    expect(shop.host.summaries.join('')).toContain('boom');
    expect(shop.aws.codebuild.builds.map(({ status }) => status).sort()).toEqual([
      'FAILED',
      ...Array.from({ length: 16 }, () => 'STOPPED'),
    ]);
  });

  it('R28 more than the account may run wait in the queue, each says so, and all come out', async () => {
    const shop = onCodeBuild();
    shop.aws.codebuild.concurrentBuilds = 4;
    expect(await shop.run('build')).toBe(0);
    const queued = shop.host.infos.filter((line) =>
      / is queued for \d+ s: 4 builds of images run, /.test(line),
    );
    expect(queued.length).toBeGreaterThan(0);
    expect(shop.aws.codebuild.builds.map(({ status }) => status)).toEqual(all.map(() => 'SUCCEEDED'));
    expect(Object.keys(outputImages(shop))).toEqual(all);
  });

  it.each([
    ['the queue of the account', { concurrentBuilds: 4 }, 17],
    ['the limit of the project', { concurrentBuildLimit: 4 }, 4],
  ])('are all stopped by a cancel, those too that wait for %s', async (_what, limits, started) => {
    const shop = onCodeBuild(limits);
    all.forEach(() => shop.aws.codebuild.nextBuild('images', { seconds: { BUILD: 600 } }));
    shop.clock.at(30_000, () => shop.cancel());
    expect(await shop.run('build')).toBe(130);
    expect(shop.aws.codebuild.builds.map(({ status }) => status)).toEqual(
      Array.from({ length: started }, () => 'STOPPED'),
    );
    expect(shop.clock.elapsed).toBeLessThanOrEqual(37_000);
    expect(shop.clock.sleepers).toBe(0);
  });

  it('R29 one that fails stops those too that wait for the limit of the project', async () => {
    const shop = onCodeBuild({ concurrentBuildLimit: 2 });
    shop.aws.codebuild.nextBuild('images', { seconds: { BUILD: 600 } });
    shop.aws.codebuild.nextBuild('images', { seconds: { BUILD: 60 }, fails: { phase: 'BUILD' } });
    expect(await shop.run('build')).toBe(1);
    expect(shop.aws.codebuild.builds.map(({ status }) => status).sort()).toEqual(['FAILED', 'STOPPED']);
  });
});
