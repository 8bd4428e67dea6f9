/** Whoever uses one of the same repositories waits for those who came before. */
export class ImageTurns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Rejects as `body` does; that another one failed is not its concern. */
  take<T>(repositories: readonly string[], body: () => Promise<T>): Promise<T> {
    const before = repositories.flatMap((repository) => this.#last.get(repository) ?? []);
    const mine = Promise.allSettled(before).then(body);
    for (const repository of repositories) this.#last.set(repository, mine);
    return mine;
  }
}
