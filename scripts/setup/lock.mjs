import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stageFolder } from './folders.mjs';

/**
 * Lets one process at a time do `work`: two test runs started together must not install into the same folder. What
 * belongs to the machine, and not to this checkout, is locked in a `folder` that all checkouts share.
 * The lock holds the owner's process id, so that a lock left by a killed process is taken over.
 */
export async function whileLocked(name, work, { folder = stageFolder } = {}) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.lock`);
  while (!tryToLock(file)) await new Promise((resolve) => setTimeout(resolve, 100));
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryToLock(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    dropIfAbandoned(file);
    return false;
  }
}

function dropIfAbandoned(file) {
  const owner = readOwner(file);
  if (owner === undefined || isAlive(owner)) return;
  const dropped = `${file}.${process.pid}`;
  try {
    renameSync(file, dropped);
    // Somebody else may have dropped it and locked anew since we looked: then it is theirs, and goes back.
    if (readOwner(dropped) !== owner) linkSync(dropped, file);
    rmSync(dropped);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

function readOwner(file) {
  try {
    const owner = Number(readFileSync(file, 'utf8'));
    return owner > 0 ? owner : undefined;
  } catch {
    return undefined;
  }
}

export function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
