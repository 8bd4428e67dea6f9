import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { terminalHost } from '../../../src/adapters/host/terminal.ts';
import type { Git } from '../../../src/ports/git.ts';
import { FakeScreen } from '../../fakes/screen.ts';

const INPUTS = [
  { name: 'command', kind: 'command', description: 'What to do.', default: 'deploy' },
  { name: 'environment', kind: 'name', description: 'The environment to deploy.' },
  { name: 'cluster', kind: 'name', description: 'The cluster.' },
  {
    name: 'services',
    kind: 'list',
    description: `The services. ${'Many words that have to be wrapped. '.repeat(5)}`,
  },
  { name: 'migrate', kind: 'command line', description: 'The migration.' },
  { name: 'rollback', kind: 'flag', description: 'The other way.' },
];

const COMMIT = '1'.repeat(40);
const CHECKOUT: Git = {
  headCommit: async () => COMMIT,
  currentBranch: async () => 'develop',
  originRepository: async () => 'acme/shop',
  isAncestor: async () => undefined,
  deepen: async () => false,
  subject: async () => undefined,
};
const NO_CHECKOUT: Git = {
  ...CHECKOUT,
  headCommit: async () => undefined,
  currentBranch: async () => undefined,
  originRepository: async () => undefined,
};

function terminal(
  argv: string[] = [],
  {
    environment = {},
    isTTY = false,
    git = CHECKOUT,
  }: { environment?: Record<string, string>; isTTY?: boolean; git?: Git } = {},
) {
  const printed = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY,
    write: (text: string) => {
      printed[name] += text;
    },
  });
  const host = terminalHost({
    argv,
    environment,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    git,
    inputs: INPUTS,
    commands: [],
    version: '1.2.3',
    outputNames: ['image', 'failed-step'],
  });
  return { host, printed };
}

describe('the command line', () => {
  it.each([
    [['continue', '--rollback'], 'true'],
    [['continue', '--rollback', '--cluster', 'prod'], 'true'],
    [['continue', '--rollback=false'], 'false'],
    [['continue'], undefined],
  ])('reads the flag of %j as %j, and no word after it as its value', (argv, value) => {
    const { host } = terminal(argv);
    expect(host.input('rollback')).toBe(value);
    expect(host.arguments).toEqual(['continue']);
    expect(host.problems).toEqual([]);
  });

  it('has the command as its first word and every input as an option', () => {
    const { host } = terminal([
      'deploy',
      '--environment',
      'staging',
      '--cluster=x y',
      '--migrate',
      'bin/rails "db:migrate"',
    ]);
    expect(host.arguments).toEqual(['deploy']);
    expect(host.problems).toEqual([]);
    expect(['environment', 'cluster', 'migrate', 'services'].map((name) => host.input(name))).toEqual([
      'staging',
      'x y',
      'bin/rails "db:migrate"',
      undefined,
    ]);
  });

  it('takes a list as one option with commas or as several', () => {
    expect(terminal(['--services', 'a,b']).host.input('services')).toBe('a,b');
    expect(terminal(['--services', 'a', '--services', 'b']).host.input('services')).toBe('a\nb');
  });

  it('gives an empty value as absent', () => {
    expect(terminal(['--cluster', '']).host.input('cluster')).toBeUndefined();
  });

  it.each([
    [['--enviroment', 'x'], 'unknown option --enviroment', 'Did you mean --environment?'],
    [['--cluser=x'], 'unknown option --cluser', 'Did you mean --cluster?'],
    [['-x'], 'unknown option -x', 'See `deploy-action --help`'],
    [['--no-idea-at-all'], 'unknown option --no-idea-at-all', 'See `deploy-action --help`'],
    [['--command', 'deploy'], 'unknown option --command', 'See `deploy-action --help`'],
    [['--cluster'], 'option --cluster needs a value', '--cluster VALUE'],
    [['--cluster', '--json'], 'option --cluster needs a value', '--cluster=VALUE'],
    [['--cluster', 'a', '--cluster', 'b'], 'option --cluster is given 2 times', 'Give it once.'],
    [['--json=yes'], 'option --json takes no value', 'Write --json alone.'],
  ])('%j is wrong: %s', async (argv, message, hint) => {
    const { host } = terminal(argv);
    expect(host.problems[0]?.message).toBe(message);
    expect(host.problems[0]?.hint).toContain(hint);
    await expect(host.event()).rejects.toMatchObject({
      name: 'UsageError',
      code: 'INPUT_INVALID',
      isUsage: true,
    });
  });

  it('does not take the value of an unknown option for a word', () => {
    const { host } = terminal(['deploy', '--enviroment', 'staging', '-x', 'y', '--cluser=z']);
    expect(host.arguments).toEqual(['deploy']);
    expect(host.problems.map(({ message }) => message)).toEqual([
      'unknown option --enviroment',
      'unknown option -x',
      'unknown option --cluser',
    ]);
  });

  it('tells all that is wrong at once', async () => {
    const { host } = terminal(['--enviroment', 'x', '--cluster']);
    await expect(host.event()).rejects.toMatchObject({ problems: { length: 2 } });
  });
});

