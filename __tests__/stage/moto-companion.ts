/** Owns one moto: see companion.ts for how it is started and ended. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setUp } from '../../scripts/setup.mjs';
import { beCompanion } from './companion.ts';
import { freePort } from './free-port.ts';
import type { MotoFacts } from './moto.ts';
import { startServer } from './server.ts';

await beCompanion(async (tell, isOver) => {
  const { python } = await setUp(['python']);
  const folder = mkdtempSync(join(tmpdir(), 'moto-'));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = await startServer({
    name: 'moto',
    program: python!.motoServer,
    args: ['--host', '127.0.0.1', '--port', String(port)],
    environment: {},
    logFile: join(folder, 'moto.log'),
    health: `${endpoint}/moto-api/`,
  });
  try {
    tell({ endpoint } satisfies MotoFacts);
    await isOver;
  } finally {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
});
