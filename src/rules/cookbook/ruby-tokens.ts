/**
 * As much of Ruby's grammar as tells what in a metadata.rb is code and what is text: strings, word lists, heredocs,
 * comments. Offsets count UTF-16 units of the text that was given.
 */
export interface RubyToken {
  readonly kind: 'word' | 'string' | 'words' | 'sign' | 'end-of-line';
  /** A word, a sign, or what a string says; word lists are in `words`. */
  readonly text: string;
  readonly words?: readonly string[];
  /** Strings: false where escapes or `#{…}` mean that the source is not what the string says. */
  readonly plain: boolean;
  /** Of the whole token; of a string, what is between the quotes. */
  readonly start: number;
  readonly end: number;
  /** Counts from 1. */
  readonly line: number;
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };
const WORD = /[\p{L}_$@][\p{L}\p{N}_]*[?!]?/uy;
const NUMBER = /\d[\d_.]*/uy;
const HEREDOC = /<<([-~]?)(?:(['"`])([^'"`\n]+)\2|([A-Z_][A-Za-z0-9_]*))/uy;
const PERCENT = /%([qQwWiI]?)([^\p{L}\p{N}\s])/uy;

export function rubyTokens(text: string): RubyToken[] {
  return new Scanner(text).all();
}

class Scanner {
  readonly #text: string;
  readonly #tokens: RubyToken[] = [];
  #at = 0;
  #line = 1;
  /** Heredocs whose bodies begin after this line. */
  #heredocs: { terminator: string; indented: boolean }[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  all(): RubyToken[] {
    // A byte order mark is no part of the first word.
    if (this.#text.startsWith('\ufeff')) this.#at = 1;
    while (this.#at < this.#text.length) {
      if (this.#atLineStart() && this.#text.startsWith('__END__', this.#at)) break;
      this.#next();
    }
    this.#endLine();
    return this.#tokens;
  }

  #next(): void {
    const char = this.#text.charAt(this.#at);
    if (char === '\n') this.#newLine();
    else if (/\s/u.test(char)) this.#at += 1;
    else if (char === '\\' && /^\\\r?\n/u.test(this.#text.slice(this.#at, this.#at + 3)))
      this.#continueLine();
    else if (char === '#') this.#skipTo('\n');
    else if (this.#atLineStart() && this.#text.startsWith('=begin', this.#at)) this.#comment();
    else if (char === "'" || char === '"' || char === '`') this.#string(char, char, char !== "'");
    else if (char === ';') this.#end(this.#at, (this.#at += 1));
    else if (!this.#heredoc() && !this.#percent() && !this.#regexp() && !this.#match(WORD, 'word'))
      if (!this.#match(NUMBER, 'word')) this.#sign(char);
  }

  #sign(char: string): void {
    const start = this.#at;
    const text = this.#text.startsWith('::', start) ? '::' : char;
    this.#at += text.length;
    this.#push('sign', text, start, this.#at);
  }

  #match(pattern: RegExp, kind: RubyToken['kind']): boolean {
    const found = this.#matchAt(pattern);
    if (found === undefined) return false;
    const start = this.#at;
    this.#at += found[0].length;
    this.#push(kind, found[0], start, this.#at);
    return true;
  }

  #matchAt(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text) ?? undefined;
  }

  /** Everything up to the closing quote, over as many lines as it takes. */
  #string(open: string, close: string, interpolated: boolean): void {
    const line = this.#line;
    const start = this.#at + 1;
    let plain = true;
    let depth = 0;
    let at = start;
    for (; at < this.#text.length; at += 1) {
      const char = this.#text.charAt(at);
      if (char === '\\') {
        plain = false;
        at += 1;
        if (this.#text.charAt(at) === '\n') this.#line += 1;
      } else if (interpolated && char === '#' && this.#text.charAt(at + 1) === '{') {
        plain = false;
        at = this.#afterInterpolation(at + 2) - 1;
      } else if (open !== close && char === open) depth += 1;
      else if (char === close && depth > 0) depth -= 1;
      else if (char === close) break;
      else if (char === '\n') this.#line += 1;
    }
    this.#at = at + 1;
    this.#tokens.push({ kind: 'string', text: this.#text.slice(start, at), plain, start, end: at, line });
  }

  /** Where the code in `#{…}` ends; it may hold strings and braces of its own. */
  #afterInterpolation(from: number): number {
    let depth = 1;
    let at = from;
    for (; at < this.#text.length && depth > 0; at += 1) {
      const char = this.#text.charAt(at);
      if (char === '{') depth += 1;
      else if (char === '}') depth -= 1;
      else if (char === '\n') this.#line += 1;
      else if (char === '"' || char === "'") {
        while (at + 1 < this.#text.length && this.#text.charAt(at + 1) !== char) at += 1;
        at += 1;
      }
    }
    return at;
  }

  #heredoc(): boolean {
    const found = this.#matchAt(HEREDOC);
    if (found === undefined) return false;
    const [whole, dash = '', , quoted, bare] = found;
    this.#heredocs.push({ terminator: quoted ?? bare ?? '', indented: dash !== '' });
    const start = this.#at;
    this.#at += whole.length;
    this.#tokens.push({ kind: 'string', text: '', plain: false, start, end: this.#at, line: this.#line });
    return true;
  }

  #percent(): boolean {
    if (!this.#valueMayFollow()) return false;
    const found = this.#matchAt(PERCENT);
    if (found === undefined) return false;
    const [whole, kind = '', open = ''] = found;
    this.#at += whole.length - 1;
    this.#string(open, CLOSING[open] ?? open, kind !== 'q' && kind !== 'w' && kind !== 'i');
    if (!/[wi]/iu.test(kind)) return true;
    const list = this.#tokens.pop();
    if (list !== undefined)
      this.#tokens.push({
        ...list,
        kind: 'words',
        words: list.text.split(/\s+/u).filter((word) => word !== ''),
      });
    return true;
  }

  /** `/…/` where a value may stand. */
  #regexp(): boolean {
    if (this.#text.charAt(this.#at) !== '/' || !this.#valueMayFollow()) return false;
    const end = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])*\//uy;
    end.lastIndex = this.#at;
    const found = end.exec(this.#text);
    if (found === null) return false;
    const start = this.#at;
    this.#at += found[0].length;
    this.#tokens.push({ kind: 'string', text: '', plain: false, start, end: this.#at, line: this.#line });
    return true;
  }

  /** After a value, `%` and `/` are operators. */
  #valueMayFollow(): boolean {
    const last = this.#tokens.at(-1);
    if (last === undefined || last.kind === 'end-of-line') return true;
    if (last.kind === 'word') return !/^\d/u.test(last.text) && /\s/u.test(this.#text.charAt(this.#at - 1));
    return last.kind === 'sign' && ![')', ']', '}'].includes(last.text);
  }

  #newLine(): void {
    this.#endLine();
    this.#at += 1;
    this.#line += 1;
    const heredocs = this.#heredocs;
    this.#heredocs = [];
    for (const { terminator, indented } of heredocs) this.#heredocBody(terminator, indented);
  }

  #heredocBody(terminator: string, indented: boolean): void {
    while (this.#at < this.#text.length) {
      const end = this.#endOfLine();
      const line = this.#text.slice(this.#at, end).replace(/\r$/u, '');
      this.#at = Math.min(end + 1, this.#text.length);
      this.#line += 1;
      if ((indented ? line.trim() : line) === terminator) return;
    }
  }

  #comment(): void {
    while (this.#at < this.#text.length) {
      const end = this.#endOfLine();
      const last = this.#text.startsWith('=end', this.#at);
      this.#at = Math.min(end + 1, this.#text.length);
      this.#line += 1;
      if (last) return;
    }
  }

  #continueLine(): void {
    this.#at = this.#endOfLine() + 1;
    this.#line += 1;
  }

  #skipTo(char: string): void {
    const end = this.#text.indexOf(char, this.#at);
    this.#at = end < 0 ? this.#text.length : end;
  }

  #endOfLine(): number {
    const end = this.#text.indexOf('\n', this.#at);
    return end < 0 ? this.#text.length : end;
  }

  #atLineStart(): boolean {
    return this.#at === 0 || this.#text.charAt(this.#at - 1) === '\n';
  }

  #endLine(): void {
    this.#end(this.#at, this.#at);
  }

  #end(start: number, end: number): void {
    this.#push('end-of-line', '', start, end);
  }

  #push(kind: RubyToken['kind'], text: string, start: number, end: number): void {
    this.#tokens.push({ kind, text, plain: true, start, end, line: this.#line });
  }
}
