import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { githubHost } from '../../../src/adapters/host/github.ts';

let folder: string;
let printed: string;
let environmentBefore: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deploy-host-'));
  printed = '';
  environmentBefore = process.env;
  process.env = { PATH: environmentBefore['PATH'] };
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
  process.env = environmentBefore;
  rmSync(folder, { recursive: true });
});

function hostWith(variables: Record<string, string> = {}) {
  Object.assign(process.env, variables);
  return githubHost({ environment: process.env });
}

function file(name: string, text = ''): string {
  const target = path.join(folder, name);
  writeFileSync(target, text);
  return target;
}

const lines = () => printed.split('\n').slice(0, -1);

/** What the runner does with the lines of a step, in short (actions/runner, ActionCommand.cs and ActionCommandManager.cs). */
function runner(output: string): { obeyed: string[]; shown: string[] } {
  const obeyed: string[] = [];
  const shown: string[] = [];
  let stopToken: string | undefined;
  for (const line of output.split(/\r\n|\r|\n/u)) {
    const command = /^\s*::(?<name>[^\s:]+)[^:]*::(?<data>.*)$/u.exec(line)?.groups ?? {};
    if (stopToken !== undefined) {
      if (command['name'] === stopToken) stopToken = undefined;
      else shown.push(line);
    } else if (command['name'] === 'stop-commands') stopToken = command['data'];
    else if (command['name'] !== undefined || line.includes('##[')) obeyed.push(line);
    else shown.push(line);
  }
  return { obeyed, shown };
}

describe('inputs on GitHub', () => {
  it.each([
    ['cluster', 'INPUT_CLUSTER', 'upper case'],
    ['github-token', 'INPUT_GITHUB-TOKEN', 'dashes stay'],
    ['my input', 'INPUT_MY_INPUT', 'spaces become underscores'],
  ])('%s is read from %s: %s', (name, variable) => {
    expect(hostWith({ [variable]: ' value \n' }).input(name)).toBe('value');
  });

  it('are undefined when empty or absent', () => {
    const host = hostWith({ INPUT_REGION: '  ' });
    expect([host.input('region'), host.input('role')]).toEqual([undefined, undefined]);
  });
});

describe('the event on GitHub', () => {
  const run = {
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_SHA: '1'.repeat(40),
    GITHUB_REF: 'refs/heads/feature/x',
    GITHUB_ACTOR: 'mika',
    GITHUB_RUN_ID: '4711',
    GITHUB_RUN_ATTEMPT: '2',
    GITHUB_SERVER_URL: 'https://github.example.com',
  };

  it('is a push with all that the runner tells', async () => {
    const host = hostWith({
      ...run,
      GITHUB_EVENT_PATH: file('event.json', JSON.stringify({ before: 'b'.repeat(40) })),
    });
    expect(await host.event()).toEqual({
      kind: 'push',
      name: 'push',
      repository: 'acme/shop',
      commit: '1'.repeat(40),
      branch: 'feature/x',
      before: 'b'.repeat(40),
      actor: 'mika',
      runId: '4711',
      runAttempt: 2,
      runUrl: 'https://github.example.com/acme/shop/actions/runs/4711/attempts/2',
      commitUrl: `https://github.example.com/acme/shop/commit/${'1'.repeat(40)}`,
    });
  });

  it('links a first attempt without its number', async () => {
    const event = await hostWith({ ...run, GITHUB_RUN_ATTEMPT: '1' }).event();
    expect(event.runUrl).toBe('https://github.example.com/acme/shop/actions/runs/4711');
  });

  it('has a tag and no branch when a tag was pushed', async () => {
    const event = await hostWith({ ...run, GITHUB_REF: 'refs/tags/v1/2' }).event();
    expect([event.tag, event.branch]).toEqual(['v1/2', undefined]);
  });

  it('knows no commit before the first push of a branch', async () => {
    const host = hostWith({
      ...run,
      GITHUB_EVENT_PATH: file('event.json', JSON.stringify({ before: '0'.repeat(40) })),
    });
    expect(await host.event()).not.toHaveProperty('before');
  });

  it.each([
    ['pull_request', 'pull_request', 'refs/pull/7/merge', undefined],
    ['pull_request_target', 'pull_request', 'refs/heads/main', 'main'],
    ['pull_request_review', 'pull_request', 'refs/pull/7/merge', undefined],
    ['workflow_dispatch', 'other', 'refs/heads/main', 'main'],
    ['schedule', 'other', 'refs/heads/main', 'main'],
    ['workflow_run', 'other', 'refs/heads/main', 'main'],
    ['merge_group', 'other', 'refs/heads/gh-readonly-queue/main/x', 'gh-readonly-queue/main/x'],
  ])('%s counts as %s', async (name, kind, ref, branch) => {
    const event = await hostWith({ ...run, GITHUB_EVENT_NAME: name, GITHUB_REF: ref }).event();
    expect([event.kind, event.name, event.branch]).toEqual([kind, name, branch]);
  });

  it.each([
    ['acme/shop', false],
    ['mallory/shop', true],
    // A fork that was deleted.
    [undefined, true],
  ])('tells number and base of a pull request from %s', async (repository, isFork) => {
    const payload = {
      pull_request: {
        number: 7,
        base: { ref: 'develop' },
        head: { ref: 'topic', repo: repository === undefined ? null : { full_name: repository } },
      },
    };
    const host = hostWith({
      ...run,
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_EVENT_PATH: file('event.json', JSON.stringify(payload)),
    });
    expect((await host.event()).pullRequest).toEqual({ number: 7, base: 'develop', isFork });
  });

  it('is no push when a branch was deleted', async () => {
    const host = hostWith({
      ...run,
      GITHUB_EVENT_PATH: file('event.json', JSON.stringify({ deleted: true })),
    });
    expect((await host.event()).kind).toBe('other');
  });

  it.each([['gone'], ['not JSON'], ['null']])('does without its payload when that is %s', async (text) => {
    const event = await hostWith({
      ...run,
      GITHUB_EVENT_PATH: text === 'gone' ? path.join(folder, 'gone') : file('event.json', text),
    }).event();
    expect([event.kind, event.branch]).toEqual(['push', 'feature/x']);
  });
});

