import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setUp } from '../../scripts/setup.mjs';

const { python, actionlint } = await setUp(['python', 'actionlint']);
const { zizmor = '', shellcheck = '' } = python ?? {};

/** The workflows that users copy, each where a runner would find it. */
function exampleWorkflows(): string[] {
  return readdirSync('examples', { recursive: true })
    .map(String)
    .filter((path) => /workflow[\w-]*\.yml$/.test(path) && !path.includes('before'))
    .map((path) => join('examples', path));
}

function run(program: string, args: string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, PATH: [dirname(shellcheck), process.env['PATH']].join(delimiter) },
  });
  return { status, text: `${stdout}${stderr}` };
}

describe('zizmor, at its strictest', () => {
  it('finds nothing in our workflows, action and dependabot', () => {
    const { status, text } = run(zizmor, [
      '--offline',
      '--no-progress',
      '--persona',
      'pedantic',
      '.github',
      'action.yml',
    ]);
    expect(text).toContain('No findings to report');
    expect(status).toBe(0);
  });
});

// Without Go there is no actionlint, and the set-up says so in what was left out.
if (actionlint !== undefined)
  describe('actionlint', () => {
    const check = (files: string[]) => run(actionlint, ['-no-color', ...files]);

    it('finds nothing in our workflows, their shell included', () => {
      const files = readdirSync('.github/workflows').map((name) => join('.github/workflows', name));
      expect(check(files)).toEqual({ status: 0, text: '' });
    });

    it('finds nothing in the workflows of the examples', () => {
      const files = exampleWorkflows();
      expect(files.length).toBeGreaterThan(1);
      expect(check(files)).toEqual({ status: 0, text: '' });
    });

    it('would find what is wrong', () => {
      const folder = mkdtempSync(join(tmpdir(), 'workflow-'));
      try {
        cpSync('__tests__/fixtures/workflows/wrong.yml', join(folder, 'wrong.yml'));
        expect(check([join(folder, 'wrong.yml')]).text).toContain('property "nothing" is not defined');
        expect(run(zizmor, ['--offline', '--no-progress', join(folder, 'wrong.yml')]).text).toContain(
          'template-injection',
        );
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });
