/** What an input is, by the branch that is pushed: one value for all, or one for each that the expression names. */
export interface BranchValues {
  /** Branch → value. */
  byBranch: ReadonlyMap<string, string>;
  /** For every other branch. */
  otherwise: string | undefined;
}

const CONDITION =
  /github\.(?:ref_name|ref)\s*==\s*'(?:refs\/heads\/)?([^']+)'\s*&&\s*'([^']*)'(?:\s*\|\|\s*)?/g;

/**
 * `${{ github.ref_name == 'master' && 'production' || 'staging' }}`, the usual way to choose by branch (GitHub
 * documentation, "Evaluate expressions"), taken apart; a plain text is itself. Undefined for any other expression.
 */
export function branchValues(text: string): BranchValues | undefined {
  if (!text.includes('${{')) return { byBranch: new Map(), otherwise: text };
  const [, inner] = /^\$\{\{\s*([^]*?)\s*\}\}$/.exec(text.trim()) ?? [];
  if (inner === undefined) return undefined;
  const conditions = [...inner.matchAll(CONDITION)];
  const rest = inner.replaceAll(CONDITION, '').trim();
  const [, otherwise] = /^'([^']*)'$/.exec(rest) ?? [];
  if (conditions.length === 0 || (rest !== '' && otherwise === undefined)) return undefined;
  return {
    byBranch: new Map(conditions.map(([, branch = '', value = '']) => [branch, value])),
    otherwise,
  };
}
