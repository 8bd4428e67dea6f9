import { cookbook, cookbookWorld, type CookbookWorld } from '../fakes/github/cookbook-world.ts';
import type { Fault } from '../fakes/github/server.ts';

const BRANCH = 'deploy-action/cookbook-bump/master';
const REPOSITORY = '/repos/acme/infra';

let world: CookbookWorld;
beforeEach(async () => {
  world = await cookbookWorld(cookbook('nginx', '1.2.3'));
  await world.push({ 'cookbooks/nginx/recipes/default.rb': 'one\n' }, 'One');
});
afterEach(() => world.stop());

const fault = (method: string, path: RegExp, answer: Fault['answer'], more: Partial<Fault> = {}) =>
  world.github.faults.push({ method, path, answer, ...more });

describe('answers that are lost', () => {
  it.each([
    ['GET', new RegExp(`${REPOSITORY}/git/ref/`, 'u')],
    ['GET', /\/pulls$/u],
    ['POST', /\/git\/trees$/u],
    ['POST', /\/git\/commits$/u],
    ['POST', /^\/graphql$/u],
    ['POST', /\/pulls$/u],
  ])('%s %s: one pull request, one branch, nothing doubled', async (method, path) => {
    for (const after of [false, true])
      for (const answer of ['reset', { status: 502, body: { message: 'Bad gateway' } }] as const) {
        fault(method, path, answer, { after });
        await world.run();
      }
    const end = await world.run();
    expect(end.report?.operation).toBe('unchanged');
    expect(world.github.state.pulls).toHaveLength(1);
    expect(await world.github.state.bare('rev-list', '--count', `master..${BRANCH}`)).toBe('1');
  });

  it('opening is not tried twice: the lost answer’s pull request is found', async () => {
    fault('POST', /\/pulls$/u, 'reset', { after: true });
    const { report } = await world.run();
    expect(report).toMatchObject({ operation: 'created', pullRequest: { number: 1 } });
    const opened = world.github.requests.filter(
      ({ method, path }) => method === 'POST' && path.endsWith('/pulls'),
    );
    expect(opened).toHaveLength(1);
  });
});