describe('DEPLOY_* variables', () => {
  const environment = { DEPLOY_CLUSTER: 'from-variable', DEPLOY_SERVICES: 'a,b', DEPLOY_COMMAND: 'status' };

  it('are inputs where no option is', () => {
    const { host } = terminal([], { environment });
    expect(['cluster', 'services', 'command', 'migrate'].map((name) => host.input(name))).toEqual([
      'from-variable',
      'a,b',
      'status',
      undefined,
    ]);
  });

  it('give way to options, to an empty one too', () => {
    expect(terminal(['--cluster', 'x'], { environment }).host.input('cluster')).toBe('x');
    expect(terminal(['--cluster', ''], { environment }).host.input('cluster')).toBeUndefined();
  });

  it('tell the event where a CI system leaves the checkout without a branch', async () => {
    const given = {
      DEPLOY_BRANCH: 'main',
      DEPLOY_COMMIT: '2'.repeat(40),
      DEPLOY_BEFORE: '3'.repeat(40),
      DEPLOY_ACTOR: 'mika',
      DEPLOY_RUN_ID: '77',
      DEPLOY_RUN_ATTEMPT: '901',
      DEPLOY_RUN_URL: 'https://ci.example/77',
    };
    expect(await terminal([], { environment: given, git: NO_CHECKOUT }).host.event()).toEqual({
      kind: 'manual',
      name: 'terminal',
      branch: 'main',
      commit: '2'.repeat(40),
      before: '3'.repeat(40),
      actor: 'mika',
      runId: '77',
      runAttempt: 901,
      runUrl: 'https://ci.example/77',
    });
  });

  it('of a new branch name no commit before', async () => {
    const event = await terminal([], { environment: { DEPLOY_BEFORE: '0'.repeat(40) } }).host.event();
    expect(event).not.toHaveProperty('before');
  });

  it('of a tag hide the branch that happens to be checked out', async () => {
    const event = await terminal([], { environment: { DEPLOY_TAG: 'v1' } }).host.event();
    expect(event).toMatchObject({ tag: 'v1' });
    expect(event).not.toHaveProperty('branch');
  });
});

