// What `whispr import` refuses, and how it says so.
import test, { before, describe } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Server } from '../hosts/harness/server.mjs';
import { Person } from '../hosts/harness/person.mjs';
import { sqlite, whispr } from './whispr.mjs';
import { blob, conversation, folder, imported, odd, postgres, skip } from './fixture.mjs';

describe('what cannot be imported', { skip }, () => {
  let url;
  before(() => (url = postgres.create('refused', ['odd_cases.sql'])));
  const attempt = (name, ...more) => whispr(['import', '--from', url, '--to', path.join(folder, name), ...more]);

  test('a store that is not finished is not served, in words, and the import goes on', async () => {
    const { file } = await imported(url, 'unfinished.db');
    sqlite(file, 'UPDATE imports SET finished_at = NULL');
    const server = new Server({ args: ['--store', `sqlite:${file}`] });
    await assert.rejects(server.launch(), /is not finished: run it again/);
    await server.discard();
    const { out } = await attempt('unfinished.db');
    assert.match(out, /going on with the import that has begun[^]*no differences/);
  });

  test('a target with conversations of its own is refused', async () => {
    const server = await Server.start();
    const [one, other] = ['one', 'other'].map((name) => new Person(server, name));
    await one.direct_with(other);
    const file = sqlite_file_of(server.dir);
    const busy = await whispr(['import', '--from', url, '--to', file]);
    assert.equal(busy.code, 1);
    assert.match(busy.errors, /is in use.*stop the server/);
    await server.stop();
    const { code, errors } = await whispr(['import', '--from', url, '--to', file]);
    assert.equal(code, 1);
    assert.match(errors, /holds conversations that no import brought/);
    await server.discard();
  });

  test('a target of another source is refused', async () => {
    const other = postgres.create('elsewhere', ['odd_cases.sql']);
    await imported(other, 'elsewhere.db');
    const { code, errors } = await attempt('elsewhere.db');
    assert.equal(code, 1);
    assert.match(errors, /is an import of database elsewhere of .*, and this is database refused of/);
  });

  test('a source that has changed since the import began is noticed', async () => {
    const changing = postgres.create('changing', ['odd_cases.sql']);
    const { file } = await imported(changing, 'changing.db', '--batch', '50');
    // As if it had been killed within the long conversation.
    sqlite(
      file,
      `UPDATE imports SET finished_at = NULL;
       UPDATE conversations SET mseq = 100, eseq = 100, policy_eseq = 0 WHERE id = ${blob(conversation(9))}`,
    );
    postgres.ask('changing', `DELETE FROM messages WHERE id = '${odd('9', 5)}'`);
    const { code, errors } = await whispr(['import', '--from', changing, '--to', file]);
    assert.equal(code, 1);
    assert.match(errors, new RegExp(`conversation ${conversation(9)} is not what it was`));
  });

  test('tables that are not those of the service are named', async () => {
    const wrong = postgres.create('wrong');
    postgres.ask('wrong', 'ALTER TABLE messages DROP sent_at');
    postgres.ask('wrong', 'ALTER TABLE reports DROP status, ADD status bytea');
    postgres.ask('wrong', 'DROP TABLE pinned_messages');
    const { code, errors } = await whispr(['import', '--from', wrong, '--to', path.join(folder, 'wrong.db')]);
    assert.equal(code, 2);
    assert.match(errors, /messages has no column sent_at/);
    assert.match(errors, /reports\.status is of type bytea/);
    assert.match(errors, /there is no table pinned_messages/);
    assert.ok(!fs.existsSync(path.join(folder, 'wrong.db')));
  });

  test('a server that is not there is an error without the password', async () => {
    const from = 'postgres://bob:s3cret-word@127.0.0.1:1/whispr';
    const { code, out, errors } = await whispr(['import', '--from', from, '--to', path.join(folder, 'none.db')]);
    assert.equal(code, 1);
    assert.match(errors, /127\.0\.0\.1/);
    assert.doesNotMatch(out + errors, /s3cret-word/);
    assert.ok(!fs.existsSync(path.join(folder, 'none.db')));
  });

  test('what is no URL is not repeated', async () => {
    for (const from of ['mysql://bob:s3cret-word@h/x', 'postgres://bob:s3cret-word@h/x?word=1', 's3cret-word']) {
      const { code, out, errors } = await whispr(['import', '--from', from, '--to', path.join(folder, 'none.db')]);
      assert.equal(code, 2);
      assert.match(errors, /not a connection URL such as/);
      assert.doesNotMatch(out + errors, /s3cret-word/);
    }
    // The second @ leaves the end of the password where a host is meant.
    const from = 'postgres://bob:s3cret@word@127.0.0.1:1/x';
    const { code, out, errors } = await whispr(['import', '--from', from, '--to', path.join(folder, 'none.db')]);
    assert.equal(code, 1);
    assert.doesNotMatch(out + errors, /s3cret/);
  });

  test('wrong flags are named', async () => {
    for (const args of [[], ['--from', url], ['--from', url, '--to', 'x', '--batch', '0'], ['--from', url, '--to', 'x', '--verify', '--dry-run']]) {
      assert.equal((await whispr(['import', ...args])).code, 2, args.join(' '));
    }
  });

  test('a dry run says what there is and what is not kept, and makes no file', async () => {
    const { code, out } = await attempt('dry.db', '--dry-run');
    assert.equal(code, 0);
    assert.match(out, /\n {2}320 messages\n/);
    assert.match(out, /\n {2}1 replies to messages of other conversations/);
    assert.match(out, /\n {2}1 direct conversations of the same two users/);
    assert.match(out, /nothing was changed/);
    assert.ok(!fs.existsSync(path.join(folder, 'dry.db')));
  });

  test('nothing to compare is an error', async () => {
    const { code, errors } = await attempt('nothing.db', '--verify');
    assert.equal(code, 2);
    assert.match(errors, /holds no import/);
  });
});

const sqlite_file_of = (dir) => path.join(dir, fs.readdirSync(dir).find((name) => name.endsWith('.db')));
