import { SetupError } from './errors.mjs';

const attempts = 3;

/**
 * Runs something that fetches from a package registry. Registries have bad minutes, so it is tried up to three
 * times; nothing else in the setup is ever repeated.
 */
export async function download(what, fetchIt) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await fetchIt();
    } catch (error) {
      if (attempt === attempts) {
        const message = `Could not download ${what} (${attempts} attempts). The last one said:\n${error.message}`;
        throw new SetupError(message, { cause: error });
      }
      process.stderr.write(`(downloading ${what} failed, trying again) `);
    }
  }
}
