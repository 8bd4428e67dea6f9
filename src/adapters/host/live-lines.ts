import type { ProgressState } from '../../ports/host.ts';

/** A stream that stands for a screen; Node gives its size where it is one. */
export interface Screen {
  write(text: string): unknown;
  readonly columns?: number;
  readonly rows?: number;
}

/** Lines at the end of what was written that can still be rewritten. */
export interface LiveLines {
  /** Writes a text, whole lines, above of them. */
  above(text: string): void;
  /** Puts a line in the place of the one of this name, or after the others. */
  set(name: string, line: string, state?: ProgressState): void;
  /** Leaves them as they are; what comes next stands below. */
  settle(): void;
}

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;
/** ECMA-48: cursor up, erase in line, erase below. */
const up = (rows: number) => (rows === 0 ? '' : `\u001b[${rows}A\r`);
const ERASE_LINE = '\u001b[2K';
const ERASE_BELOW = '\u001b[0J';

/** Where not all fit: what ended otherwise than it should is shown before what goes on, and that before the rest. */
const RANKS: readonly ProgressState[] = ['ended', 'open', 'completed'];

interface Line {
  text: string;
  state: ProgressState;
}

/**
 * The cursor always rests below the lines, so that a process that dies leaves a clean screen. Nothing that was written
 * above is ever touched again: it is the same in the scrollback as without. What has left the screen at its top cannot
 * be rewritten, so there are never more lines than rows: the last one says how many are not shown.
 */
export function liveLines(screen: Screen): LiveLines {
  const lines = new Map<string, Line>();
  const columns = () => atLeastOne(screen.columns) ?? DEFAULT_COLUMNS;
  /** The cursor needs the row below. */
  const room = () => Math.max(1, (atLeastOne(screen.rows) ?? DEFAULT_ROWS) - 1);
  const fits = (line: string) => {
    const letters = Array.from(line);
    return letters.length < columns() ? line : `${letters.slice(0, columns() - 2).join('')}…`;
  };
  let drawn: string[] = [];

  /** Of the lines as drawn: a screen that was made narrower since has broken them. */
  const rowsDrawn = () =>
    drawn.reduce((sum, line) => sum + Math.ceil(Array.from(line).length / columns() || 1), 0);
  const draw = (before: string) => {
    const start = up(rowsDrawn());
    const shown = chosen([...lines.values()], room()).map(fits);
    // Fewer than before, on a screen that was made lower: nothing of the others may stay.
    const erase = shown.length < drawn.length ? ERASE_BELOW : '';
    drawn = shown;
    screen.write(`${start}${erase}${before}${drawn.map((line) => `${ERASE_LINE}${line}\n`).join('')}`);
  };
  const settle = () => {
    lines.clear();
    drawn = [];
  };

  return {
    above(text) {
      if (lines.size === 0) screen.write(text);
      else draw(`${ERASE_BELOW}${text}`);
    },

    set(name, line, state = 'open') {
      const known = lines.get(name);
      if (known?.text === line && known.state === state) return;
      lines.set(name, { text: line, state });
      if (known?.text !== line || lines.size > room()) draw('');
    },

    settle,
  };
}

/** As many as there is room for, in their order, and how many more there are. */
function chosen(lines: readonly Line[], room: number): string[] {
  if (lines.length <= room) return lines.map(({ text }) => text);
  const byRank = lines.toSorted((one, other) => RANKS.indexOf(one.state) - RANKS.indexOf(other.state));
  const shown = byRank.slice(0, room - 1);
  const hidden = byRank.slice(room - 1);
  const completed = hidden.filter(({ state }) => state === 'completed').length;
  const indent = /^ */u.exec(hidden[0]?.text ?? '')?.[0] ?? '';
  return [
    ...lines.filter((line) => shown.includes(line)).map(({ text }) => text),
    `${indent}… and ${hidden.length} more${completed === 0 ? '' : ` (${completed} completed)`}`,
  ];
}

/** A terminal that does not know its size says 0. */
function atLeastOne(size: number | undefined): number | undefined {
  return size === 0 ? undefined : size;
}
