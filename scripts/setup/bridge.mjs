import { networkInterfaces } from 'node:os';
import { run, mustRun } from './command.mjs';
import { SetupError } from './errors.mjs';

/** Makes the network bridge that containers of a private engine hang on; one left by a killed run is used again. */
export async function addBridge(name) {
  if (networkInterfaces()[name]) return;
  await removeBridge(name);
  await mustRun('ip', ['link', 'add', 'name', name, 'type', 'bridge']);
  await mustRun('ip', ['address', 'add', freeAddress(), 'dev', name]);
  await mustRun('ip', ['link', 'set', name, 'up']);
}

export async function removeBridge(name) {
  await run('ip', ['link', 'delete', name]);
}

/** The first address of a private /24 that no interface of this machine is in, with its prefix length. */
function freeAddress() {
  const taken = Object.values(networkInterfaces())
    .flat()
    .map(({ address }) => address.split('.').slice(0, 2).join('.'));
  const second = [...Array(16).keys()].map((n) => 31 - n).find((n) => !taken.includes(`172.${n}`));
  if (second === undefined)
    throw new SetupError('every 172.16.0.0/12 network is in use, no room for a Docker bridge');
  return `172.${second}.0.1/24`;
}
