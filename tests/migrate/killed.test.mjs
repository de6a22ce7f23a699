// `whispr migrate` that is killed at any moment goes on, and until it is done nobody else uses its target.
import test, { before, describe } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { content, database, digests, file, killed_when, make_store, many, migrated, postgres, skip, sqlite, sqlite_store } from './fixture.mjs';

describe('a migration that is killed at any moment', { skip }, () => {
  let state = 4711;
  const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  let expected;
  before(async () => {
    await make_store('source.db', many);
    expected = digests((await migrated(sqlite_store('source.db'), database('uninterrupted'))).out);
  });

  // Runs and kills it until it is done: first as soon as a message is there, then anywhere.
  async function with_kills(from, to, { messages, finished }) {
    const killed = (wanted) => killed_when(['migrate', '--from', from, '--to', to, '--batch', '100'], wanted);
    await killed(() => messages() > 0);
    const partly = messages();
    assert.ok(partly > 0 && partly < many.messages, `it was not killed while messages were written: ${partly} were`);
    for (let round = 0; round < 10 && !finished(); ++round) {
      let steps = 60 * random();
      await killed(() => --steps < 0);
    }
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
