// What the suites of the import share: a PostgreSQL of their own, a folder, and names of the odd cases.
import { after } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { scratch_folder } from '../hosts/harness/server.mjs';
import { Postgres } from './postgres.mjs';
import { whispr } from './whispr.mjs';

export const odd = (kind, n) => `${kind}0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const user = (n) => odd('a', n);
export const conversation = (n) => odd('c', n);
export const message = (n) => odd('e', n);
export const blob = (id) => `x'${id.replaceAll('-', '')}'`;

// `WHISPR_IMPORT_SIZE=10` makes the generated databases ten times as large.
export const size = Number(process.env.WHISPR_IMPORT_SIZE ?? 1);
export const generated = { seed: 7, users: 60, conversations: 150 * size, messages: 3000 * size };

export const postgres = Postgres.start();
export const skip = postgres ? false : 'there is no PostgreSQL server';
export const folder = scratch_folder();
after(() => {
  postgres?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

export const imported = async (url, name, ...more) => {
  const file = path.join(folder, name);
  const result = await whispr(['import', '--from', url, '--to', file, ...more]);
  assert.equal(result.code, 0, result.out + result.errors);
  return { file, ...result };
};
