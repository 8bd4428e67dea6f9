/**
 * Started beside a private Docker engine (engine.mjs): runs dockerd as its child and ends it when nobody who uses
 * it lives any more. Users cannot be trusted to end it themselves: they may be killed at any moment.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { addBridge, removeBridge } from './bridge.mjs';
import { hasLivingUsers } from './engine-users.mjs';
import { isAlive, whileLocked } from './lock.mjs';

const { users, folder, runFolder, socket, bridge } = JSON.parse(process.argv[2]);
const pidFile = join(runFolder, 'dockerd.pid');
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

let askedToEnd = false;
process.on('SIGTERM', () => (askedToEnd = true));

await endOrphan();
await addBridge(bridge);
const engine = spawn(
  'dockerd',
  [
    ['--host', `unix://${socket}`],
    ['--data-root', join(folder, 'data')],
    ['--exec-root', join(runFolder, 'exec')],
    ['--pidfile', pidFile],
    // A bridge of its own: engines of two clones on one machine would hand out the same addresses on docker0.
    ['--bridge', bridge],
  ].flat(),
  { stdio: ['ignore', 'inherit', 'inherit'] },
);
const ended = new Promise((resolve) => {
  engine.once('close', resolve);
  engine.once('error', resolve);
});
let isOver = false;
void ended.then(() => (isOver = true));

while (!isOver) {
  await Promise.race([ended, pause(250)]);
  if (!isNeeded()) await endUnlessNeeded();
}
await removeBridge(bridge);

function isNeeded() {
  return !askedToEnd && hasLivingUsers(users);
}

/** Under the lock, because users register under it: none can come between the last look and the end. */
function endUnlessNeeded() {
  return whileLocked('engine', async () => {
    if (isNeeded()) return;
    engine.kill('SIGTERM');
    await ended;
    // Files of users that were killed.
    for (const name of readdirSync(users)) rmSync(join(users, name), { force: true });
  });
}

/** A dockerd whose keeper was killed would hold the data folder. */
async function endOrphan() {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  if (!isAlive(pid) || !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(pidFile)) return;
  process.kill(pid, 'SIGTERM');
  while (isAlive(pid)) await pause(50);
}
