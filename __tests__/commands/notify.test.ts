import { breaker } from '../fakes/aws/fake-aws.ts';
import { planShop } from '../fakes/plan-shop.ts';
import { Shop } from '../fakes/shop.ts';

interface Told {
  variable: string;
  text: string;
}

/** A shop that tells Slack, and what it told. */
function tellingShop(options: ConstructorParameters<typeof Shop>[0] = {}): { shop: Shop; told: Told[] } {
  const shop = new Shop(options);
  const told: Told[] = [];
  shop.configure((yaml) => `${yaml}notify: { slack: SLACK_WEBHOOK_URL }\n`);
  shop.postWebhook = async ({ variable, body }) => {
    told.push({ variable, text: (body as { text: string }).text });
  };
  return { shop, told };
}
const warnings = (shop: Shop) =>
  shop.host.annotations.flatMap(({ title, message }) => (title === 'notify' ? [message] : []));

describe('notify', () => {
  it('tells when a deploy begins, and how it ended', async () => {
    const { shop, told } = tellingShop();
    expect(await shop.deploy()).toBe(0);
    const facts =
      'commit <https://github.com/acme/shop/commit/1111111111111111111111111111111111111111|111111111111> · by mika · <https://github.com/acme/shop/actions/runs/4711|run>';
    expect(told).toEqual([
      {
        variable: 'SLACK_WEBHOOK_URL',
        text: `:arrow_forward: deploy acme/shop → *staging* has started · ${facts}`,
      },
      {
        variable: 'SLACK_WEBHOOK_URL',
        text: expect.stringMatching(
          /^:white_check_mark: deploy acme\/shop → \*staging\*: \*completed\* after \d+ (?:s|min \d+ s) · commit /,
        ) as string,
      },
    ]);
    expect(warnings(shop)).toEqual([]);
  });

  it('tells the step and the error of a failure', async () => {
    const { shop, told } = tellingShop();
    shop.aws.ecs.nextRollout('web', breaker());
    expect(await shop.deploy()).toBe(1);
    expect(told[1]?.text).toMatch(
      /^:leftwards_arrow_with_hook: .*\*rolled-back\* in step rollout after .*\n> \S/,
    );
  });

  it('tells of an error before the first step in AWS too', async () => {
    const { shop, told } = tellingShop();
    shop.aws.fault({ operation: 'GetCallerIdentity', times: Infinity, kind: 'access-denied' });
    expect(await shop.deploy()).toBe(1);
    expect(told[1]?.text).toContain('*failed* in step sign-in');
  });

  it('tells of a cancel', async () => {
    const { shop, told } = tellingShop();
    shop.aws.ecs.nextTask({ startedBy: /\/migrate\// }, { runSeconds: 600 });
    const deployed = shop.deploy();
    await shop.clock.advance(60_000);
    shop.cancel();
    expect(await deployed).toBe(130);
    expect(told[1]?.text).toContain('*cancelled*');
  });

  it.each(['rollback', 'redeploy'])('tells of %s', async (command) => {
    const { shop, told } = tellingShop();
    await shop.deploy();
    told.length = 0;
    await shop.run(command);
    expect(told.map(({ text }) => text.split(' ').slice(1, 3).join(' '))).toEqual([
      `${command} acme/shop`,
      `${command} acme/shop`,
    ]);
  });

  it.each(['status', 'history', 'wait', 'plan'])('tells nobody of %s', async (command) => {
    const shop = planShop();
    shop.configure((yaml) => `${yaml}notify: { slack: SLACK_WEBHOOK_URL }\n`);
    let posts = 0;
    shop.postWebhook = async () => void (posts += 1);
    await shop.run(command);
    expect(posts).toBe(0);
  });

  it('changes nothing where the webhook fails: one warning, and the same end', async () => {
    const { shop } = tellingShop();
    shop.postWebhook = () => Promise.reject(new Error('hooks.slack.com answered 404'));
    expect(await shop.deploy()).toBe(0);
    expect(warnings(shop)).toEqual(['Slack was not told: hooks.slack.com answered 404']);
    expect(shop.host.outputs['outcome']).toBe('completed');
  });

  it('does not wait for the first message', async () => {
    const { shop, told } = tellingShop();
    const { postWebhook } = shop;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let isFirst = true;
    shop.postWebhook = async (request) => {
      if (isFirst) {
        isFirst = false;
        await held;
      }
      return postWebhook(request);
    };
    const deployed = shop.deploy();
    // Were it waited for, no service would ever be updated.
    while (shop.aws.callsOf('UpdateService').length < 2) await new Promise(setImmediate);
    expect(told).toEqual([]);
    release();
    expect(await deployed).toBe(0);
    expect(told.map(({ text }) => text.split(' ')[0])).toEqual([':arrow_forward:', ':white_check_mark:']);
  });

  it('lets nothing from outside call anybody or link anywhere', async () => {
    const { shop, told } = tellingShop();
    const { currentEvent } = shop.host;
    shop.host.currentEvent = { ...currentEvent, actor: '<!channel> & <https://evil.example|you>' };
    shop.aws.ecs.nextRollout('web', breaker({ stoppedReason: '<!here> look' }));
    await shop.deploy();
    const text = told.map((one) => one.text).join('\n');
    expect(text).toContain('&lt;!channel&gt; &amp; &lt;https://evil.example|you&gt;');
    expect(text).not.toMatch(/<!|<https:\/\/evil/);
  });

  it.each([
    ['https://hooks.slack.com/services/T/B/SeCrEt', 'take it out of the file'],
    ['SLACK-URL', 'must be the name of an environment variable'],
  ])('is refused with %s in the file, which is not shown', async (value, said) => {
    const shop = new Shop();
    shop.configure((yaml) => `${yaml}notify: { slack: "${value}" }\n`);
    expect(await shop.deploy()).toBe(2);
    const log = shop.host.lines.join('\n');
    expect(log).toContain(said);
    expect([log, ...shop.host.summaries, ...shop.host.results].join('\n')).not.toContain('SeCrEt');
  });

  it('may be another one for an environment', async () => {
    const { shop, told } = tellingShop();
    shop.configure((yaml) =>
      `${yaml}notify: { slack: ALL }\n`.replace(
        '{ branch: develop, cluster: staging }',
        '{ branch: develop, cluster: staging, notify: { slack: STAGING } }',
      ),
    );
    await shop.deploy();
    expect(told.map(({ variable }) => variable)).toEqual(['STAGING', 'STAGING']);
  });
});
