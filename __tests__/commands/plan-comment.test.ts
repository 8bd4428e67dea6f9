import { planShop, PULL_REQUEST, withGitHub } from '../fakes/plan-shop.ts';
import { startGitHub, type FakeGitHub } from '../fakes/github/server.ts';
import type { Shop } from '../fakes/shop.ts';

const BOT = 'github-actions[bot]';
const MARKER = /^<!-- deploy-action:plan [0-9a-f]{16} -->\n/;

let github: FakeGitHub;

beforeEach(async () => {
  github = await startGitHub({ repository: 'acme/shop', branch: 'develop' });
  for (let number = 1; number <= 7; number += 1)
    await github.state.openBy('mika', { head: `topic-${number}`, base: 'develop', title: 'Topic' });
});
afterEach(() => github.stop());

function shopOf(): Shop {
  const shop = planShop();
  withGitHub(shop, github);
  return shop;
}
const plan = (shop: Shop, inputs: Record<string, string> = {}) =>
  shop.run('plan', { 'github-token': 'ghs_bot', ...inputs });
const comments = () => github.state.pull(7).comments;
const operation = (shop: Shop) =>
  (JSON.parse(shop.host.results.at(-1) ?? '{}') as { plan: { comment?: object } }).plan.comment;

describe('the comment of a plan', () => {
  it('is created once, and then kept up to date', async () => {
    const shop = shopOf();
    expect(await plan(shop)).toBe(0);
    expect(operation(shop)).toMatchObject({
      operation: 'created',
      url: expect.stringContaining('/pull/7#') as string,
    });
    const [first] = comments();
    expect(first?.body).toMatch(MARKER);
    expect(first?.body).toContain('plan for staging: clean');
    expect(first?.body).toContain('+++ web:(new)');

    expect(await plan(shop)).toBe(0);
    expect(operation(shop)).toMatchObject({ operation: 'unchanged' });

    shop.aws.ecs.updateService('worker', { desiredCount: 0 });
    expect(await plan(shop)).toBe(1);
    expect(operation(shop)).toMatchObject({ operation: 'updated' });
    expect(comments()).toMatchObject([{ id: first?.id, author: BOT }]);
    expect(comments()[0]?.body).toContain('plan for staging: refused');
    expect(github.writes().map(({ method }) => method)).toEqual(['POST', 'PATCH']);
  });

  it('is another one for another environment', async () => {
    const shop = shopOf();
    await plan(shop);
    shop.aws.ecs.addCluster('production');
    await plan(shop, { environment: 'production' });
    expect(comments()).toHaveLength(2);
    await plan(shop);
    expect(comments()).toHaveLength(2);
  });

  it('also tells of an error that ended the plan', async () => {
    const shop = shopOf();
    shop.configure((yaml) => yaml.replace('worker', 'gone'));
    expect(await plan(shop)).toBe(1);
    expect(comments()).toHaveLength(1);
    expect(comments()[0]?.body).toContain('SERVICE\\_NOT\\_FOUND');
  });

  it('is ours by its author: what others wrote is left alone, marker or not', async () => {
    const shop = shopOf();
    await plan(shop);
    const { body } = comments()[0] ?? { body: '' };
    github.state.pull(7).comments.length = 0;
    github.state.addComment(7, 'mallory', body);
    github.state.addComment(7, BOT, `Somebody asked about ${body}`);
    await plan(shop);
    expect(comments()).toMatchObject([{ author: 'mallory', body }, { author: BOT }, { author: BOT }]);
    await plan(shop);
    expect(comments()).toHaveLength(3);
  });

  it('is found behind hundreds of others', async () => {
    const shop = shopOf();
    for (let count = 0; count < 150; count += 1) github.state.addComment(7, 'mika', `Comment ${count}`);
    await plan(shop);
    await plan(shop);
    expect(comments()).toHaveLength(151);
  });

  it('is one again where two runs have each created one', async () => {
    const shop = shopOf();
    await plan(shop);
    const first = comments()[0];
    github.state.addComment(7, BOT, first?.body ?? '');
    await plan(shop);
    expect(comments()).toEqual([first]);
  });

  it.each([true, false])('is not doubled by an answer that is lost (carried out: %s)', async (after) => {
    const shop = shopOf();
    github.faults.push({ method: 'POST', path: /comments$/, answer: 'reset', after });
    expect(await plan(shop)).toBe(0);
    expect(comments()).toHaveLength(1);
    expect(operation(shop)).toMatchObject({ operation: 'created' });
  });

  it('is left out where the token may not write it: a warning, and the summary has it all', async () => {
    const shop = shopOf();
    github.state.tokens.set('ghs_read', { login: BOT, contents: 'read', pullRequests: 'read' });
    expect(await plan(shop, { 'github-token': 'ghs_read' })).toBe(0);
    expect(comments()).toEqual([]);
    expect(operation(shop)).toMatchObject({ operation: 'skipped' });
    expect(shop.host.annotations).toMatchObject([{ level: 'warning', title: 'No comment' }]);
    expect(shop.host.summaries.join('')).toContain('What a deploy would do');
  });

  it.each<[string, Record<string, string>, object]>([
    ['without a token', { 'github-token': '' }, {}],
    ['from a fork', {}, { pullRequest: { number: 7, base: 'develop', isFork: true } }],
    ['for a push', {}, { kind: 'push', name: 'push', branch: 'develop', pullRequest: undefined }],
  ])('asks GitHub nothing %s', async (_when, inputs, event) => {
    const shop = shopOf();
    shop.host.currentEvent = { ...PULL_REQUEST, ...event };
    expect(await plan(shop, inputs)).toBe(0);
    expect(github.requests).toEqual([]);
    expect(shop.host.summaries.join('')).toContain('What a deploy would do');
    expect(shop.host.annotations).toEqual([]);
  });

  it('says why there is none for a fork', async () => {
    const shop = shopOf();
    shop.host.currentEvent = { ...PULL_REQUEST, pullRequest: { number: 7, base: 'develop', isFork: true } };
    await plan(shop);
    expect(shop.host.infos.join('\n')).toContain('No comment: the branch is in a fork');
  });

  it('fits into what GitHub takes, however much there is to tell', async () => {
    const shop = shopOf();
    const definition = shop.aws.ecs.taskDefinitions.find('web')?.definition ?? {};
    const containers = definition['containerDefinitions'] as object[];
    const many = Array.from({ length: 190 }, (_, index) => [`label-${index}`, '`'.repeat(400)]);
    shop.files.entries.set(
      'ecs/web.json',
      JSON.stringify({
        ...definition,
        containerDefinitions: containers.map((one) => ({
          ...one,
          dockerLabels: Object.fromEntries(many) as object,
        })),
      }),
    );
    shop.configure((yaml) =>
      yaml.replace('[web, worker]', '[{ name: web, task-definition: ecs/web.json }, worker]'),
    );
    expect(await plan(shop)).toBe(0);
    expect(comments()).toHaveLength(1);
    expect(comments()[0]?.body).toContain('The rest did not fit into a comment');
  });

  it('holds no mention, link or command of what came from outside', async () => {
    const shop = shopOf();
    const definition = shop.aws.ecs.taskDefinitions.find('web')?.definition ?? {};
    const containers = definition['containerDefinitions'] as object[];
    const [first, ...others] = containers;
    const evil = '```\n@acme/everybody <img src=x> ![x](https://evil.example) #1 <!-- deploy-action:plan -->';
    shop.files.entries.set(
      'ecs/web.json',
      JSON.stringify({ ...definition, containerDefinitions: [{ ...first, command: [evil] }, ...others] }),
    );
    shop.configure((yaml) =>
      yaml.replace('[web, worker]', '[{ name: web, task-definition: ecs/web.json }, worker]'),
    );
    await plan(shop);
    const body = comments()[0]?.body ?? '';
    const fence = /^(`{4,})diff$/m.exec(body)?.[1] ?? '';
    expect(fence).not.toBe('');
    expect(body.split(fence)[0]).not.toContain('@acme');
    expect(body.split(fence)[1]).toContain('@acme');
    expect(body.split(fence)[2]).not.toContain('@acme');
  });
});
