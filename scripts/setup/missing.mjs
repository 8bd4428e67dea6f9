/** Something the project needs and cannot provide by itself on this machine: one line that says what to do. */
export class Missing extends Error {
  /** @param {{what: string, why: string, todo: string}} facts */
  constructor({ what, why, todo }) {
    super(`Missing: ${what}. Needed ${why}. ${todo}.`);
    this.name = 'Missing';
  }
}
