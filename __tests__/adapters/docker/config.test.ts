import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { removeDockerConfig, withDockerConfig } from '../../../src/adapters/docker/config.ts';

const LOGIN = { registry: 'host:1', username: 'AWS', password: 'secret' };

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'docker-config-test-'));
  mkdirSync(join(root, 'theirs/cli-plugins'), { recursive: true });
  mkdirSync(join(root, 'temporary'));
});
afterEach(() => rmSync(root, { recursive: true }));

const withConfig = <T>(body: (folder: string) => Promise<T>, environment: NodeJS.ProcessEnv = {}) =>
  withDockerConfig(
    {
      login: LOGIN,
      environment: { DOCKER_CONFIG: join(root, 'theirs'), ...environment },
      temporaryFolder: join(root, 'temporary'),
    },
    body,
  );
const leftOver = () => readdirSync(join(root, 'temporary'));

describe('the private docker configuration', () => {
  it('holds the credential in files that nobody else can read, and is gone afterwards', async () => {
    const seen = await withConfig(async (folder) => ({
      modes: [folder, join(folder, 'config.json')].map((path) => lstatSync(path).mode & 0o777),
      config: JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as unknown,
    }));
    expect(seen).toEqual({
      modes: [0o700, 0o600],
      config: { auths: { 'host:1': { auth: Buffer.from('AWS:secret').toString('base64') } } },
    });
    expect(leftOver()).toEqual([]);
  });

  it('is known to the post step while it is there', async () => {
    const states = new Map<string, string>();
    const saveState = (name: string, value: string) => states.set(name, value);
    const seen = await withDockerConfig(
      {
        login: LOGIN,
        environment: { DOCKER_CONFIG: join(root, 'theirs') },
        temporaryFolder: join(root, 'temporary'),
        saveState,
      },
      async (folder) => ({ folder, saved: [...states.values()] }),
    );
    expect(seen.saved).toEqual([seen.folder]);
    expect([...states.values()]).toEqual(['']);
  });

  it('of a killed run is removed, and no other folder ever is', async () => {
    const left = join(root, 'temporary/deploy-action-docker-abc123');
    mkdirSync(left);
    await removeDockerConfig(left);
    await removeDockerConfig(left);
    await removeDockerConfig(join(root, 'theirs'));
    expect([existsSync(left), existsSync(join(root, 'theirs'))]).toEqual([false, true]);
  });

  it('is gone when the work in it fails', async () => {
    await expect(withConfig(() => Promise.reject(new Error('build')))).rejects.toThrow('build');
    expect(leftOver()).toEqual([]);
  });

  it("shows the user's plug-ins and contexts, which stay when it goes", async () => {
    writeFileSync(join(root, 'theirs/cli-plugins/docker-buildx'), 'plugin');
    writeFileSync(join(root, 'theirs/config.json'), '{"currentContext":"rootless"}');
    const seen = await withConfig(async (folder) => ({
      plugin: readFileSync(join(folder, 'cli-plugins/docker-buildx'), 'utf8'),
      config: JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as unknown,
    }));
    expect(seen).toMatchObject({ plugin: 'plugin', config: { currentContext: 'rootless' } });
    expect(existsSync(join(root, 'theirs/cli-plugins/docker-buildx'))).toBe(true);
    expect(readFileSync(join(root, 'theirs/config.json'), 'utf8')).toBe('{"currentContext":"rootless"}');
  });

  it('is made where the user has none', async () => {
    const seen = await withConfig(async (folder) => readdirSync(folder), {
      DOCKER_CONFIG: join(root, 'nothing'),
    });
    expect(seen).toEqual(['config.json']);
  });

  it("is not made from a file that is no JSON, and the error does not quote the user's credentials", async () => {
    writeFileSync(join(root, 'theirs/config.json'), '{"auths": hunter22');
    const thrown: unknown = await withConfig(async () => undefined).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'DOCKER_UNAVAILABLE' });
    expect(inspect(thrown)).not.toContain('hunter22');
    expect(leftOver()).toEqual([]);
  });
});
