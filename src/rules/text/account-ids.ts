const MASK = '***';

/**
 * Where twelve digits are an account id: in an ARN, as it is or encoded in an address; in the name of a registry; and
 * after the word itself, as AWS's messages and our result object have it.
 */
const PLACES = [
  /\barn(?::|%3A)aws[\w-]*(?::|%3A)[\w-]*(?::|%3A)[\w-]*(?::|%3A)(\d{12})(?!\d)/gi,
  /(?<!\d)(\d{12})(?=\.dkr[.-]ecr[.-])/gi,
  /\baccounts?(?:[ _-]?ids?)?\W{1,8}(\d{12})(?!\d)/gi,
];

/** The account ids that a text tells, each once. */
export function accountIdsIn(text: string): string[] {
  return [
    ...new Set(PLACES.flatMap((place) => [...text.matchAll(place)].flatMap(([, account = '']) => account))),
  ];
}

/**
 * The text without these account ids, wherever they stand in it: a bucket's name has one too. Twelve digits of a
 * longer number are none, except behind an encoded character (`%20111111111111`).
 */
export function withoutAccountIds(text: string, accounts: Iterable<string>): string {
  const ids = [...accounts];
  if (ids.length === 0) return text;
  return text.replace(new RegExp(`(?:(?<!\\d)|(?<=%\\d\\d))(?:${ids.join('|')})(?!\\d)`, 'g'), MASK);
}
