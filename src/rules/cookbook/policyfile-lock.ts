/**
 * The local cookbooks that a Policyfile.lock.json holds. Their entries carry content hashes, so the file is written by
 * the user's own command or not at all. undefined where it is no such lock.
 */
export function localCookbooksIn(text: string): string[] | undefined {
  let lock: unknown;
  try {
    lock = JSON.parse(text);
  } catch {
    return undefined;
  }
  const locks = isRecord(lock) ? lock['cookbook_locks'] : undefined;
  if (!isRecord(locks)) return undefined;
  return Object.entries(locks).flatMap(([name, entry]) => {
    if (!isRecord(entry)) return [];
    const options = entry['source_options'];
    const isLocal =
      typeof entry['source'] === 'string' || (isRecord(options) && typeof options['path'] === 'string');
    return isLocal ? [name] : [];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
