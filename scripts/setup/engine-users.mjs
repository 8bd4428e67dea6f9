import { readdirSync } from 'node:fs';
import { isAlive } from './lock.mjs';

/** Whether a process that uses the private engine still lives; its file is named `<process id>-<any>`. */
export function hasLivingUsers(folder) {
  return readdirSync(folder).some((name) => isAlive(Number.parseInt(name, 10)));
}