describe('text from outside on GitHub', () => {
  const hostile = [
    '::error::no',
    '  ::add-mask::no',
    'text ##[error]no',
    '##[group]no',
    'progress\r::warning::no',
    '::stop-commands::mine',
    '::mine::',
    '::outside-00000000000000000000000000000000::',
    '::endgroup::',
  ];

  it('is shown between the markers and obeyed nowhere', () => {
    hostWith().outside(hostile);
    const { obeyed, shown } = runner(printed);
    expect(obeyed).toEqual([]);
    expect(shown).toEqual(
      expect.arrayContaining(['::error::no', 'text ##[error]no', '::mine::', '::endgroup::']),
    );
  });

  it('is followed by commands that work again', () => {
    const host = hostWith();
    host.outside(hostile);
    host.mask('hunter2');
    host.outside(['tail']);
    expect(runner(printed).obeyed).toEqual(['::add-mask::hunter2']);
  });

  it('has another token each time', () => {
    const host = hostWith();
    for (let time = 0; time < 20; time += 1) host.outside(['line']);
    const tokens = lines().flatMap((line) => /^::stop-commands::(.+)$/u.exec(line)?.[1] ?? []);
    expect(new Set(tokens).size).toBe(20);
    expect(tokens.every((token) => /^outside-[0-9a-f]{32}$/u.test(token))).toBe(true);
  });

  it('prints nothing for no lines', () => {
    hostWith().outside([]);
    expect(printed).toBe('');
  });

  it.each([
    ['our own line with a name from outside: ##[error]no', 'anywhere in a line'],
    ['first\n::error::no', 'on a second line'],
    ['first\r::error::no', 'after a carriage return'],
    ['::error::no', 'at the start'],
  ])('is inert even inside a line of ours: %j (%s)', (line) => {
    const host = hostWith();
    host.info(line);
    host.openGroup('Migrate');
    host.openGroup(line);
    expect(runner(printed).obeyed).toEqual(['::group::Migrate']);
  });

  it('is inert in annotations and debug lines', () => {
    const host = hostWith();
    host.annotate({ level: 'error', title: 'a,b::c\n::x::', message: 'm\n::error::no\r##[x]' });
    host.debug('d\n::error::no');
    host.openGroup('g\n::error::no');
    expect(lines()).toEqual([
      '::error title=a%2Cb%3A%3Ac%0A%3A%3Ax%3A%3A::m%0A::error::no%0D##[x]',
      '::debug::d%0A::error::no',
      '::group::g ::error::no',
    ]);
  });
});