describe('the files of a terminal', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'terminal-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('hold outputs and summary where they are named', async () => {
    const outputs = join(folder, 'new', 'outputs.env');
    const summary = join(folder, 'summary.md');
    const { host } = terminal([], {
      environment: { DEPLOY_OUTPUT_FILE: outputs, DEPLOY_SUMMARY_FILE: summary },
    });
    host.mask('hunter2');
    host.setOutput('image', "it's hunter2");
    await host.writeSummary('# Done with hunter2');
    expect(readFileSync(outputs, 'utf8')).toBe(`DEPLOYED_IMAGE='it'"'"'s ***'\n`);
    expect(readFileSync(summary, 'utf8')).toBe('# Done with ***\n');
  });

  it('give the OIDC token that a CI system wrote, read anew each time', async () => {
    const file = join(folder, 'token');
    const { host, printed } = terminal([], { environment: { AWS_WEB_IDENTITY_TOKEN_FILE: file } });
    await expect(host.oidcToken('sts.amazonaws.com')).rejects.toMatchObject({ code: 'OIDC_UNAVAILABLE' });
    writeFileSync(file, 'first\n');
    expect(await host.oidcToken('sts.amazonaws.com')).toBe('first');
    writeFileSync(file, 'second');
    expect(await host.oidcToken('sts.amazonaws.com')).toBe('second');
    host.info('first second');
    expect(printed.stdout).toBe('*** ***\n');
    writeFileSync(file, '\n');
    await expect(host.oidcToken('sts.amazonaws.com')).rejects.toMatchObject({ code: 'OIDC_UNAVAILABLE' });
  });

  it('leave the token to the SDK where AWS_ROLE_ARN stands beside it', async () => {
    const environment = { AWS_WEB_IDENTITY_TOKEN_FILE: 'x', AWS_ROLE_ARN: 'arn:aws:iam::1:role/r' };
    expect(await terminal([], { environment }).host.oidcToken('sts.amazonaws.com')).toBeUndefined();
  });

  it('are not needed where the token is a variable', async () => {
    const { host } = terminal([], { environment: { DEPLOY_OIDC_TOKEN: 'a.b.c' } });
    expect(await host.oidcToken('sts.amazonaws.com')).toBe('a.b.c');
  });
});

describe('the event in a terminal', () => {
  it('is what git and the environment tell', async () => {
    const { host } = terminal([], { environment: { USER: 'mika', DEPLOY_RUN_ID: 'again' } });
    expect(await host.event()).toEqual({
      kind: 'manual',
      name: 'terminal',
      repository: 'acme/shop',
      commit: COMMIT,
      branch: 'develop',
      actor: 'mika',
      runId: 'again',
      runAttempt: 1,
    });
  });

  it('leaves out what is unknown, and has one run id for the whole run', async () => {
    const { host } = terminal([], { git: NO_CHECKOUT });
    const event = await host.event();
    expect(Object.keys(event).sort()).toEqual(['kind', 'name', 'runAttempt', 'runId']);
    expect(event.runId).toMatch(/^[0-9a-f-]{36}$/u);
    expect((await host.event()).runId).toBe(event.runId);
    expect((await terminal().host.event()).runId).not.toBe(event.runId);
  });
});

it('a terminal keeps what is to be finished for the run itself', () => {
  const { host } = terminal([]);
  host.saveState('task', 'x');
  host.saveState('task', '');
  expect(host.savedState()).toEqual({ task: '' });
});

