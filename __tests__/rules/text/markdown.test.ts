import {
  code,
  cutMarkdown,
  fenced,
  link,
  mermaidTask,
  prose,
  table,
} from '../../../src/rules/text/markdown.ts';

const BREAK = '&#8203;';

describe('prose from outside', () => {
  it.each([
    ['plain, simple text.', 'plain, simple text.', 'nothing to do'],
    ['*bold* _it_ ~~no~~ `code`', '\\*bold\\* \\_it\\_ \\~\\~no\\~\\~ \\`code\\`', 'emphasis'],
    ['<script>&lt;', '\\<script\\>\\&lt;', 'HTML and entities'],
    ['[a](javascript:x) ![i](y)', '\\[a\\]\\(javascript:x\\) \\!\\[i\\]\\(y\\)', 'links and images'],
    [
      'see https://evil.example and www.evil.example',
      'see https\\://evil.example and www\\.evil.example',
      'bare addresses',
    ],
    ['thanks @acme/ops', `thanks @${BREAK}acme/ops`, 'mentions'],
    ['reused shop@sha256:ab', 'reused shop@sha256:ab', 'a digest, which people copy'],
    ['by @sha256:', `by @${BREAK}sha256:`, 'a mention that looks like one'],
    ['ada@example.org', `ada@${BREAK}example.org`, 'an address that would be linked'],
    ['fixes #12 and GH-7', `fixes \\#${BREAK}12 and GH-${BREAK}7`, 'references to issues'],
    ['# heading', '\\# heading', 'a heading'],
    ['- item', '\\- item', 'a list'],
    ['1. item', `${BREAK}1. item`, 'a numbered list'],
    ['=== under', '\\=== under', 'an underline'],
    ['> quote | cell', '\\> quote \\| cell', 'quotes and cells'],
    ['cost $5 and $6', 'cost \\$5 and \\$6', 'mathematics'],
    ['back\\slash', 'back\\\\slash', 'a backslash'],
    ['two\nlines\r\nhere', 'two lines here', 'one line'],
    ['\u001b[31mred', 'red', 'terminal sequences'],
  ])('%j is written %j: %s', (text, expected) => {
    expect(prose(text)).toBe(expected);
  });
});

describe('code from outside', () => {
  it.each([
    ['web:12', '`web:12`', 'plain'],
    ['a`b', '``a`b``', 'a backtick inside'],
    ['`a``', '``` `a`` ```', 'backticks at the ends'],
    ['a|b', '<code>a&#124;b</code>', 'a pipe would end a table cell'],
    ['\\|<b>@x', '<code>&#92;&#124;&#60;b&#62;&#64;x</code>', 'a pipe with company'],
    ['two\nlines', '`two lines`', 'one line'],
    ['', '', 'nothing, rather than an empty pair of backticks that would open a span'],
  ])('%j is written %j: %s', (text, expected) => {
    expect(code(text)).toBe(expected);
  });
});

describe('a fenced block', () => {
  it('cannot be closed from inside', () => {
    expect(fenced(['ok', '```', '````text', '</details>'])).toBe(
      '`````text\nok\n```\n````text\n</details>\n`````',
    );
  });

  it('has no line that the caller did not count', () => {
    expect(fenced(['a\r```\rb', 'c\u2028d'])).toBe('```text\nb\nc\\u2028d\n```');
  });
});

describe('a link', () => {
  it.each<[address: string | undefined, expected: string, reason: string]>([
    ['https://github.com/acme/shop', '[run](https://github.com/acme/shop)', 'as it is'],
    ['javascript:alert(1)', 'run', 'no scheme but http and https'],
    ['not an address', 'run', 'not an address'],
    [undefined, 'run', 'unknown'],
    ['https://x.example/a)b(c|d', '[run](https://x.example/a%29b%28c%7Cd)', 'nothing in it ends the link'],
    ['https://x.example/a b"c', '[run](https://x.example/a%20b%22c)', 'spaces and quotes'],
  ])('to %s: %s (%s)', (address, expected) => {
    expect(link('run', address)).toBe(expected);
  });
});

it('a table has one line for each row', () => {
  expect(table(['a', 'b'], [['1', '2']])).toBe('| a | b |\n| --- | --- |\n| 1 | 2 |');
});

describe('a name in a Mermaid diagram', () => {
  it.each([
    ['Build the image', '1 Build the image', 'plain'],
    ['a:b;c%%d#e,f"g', '1 a b c d e f g', 'signs with a meaning'],
    ['section x', '1 section x', 'a keyword is not at the start of the line'],
    ['two\nlines', '1 two lines', 'one line'],
    ['```', '1', 'nothing left'],
    ['移行', '1 移行', 'other scripts'],
  ])('%j is written %j: %s', (text, expected) => {
    expect(mermaidTask(1, text)).toBe(expected);
  });
});

describe('Markdown that is too long', () => {
  it('stays as it is when it fits', () => {
    expect(cutMarkdown('a\nb', 3)).toBe('a\nb');
  });

  it('is cut after a whole line, and says so', () => {
    const text = Array.from({ length: 100 }, (_, i) => `line ${i} é`).join('\n');
    const cut = cutMarkdown(text, 200, 'cut');
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(200);
    expect(cut).toMatch(/^line 0 é\n[^]*\nline \d+ é\n\n_cut_\n$/u);
  });

  it('closes a fence that the cut left open, with the length it was opened with', () => {
    const text = ['head', '`````text', ...Array.from({ length: 100 }, () => '``` x'), '`````'].join('\n');
    const cut = cutMarkdown(text, 120, 'cut');
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(120);
    expect(cut).toMatch(/``` x\n`````\n\n_cut_\n$/u);
  });

  it('does not close a fence that was closed', () => {
    const text = ['```text', 'a', '```', ...Array.from({ length: 100 }, () => 'prose')].join('\n');
    expect(cutMarkdown(text, 100, 'cut')).toMatch(/prose\n\n_cut_\n$/u);
  });

  it('keeps within the bytes when a single line is longer than that', () => {
    expect(Buffer.byteLength(cutMarkdown('é'.repeat(1000), 100))).toBeLessThanOrEqual(100);
  });
});
