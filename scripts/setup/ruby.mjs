import { findProgram } from './command.mjs';
import { install, isDebianRoot } from './debian.mjs';
import { whileLocked } from './lock.mjs';

/**
 * Ruby, which reads metadata.rb as Chef does: the second opinion on our own reader.
 * @returns {Promise<string | undefined>} its path; undefined where a person decides what is installed
 */
export async function provideRuby() {
  if (findProgram('ruby') === undefined && isDebianRoot())
    await whileLocked('packages', async () => {
      if (findProgram('ruby') === undefined) await install('Installing Ruby', ['ruby']);
    });
  return findProgram('ruby');
}
