import { UsageError } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import { misplacedInputs } from './input-commands.ts';
import type { InitPlan } from './plan.ts';
import { readInputs } from './read-inputs.ts';

/**
 * What `init` is told. There may be no deploy.yml, no commit and no branch yet, so none is asked for.
 * Rejects with one UsageError that carries every problem.
 */
export async function readInitPlan(host: Pick<Host, 'input' | 'arguments' | 'event'>): Promise<InitPlan> {
  const { inputs, problems } = readInputs(host);
  const [first, ...more] = [...problems, ...misplacedInputs('init', inputs)];
  if (first !== undefined) throw new UsageError([first, ...more]);
  const { repository: githubRepository } = await host.event();
  const { environment, region, cluster, services, repository, migrate, from } = inputs;
  return Object.freeze({
    command: 'init',
    ...(environment === undefined ? {} : { environment }),
    ...(region === undefined ? {} : { region }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(services === undefined ? {} : { services }),
    ...(repository === undefined ? {} : { repository }),
    ...(migrate === undefined ? {} : { migrate }),
    ...(from === undefined ? {} : { from }),
    ...(githubRepository === undefined ? {} : { githubRepository }),
  });
}
