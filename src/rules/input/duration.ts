import { shown } from './parsed.ts';
import type { Parsed } from './parsed.ts';

/** The grammar as a pattern, for the JSON Schema too. */
export const DURATION_PATTERN = /^[1-9][0-9]{0,6}[smh]?$/;

const SECONDS = { s: 1, m: 60, h: 3600 };

/** "90s", "30m", "2h", or a bare number of seconds, as whole seconds. Nothing else, and never zero. */
export function parseDuration(text: string): Parsed<number> {
  if (!DURATION_PATTERN.test(text)) {
    return {
      problem: `must be a duration such as \`90s\`, \`30m\` or \`2h\` (a bare number is seconds), not ${shown(text)}`,
    };
  }
  const unit = text.at(-1);
  return { value: Number.parseInt(text, 10) * (unit === 'h' || unit === 'm' ? SECONDS[unit] : SECONDS.s) };
}
