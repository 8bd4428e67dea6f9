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
  set(name: string, line: string): void;
  /** Leaves them as they are; what comes next stands below. */
  settle(): void;
}

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;
/** ECMA-48: cursor up, erase in line, erase below. */
const up = (rows: number) => (rows === 0 ? '' : `\u001b[${rows}A\r`);
const ERASE_LINE = '\u001b[2K';
const ERASE_BELOW = '\u001b[0J';

/**
 * The cursor always rests below the lines, so that a process that dies leaves a clean screen. Nothing that was written
 * above is ever touched again: it is the same in the scrollback as without. More lines than the screen has rows cannot
 * be rewritten, for the upper ones have left it: then each is written as it comes.
 */
export function liveLines(screen: Screen): LiveLines {
  const lines = new Map<string, string>();
  const columns = () => atLeastOne(screen.columns) ?? DEFAULT_COLUMNS;
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
    drawn = [...lines.values()].map(fits);
    screen.write(`${start}${before}${drawn.map((line) => `${ERASE_LINE}${line}\n`).join('')}`);
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

    set(name, line) {
      const isNew = !lines.has(name);
      if (isNew && lines.size + 1 >= (atLeastOne(screen.rows) ?? DEFAULT_ROWS)) settle();
      if (lines.get(name) === line) return;
      lines.set(name, line);
      draw('');
    },

    settle,
  };
}

/** A terminal that does not know its size says 0. */
function atLeastOne(size: number | undefined): number | undefined {
  return size === 0 ? undefined : size;
}
