// `whispr import`: the database of the service before this one, with what its code let happen, in a store of ours.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Server, scratch_folder } from '../hosts/harness/server.mjs';
import { Person } from '../hosts/harness/person.mjs';
import { content, killed_when, sqlite, whispr } from './whispr.mjs';
import { blob, conversation, folder, generated, imported, message, odd, postgres, size, skip, user } from './fixture.mjs';

describe('the odd cases (DATA.md §3)', { skip }, () => {
  let file;
  let server;
  const people = {};
  const number_of = (n) => sqlite(file, `SELECT no FROM conversations WHERE id = ${blob(conversation(n))}`);
  const of_message = (n, columns) => sqlite(file, `SELECT ${columns} FROM messages WHERE id = ${blob(message(n))}`);
  const of_member = (c, u, columns) =>
    sqlite(file, `SELECT ${columns} FROM members WHERE no = ${number_of(c)} AND user_id = ${blob(user(u))}`);
  const list_of = async (n) => {
    const { status, body } = await people[n].rest.get('conversations?limit=100');
    assert.equal(status, 200);
    return body.data;
  };
  const page_of = async (n, c) => {
    const { status, body } = await people[n].rest.get(`conversations/${conversation(c)}/messages?limit=100`);
    assert.equal(status, 200);
    return body.data;
  };

  before(async () => {
    const url = postgres.create('odd_cases', ['odd_cases.sql']);
    const data = scratch_folder();
    file = path.join(data, 'whispr.db');
    const result = await whispr(['import', '--from', url, '--to', file, '--batch', '50']);
    assert.equal(result.code, 0, result.out + result.errors);
    assert.match(result.out, /compared 9 conversations, 320 messages: no differences/);
    server = await Server.start({ dir: data, args: ['--store', `sqlite:${file}`] });
    for (const n of [1, 2, 3, 4, 5]) people[n] = new Person(server, `user ${n}`, user(n));
  });
  after(() => server?.discard());

  test('of two direct conversations of the same pair the newer one is found, and both are listed', async () => {
    const { body } = await people[1].rest.post('conversations', { type: 'direct', other_user_id: user(2) });
    assert.equal(body.data.id, conversation(2));
    const ids = (await list_of(1)).map((one) => one.id);
    assert.ok(ids.includes(conversation(1)) && ids.includes(conversation(2)));
  });

  test('a direct conversation that somebody was added to stays that of its first two, with all three members', async () => {
    const { body } = await people[1].rest.post('conversations', { type: 'direct', other_user_id: user(3) });
    assert.equal(body.data.id, conversation(3));
    assert.ok((await list_of(4)).some((one) => one.id === conversation(3)));
  });

  test('a direct conversation of three from the beginning is nobody’s pair, and is listed', async () => {
    assert.ok((await list_of(5)).some((one) => one.id === conversation(8)));
    const { body } = await people[1].rest.post('conversations', { type: 'direct', other_user_id: user(5) });
    assert.notEqual(body.data.id, conversation(8));
  });

  test('messages of one second keep the order in which they were stored, then that of their ids', async () => {
    const texts = (await page_of(1, 4)).map((one) => one.content).reverse();
    assert.deepEqual(texts.slice(0, 3), ['said first', 'said second', 'said third']);
  });

  test('times within a second differ by microseconds', () => {
    const second = Date.parse('2024-02-01T10:00:00Z') * 1000;
    assert.equal(of_message(2, 'sent_at'), String(second));
    assert.equal(of_message(3, 'sent_at'), String(second + 1));
    assert.equal(of_message(1, 'sent_at'), String(second + 2));
  });

  test('what nobody sent is the system’s, even twice with the same client_random', () => {
    assert.equal(of_message(4, 'hex(sender), client_random, type'), `${'0'.repeat(32)}|7|2`);
    assert.equal(of_message(5, 'hex(sender), client_random, type'), `${'0'.repeat(32)}|7|0`);
  });

  test('content that is not UTF-8 stays as it was, byte by byte', () => {
    assert.equal(of_message(6, 'hex(content)'), 'FF00FE');
  });

  test('a deleted message is a tombstone without content, metadata, signature, reactions, attachments and pin', async () => {
    assert.equal(of_message(7, 'deleted, hex(content), metadata, hex(signature)'), '1||{}|');
    assert.ok(!(await page_of(1, 4)).some((one) => one.id === message(7)));
    const key = of_message(7, 'key');
    for (const table of ['reactions', 'attachments', 'pins']) {
      assert.equal(sqlite(file, `SELECT count(*) FROM ${table} WHERE key = ${key}`), '0', table);
    }
  });

  test('replies lead to deleted and to later messages, and not to other conversations', () => {
    assert.equal(of_message(8, 'reply_to_mseq'), of_message(7, 'key & 4294967295'));
    assert.equal(of_message(10, 'reply_to_mseq'), of_message(11, 'key & 4294967295'));
    assert.equal(of_message(9, 'reply_to_mseq'), '0');
  });

  test('a message that was edited says so', async () => {
    const edited = (await page_of(1, 4)).find((one) => one.id === message(11));
    assert.equal(edited.editedAt, '2024-02-01T10:00:40.000000Z');
    assert.equal(edited.content, 'was edited');
  });

  test('a negative client_random is kept', () => assert.equal(of_message(12, 'client_random'), '-5'));

  test('what has expired is not shown, and what will expire is', async () => {
    const ids = (await page_of(1, 4)).map((one) => one.id);
    assert.ok(!ids.includes(message(13)));
    assert.ok(ids.includes(message(14)));
  });

  test('what one deleted for himself is hidden for him alone', async () => {
    assert.ok(!(await page_of(2, 4)).some((one) => one.id === message(15)));
    assert.ok((await page_of(1, 4)).some((one) => one.id === message(15)));
  });

  test('metadata, reactions and attachments come along with their ids', async () => {
    const pinned = (await page_of(1, 4)).find((one) => one.id === message(16));
    assert.deepEqual(pinned.metadata, { media_id: 'm', clientThing: { deep: [1, 2.5, 'ü'] } });
    assert.match(of_message(16, 'metadata'), /2\.50/);
    const key = of_message(16, 'key');
    assert.equal(
      sqlite(file, `SELECT lower(hex(id)), reaction FROM reactions WHERE key = ${key} ORDER BY created_at`),
      `${odd('f', 3).replaceAll('-', '')}|🎉\n${odd('f', 2).replaceAll('-', '')}|👍`,
    );
    assert.equal(sqlite(file, `SELECT file_name, url FROM attachments WHERE key = ${key}`), 'kept.png|https://f/2');
  });

  test('a pin is kept, and one that names another conversation than its message is not', () => {
    assert.equal(sqlite(file, 'SELECT key FROM pins'), of_message(16, 'key'));
  });

  test('roles are kept, and one that does not exist is a member', () => {
    assert.deepEqual(
      [1, 2, 3, 5].map((n) => of_member(4, n, 'role')),
      ['2', '1', '3', '0'],
    );
  });

  test('who has left sees nothing', async () => {
    assert.equal(of_member(4, 4, 'active'), '0');
    assert.equal((await people[4].rest.get(`conversations/${conversation(4)}/messages`)).status, 403);
  });

  test('a member’s own settings are kept', () => {
    assert.equal(
      sqlite(
        file,
        `SELECT pinned, muted, archived, notifications, sound_enabled, custom_name FROM memberships
         WHERE no = ${number_of(4)} AND user_id = ${blob(user(1))}`,
      ),
      '1|1|0|0|1|Mine',
    );
  });

  test('a conversation keeps metadata, external id and times', () => {
    const [external, metadata, created, updated] = sqlite(
      file,
      `SELECT lower(hex(external_group_id)), metadata, created_at, updated_at FROM conversations
       WHERE id = ${blob(conversation(4))}`,
    ).split('|');
    assert.equal(external, odd('f', 99).replaceAll('-', ''));
    assert.deepEqual(JSON.parse(metadata), {
      name: 'Odd',
      picture_url: 'https://x/p',
      pictureUrl: 'https://x/p',
      group_settings: { message_permission: 'all_members' },
      e2ee: { enabled: true, v: 1 },
    });
    assert.equal(created, String(Date.parse('2024-01-08') * 1000));
    assert.equal(updated, String(Date.parse('2024-01-09') * 1000));
  });

  test('unread is counted from last_read_at (DATA.md §4)', async () => {
    // 9 to 16 of user 1's group are later than what he has read; 13 has expired, 16 is his own.
    const mine = (await list_of(1)).find((one) => one.id === conversation(4));
    assert.equal(mine.unreadCount, 6);
  });

  test('receipts are a position as far as there is no gap', async () => {
    assert.equal(of_member(5, 2, 'read_mseq, delivered_mseq'), '2|4');
    assert.equal((await list_of(2)).find((one) => one.id === conversation(5)).unreadCount, 2);
  });

  test('a moment and a receipt beyond it are a position together', async () => {
    assert.equal(of_member(5, 3, 'read_mseq, delivered_mseq'), '3|3');
    assert.equal((await list_of(3)).find((one) => one.id === conversation(5)).unreadCount, 1);
  });

  test('a conversation that nobody belongs to, and a deactivated one, are kept', async () => {
    const of = (n) => sqlite(file, `SELECT active, member_count FROM conversations WHERE id = ${blob(conversation(n))}`);
    assert.equal(of(6), '1|0');
    assert.equal(of(7), '0|1');
    assert.ok(!(await list_of(1)).some((one) => one.id === conversation(7)));
  });

  test('the latest end of several mutes holds, a lifted one does not, and a shadow restriction is for ever', () => {
    const end = Date.parse('2100-01-01') * 1000;
    assert.equal(of_member(4, 5, 'muted_until'), String(end));
    assert.equal(of_member(4, 2, 'muted_until'), '');
    assert.equal(of_member(4, 3, 'shadowed_until'), '9223372036854775807');
    assert.equal(sqlite(file, 'SELECT count(*), sum(lifted) FROM sanctions'), '5|1');
  });

  test('drafts and scheduled messages keep ids and states', () => {
    assert.equal(
      sqlite(file, 'SELECT lower(hex(id)), content, metadata FROM drafts'),
      `${odd('f', 10).replaceAll('-', '')}|hü|{"reply": 1}`,
    );
    assert.equal(sqlite(file, 'SELECT status, content FROM schedules ORDER BY id'), '0|happy new year\n2|never');
  });

  test('reports keep what they are about, and how they were resolved', () => {
    assert.equal(
      sqlite(file, 'SELECT status, resolution_action, resolved_at, lower(hex(message_id)) FROM reports ORDER BY id'),
      `0|||${message(16).replaceAll('-', '')}\n3|dismiss|1706835723456789|`,
    );
  });

  test('a sender’s key is known', () => assert.equal(sqlite(file, 'SELECT public_key FROM sender_keys'), 'a2V5'));

  test('history goes on after what was imported', async () => {
    const sent = await people[1].send(conversation(5), 'and we go on');
    const page = await page_of(2, 5);
    assert.equal(page[0].id, sent.id);
    assert.equal(page[0].mseq, 5);
  });
});

