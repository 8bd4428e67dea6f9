// Reading what others wrote: anything may be missing, or something else than expected.

export type Section = Record<string, unknown>;

export function sectionOf(value: unknown): Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Section) : {};
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

/** Text, numbers and true as they were written; undefined for the rest and for what is empty. */
export function textIn(section: Section, key: string): string | undefined {
  const value = section[key];
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const text = String(value).trim();
  return text === '' ? undefined : text;
}

/** `NAME=value` on lines of their own. */
export function assignments(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(/\r?\n/).flatMap((line) => {
      const [, name, value] = /^\s*([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Words separated by commas. */
export function commaList(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** Does a value come from an expression or a variable that only the runner can fill in? */
export function isFilledIn(text: string): boolean {
  return /\$\{\{|\$\{?[A-Za-z_(]|<<\s*parameters/.test(text);
}

/** The command of the container overrides that ECS's RunTask takes, as JSON. */
export function overriddenCommand(text: string): { command: string[]; container?: string } | undefined {
  try {
    const parsed: unknown = JSON.parse(text.replaceAll('\\"', '"'));
    const overrides = Array.isArray(parsed) ? parsed : sectionOf(parsed)['containerOverrides'];
    const [first] = listOf(overrides).map(sectionOf);
    const command = listOf(first?.['command']).filter((word) => typeof word === 'string');
    const container = textIn(first ?? {}, 'name');
    if (command.length === 0) return undefined;
    return { command, ...(container === undefined ? {} : { container }) };
  } catch {
    return undefined;
  }
}
