import { parseHeaderValue, parseWebAddress } from '../../../src/rules/input/web-address.ts';

it.each(['https://shop.example.com/health', 'http://localhost:3000/', 'https://shop.example.com/a?b=c'])(
  '%s is an address',
  (text) => {
    expect(parseWebAddress(text)).toEqual({ value: text });
  },
);

it.each([
  ['shop.example.com/health', 'must be an address'],
  ['/health', 'must be an address'],
  ['ftp://shop.example.com', 'must be an address'],
  ['file:///etc/passwd', 'must be an address'],
  ['https://user:secret@shop.example.com', 'must hold no user and no password'],
  ['https://user@shop.example.com', 'must hold no user and no password'],
])('%s is none', (text, problem) => {
  const parsed = parseWebAddress(text);
  expect(parsed).toEqual(expect.objectContaining({ problem: expect.stringContaining(problem) as string }));
  expect('problem' in parsed && parsed.problem).not.toContain('secret');
});

it('a header ends with its line', () => {
  expect(parseHeaderValue('a: b')).toEqual({ value: 'a: b' });
  expect(parseHeaderValue('a\r\nHost: b')).toHaveProperty('problem');
});
