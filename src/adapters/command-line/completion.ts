import { quote } from 'shlex';
import { inPlace, type CommandHelp } from './help.ts';
import { OWN_OPTIONS, type TerminalInput } from './arguments.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const PROGRAM = 'deploy-action';

/** The script that a shell reads to complete commands, the options of each, and file names where a path is meant. */
export function completionScript(shell: Shell, commands: readonly CommandHelp[]): string {
  return { bash, zsh, fish }[shell](commands);
}

function bash(commands: readonly CommandHelp[]): string {
  return `# ${PROGRAM} completion for bash: eval "$(${PROGRAM} completion bash)"
_deploy_action() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="" each
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$each" in ${commands.map(({ name }) => name).join('|')}|help|completion) command="$each"; break ;; esac
  done
  COMPREPLY=()
  case "$before" in
    ${pathOptions(commands).join('|')}) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    ${valueOptions(commands).join('|')}) return ;;
  esac
  local words
  case "$command" in
    "") words=${quote([...commands.map(({ name }) => name), 'help', 'completion', ...ownOptions()].join(' '))} ;;
    help) words=${quote(commands.map(({ name }) => name).join(' '))} ;;
    completion) words=${quote(SHELLS.join(' '))} ;;
${commands.map(({ name, inputs }) => `    ${name}) words=${quote(optionsOf(inputs).join(' '))} ;;`).join('\n')}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _deploy_action ${PROGRAM}
`;
}

function zsh(commands: readonly CommandHelp[]): string {
  const described = (name: string, meaning: string) => quote(`${name}:${meaning}`);
  const argument = ({ name, kind, description }: TerminalInput) => {
    const meaning = firstSentence(description).replaceAll(/[[\]:]/gu, ' ');
    const value = kind === 'flag' ? '' : `:${name}:${kind === 'path' ? '_files' : ' '}`;
    return quote(`${kind === 'list' ? '*' : ''}--${name}[${meaning}]${value}`);
  };
  const own = OWN_OPTIONS.map((option) => argument({ ...option, kind: 'flag' }));
  return `#compdef ${PROGRAM}
# ${PROGRAM} completion for zsh: ${PROGRAM} completion zsh > "\${fpath[1]}/_${PROGRAM}"
_deploy_action() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${described(name, summary)}`).join('\n')}
    ${described('help', 'Show all about a command')}
    ${described('completion', 'Print the completion script of a shell')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
    help) _describe command commands ;;
    completion) _values shell ${SHELLS.join(' ')} ;;
${commands.map(({ name, inputs }) => `    ${name}) _arguments ${[...inputs.map(argument), ...own].join(' ')} ;;`).join('\n')}
  esac
}
if [ "$funcstack[1]" = "_${PROGRAM}" ]; then
  _deploy_action "$@"
else
  compdef _deploy_action ${PROGRAM}
fi
`;
}

function fish(commands: readonly CommandHelp[]): string {
  const line = (...words: string[]) => `complete -c ${PROGRAM} ${words.join(' ')}`;
  const known = [...commands.map(({ name }) => name), 'help', 'completion'].join(' ');
  const top = `-n ${fishQuote(`not __fish_seen_subcommand_from ${known}`)}`;
  const within = (name: string) => `-n ${fishQuote(`__fish_seen_subcommand_from ${name}`)}`;
  const option = (where: string, { name, kind, description }: TerminalInput) =>
    line(
      where,
      `-l ${name}`,
      ...(kind === 'flag' ? [] : kind === 'path' ? ['-r', '-F'] : ['-x']),
      `-d ${fishQuote(firstSentence(description))}`,
    );
  return [
    `# ${PROGRAM} completion for fish: ${PROGRAM} completion fish > ~/.config/fish/completions/${PROGRAM}.fish`,
    line('-f'),
    ...commands.map(({ name, summary }) => line(top, `-a ${name}`, `-d ${fishQuote(summary)}`)),
    line(top, '-a help', `-d ${fishQuote('Show all about a command')}`),
    line(top, '-a completion', `-d ${fishQuote('Print the completion script of a shell')}`),
    line(within('help'), `-a ${fishQuote(commands.map(({ name }) => name).join(' '))}`),
    line(within('completion'), `-a ${fishQuote(SHELLS.join(' '))}`),
    ...commands.flatMap(({ name, inputs }) => inputs.map((input) => option(within(name), input))),
    ...OWN_OPTIONS.map((own) => option('', { ...own, kind: 'flag' })),
    '',
  ].join('\n');
}

function optionsOf(inputs: readonly TerminalInput[]): string[] {
  return [...inputs.map(({ name }) => `--${name}`), ...ownOptions()];
}

function ownOptions(): string[] {
  return OWN_OPTIONS.map(({ name }) => `--${name}`);
}

function pathOptions(commands: readonly CommandHelp[]): string[] {
  return optionsOfKind(commands, (kind) => kind === 'path');
}

function valueOptions(commands: readonly CommandHelp[]): string[] {
  return optionsOfKind(commands, (kind) => kind !== 'path' && kind !== 'flag');
}

function optionsOfKind(commands: readonly CommandHelp[], wanted: (kind: string) => boolean): string[] {
  const names = commands.flatMap(({ inputs }) =>
    inputs.filter(({ kind }) => wanted(kind)).map(({ name }) => name),
  );
  return [...new Set(names)].map((name) => `--${name}`);
}

function firstSentence(text: string): string {
  const words = inPlace(text);
  return (/^.*?(?=\.(?:\s|$)|$)/u.exec(words)?.[0] ?? words).replaceAll('`', '');
}

/** Fish knows two escapes inside of single quotes (fish documentation, "Quotes"). */
function fishQuote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
