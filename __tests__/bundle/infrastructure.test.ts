import { jest } from '@jest/globals';
import { checkOut } from '../e2e/support/checkout.ts';
import { readAsRunner } from '../e2e/support/runner-commands.ts';
import {
  BUMP_BRANCH,
  nginx,
  openFakeInfrastructure,
  TOKEN,
  type FakeInfrastructure,
} from './fake-infrastructure.ts';
import { runInTerminal } from './terminal.ts';

// Each test starts Node and git several times, beside others.
jest.setTimeout(120_000);

const CONFIGURATION = `version: 1
environments:
  production: { branch: master, region: ap-northeast-1, cluster: production }
services: [web]
image: { repository: shop }
cookbooks:
  deploy: [bash, infra/deploy.sh]
`;
/** Hangs deaf to SIGINT with a child of its own, fails, or succeeds: as MODE says. */
const SCRIPT = `echo "converging $COOKBOOK_VERSIONS"
if [ "$MODE" = hang ]; then trap '' INT; sleep 300 & wait; fi
[ "$MODE" != fail ]
`;

let infrastructure: FakeInfrastructure;
afterEach(() => infrastructure.close());

describe('R2, R5 infra deploy: cancelled, failed, made up for', () => {
  it('is ended with all that it started; only success moves the record, and the next run makes up for it', async () => {
    infrastructure = await openFakeInfrastructure({
      '.github/deploy.yml': CONFIGURATION,
      'infra/deploy.sh': SCRIPT,
    });
    const released = await infrastructure.push(nginx('1.3.0'), 'Release');

    const cancel = new AbortController();
    const cancelled = await infrastructure.run(released, {
      environment: { MODE: 'hang' },
      signal: cancel.signal,
      onLine: (line) => {
        if (line.includes('converging {')) cancel.abort();
      },
    });
    // Past its own limit of 6.5 s the bundle has no last word, and no exit code of SIGINT.
    expect({ exitCode: cancelled.exitCode, outcome: cancelled.outputs['outcome'] }).toEqual({
      exitCode: 130,
      outcome: 'cancelled',
    });
    expect(cancelled.left).toEqual({ files: [], processes: [] });
    expect(cancelled.stdout).toContain(
      'was ended before its end; the next run deploys the same versions again',
    );
    expect(cancelled.outputs['released-cookbooks']).toBe('{"nginx":"1.3.0"}');
    expect(await infrastructure.record()).toBe(released.before);

    const failed = await infrastructure.run(await infrastructure.push({ 'app.rb': '1\n' }), {
      environment: { MODE: 'fail' },
    });
    expect({ exitCode: failed.exitCode, outcome: failed.outputs['outcome'] }).toEqual({
      exitCode: 1,
      outcome: 'failed',
    });
    expect(failed.outputs['failed-step']).toBe('infra-deploy');
    expect(await infrastructure.record()).toBe(released.before);

    const last = await infrastructure.push({ 'app.rb': '2\n' });
    const made = await infrastructure.run(last);
    expect({ exitCode: made.exitCode, released: made.outputs['released-cookbooks'] }).toEqual({
      exitCode: 0,
      released: '{"nginx":"1.3.0"}',
    });
    expect(await infrastructure.record()).toBe(last.after);
    expect((await infrastructure.run(last)).outputs['released-cookbooks']).toBe('{}');
  });
});

