import { advance, HEAD_OF_LOG } from '../../../src/rules/task/log-cursor.ts';
import type { CursorPage } from '../../../src/rules/task/log-cursor.ts';

/** Reads a script of pages, one after the other, and gives all lines and where the reader saw the end. */
function readAll(pages: CursorPage<string>[]) {
  let cursor = HEAD_OF_LOG;
  const lines: string[] = [];
  const ends: boolean[] = [];
  for (const page of pages) {
    const step = advance(cursor, page);
    cursor = step.cursor;
    lines.push(...step.events);
    ends.push(cursor.atEnd);
  }
  return { lines, ends, token: cursor.token };
}

describe('a log stream is read once and in order', () => {
  it.each<[reason: string, pages: CursorPage<string>[], expected: ReturnType<typeof readAll>]>([
    [
      'page by page until the token repeats',
      [
        { events: ['1', '2'], nextToken: 'a' },
        { events: ['3'], nextToken: 'b' },
        { events: [], nextToken: 'b' },
      ],
      { lines: ['1', '2', '3'], ends: [false, false, true], token: 'b' },
    ],
    [
      'through an empty page with another token, which is not the end',
      [
        { events: ['1'], nextToken: 'a' },
        { events: [], nextToken: 'b' },
        { events: ['2'], nextToken: 'c' },
      ],
      { lines: ['1', '2'], ends: [false, false, false], token: 'c' },
    ],
    [
      'on after the end, when lines come late',
      [
        { events: ['1'], nextToken: 'a' },
        { events: [], nextToken: 'a' },
        { events: ['2'], nextToken: 'b' },
        { events: [], nextToken: 'b' },
      ],
      { lines: ['1', '2'], ends: [false, true, false, true], token: 'b' },
    ],
    [
      'where a token comes back with events, those taken before are not taken again',
      [
        { events: ['1'], nextToken: 'a' },
        { events: ['2'], nextToken: 'a' },
        { events: ['2', '3'], nextToken: 'a' },
        { events: ['2', '3', '4'], nextToken: 'b' },
      ],
      { lines: ['1', '2', '3', '4'], ends: [false, true, true, false], token: 'b' },
    ],
    [
      'where no token comes at all',
      [
        { events: ['1'], nextToken: undefined },
        { events: ['1', '2'], nextToken: undefined },
      ],
      { lines: ['1', '2'], ends: [true, true], token: undefined },
    ],
    ['where there is nothing', [{ events: [], nextToken: 'a' }], { lines: [], ends: [false], token: 'a' }],
  ])('%s', (_reason, pages, expected) => {
    expect(readAll(pages)).toEqual(expected);
  });
});
