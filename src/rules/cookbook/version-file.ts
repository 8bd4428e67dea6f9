import { posix } from 'node:path';
import type { RubyToken } from './ruby-tokens.ts';

/** What an expression is worth, as far as it can be told without running it. Paths are relative to the repository. */
type Value =
  { kind: 'path'; path: string } | { kind: 'text'; text: string } | { kind: 'content'; path: string };

/**
 * The file that `version File.read(File.join(File.dirname(__FILE__), 'VERSION')).strip` and its like read: a path that
 * is spelt out in literals, inside the repository. undefined for any other code.
 */
export function versionFileOf(tokens: readonly RubyToken[], metadata: string): string | undefined {
  const rescue = tokens.findIndex(({ kind, text }) => kind === 'word' && text === 'rescue');
  const reader = new Expression(rescue < 0 ? tokens : tokens.slice(0, rescue), metadata);
  const value = reader.whole();
  if (value?.kind !== 'content') return undefined;
  const path = posix.normalize(value.path);
  return path === '..' || path.startsWith('../') || posix.isAbsolute(path) ? undefined : path;
}

class Expression {
  readonly #tokens: readonly RubyToken[];
  readonly #metadata: string;
  #at = 0;

  constructor(tokens: readonly RubyToken[], metadata: string) {
    this.#tokens = tokens;
    this.#metadata = metadata;
  }

  whole(): Value | undefined {
    const value = this.#value();
    return this.#at === this.#tokens.length ? value : undefined;
  }

  #value(): Value | undefined {
    let value = this.#primary();
    while (value !== undefined && this.#take('.')) {
      const method = this.#word();
      if (this.#take('(') && !this.#take(')')) return undefined;
      value =
        method !== undefined && ['strip', 'chomp', 'to_s', 'freeze'].includes(method) ? value : undefined;
    }
    return value;
  }

  #primary(): Value | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind === 'string') {
      this.#at += 1;
      return token.plain ? { kind: 'text', text: token.text } : undefined;
    }
    if (this.#take('(')) {
      const value = this.#value();
      return this.#take(')') ? value : undefined;
    }
    this.#take('::');
    const word = this.#word();
    if (word === '__FILE__') return { kind: 'path', path: this.#metadata };
    if (word === '__dir__') return { kind: 'path', path: posix.dirname(this.#metadata) };
    if ((word !== 'File' && word !== 'IO') || !this.#take('.')) return undefined;
    const method = this.#word();
    const values = this.#list();
    return method === undefined || values === undefined ? undefined : this.#call(method, values);
  }

  #call(method: string, [first, ...rest]: readonly Value[]): Value | undefined {
    if (first === undefined || first.kind === 'content') return undefined;
    const folder = posix.dirname(this.#metadata);
    switch (method) {
      case 'read':
        // A bare name is read from where Chef happens to run; beside the metadata is the one place that makes sense.
        return { kind: 'content', path: first.kind === 'path' ? first.path : posix.join(folder, first.text) };
      case 'dirname':
        return first.kind === 'path' && rest.length === 0
          ? { kind: 'path', path: posix.dirname(first.path) }
          : undefined;
      case 'realpath':
        return first.kind === 'path' ? first : undefined;
      case 'join':
        return joined([first, ...rest]);
      case 'expand_path': {
        const [base] = rest;
        if (first.kind === 'path') return first;
        if (base === undefined) return { kind: 'path', path: posix.join(folder, first.text) };
        return base.kind === 'path' ? { kind: 'path', path: posix.join(base.path, first.text) } : undefined;
      }
      default:
        return undefined;
    }
  }

  #list(): Value[] | undefined {
    const open = this.#take('(');
    const values: Value[] = [];
    do {
      const value = this.#value();
      if (value === undefined) return undefined;
      values.push(value);
    } while (this.#take(','));
    return !open || this.#take(')') ? values : undefined;
  }

  #word(): string | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word') return undefined;
    this.#at += 1;
    return token.text;
  }

  #take(sign: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'sign' || token.text !== sign) return false;
    this.#at += 1;
    return true;
  }
}

function joined(values: readonly Value[]): Value | undefined {
  const [first] = values;
  const parts = values.map((value, index) => {
    if (value.kind === 'text') return value.text;
    return value.kind === 'path' && index === 0 ? value.path : undefined;
  });
  if (!parts.every((part) => part !== undefined)) return undefined;
  const path = posix.join(...parts);
  return first?.kind === 'path' ? { kind: 'path', path } : { kind: 'text', text: path };
}
