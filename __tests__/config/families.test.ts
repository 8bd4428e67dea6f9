import { UsageError } from '../../src/errors.ts';
import { readPlan } from '../../src/config/read-plan.ts';
import { configWorld } from '../fakes/config-world.ts';

const IMAGES = 'images: { web: { repository: shop }, nginx: { repository: proxy, context: nginx } }\n';

function read(yaml: string, inputs: Record<string, string> = {}) {
  return readPlan(configWorld({ files: { 'deploy.yml': `version: 1\n${yaml}` }, inputs }));
}

async function problemsOf(yaml: string, inputs: Record<string, string> = {}): Promise<string[]> {
  try {
    await read(yaml, inputs);
  } catch (thrown) {
    if (!(thrown instanceof UsageError)) throw thrown;
    return thrown.problems.map(({ message, line }) => `${line ?? '-'}: ${message}`);
  }
  return [];
}

describe('families without services', () => {
  it('need neither a cluster nor a service', async () => {
    const plan = await read(
      'image: { repository: shop }\nservices: []\nfamilies: [nightly, { family: import, container: app, task-definition: ecs/import.json }]\n',
    );
    expect(plan).toMatchObject({
      command: 'deploy',
      registerOnly: true,
      target: {},
      families: [
        { family: 'nightly' },
        { family: 'import', container: 'app', taskDefinition: 'ecs/import.json' },
      ],
    });
  });

  it('leave nothing to a migration or a before-deploy task', async () => {
    expect(
      await problemsOf(
        'image: { repository: shop }\nfamilies: [nightly]\nmigrate: { command: [x] }\nbefore-deploy: [{ command: [y] }]\n',
      ),
    ).toEqual([
      '4: `migrate` needs a service, and only `families` are registered here',
      '5: `before-deploy` needs a service, and only `families` are registered here',
    ]);
  });

  it('may have cookbooks beside them, and several targets', async () => {
    const plan = await read(
      'image: { repository: shop }\nservices: []\nfamilies: [nightly]\ncookbooks: { branch: master }\nenvironments:\n  staging: { branch: develop, targets: [{ name: tokyo, region: ap-northeast-1 }, { name: osaka, region: ap-northeast-3 }] }\n',
    );
    expect(plan).toMatchObject({
      registerOnly: true,
      target: { name: 'tokyo', region: 'ap-northeast-1' },
      targets: { order: 'in-order', list: [{ name: 'tokyo' }, { name: 'osaka' }] },
      cookbooks: { branch: 'master' },
    });
  });

  it('need a cluster in each target where schedules follow them', async () => {
    expect(
      await problemsOf(
        'image: { repository: shop }\nservices: []\nfamilies: [nightly]\nschedules: auto\nenvironments:\n  staging: { branch: develop, targets: [{ name: tokyo, region: ap-northeast-1 }] }\n',
      ),
    ).toEqual([expect.stringContaining('`cluster` is missing')]);
  });

  it.each(['deploy', 'plan'])('are what is asked for: %s', async (command) => {
    const plan = await read('image: { repository: shop }\nservices: []\nfamilies: [nightly]\n', {
      command,
    });
    expect(plan).toMatchObject({ command, families: [{ family: 'nightly' }] });
  });

  it('are no services for another command', async () => {
    expect(
      await problemsOf('image: { repository: shop }\nservices: []\nfamilies: [nightly]\n', {
        command: 'status',
        cluster: 'c',
      }),
    ).toEqual(['3: `services` is an empty list']);
  });

  it('stand beside services', async () => {
    expect(
      await read('image: { repository: shop }\nservices: [web]\nfamilies: [nightly]\n', { cluster: 'c' }),
    ).toMatchObject({ services: [{ name: 'web' }], families: [{ family: 'nightly' }] });
  });
});

describe('several images', () => {
  it('come in the order of the file, each with its own keys', async () => {
    const plan = await read(
      `${IMAGES}services: [{ name: web, image: web }]\nmigrate: { command: [x], image: web }\n`,
      {
        cluster: 'c',
      },
    );
    expect(plan).toMatchObject({
      images: [
        { name: 'web', repository: 'shop', dockerfile: 'Dockerfile' },
        { name: 'nginx', repository: 'proxy', context: 'nginx', dockerfile: 'nginx/Dockerfile' },
      ],
      services: [{ name: 'web', image: 'web' }],
      migrate: { image: 'web' },
    });
  });

  it('are overridden by an environment name by name and key by key', async () => {
    const plan = await read(
      `${IMAGES}services: [web]\nenvironments:\n  staging: { branch: develop, cluster: c, images: { nginx: { dockerfile: Dockerfile.staging }, more: { repository: more } } }\n`,
    );
    expect(plan).toMatchObject({
      images: [
        { name: 'web', repository: 'shop' },
        { name: 'nginx', repository: 'proxy', context: 'nginx', dockerfile: 'Dockerfile.staging' },
        { name: 'more', repository: 'more' },
      ],
    });
  });

  it('that are wrong are told of together', async () => {
    expect(
      await problemsOf(
        'images: { web: { repository: shop }, nginx: {} }\nimage: { repository: shop }\nservices: [{ name: web, image: wbe }]\nfamilies: [{ family: f, image: x }]\nmigrate: { command: [x], image: y }\nbefore-deploy: [{ command: [x], image: z }]\n',
        { cluster: 'c', repository: 'r', image: `sha256:${'a'.repeat(64)}` },
      ),
    ).toEqual([
      '2: `image` and `images` exclude each other',
      '2: input `repository` names one repository, and the file has `images`',
      '2: input `image` is the digest of one image, and the file has several',
      '2: `images.nginx.repository` is missing',
      '4: `services[0].image` names `wbe`, which is not one of `images`',
      '5: `families[0].image` names `x`, which is not one of `images`',
      '7: `before-deploy[0].image` names `z`, which is not one of `images`',
      '6: `migrate.image` names `y`, which is not one of `images`',
    ]);
  });

  it('are not there where the file has one', async () => {
    expect(
      await problemsOf('image: { repository: shop }\nservices: [{ name: web, image: web }]\n', {
        cluster: 'c',
      }),
    ).toEqual(['3: `services[0].image` names `web`, which is not one of `images`']);
  });
});
