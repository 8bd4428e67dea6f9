import { tmpdir } from 'node:os';
import { run, mustRun } from './command.mjs';
import { SetupError } from './errors.mjs';
import { whileLocked } from './lock.mjs';

/**
 * Makes the network bridge that containers of a private engine hang on; one left by a killed run is used again. One
 * at a time on the machine: two engines that start together would take the same free network.
 */
export async function addBridge(name) {
  await whileLocked('deploy-action-bridge', () => add(name), { folder: tmpdir() });
}

async function add(name) {
  const interfaces = await addresses();
  if (interfaces.some((line) => line.name === name)) return;
  await removeBridge(name);
  const address = freeAddress(interfaces.map(({ network }) => network));
  await mustRun('ip', ['link', 'add', 'name', name, 'type', 'bridge']);
  await mustRun('ip', ['address', 'add', address, 'dev', name]);
  await mustRun('ip', ['link', 'set', name, 'up']);
}

/** From `ip`: Node leaves out interfaces that have no carrier, such as a bridge on which nothing hangs yet. */
async function addresses() {
  const listed = await mustRun('ip', ['-4', '-oneline', 'address', 'show']);
  return [...listed.matchAll(/^\d+: (\S+)\s+inet (\d+\.\d+)\./gm)].map(([, name, network]) => ({
    name,
    network,
  }));
}

export async function removeBridge(name) {
  await run('ip', ['link', 'delete', name]);
}

/** The first address of a private /24 that no interface of this machine is in, with its prefix length. */
function freeAddress(taken) {
  const second = [...Array(16).keys()].map((n) => 31 - n).find((n) => !taken.includes(`172.${n}`));
  if (second === undefined)
    throw new SetupError('every 172.16.0.0/12 network is in use, no room for a Docker bridge');
  return `172.${second}.0.1/24`;
}
