/** Owns one database: see companion.ts for how it is started and ended. */
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { beCompanion } from './companion.ts';
import type { DatabaseFacts } from './database.ts';

const [host = '127.0.0.1'] = process.argv.slice(2);

await beCompanion(async (tell, isOver) => {
  const database = await PGlite.create();
  const server = new PGLiteSocketServer({ db: database, host, port: 0, maxConnections: 20 });
  await server.start();
  try {
    const { rows } = await database.query<{ server_version: string }>('SHOW server_version');
    const port = Number(server.getServerConn().split(':').at(-1));
    tell({ version: rows[0]!.server_version, port } satisfies DatabaseFacts);
    await isOver;
  } finally {
    await server.stop();
    await database.close();
  }
});
