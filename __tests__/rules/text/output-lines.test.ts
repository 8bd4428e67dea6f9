import { lastLine, splitLines } from '../../../src/rules/text/output-lines.ts';

function read(...pieces: string[]): string[] {
  const seen: string[] = [];
  let rest = '';
  for (const piece of pieces) {
    const cut = splitLines(piece, rest);
    seen.push(...cut.lines);
    rest = cut.rest;
  }
  const last = lastLine(rest);
  return last === undefined ? seen : [...seen, last];
}

describe('lines of output', () => {
  it.each([
    [['a\nb\n'], ['a', 'b'], 'whole lines'],
    [['a\nb'], ['a', 'b'], 'a last line without its end'],
    [['a', 'b\nc', 'd\n'], ['ab', 'cd'], 'lines cut in two'],
    [['\n\na\n'], ['', '', 'a'], 'empty lines'],
    [['a\r\nb\r\n'], ['a', 'b'], 'line breaks of Windows'],
    [['a\r', '\nb\r', '\n'], ['a', 'b'], 'the same, cut in two'],
    [['10%\r50%\r100%\n'], ['100%'], 'a progress bar leaves its last state'],
    [['10%\r', '50%\r', '100%', '\n'], ['100%'], 'the same, piece by piece'],
    [['10%\r50%\r'], ['50%'], 'a progress bar that never ends'],
    [[''], [], 'nothing'],
  ])('%j reads as %j (%s)', (pieces, expected) => {
    expect(read(...pieces)).toEqual(expected);
  });

  it('come in pieces when they have no end, so that memory stays small', () => {
    const cut = splitLines('x'.repeat(40_000));
    expect(cut.lines.map((line) => line.length)).toEqual([16_384, 16_384]);
    expect(cut.rest).toHaveLength(40_000 - 2 * 16_384);
  });

  it('of a progress bar do not pile up', () => {
    expect(splitLines('50%\r'.repeat(10_000)).rest).toBe('50%\r');
  });
});
