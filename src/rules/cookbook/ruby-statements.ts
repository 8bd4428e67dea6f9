import { rubyTokens, type RubyToken } from './ruby-tokens.ts';

/** One statement of a Ruby file, with what surrounds it. */
export interface RubyStatement {
  readonly tokens: readonly [RubyToken, ...RubyToken[]];
  /** Inside `if`, `def`, a block …: whether and how often it runs is not known from reading. */
  readonly conditional: boolean;
  /** Variables of the loops over literal lists around it: `%w(a b).each do |name|`. */
  readonly loops: Readonly<Record<string, readonly string[]>>;
}

interface Block {
  kind: 'loop' | 'other';
  closes: 'end' | '}';
  variable?: string;
  names?: readonly string[];
}

const OPENERS = new Set(['if', 'unless', 'case', 'begin', 'def', 'class', 'module', 'while', 'until', 'for']);
const OPEN_BRACKETS = new Set(['(', '[', '{']);
const CLOSE_BRACKETS = new Set([')', ']', '}']);

/** Cuts a Ruby file into statements; a loop over a literal list is understood, every other block is "conditional". */
export function rubyStatements(text: string): RubyStatement[] {
  const statements: RubyStatement[] = [];
  const blocks: Block[] = [];
  let tokens: RubyToken[] = [];
  let brackets = 0;

  const flush = () => {
    const [first, ...rest] = tokens;
    tokens = [];
    brackets = 0;
    if (first === undefined) return;
    statements.push({
      tokens: [first, ...rest],
      conditional: blocks.some(({ kind }) => kind === 'other'),
      loops: Object.fromEntries(
        blocks.flatMap(({ variable, names }) =>
          variable === undefined || names === undefined ? [] : [[variable, names] as const],
        ),
      ),
    });
  };

  const all = rubyTokens(text);
  for (let index = 0; index < all.length; index += 1) {
    const token = all[index];
    if (token === undefined) break;
    const { kind, text: word } = token;
    if (kind === 'end-of-line') {
      if (brackets > 0 && token.start === token.end) continue;
      if (endsOpen(tokens)) continue;
      flush();
    } else if (kind === 'word' && word === 'end' && !isMember(tokens)) {
      flush();
      closeBlock(blocks, 'end');
    } else if (kind === 'sign' && word === '}' && brackets === 0 && blocks.at(-1)?.closes === '}') {
      flush();
      closeBlock(blocks, '}');
    } else if (kind === 'word' && OPENERS.has(word) && tokens.length === 0) {
      blocks.push({ kind: 'other', closes: 'end' });
      tokens.push(token);
    } else if (opensBlock(token, all[index + 1], tokens)) {
      const head = tokens;
      tokens = [];
      brackets = 0;
      const parameters = parametersAfter(all, index + 1);
      // A loop's `do` after `while … do` belongs to the opener that stands at the head of the line.
      if (!OPENERS.has(head[0]?.text ?? '') || head[0]?.kind !== 'word')
        blocks.push(blockOf(head, parameters.names, word === '{' ? '}' : 'end'));
      index = parameters.last;
    } else {
      if (kind === 'sign' && OPEN_BRACKETS.has(word)) brackets += 1;
      if (kind === 'sign' && CLOSE_BRACKETS.has(word)) brackets = Math.max(0, brackets - 1);
      tokens.push(token);
    }
  }
  flush();
  return statements;
}

/** The line goes on below: it ends in a comma or an operator. */
function endsOpen(tokens: readonly RubyToken[]): boolean {
  const last = tokens.at(-1);
  return last?.kind === 'sign' && [',', '.', '+', '=', '&', '|', '::'].includes(last.text);
}

/** `.end`, `:end` and `end:` are names. */
function isMember(tokens: readonly RubyToken[]): boolean {
  const last = tokens.at(-1);
  return last?.kind === 'sign' && (last.text === '.' || last.text === ':');
}

function opensBlock(token: RubyToken, next: RubyToken | undefined, before: readonly RubyToken[]): boolean {
  if (token.kind === 'word') return token.text === 'do' && !isMember(before);
  if (token.kind !== 'sign' || token.text !== '{') return false;
  return next?.kind === 'sign' && next.text === '|';
}

function parametersAfter(all: readonly RubyToken[], from: number): { names: string[]; last: number } {
  const names: string[] = [];
  if (all[from]?.kind !== 'sign' || all[from].text !== '|') return { names, last: from - 1 };
  for (let index = from + 1; index < all.length; index += 1) {
    const token = all[index];
    if (token?.kind === 'sign' && token.text === '|') return { names, last: index };
    if (token?.kind === 'word') names.push(token.text);
  }
  return { names, last: all.length - 1 };
}

/** `LIST.each` with one parameter is a loop that can be read; anything else is a block that cannot. */
function blockOf(head: readonly RubyToken[], parameters: readonly string[], closes: 'end' | '}'): Block {
  const [variable, ...others] = parameters;
  const names = listBeforeEach(head);
  if (names === undefined || variable === undefined || others.length > 0) return { kind: 'other', closes };
  return { kind: 'loop', closes, variable, names };
}

function listBeforeEach(head: readonly RubyToken[]): readonly string[] | undefined {
  const [each, dot] = [head.at(-1), head.at(-2)];
  if (each?.text !== 'each' || dot?.text !== '.') return undefined;
  const list = head.slice(0, -2);
  const [only] = list;
  if (list.length === 1 && only?.kind === 'words' && only.plain) return only.words;
  const inner = list.slice(1, -1).filter(({ kind, text }) => kind !== 'sign' || text !== ',');
  const isArray = list[0]?.text === '[' && list.at(-1)?.text === ']';
  if (!isArray || !inner.every(({ kind, plain }) => kind === 'string' && plain)) return undefined;
  return inner.map(({ text }) => text);
}

function closeBlock(blocks: Block[], closes: 'end' | '}'): void {
  if (blocks.at(-1)?.closes === closes) blocks.pop();
}
