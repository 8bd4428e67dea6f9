import { couldCommandRunner, inertLine, inertLines } from '../../../src/rules/text/inert.ts';

describe('a line from outside', () => {
  it.each([
    ['plain text', 'plain text', 'nothing to do'],
    ['\u001b[31mred\u001b[0m', 'red', 'colours are taken out'],
    ['\u009b31mred', 'red', 'the 8-bit form of the same'],
    ['\u001b]0;owned\u0007text', 'text', 'a title ended by BEL'],
    ['\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link', 'a hyperlink ended by ST'],
    ['\u001bP$q"p\u001b\\text', 'text', 'a device control string'],
    ['\u001b[2J\u001b[1;1Hgone', 'gone', 'clearing and moving the cursor'],
    ['\u001bcreset', 'reset', 'a full reset'],
    ['a\u001b]0;never ended', 'a0;never ended', 'a sequence without an end loses its power, not its text'],
    ['\u001b', '␛', 'a lone escape'],
    ['bell\u0007', 'bell␇', 'other controls are shown'],
    ['del\u007f', 'del␡', 'delete'],
    ['c1\u0085x', 'c1\\u0085x', 'a next-line character of the C1 set'],
    ['a\u2028b', 'a\\u2028b', 'a line separator is no new line'],
    ['user\u202egnp.exe', 'user\\u202egnp.exe', 'text direction cannot be turned'],
    ['a\tb', 'a\tb', 'a tab stays'],
    [' 10 %\r 20 %\r100 %', '100 %', 'a progress bar shows where it ended'],
    ['done\r', 'done', 'a Windows line end'],
    ['日本語 ✓', '日本語 ✓', 'other scripts stay'],
  ])('%j reads %j: %s', (line, expected) => {
    expect(inertLine(line)).toBe(expected);
  });

  it('is cut at line feeds when there are several', () => {
    expect(inertLines('a\nb\r\nc')).toEqual(['a', 'b', 'c']);
  });
});

describe('what the GitHub runner would take for a command', () => {
  it.each([
    ['::error::x', true, 'at the start'],
    ['  \t::add-mask::x', true, 'the runner trims the left side'],
    ['text ::error::x', false, 'not in the middle'],
    ['text ##[error]x', true, 'the older form counts anywhere'],
    ['first\n::error::x', true, 'on a later line'],
    ['first\r::error::x', true, 'a carriage return ends a line too'],
    ['a :: b', false, 'two colons in a sentence'],
    ['', false, 'nothing'],
  ])('%j: %s (%s)', (text, expected) => {
    expect(couldCommandRunner(text)).toBe(expected);
  });
});
