const ESC = '\u001b';
const PARTS = new RegExp(String.raw`${ESC}\[(\d*)([A-Za-z])|\r|[^]`, 'gu');

/**
 * A terminal's screen with its scrollback, for the sequences that we write: CR, LF, cursor up, erase line, erase below.
 * Anything else that begins with ESC is an error.
 */
export class FakeScreen {
  readonly isTTY = true;
  columns: number;
  rows: number;
  readonly #lines: string[] = [''];
  #row = 0;
  #column = 0;

  constructor({ columns = 80, rows = 24 }: { columns?: number; rows?: number } = {}) {
    this.columns = columns;
    this.rows = rows;
  }

  /** Everything, from the first line of the scrollback to the last that has something in it. */
  get text(): string {
    return this.#lines.join('\n').trimEnd();
  }

  write(text: string): void {
    for (const [part, count, sequence] of text.matchAll(PARTS)) {
      if (sequence !== undefined) this.#obey(sequence, count ?? '');
      else if (part === '\n') this.#down();
      else if (part === '\r') this.#column = 0;
      else if (part === ESC) throw new Error('an escape sequence that is none of ours');
      else this.#put(part);
    }
  }

  #obey(sequence: string, count: string): void {
    if (sequence === 'A') {
      // What has left the screen at its top cannot be reached any more.
      const top = Math.max(0, this.#lines.length - this.rows);
      this.#row = Math.max(top, this.#row - Number(count || 1));
    } else if (sequence === 'K' && count === '2') this.#lines[this.#row] = '';
    else if (sequence === 'J' && count === '0') {
      this.#lines.length = this.#row + 1;
      this.#lines[this.#row] = (this.#lines[this.#row] ?? '').slice(0, this.#column);
    } else throw new Error(`a sequence that is none of ours: ${count}${sequence}`);
  }

  #down(): void {
    this.#row += 1;
    this.#column = 0;
    this.#lines[this.#row] ??= '';
  }

  #put(letter: string): void {
    if (this.#column >= this.columns) this.#down();
    const line = (this.#lines[this.#row] ?? '').padEnd(this.#column);
    this.#lines[this.#row] = line.slice(0, this.#column) + letter + line.slice(this.#column + 1);
    this.#column += 1;
  }
}
