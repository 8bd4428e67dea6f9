/**
 * Puts texts into the places of a page that are marked for them. A place begins with `<!-- NAME: … -->` and ends with
 * `<!-- /NAME -->`; a name without its place is an error, so that no block is lost by an edit.
 */
export function fillBlocks(page: string, path: string, blocks: Readonly<Record<string, string>>): string {
  return Object.entries(blocks).reduce((text, [name, block]) => {
    const place = new RegExp(`(<!-- ${name}:[^>]*-->\n)[^]*?(\n<!-- /${name} -->)`);
    if (!place.test(text))
      throw new Error(`${path} has no place marked <!-- ${name}: … --> … <!-- /${name} -->`);
    return text.replace(place, (_all, begin: string, end: string) => `${begin}\n${block.trim()}\n${end}`);
  }, page);
}

/** A table whose columns prettier does not pad: one long description would widen every row. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return ['<!-- prettier-ignore -->', line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function codeBlock(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

/** A pipe would end the cell, inside of backticks too. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
