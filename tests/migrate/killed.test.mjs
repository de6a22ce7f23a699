// `whispr migrate` that is killed at any moment goes on, and until it is done nobody else uses its target.
import test, { before, describe } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { content, database, digests, file, make_store, many, migrated, postgres, skip, sqlite, sqlite_store, whispr } from './fixture.mjs';

describe('a migration that is killed at any moment', { skip }, () => {
  let state = 4711;
  const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  let expected;
  let took;
  before(async () => {
    await make_store('source.db', many);
    const began = Date.now();
    expected = digests((await migrated(sqlite_store('source.db'), database('uninterrupted'), '--batch', '300')).out);
    took = Date.now() - began;
  });

  // Runs and kills it until it is done; how many messages were there after each kill is in `partly`.
  async function with_kills(from, to, { messages, finished }) {
    const partly = new Set();
    for (let round = 0; round < 25; ++round) {
      // A little later each time: a round that comes too early for any row is followed by one that does not.
      const kill_after = took * 0.04 * (round + 1 + random());
      const { signal } = await whispr(['migrate', '--from', from, '--to', to, '--batch', '300'], { kill_after });
      if (signal === null || finished()) break;
      partly.add(messages());
    }
    assert.ok([...partly].some((count) => count > 0 && count < many.messages), `no kill came while messages were written: ${[...partly]}`);
    return migrated(from, to);
  }

  test('goes on into PostgreSQL', async () => {
    const to = database('killed');
    const ask = (sql) => {
      const there = postgres.ask('killed', "SELECT to_regclass('whispr.imports') IS NOT NULL");
      return there === 't' ? Number(postgres.ask('killed', sql)) : 0;
    };
    const { out } = await with_kills(sqlite_store('source.db'), to, {
      messages: () => ask('SELECT count(*) FROM whispr.messages'),
      finished: () => ask('SELECT count(*) FROM whispr.imports WHERE finished_at IS NOT NULL') === 1,
    });
    assert.match(out, /: no differences\n/);
    assert.deepEqual(digests(out), expected);
  });

  test('goes on into SQLite', async () => {
    const name = 'killed.db';
    const ask = (sql) => {
      if (!fs.existsSync(file(name))) return 0;
      if (sqlite(file(name), "SELECT count(*) FROM sqlite_schema WHERE name = 'imports'") === '0') return 0;
      return Number(sqlite(file(name), sql));
    };
    const { out } = await with_kills(postgres.url('uninterrupted'), sqlite_store(name), {
      messages: () => ask('SELECT count(*) FROM messages'),
      finished: () => ask('SELECT count(*) FROM imports WHERE finished_at IS NOT NULL') === 1,
    });
    assert.deepEqual(digests(out), expected);
    assert.ok(content(name) === content('source.db'), 'the rows of the two files differ');
  });
});
