const MASK = '***';

/** The text without the secrets: each is replaced as a whole, and each line of one that has several. */
export function redact(text: string, secrets: Iterable<string>): string {
  const parts = [...secrets]
    .flatMap((secret) => [secret, ...secret.split(/\r?\n/u)])
    .filter((part) => part.trim() !== '');
  // The longest first: a secret that begins with another one would leave its end behind.
  const longestFirst = [...new Set(parts)].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((redacted, part) => redacted.replaceAll(part, MASK), text);
}