describe('an import of any size', { skip }, () => {
  let url;
  before(() => (url = postgres.create('generated', ['generate.sql', 'odd_cases.sql'], generated)));

  test('answers as the source does', async () => {
    const { out } = await imported(url, 'whole.db');
    assert.match(out, new RegExp(`compared ${generated.conversations + 9} conversations, .*: no differences`));
  });

  test('is the same after it was killed at any moment and run again', async () => {
    const { file: whole } = await imported(url, 'uninterrupted.db');
    const file = path.join(folder, 'killed.db');
    const ask = (sql) => {
      const there = fs.existsSync(file) && sqlite(file, "SELECT count(*) FROM sqlite_schema WHERE name = 'imports'") === '1';
      return there ? Number(sqlite(file, sql)) : 0;
    };
    const messages = () => ask('SELECT count(*) FROM messages');
    const finished = () => ask('SELECT count(*) FROM imports WHERE finished_at IS NOT NULL') === 1;
    const killed = (wanted) => killed_when(['import', '--from', url, '--to', file, '--batch', '20'], wanted);
    // First as soon as a message is there, then at moments in no order; the seed is the same every time.
    await killed(() => messages() > 0);
    const partly = messages();
    assert.ok(partly > 0 && !finished(), `it was not killed while messages were written: ${partly} were`);
    let state = 12345;
    const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
    for (let round = 0; round < 20 && !finished(); ++round) {
      let steps = 30 * random();
      await killed(() => --steps < 0);
    }
    const { out } = await imported(url, 'killed.db', '--batch', '333');
    assert.match(out, /no differences/);
    assert.ok(content(file) === content(whole), 'the rows of the two files differ');
  });

  test('may be run again when it is complete, and compares once more', async () => {
    const { out } = await imported(url, 'whole.db');
    assert.match(out, /everything was imported before\ncompared/);
  });

  test('lists every difference with its ids, without contents, and fails', async () => {
    const { file } = await imported(url, 'changed.db');
    sqlite(
      file,
      `UPDATE messages SET content = x'00' WHERE id = ${blob(message(11))};
       UPDATE members SET read_mseq = 0 WHERE user_id = ${blob(user(2))};
       DELETE FROM reactions WHERE id = ${blob(odd('f', 2))};
       DELETE FROM conversations WHERE id = ${blob(conversation(6))};
       UPDATE reports SET status = 1 WHERE id = ${blob(odd('f', 18))}`,
    );
    const { code, out } = await whispr(['import', '--from', url, '--to', file, '--verify']);
    assert.equal(code, 1);
    assert.match(out, new RegExp(`conversation ${conversation(4)}: only in the target: message \\d+ ${message(11)}`));
    assert.match(out, new RegExp(`conversation ${conversation(5)}: only in the source: member ${user(2)}`));
    assert.match(out, new RegExp(`conversation ${conversation(4)}: only in the source: reaction ${message(16)} ${odd('f', 2)}`));
    assert.match(out, new RegExp(`conversation ${conversation(6)}: only in the source: conversation`));
    assert.match(out, new RegExp(`report ${odd('f', 18)}: only in the target`));
    assert.doesNotMatch(out, /was edited/);
  });
});
