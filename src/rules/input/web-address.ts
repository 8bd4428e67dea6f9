import { shown } from './parsed.ts';
import type { Parsed } from './parsed.ts';

/** An address of the web, in full. A password in it would be printed with it. */
export function parseWebAddress(text: string): Parsed<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    return {
      problem: `must be an address such as \`https://staging.example.com/health\`, not ${shown(text)}`,
    };
  if (url.username !== '' || url.password !== '')
    return {
      problem: 'must hold no user and no password',
      hint: 'Addresses are printed. Send what is secret in a header, by `secret-headers`.',
    };
  return { value: url.href };
}

/** A header's value: it ends with its line. */
export function parseHeaderValue(text: string): Parsed<string> {
  return /\p{Cc}/u.test(text)
    ? { problem: 'must be a text of one line, without control characters' }
    : { value: text };
}

/** The address as it may be shown wherever it came from: without its query, which may hold a token. */
export function withoutQuery(address: string, base: string): string {
  if (!URL.canParse(address, base)) return shown(address.replace(/[?#].*$/su, ''));
  const { origin, pathname } = new URL(address, base);
  return `${origin}${pathname}`;
}
