// What the suites of the migration share: a PostgreSQL of their own, a folder, and stores to begin with.
import { after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Server, scratch_folder } from '../hosts/harness/server.mjs';
import { Postgres } from '../import/postgres.mjs';
import { killed_when, rows, sqlite, whispr } from '../import/whispr.mjs';

export { killed_when, sqlite, whispr };
export const postgres = Postgres.start();
export const skip = postgres ? false : 'there is no PostgreSQL server';
export const folder = scratch_folder();
after(() => {
  postgres?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

// `WHISPR_MIGRATE_SIZE=10` makes the generated stores ten times as large.
const size = Number(process.env.WHISPR_MIGRATE_SIZE ?? 1);
export const many = { conversations: 40, messages: 20_000 * size };

// What a copy leaves out, and why is written in libwhispr/adapters/sql/sql_tables.cpp.
export const left_out = ['store', 'imports', 'schema_migrations', 'search_cursors', 'message_words'];

export const file = (name) => path.join(folder, name);
export const sqlite_store = (name) => `sqlite:${file(name)}`;
export const database = (name) => {
  postgres.psql('postgres', '-c', `CREATE DATABASE ${name}`);
  return postgres.url(name);
};
export const few_connections = ['--lanes', '2', '--reader-threads', '2'];

const here = path.dirname(fileURLToPath(import.meta.url));
const run_script = (name, script, parameters = {}) => {
  const settings = Object.entries(parameters).map(([key, value]) => `.parameter set :${key} ${value}`);
  const input = ['.bail on', ...settings, 'BEGIN;', fs.readFileSync(path.join(here, script), 'utf8'), 'COMMIT;'].join('\n');
  execFileSync('sqlite3', ['-batch', file(name)], { input, stdio: ['pipe', 'inherit', 'inherit'] });
};

// A SQLite store with the odd rows, and as many others as asked for.
export async function make_store(name, size_of = undefined) {
  const server = await Server.start({ args: ['--store', sqlite_store(name)] });
  await server.stop();
  await server.discard();
  run_script(name, 'odd_rows.sql');
  if (size_of) run_script(name, 'many_rows.sql', size_of);
}

export const migrate = (from, to, ...more) => whispr(['migrate', '--from', from, '--to', to, ...more]);

export async function migrated(from, to, ...more) {
  const result = await migrate(from, to, ...more);
  assert.equal(result.code, 0, result.out + result.errors);
  return result;
}

export const tables = (name) =>
  sqlite(file(name), "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .split('\n')
    .filter((table) => !left_out.includes(table) && !table.startsWith('message_words'));

// Every row that is copied, and the epoch, as one text.
export const content = (name) =>
  [sqlite(file(name), 'SELECT hex(epoch) FROM store')]
    .concat(tables(name).map((table) => `${table}\n${rows(file(name), table)}`))
    .join('\n');

// The lines with a table's rows and digest.
export const digests = (out) => out.match(/^ {2}\w+ +\d+ {2}[0-9a-f]{16}$/gm) ?? [];
