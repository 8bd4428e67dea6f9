import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDatabase, type Database } from './database.ts';
import { docker } from './docker.ts';
import { startStage, type Stage } from './stage.ts';

const limit = 120_000;
const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));

describe('the database', () => {
  let stage: Stage;
  let database: Database;

  beforeAll(async () => {
    stage = await startStage();
    database = await startDatabase(stage);
  }, limit);

  afterAll(async () => {
    await database.stop();
    await stage.stop();
  }, limit);

  it('is PostgreSQL', () => {
    expect(Number.parseInt(database.version, 10)).toBeGreaterThanOrEqual(17);
  });

  it(
    'is one database for the test and for a container',
    async () => {
      await database.query('CREATE TABLE orders (id integer PRIMARY KEY)');

      await docker(stage, [
        ...['run', '--rm', '--env', `DATABASE_URL=${database.url}`],
        ...['--mount', `type=bind,source=${modules},target=${join('/app', 'node_modules')},readonly`],
        ...['--workdir', '/app', stage.images.node, 'node', '--eval'],
        `const { Client } = require('pg');
         (async () => {
           const client = new Client(process.env.DATABASE_URL);
           await client.connect();
           await client.query('INSERT INTO orders VALUES (7)');
           await client.end();
         })()`,
      ]);

      expect(await database.query('SELECT id FROM orders')).toEqual([{ id: 7 }]);
    },
    limit,
  );
});