describe('what a terminal shows', () => {
  const play = (options: Parameters<typeof terminal>[1], argv: string[] = []) => {
    const { host, printed } = terminal(argv, options);
    host.openGroup('Migrate');
    host.info('starts\nruns');
    host.outside(['::error::x', '\u001b[31mred\u001b[0m\u0007', '\u001b]0;owned\u0007title']);
    host.closeGroup();
    host.closeGroup();
    host.info('✓ done (1.0 s)');
    host.annotate({ level: 'warning', title: 'Old', message: 'image', file: 'deploy.yml', line: 3 });
    host.annotate({ level: 'error', title: 'FAILED', message: 'it' });
    host.debug('hidden');
    host.setOutput('image', 'x');
    host.saveState('task', 'x');
    return printed;
  };

  it('is plain text with groups as headings where nobody watches', () => {
    expect(play({})).toEqual({
      stdout: [
        'Migrate',
        '  starts',
        '  runs',
        '  │ ::error::x',
        '  │ red␇',
        '  │ title',
        '✓ done (1.0 s)',
        'Warning: Old (deploy.yml:3): image',
        'Error: FAILED: it',
        '',
      ].join('\n'),
      stderr: '',
    });
  });

  it('has colours on a TTY, but not where NO_COLOR is set', () => {
    const coloured = play({ isTTY: true }).stdout;
    expect(coloured).toContain('\u001b[1mMigrate\u001b[22m');
    expect(coloured).toContain('\u001b[31mError: FAILED: it\u001b[39m');
    expect(coloured).toContain('\u001b[32m✓\u001b[39m done');
    expect(coloured).not.toContain('\u001b]0;');
    expect(play({ isTTY: true, environment: { NO_COLOR: '1' } })).toEqual(play({}));
    expect(play({ isTTY: true, environment: { TERM: 'dumb' } })).toEqual(play({}));
    expect(play({ isTTY: true, environment: { FORCE_COLOR: '0' } })).toEqual(play({}));
    expect(play({ environment: { FORCE_COLOR: '1' } }).stdout).toBe(coloured);
    expect(play({ environment: { FORCE_COLOR: '1', NO_COLOR: '1' } }).stdout).toBe(coloured);
  });

  describe('while somebody watches', () => {
    const watch = (environment: Record<string, string> = {}) => {
      const screen = new FakeScreen();
      const host = terminalHost({
        argv: [],
        environment: { NO_COLOR: '1', ...environment },
        stdout: screen,
        stderr: screen,
        git: CHECKOUT,
        inputs: INPUTS,
        commands: [],
        version: '1.2.3',
        outputNames: [],
      });
      return { host, screen };
    };

    it('is one line for each service, with everything else above of it', () => {
      const { host, screen } = watch();
      host.openGroup('Roll out');
      host.mask('hunter2');
      host.progress?.('web', 'web: hunter2 \u001b[2J');
      host.outside(['an event']);
      host.progress?.('web', 'web: done');
      host.closeGroup();
      host.info('✓ web');
      host.openGroup('Roll out');
      host.progress?.('web', 'web: back');
      host.closeGroup();
      expect(screen.text).toBe(
        ['Roll out', '  │ an event', '  web: done', '✓ web', 'Roll out', '  web: back'].join('\n'),
      );
    });

    it.each([{ CI: 'true' }, { TERM: 'dumb' }])('is lines as they come with %j', (environment) => {
      expect(watch(environment).host).not.toHaveProperty('progress');
    });
  });

  it('is lines as they come where nobody watches', () => {
    expect(terminal().host).not.toHaveProperty('progress');
  });

  it('leaves standard output to the result where --json is given', async () => {
    const { host, printed } = terminal(['--json']);
    host.info('line');
    host.annotate({ level: 'error', title: 'T', message: 'm' });
    await host.writeSummary('# Summary');
    host.result('{"outcome":"completed"}');
    expect(printed).toEqual({ stdout: '{"outcome":"completed"}\n', stderr: 'line\nError: T: m\n' });
  });

  it('has no result object without --json', () => {
    const { host, printed } = terminal();
    host.result('{}');
    expect(printed).toEqual({ stdout: '', stderr: '' });
  });

  it('shows debug lines to who asks for them', () => {
    const { host, printed } = terminal([], { environment: { DEPLOY_DEBUG: '1' } });
    host.debug('a\u001b[2Jb');
    expect(printed.stdout).toBe('debug: ab\n');
  });

  it('prints nothing to mask a secret, and no longer shows it', () => {
    const { host, printed } = terminal(['--json']);
    host.mask('hunter2');
    host.mask('');
    expect(printed).toEqual({ stdout: '', stderr: '' });
    host.info('is hunter2');
    host.outside(['hunter2!']);
    host.result('{"x":"hunter2"}');
    expect(printed).toEqual({ stdout: '{"x":"***"}\n', stderr: 'is ***\n│ ***!\n' });
  });

  it('cannot have its cursor moved by a title or by a line of ours', () => {
    const { host, printed } = terminal();
    host.openGroup('a\u001b[2Jb');
    host.info('c\u001b[1;1Hd');
    expect(printed.stdout).toBe('ab\n  cd\n');
  });

  it('has no OIDC token to give', async () => {
    expect(await terminal().host.oidcToken('sts.amazonaws.com')).toBeUndefined();
  });
});
