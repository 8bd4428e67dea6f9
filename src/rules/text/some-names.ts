/** More than so many things side by side are told together rather than one by one. */
export const MANY = 8;

const NAMED = 3;

/** "web, worker"; of many the first, and how many more there are. */
export function someNames(names: readonly string[]): string {
  if (names.length <= MANY) return names.join(', ');
  return `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`;
}
