/**
 * Reads what a step wrote to GITHUB_OUTPUT or GITHUB_STATE, by the runner's rules: `name=value`, or
 * `name<<DELIMITER`, the value's lines, DELIMITER. The last value of a name counts.
 */
export function readRunnerFile(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split(/\r?\n/u);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!;
    if (line === '') continue;
    const [, name, operator, rest] = /^(.+?)(=|<<)(.*)$/u.exec(line) ?? [];
    if (name === undefined || rest === undefined)
      throw new Error(`the runner cannot read this line: ${line}`);
    if (operator === '=') {
      values[name] = rest;
      continue;
    }
    const end = lines.indexOf(rest, at + 1);
    if (end === -1) throw new Error(`the runner finds no end of ${name}: there is no line ${rest}`);
    values[name] = lines.slice(at + 1, end).join('\n');
    at = end;
  }
  return values;
}
