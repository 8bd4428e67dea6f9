import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { completionScript, type Shell } from '../../src/adapters/command-line/completion.ts';
import { COMMAND_TEXTS } from '../../src/config/command-texts.ts';
import { inputsOf } from '../../src/config/input-commands.ts';
import { COMMANDS } from '../../src/config/plan.ts';

const commands = COMMANDS.map((name) => ({ name, ...COMMAND_TEXTS[name], inputs: inputsOf(name) }));

const BASH = `eval "$(cat "$FOLDER/bash")"
COMP_LINE="$1" COMP_POINT=\${#1}
read -ra COMP_WORDS <<< "$1"
[[ "$1" == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
# What bash itself would call.
[[ "$(complete -p deploy-action)" =~ -F\\ ([^ ]+) ]]
"\${BASH_REMATCH[1]}"
printf '%s\\n' "\${COMPREPLY[@]}"`;

/** A person at a keyboard: a line is typed and Tab pressed. What would be offered is written down, and the shell ends. */
const ZSHRC = `PROMPT= RPS1=
fpath=("$FOLDER/functions" $fpath)
autoload -Uz compinit
compinit -u -D
compadd() {
  [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]] && { builtin compadd "$@"; return }
  local -a hits
  builtin compadd -A hits "$@"
  print -rl -- $hits >> $FOLDER/offered
  builtin compadd "$@"
}
leave() { exit }
comppostfuncs=(leave)
bindkey '^I' complete-word
`;
const TYPIST = `zmodload zsh/zpty
zpty typist zsh -i
zpty -w -n typist "$1"$'\\t'
while zpty -r typist line; do :; done
cat $FOLDER/offered`;

/** How each shell is asked what it offers after a line; the script is where our documentation puts it. */
const SHELL_RUNS: Record<Shell, { file: string; args: (line: string) => string[] }> = {
  bash: { file: 'bash', args: (line) => ['--norc', '-c', BASH, 'bash', line] },
  zsh: { file: 'functions/_deploy-action', args: (line) => ['-f', '-c', TYPIST, 'zsh', line] },
  fish: {
    file: 'config/fish/completions/deploy-action.fish',
    args: (line) => ['-c', 'complete --do-complete $argv[1]', line],
  },
};
const here = (['bash', 'zsh', 'fish'] as const).filter(
  (shell) => spawnSync(shell, ['--version']).error === undefined,
);

it('is tried in bash at least', () => {
  expect(here).toContain('bash');
});

describe.each(here)('completion, loaded by %s itself', (shell) => {
  const folder = mkdtempSync(join(tmpdir(), 'completion-'));
  const { file, args } = SHELL_RUNS[shell];

  beforeAll(() => {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), completionScript(shell, commands));
    writeFileSync(join(folder, '.zshrc'), ZSHRC);
    // Fish completes only what there is.
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin', 'deploy-action'), '#!/bin/sh\n', { mode: 0o755 });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const offered = (line: string): string[] => {
    writeFileSync(join(folder, 'offered'), '');
    const { stdout, stderr, status } = spawnSync(shell, args(line), {
      encoding: 'utf8',
      env: {
        PATH: [join(folder, 'bin'), process.env['PATH']].join(delimiter),
        TERM: 'xterm',
        FOLDER: folder,
        ZDOTDIR: folder,
        HOME: folder,
        XDG_CONFIG_HOME: join(folder, 'config'),
      },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    // Behind a tab, fish shows what a word means.
    return stdout
      .split('\n')
      .map((word) => word.split('\t')[0]!)
      .filter((word) => word !== '')
      .toSorted();
  };

  it.each<[string, string[]]>([
    ['deploy-action ro', ['rollback']],
    ['deploy-action rollback --re', ['--region', '--revision']],
    ['deploy-action rollback --cluster x --rev', ['--revision']],
    ['deploy-action deploy --rev', []],
    ['deploy-action help re', ['redeploy']],
    ['deploy-action completion ', ['bash', 'fish', 'zsh']],
    ['deploy-action deploy --config package', ['package-lock.json', 'package.json']],
  ])('after `%s` offers %j', (line, wanted) => {
    expect(offered(line)).toEqual(wanted);
  });

  it('offers every command', () => {
    expect(offered('deploy-action ').filter((word) => !word.startsWith('-'))).toEqual(
      [...COMMANDS, 'help', 'completion'].toSorted(),
    );
  });
});

it('stands in the documentation as it is loaded here', () => {
  const page = readFileSync('docs/command-line.md', 'utf8');
  expect(page).toContain('eval "$(deploy-action completion bash)"');
  expect(page).toContain('deploy-action completion zsh > "${fpath[1]}/_deploy-action"');
  expect(page).toContain('deploy-action completion fish > ~/.config/fish/completions/deploy-action.fish');
});
