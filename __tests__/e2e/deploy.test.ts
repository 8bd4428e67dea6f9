import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failedChecks, type Played } from '../../scripts/demo/act.ts';
import { acts } from '../../scripts/demo/acts.ts';
import { runningContainers } from '../stage/probes.ts';
import { environments, openShop, services } from './support/shop.ts';

const limit = 300_000;

describe('the shop, deployed by its pushes', () => {
  const played = new Map<string, Played>();
  let running: string[];
  let credentials: unknown;

  // One story: each act goes on from where the one before left the shop.
  beforeAll(async () => {
    const shop = await openShop();
    try {
      for (const act of acts) played.set(act.name, await act.play(shop, {}));
      const families = environments.flatMap((one) => services.map((name) => `${one}-${name}`));
      const found = await Promise.all(families.map((family) => runningContainers(shop.stage, family)));
      running = found.flat().map(({ revision }) => revision);
      credentials = credentialsIn(shop.jobEnvironment['DOCKER_CONFIG']!);
    } finally {
      await shop.close();
    }
  }, limit);

  it.each(acts)('$claim', ({ name }) => {
    expect(failedChecks(played.get(name)!)).toEqual([]);
  });

  it.each(acts)('leaves no file and no process behind: $name', ({ name }) => {
    expect(played.get(name)!.run.left).toEqual({ files: [], processes: [] });
  });

  it('leaves only the services running', () => {
    const { outputs } = played.get('i-scheduled-tasks')!.run;
    const { web, worker } = JSON.parse(outputs['task-definitions']!) as Record<string, string>;
    expect(running.toSorted()).toEqual(['production-web:2', 'production-worker:2', web, worker]);
  });

  it('writes no credential into the docker configuration of the job', () => {
    expect(credentials).toEqual({});
  });
});

/** What `docker login` would have written. */
function credentialsIn(folder: string): unknown {
  const file = join(folder, 'config.json');
  return existsSync(file) ? ((JSON.parse(readFileSync(file, 'utf8')) as { auths?: object }).auths ?? {}) : {};
}
