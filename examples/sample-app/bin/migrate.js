// Brings the database up to date: every file of migrations/ that it does not know yet, each in a transaction.
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';

const FAILED = 3;
const database = new pg.Client({ connectionString: process.env.DATABASE_URL });
await database.connect();

await database.query(
  'CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
);
const { rows } = await database.query('SELECT name FROM schema_migrations');
const known = new Set(rows.map(({ name }) => name));
const pending = readdirSync('migrations')
  .sort()
  .filter((name) => !known.has(name));
console.log(`${known.size} migrations applied before, ${pending.length} to apply`);

for (const name of pending) {
  console.log(`${name}: applying`);
  try {
    await database.query('BEGIN');
    await database.query(readFileSync(`migrations/${name}`, 'utf8'));
    await database.query('INSERT INTO schema_migrations (name) VALUES ($1)', [name]);
    await database.query('COMMIT');
    console.log(`${name}: applied`);
  } catch (error) {
    await database.query('ROLLBACK');
    console.error(`${name}: failed, nothing of it was kept: ${error.message}`);
    process.exitCode = FAILED;
    break;
  }
}
await database.end();