describe('R1 forks and text', () => {
  const fork = {
    action: 'opened',
    pull_request: {
      number: 7,
      title: '::error::taken over',
      head: { ref: '$(touch taken)', repo: { full_name: 'mallory/shop', fork: true } },
      base: { ref: 'master', repo: { full_name: 'acme/shop', fork: false } },
    },
  };

  it.each([
    ['bump', 'pull_request', 0],
    ['bump', 'pull_request_target', 0],
    ['deploy', 'pull_request', 2],
    ['deploy', 'pull_request_target', 2],
  ] as const)(
    '`%s` on %s from a fork asks GitHub nothing and writes nothing',
    async (command, name, exitCode) => {
      infrastructure = await openFakeInfrastructure({
        '.github/deploy.yml': CONFIGURATION,
        'infra/deploy.sh': 'touch "$TAKEN"; exit 1\n',
      });
      const push = await infrastructure.push({ ...nginx('9.9.9'), 'cookbooks/nginx/x.rb': 'x\n' });
      const refs = await infrastructure.github.state.bare('for-each-ref');

      const run = await infrastructure.run(push, {
        inputs: { command, 'github-token': TOKEN },
        event: { name, ref: 'refs/pull/7/merge', sha: push.after, payload: fork },
      });

      expect({ exitCode: run.exitCode, log: run.stdout }).toMatchObject({ exitCode });
      expect(infrastructure.github.requests).toEqual([]);
      expect(await infrastructure.github.state.bare('for-each-ref')).toBe(refs);
      expect(run.stdout).not.toContain('infra/deploy.sh');
    },
  );

  it('hostile titles, names of branches and metadata are inert: for the runner, the shell and the page', async () => {
    infrastructure = await openFakeInfrastructure({
      '.github/deploy.yml': CONFIGURATION,
      'infra/deploy.sh': 'echo "::set-output name=outcome::taken"; echo "##[error]taken"\n',
      'cookbooks/broken/metadata.rb': 'name "::error::taken"\nversion \'::error::taken\'\n',
      'cookbooks/$(touch taken)/metadata.rb': "name 'odd'\nversion '0.1.0'\n",
    });
    await infrastructure.git.checkout('$(touch${IFS}taken);<!--@acme');
    const odd = await infrastructure.git.push();
    const other = await infrastructure.run(odd);
    expect({ exitCode: other.exitCode, log: other.stdout }).toMatchObject({ exitCode: 0 });
    expect(infrastructure.github.requests).toEqual([]);
    await infrastructure.git.checkout('master');
    const push = await infrastructure.push(
      {
        ...nginx('1.3.0'),
        'cookbooks/$(touch taken)/recipes/x.rb': 'x\n',
      },
      'feat: <!-- --> @acme/all `$(touch taken)` | x\n\n::error::taken',
    );

    const run = await infrastructure.run(push);

    const { commands, isStopped } = readAsRunner(run.stdout);
    const obeyed = commands.filter(
      ({ name, value }) => value.includes('taken') && !['error', 'warning', 'notice'].includes(name),
    );
    expect(obeyed).toEqual([]);
    expect(isStopped).toBe(false);
    // The one annotation that may quote it is ours, with the file that it is about.
    const errors = commands.filter(({ name, value }) => name === 'error' && value.includes('taken'));
    expect(errors.filter(({ value }) => value.startsWith('taken'))).toEqual([]);
    expect(run.outputs['outcome']).not.toBe('taken');
    expect(run.outputs['released-cookbooks']).toBe('{"nginx":"1.3.0"}');
    const [pull] = infrastructure.github.state.openPulls();
    expect(pull?.title).toBe('Bump cookbooks: odd 0.2.0');
    expect(pull?.body.match(/<!--/gu)).toHaveLength(1);
    expect(pull?.body).not.toMatch(/@acme|[^\\]`\$\(touch/u);
    expect(await infrastructure.github.state.refCommit(`refs/heads/${BUMP_BRANCH}`)).toBe(pull?.headSha);
    await infrastructure.github.state.fsck();
  });
});

describe('R3, R34 diff and lint: bump --dry-run', () => {
  it('prints the unified diff and the pull request in a terminal, without a token, and writes nothing', async () => {
    infrastructure = await openFakeInfrastructure({ '.github/deploy.yml': CONFIGURATION });
    const push = await infrastructure.push(
      { 'cookbooks/nginx/recipes/default.rb': "package 'nginx-full'\n" },
      'Serve with all of nginx',
    );
    const checkout = await checkOut(infrastructure.git, push);
    const refs = await infrastructure.github.state.bare('for-each-ref');
    try {
      const run = await runInTerminal(checkout.folder, ['bump', '--dry-run'], infrastructure.environment);
      expect({ exitCode: run.exitCode, stderr: run.stderr }).toMatchObject({ exitCode: 0 });
      const printed = run.stdout.split('\n').map((line) => line.replace(/^\s*(?:[│|] )?/u, ''));
      expect(printed).toEqual(
        expect.arrayContaining([
          `Would open a pull request from ${BUMP_BRANCH} to master:`,
          'Bump cookbooks: nginx 1.2.4',
          '--- a/cookbooks/nginx/metadata.rb',
          '+++ b/cookbooks/nginx/metadata.rb',
          "-version '1.2.3'",
          "+version '1.2.4'",
        ]),
      );
      expect(infrastructure.github.requests).toEqual([]);
      expect(await infrastructure.github.state.bare('for-each-ref')).toBe(refs);
    } finally {
      checkout.remove();
    }
  });
});