describe('groups on GitHub', () => {
  it('open and close once, however deep they are nested', () => {
    const host = hostWith();
    host.openGroup('outer');
    host.openGroup('inner');
    host.info('line');
    host.closeGroup();
    host.info('after');
    host.closeGroup();
    host.closeGroup();
    host.openGroup('next');
    expect(lines()).toEqual(['::group::outer', 'inner', 'line', 'after', '::endgroup::', '::group::next']);
  });
});

describe('annotations on GitHub', () => {
  it('carry their place', () => {
    hostWith().annotate({
      level: 'warning',
      title: 't',
      message: 'm',
      file: 'deploy.yml',
      line: 3,
      column: 7,
    });
    expect(printed).toBe('::warning title=t,file=deploy.yml,line=3,col=7::m\n');
  });

  it('are no longer than GitHub shows', () => {
    hostWith().annotate({ level: 'notice', title: 't', message: 'x'.repeat(5000) });
    expect(printed).toBe(`::notice title=t::${'x'.repeat(4095)}…\n`);
  });
});

describe('what later steps get on GitHub', () => {
  it('goes into the files of the runner behind a random delimiter', () => {
    const [output, state] = [file('output'), file('state')];
    const host = hostWith({ GITHUB_OUTPUT: output, GITHUB_STATE: state });
    host.setOutput('image', 'a\nb<<EOF');
    host.saveState('task', 'arn');
    expect(readFileSync(output, 'utf8')).toMatch(/^image<<(ghadelimiter_[0-9a-f-]+)\na\nb<<EOF\n\1\n$/u);
    expect(readFileSync(state, 'utf8')).toMatch(/^task<<(ghadelimiter_[0-9a-f-]+)\narn\n\1\n$/u);
    expect(printed).toBe('');
  });

  it('comes back to the post step by the names that were given to it', () => {
    const host = hostWith({ STATE_started: 'true', 'STATE_rollout-web': '{"a":1}', STATES: 'x' });
    expect(host.savedState()).toEqual({ started: 'true', 'rollout-web': '{"a":1}' });
  });

  it('never masks nothing, which the runner would complain about', () => {
    const host = hostWith();
    host.mask('');
    host.mask(' \n');
    expect(printed).toBe('');
  });

  it('prints no result object', () => {
    hostWith().result('{}');
    expect(printed).toBe('');
  });
});

describe('the job summary', () => {
  it('is added to what is there', async () => {
    const summary = file('summary', 'before\n');
    await hostWith({ GITHUB_STEP_SUMMARY: summary }).writeSummary('# Ours');
    expect(readFileSync(summary, 'utf8')).toBe('before\n# Ours\n');
  });

  it('stays within what GitHub keeps, and says when it was cut', async () => {
    const summary = file('summary', 'x'.repeat(1000));
    await hostWith({ GITHUB_STEP_SUMMARY: summary }).writeSummary('line é\n'.repeat(200_000));
    const text = readFileSync(summary, 'utf8');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024);
    expect(text).toMatch(/line é\n\n_The rest did not fit; see the log\._\n$/u);
  });

  it('is left out where the runner has no place for it', async () => {
    await expect(hostWith().writeSummary('x')).resolves.toBeUndefined();
  });
});

describe('the OIDC token of GitHub', () => {
  let server: Server;
  let answer: { status: number; body: unknown };
  let requests: string[];

  beforeEach(async () => {
    answer = { status: 200, body: { value: 'eyJ.token' } };
    requests = [];
    server = createServer((request, response) => {
      requests.push(`${request.url ?? ''} ${request.headers.authorization ?? ''}`);
      response
        .writeHead(answer.status, { 'content-type': 'application/json' })
        .end(JSON.stringify(answer.body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const offered = () => ({
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?v=1`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
  });

  it('is asked for with the audience, and masked', async () => {
    expect(await hostWith(offered()).oidcToken('sts.amazonaws.com')).toBe('eyJ.token');
    expect(requests).toEqual(['/token?v=1&audience=sts.amazonaws.com Bearer request-token']);
    expect(lines()).toContain('::add-mask::eyJ.token');
  });

  it('is undefined where the job may not ask for one', async () => {
    expect(await hostWith().oidcToken('sts.amazonaws.com')).toBeUndefined();
  });

  it('is an error in one line when GitHub refuses', async () => {
    answer = { status: 403, body: { message: 'nope' } };
    await expect(hostWith(offered()).oidcToken('sts.amazonaws.com')).rejects.toMatchObject({
      code: 'OIDC_UNAVAILABLE',
      message: expect.stringMatching(
        /^no OIDC token from GitHub: Error Code : 403 Error Message: nope$/u,
      ) as string,
    });
  });
});
