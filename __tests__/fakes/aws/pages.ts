/** One page of a list; the token of the next is where it begins. */
export function pageOf<T>(
  items: readonly T[],
  { token, size }: { token?: string | undefined; size: number },
): { page: T[]; NextToken?: string } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64').toString());
  const end = start + size;
  const page = items.slice(start, end);
  return end < items.length ? { page, NextToken: Buffer.from(String(end)).toString('base64') } : { page };
}
