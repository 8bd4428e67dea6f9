/** What the runner makes of one line: a command to obey, a line to show, or nothing (the end of a stopped part). */
export type RunnerLine = { command: RunnerCommand } | { shown: string; isStopped: boolean } | undefined;

export interface RunnerCommand {
  name: string;
  properties: Record<string, string>;
  value: string;
}

/** What the runner does with one step's output. */
export interface RunnerView {
  /** The commands that it obeys, in order. */
  commands: RunnerCommand[];
  /** The lines that people see. */
  shown: string[];
  /** True where the step ended while commands were stopped: nothing later would be obeyed. */
  isStopped: boolean;
}

/** Only these count in the old form, `##[name]`, which may stand anywhere in a line. */
const known = [
  ...['error', 'warning', 'notice', 'debug', 'group', 'endgroup', 'echo', 'add-mask', 'set-output'],
  ...['save-state', 'set-env', 'add-path', 'add-matcher', 'remove-matcher', 'stop-commands'],
  'internal-set-repo-path',
];

/** Reads the output of a step as the runner does. */
export function readAsRunner(output: string): RunnerView {
  const view: RunnerView = { commands: [], shown: [], isStopped: false };
  const read = runnerReader();
  for (const text of output.split(/\r\n|\r|\n/u)) {
    const line = read(text);
    view.isStopped = line !== undefined && 'shown' in line && line.isStopped;
    if (line === undefined) continue;
    if ('command' in line) view.commands.push(line.command);
    else view.shown.push(line.shown);
  }
  return view;
}

/**
 * The same line by line. Commands are obeyed unless an earlier `stop-commands` stopped them, and from the line that
 * carries its token on again (actions/runner: ActionCommand.cs, ActionCommandManager.cs).
 */
export function runnerReader(): (line: string) => RunnerLine {
  let stopToken: string | undefined;
  return (line) => {
    const command = commandIn(line, stopToken === undefined ? known : [...known, stopToken]);
    if (stopToken === undefined) {
      if (command?.name === 'stop-commands') stopToken = command.value;
      return command === undefined ? { shown: line, isStopped: false } : { command };
    }
    if (command?.name !== stopToken) return { shown: line, isStopped: true };
    stopToken = undefined;
    return undefined;
  };
}

function commandIn(line: string, names: readonly string[]): RunnerCommand | undefined {
  return newForm(line.trimStart(), names) ?? oldForm(line, names);
}

/** `::name key=value,key=value::value` */
function newForm(line: string, names: readonly string[]): RunnerCommand | undefined {
  const [, head, value] = /^::(.*?)::(.*)$/u.exec(line) ?? [];
  return head === undefined ? undefined : command(head, ',', value!, names);
}

/** `##[name key=value;key=value]value` */
function oldForm(line: string, names: readonly string[]): RunnerCommand | undefined {
  const [, head, value] = /##\[(.*?)\](.*)$/u.exec(line) ?? [];
  return head === undefined ? undefined : command(head, ';', value!, names);
}

function command(
  head: string,
  separator: string,
  value: string,
  names: readonly string[],
): RunnerCommand | undefined {
  const [word = '', ...rest] = head.trim().split(' ');
  const name = names.find((one) => one.toLowerCase() === word.toLowerCase());
  if (name === undefined) return undefined;
  const pairs = rest
    .join(' ')
    .split(separator)
    .filter((pair) => pair.includes('='))
    .map((pair) => [pair.slice(0, pair.indexOf('=')).trim(), unescape(pair.slice(pair.indexOf('=') + 1))]);
  return { name, properties: Object.fromEntries(pairs) as Record<string, string>, value: unescape(value) };
}

function unescape(text: string): string {
  const marks: Record<string, string> = { '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',', '%25': '%' };
  return text.replace(/%0D|%0A|%3A|%2C|%25/giu, (mark) => marks[mark.toUpperCase()]!);
}
