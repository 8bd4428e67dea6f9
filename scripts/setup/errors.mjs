/** Something in the setup went wrong in a way that its message explains; where it happened in the code does not matter. */
export class SetupError extends Error {}

/** Something the project needs and cannot provide by itself on this machine: one line that says what to do. */
export class Missing extends SetupError {
  /** @param {{what: string, why: string, todo: string}} facts */
  constructor({ what, why, todo }) {
    super(`Missing: ${what}. Needed ${why}. ${todo}.`);
  }
}

/** For a person: the message alone where it explains itself, else everything there is. */
export function explain(error) {
  return error instanceof SetupError ? error.message : error;
}
