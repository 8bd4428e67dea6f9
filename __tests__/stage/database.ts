import pg from 'pg';
import { startCompanion } from './companion.ts';
import { docker } from './docker.ts';
import type { StageFacts } from './stage.ts';

export interface DatabaseFacts {
  /** What PostgreSQL says of itself, e.g. `18.6`. */
  version: string;
  port: number;
}

/** A real PostgreSQL, empty at the start, that lives as long as the test. */
export interface Database {
  version: string;
  /** For containers of the stage, as in DATABASE_URL. */
  url: string;
  /** Runs one statement from the test itself. */
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  stop: () => Promise<void>;
}

/** Starts a database where the containers of a stage can reach it. */
export async function startDatabase(stage: StageFacts): Promise<Database> {
  const address = await addressOfThisMachine(stage);
  const { facts, stop } = await startCompanion<DatabaseFacts>('./database-companion.ts', [address.listen]);
  const urlAt = (host: string): string =>
    `postgres://postgres:postgres@${host}:${facts.port}/postgres?sslmode=disable`;
  return {
    version: facts.version,
    url: urlAt(address.inContainers),
    query: (sql, values) => query(urlAt(address.listen), sql, values),
    stop,
  };
}

/**
 * Containers reach this machine at the gateway of Docker's bridge; only there does the database listen. Where the
 * engine runs in a virtual machine (macOS), Docker has a name of its own for this machine.
 */
async function addressOfThisMachine(stage: StageFacts): Promise<{ listen: string; inContainers: string }> {
  if (process.platform !== 'linux') return { listen: '127.0.0.1', inContainers: 'host.docker.internal' };
  const gateway = await docker(stage, [
    ...['network', 'inspect', 'bridge', '--format', '{{range .IPAM.Config}}{{.Gateway}}{{end}}'],
  ]);
  return { listen: gateway, inContainers: gateway };
}

/** One connection per statement: an idle one would hold up the containers' turn. */
async function query<Row extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values?: unknown[],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
