/** What the steps ask of the checkout's git; every answer is undefined where git or the history cannot tell. */
export interface Git {
  headCommit(): Promise<string | undefined>;
  currentBranch(): Promise<string | undefined>;
  /** "owner/name" of the origin remote. */
  originRepository(): Promise<string | undefined>;
  /** Is `ancestor` reachable from `commit`? undefined: unknown commit or shallow history. */
  isAncestor(ancestor: string, commit: string): Promise<boolean | undefined>;
  /**
   * Fetches older commits into a shallow clone, so that ancestry can be judged; files stay as they are. False where
   * there is nothing to fetch, or nobody to fetch from.
   */
  deepen(): Promise<boolean>;
  /** The subject line of a commit; text from outside. */
  subject(commit: string): Promise<string | undefined>;
}
