/** A line longer than this is passed on in pieces, so that output without line breaks cannot fill the memory. */
const LONGEST_LINE = 16_384;

/**
 * Cuts a piece of a program's output into lines; `rest` is the unfinished one, to be put before the next piece. As in
 * a terminal, what follows a carriage return overwrites the line: of a progress bar only its last state remains.
 */
export function splitLines(piece: string, rest = ''): { lines: string[]; rest: string } {
  const parts = (rest + piece).split('\n');
  let last = parts.pop() ?? '';
  const lines = parts.map(overwritten);
  last = keepAfterReturn(last);
  while (last.length > LONGEST_LINE) {
    lines.push(last.slice(0, LONGEST_LINE));
    last = last.slice(LONGEST_LINE);
  }
  return { lines, rest: last };
}

/** What is left of a line at its end; undefined where nothing is. */
export function lastLine(rest: string): string | undefined {
  const line = overwritten(rest);
  return line === '' ? undefined : line;
}

function overwritten(line: string): string {
  const text = line.replace(/\r+$/, '');
  return text.slice(text.lastIndexOf('\r') + 1);
}

/** A carriage return at the very end may be the first half of a line break that is cut in two. */
function keepAfterReturn(line: string): string {
  const end = line.replace(/\r+$/, '').length;
  return line.slice(line.lastIndexOf('\r', Math.max(end - 1, 0)) + 1);
}
