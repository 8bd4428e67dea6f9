/** ESC, or the 8-bit form of what ESC introduces (ECMA-48). */
const CSI = String.raw`(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]`;
/** Operating system command and its like: title, clipboard, hyperlink; ends with BEL or ST. */
const STRINGS = String.raw`(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)`;
const OTHER_ESCAPES = String.raw`\u001b[ -/]*[0-~]`;
const ESCAPES = new RegExp(`${STRINGS}|${CSI}|${OTHER_ESCAPES}`, 'gu');

/** Control characters except tab, and those that turn the direction of text or hide in it. */
const CONTROLS = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A line that can only be read: colours and other terminal sequences are taken out, and every control character
 * that is left is shown instead of obeyed. Of a line that a progress bar overwrote, what stood there last remains.
 */
export function inertLine(line: string): string {
  const plain = line.replace(ESCAPES, '');
  const shown = plain.split('\r').findLast((part) => part.trim() !== '') ?? '';
  return shown.replace(CONTROLS, showControl);
}

/** Text of any length as inert lines. */
export function inertLines(text: string): string[] {
  return text.split('\n').map(inertLine);
}

function showControl(control: string): string {
  const code = control.codePointAt(0) ?? 0;
  if (code === 0x09) return control;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

/**
 * Would the GitHub runner take this for a command? "::name" counts at the start of a line, the older "##[name]"
 * anywhere in it (actions/runner, ActionCommand.cs), and the runner ends a line at CR as well as LF.
 */
export function couldCommandRunner(text: string): boolean {
  return text.includes('##[') || text.split(/\r\n|\r|\n/u).some((line) => line.trimStart().startsWith('::'));
}
