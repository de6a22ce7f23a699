// What the mobile client asks about messages, what hangs on them, and reports: CLIENT.md §2 and §6.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { Server } from './harness/server.mjs';
import { Signer } from './harness/signer.mjs';
import { iso } from './harness/hand_written.mjs';
import { MobileClient, ids, needs, phones } from './harness/mobile_client.mjs';

const warden_id = crypto.randomUUID();
let server;
let warden;
before(async () => {
  server = await Server.start({ env: { ADMIN_USER_IDS: warden_id } });
  warden = new MobileClient(server, 'warden', warden_id);
});
after(() => server?.discard());

const contents = (rows) => rows.map((row) => row.content);
const is_refused = ({ status }) => status >= 400 && status < 500;
const nothing = crypto.randomUUID();

async function chat(on = server) {
  const [alice, bob, carol] = phones(on, 'alice', 'bob', 'carol');
  return { alice, bob, carol, direct: await alice.direct_with(bob) };
}

// Alternately, since one user sends at most a hundred a minute.
async function talk(conversation, people, count) {
  const sent = [];
  for (let i = 0; i < count; ++i) sent.push(await people[i % people.length].say(conversation, `m${i}`));
  return sent;
}

const photo = {
  filename: 'photo.jpg',
  size: 1234,
  mime_type: 'image/jpeg',
  media_url: 'https://media.example/media/v1/f1e2/blob',
  thumbnail_url: 'https://media.example/media/v1/f1e2/thumbnail',
  duration: 7,
};

describe('CLIENT.md §2: messages', () => {
  test('CLIENT.md §2: GET /conversations/:id/messages is read page by page, newest first', async () => {
    const { alice, bob, direct } = await chat();
    const sent = await talk(direct, [alice, bob], 121);
    const [deleted] = sent.splice(60, 1);
    await alice.ask('DELETE', `messages/${deleted.id}?conversation_id=${direct.id}&delete_for_everyone=true`);
    const pages = [await alice.page(direct)];
    while (pages.at(-1).length === 50) pages.push(await alice.page(direct, pages.at(-1).at(-1).sent_at));
    assert.deepEqual(pages.map((page) => page.length), [50, 50, 20]);
    const rows = pages.flat();
    assert.deepEqual(contents(rows), contents(sent).reverse());
    for (const [i, row] of rows.entries()) {
      const { id, sender_id, client_random } = sent[sent.length - 1 - i];
      assert.deepEqual(
        [row.id, row.conversation_id, row.sender_id, row.message_type, row.client_random],
        [id, direct.id, sender_id, 'text', client_random],
      );
      assert.match(row.sent_at, iso);
      assert.deepEqual([row.status, row.metadata, row.attachments], ['sent', {}, []]);
      assert.deepEqual([row.reply_to_id, row.edited_at, row.is_deleted], [null, null, false]);
    }
    assert.equal(await bob.count_messages(direct), 120);
  });

  test('CLIENT.md §2: POST /conversations/:id/messages answers with the message, also signed and as a reply', async () => {
    const { alice, bob, carol, direct } = await chat();
    const first = await alice.say(direct, 'plain');
    needs(first, 'id', 'sent_at');
    const metadata = { media_type: 'image', media_id: 'f1e2', ...photo };
    const reply = await bob.say(direct, 'caption', { message_type: 'media', metadata, reply_to_id: first.id });
    assert.deepEqual([reply.reply_to_id, reply.message_type, reply.metadata], [first.id, 'media', metadata]);
    const signed = new Signer().message(direct.id, 'signed', 2 ** 32 - 3, { metadata: {} });
    const accepted = await alice.ask('POST', `conversations/${direct.id}/messages`, signed);
    assert.deepEqual([accepted.content, accepted.client_random], ['signed', 2 ** 32 - 3]);
    assert.deepEqual(ids(await bob.page(direct)), [accepted.id, reply.id, first.id]);
    await assert.rejects(alice.say(direct, ''), is_refused);
    await assert.rejects(carol.say(direct, 'hello'), is_refused);
  });

  test('CLIENT.md §2: PUT /messages/:id answers with the message and its edited_at', async () => {
    const { alice, bob, direct } = await chat();
    const sent = await alice.say(direct, 'helo');
    const body = { content: 'hello', conversation_id: direct.id };
    const edited = await alice.ask('PUT', `messages/${sent.id}`, body);
    assert.deepEqual([edited.id, edited.content, edited.sent_at], [sent.id, 'hello', sent.sent_at]);
    assert.match(edited.edited_at, iso);
    const [shown] = await bob.page(direct);
    assert.deepEqual([shown.content, shown.edited_at], ['hello', edited.edited_at]);
  });

  test('CLIENT.md §2: DELETE /messages/:id is for oneself or for everyone', async () => {
    const { alice, bob, direct } = await chat();
    const [first, second] = await talk(direct, [alice], 2);
    const remove = ({ id }, everyone) =>
      alice.ask('DELETE', `messages/${id}?conversation_id=${direct.id}&delete_for_everyone=${everyone}`);
    await remove(first, false);
    assert.deepEqual(ids(await alice.page(direct)), [second.id]);
    assert.deepEqual(ids(await bob.page(direct)), [second.id, first.id]);
    await remove(second, true);
    assert.deepEqual(ids(await alice.page(direct)), []);
    assert.deepEqual(ids(await bob.page(direct)), [first.id]);
  });

  test('CLIENT.md §2: POST /messages/:id/forward copies into the conversations named', async () => {
    const { alice, bob, carol, direct } = await chat();
    const team = await bob.group('Team', [carol]);
    const other = await bob.direct_with(carol);
    const message = await alice.say(direct, 'pass it on');
    await bob.ask('POST', `messages/${message.id}/forward`, { conversation_ids: [team.id, other.id] });
    for (const target of [team, other]) assert.deepEqual(contents(await carol.page(target)), ['pass it on']);
  });

  test('CLIENT.md §2: POST /messages/:id/unread is kept by the server', async () => {
    const { alice, bob, direct } = await chat();
    const message = await alice.say(direct, 'hello');
    const unread = async () => (await bob.ask('GET', 'conversations'))[0].unread_count;
    await bob.rest.post(`messages/${message.id}/read`);
    assert.equal(await unread(), 0);
    await bob.ask('POST', `messages/${message.id}/unread?conversation_id=${direct.id}`);
    assert.equal(await unread(), 1);
  });
});

describe('CLIENT.md §2: what hangs on a message', () => {
  test('CLIENT.md §2: GET /messages/:id/reactions lists who reacted how, and of no message there are none', async () => {
    const { alice, bob, direct } = await chat();
    const message = await alice.say(direct, 'hello');
    const path = `messages/${message.id}/reactions`;
    assert.deepEqual(await bob.ask_or_none(path), []);
    for (const [by, reaction] of [
      [alice, '👍'],
      [bob, '❤️'],
    ]) {
      await by.ask('POST', path, { user_id: by.id, reaction });
    }
    const rows = await bob.ask_or_none(path);
    assert.deepEqual(
      rows.map((row) => [row.user_id, row.reaction, row.message_id]),
      [
        [alice.id, '👍', message.id],
        [bob.id, '❤️', message.id],
      ],
    );
    assert.equal(new Set(ids(rows)).size, 2);
    assert.deepEqual(await bob.ask_or_none(`messages/${nothing}/reactions`), []);
  });

  test('CLIENT.md §2: POST and DELETE /messages/:id/reactions set and take back one by one', async () => {
    const { alice, bob, direct } = await chat();
    const message = await alice.say(direct, 'hello');
    const path = `messages/${message.id}/reactions`;
    for (const reaction of ['👍', '👩‍👩‍👧']) await bob.ask('POST', path, { user_id: bob.id, reaction });
    await assert.rejects(bob.ask('POST', path, { user_id: bob.id, reaction: '👍' }), { text: 'Validation failed' });
    await bob.ask('DELETE', `${path}/${encodeURIComponent('👩‍👩‍👧')}?user_id=${bob.id}`);
    assert.deepEqual((await alice.ask('GET', path)).map((row) => row.reaction), ['👍']);
  });

  test('CLIENT.md §2: POST and DELETE /messages/:id/pin with conversation_id in body and query', async () => {
    const { alice, bob, direct } = await chat();
    const message = await alice.say(direct, 'hello');
    const pinned = async () => (await alice.ask('GET', `conversations/${direct.id}/pins`)).length;
    await bob.ask('POST', `messages/${message.id}/pin`, { conversation_id: direct.id });
    assert.equal(await pinned(), 1);
    await bob.ask('DELETE', `messages/${message.id}/pin?conversation_id=${direct.id}`);
    assert.equal(await pinned(), 0);
  });

  test('CLIENT.md §2: GET /conversations/:id/pins holds the message in each pin', async () => {
    const { alice, bob, direct } = await chat();
    const [first, second] = await talk(direct, [alice, bob], 2);
    for (const { id } of [first, second]) await alice.ask('POST', `messages/${id}/pin`, { conversation_id: direct.id });
    const pins = await bob.ask('GET', `conversations/${direct.id}/pins`);
    assert.deepEqual(
      pins.map(({ message_id, message }) => [message_id, message.id, message.sender_id, message.content]),
      [second, first].map(({ id, sender_id, content }) => [id, id, sender_id, content]),
    );
    await bob.ask('DELETE', `messages/${second.id}?conversation_id=${direct.id}&delete_for_everyone=true`);
    assert.deepEqual(await alice.ask('GET', `conversations/${direct.id}/pins`), [pins[1]]);
    assert.deepEqual(await bob.ask_or_none(`conversations/${nothing}/pins`), []);
  });

  test('CLIENT.md §2: GET /messages/:id/attachments lists what the bubble shows, and of no message there are none', async () => {
    const { alice, bob, direct } = await chat();
    const message = await alice.say(direct, 'photo', { message_type: 'media' });
    const path = `messages/${message.id}/attachments`;
    assert.deepEqual(await bob.ask_or_none(path), []);
    await alice.ask('POST', path, { media_id: 'f1e2', media_type: 'image', metadata: photo });
    const [shown, ...more] = await bob.ask_or_none(path);
    assert.deepEqual(
      [shown.file_type, shown.mime_type, shown.media_id, shown.file_name, shown.file_size, shown.metadata],
      ['image', photo.mime_type, 'f1e2', photo.filename, photo.size, photo],
    );
    assert.deepEqual([shown.file_url, shown.thumbnail_url], [photo.media_url, photo.thumbnail_url]);
    assert.match(shown.uploaded_at, iso);
    assert.deepEqual(more, []);
    assert.deepEqual((await bob.page(direct))[0].attachments, [shown]);
    assert.deepEqual(await bob.ask_or_none(`messages/${nothing}/attachments`), []);
  });

  test('CLIENT.md §2: POST /messages/:id/attachments takes every media type of the client, file too', async () => {
    const { alice, bob, direct } = await chat();
    const message = await alice.say(direct, 'four of them', { message_type: 'media' });
    const path = `messages/${message.id}/attachments`;
    for (const media_type of ['image', 'video', 'audio', 'file']) {
      await alice.ask('POST', path, { media_id: `id of ${media_type}`, media_type, metadata: photo });
    }
    assert.deepEqual(
      (await bob.ask('GET', path)).map((row) => [row.file_type, row.media_id]),
      [
        ['image', 'id of image'],
        ['video', 'id of video'],
        ['audio', 'id of audio'],
        ['document', 'id of file'],
      ],
    );
  });

  test('CLIENT.md §6: opening a chat asks a hundred times at once, and nobody is told to slow down', async (t) => {
    const plain = await Server.start();
    t.after(() => plain.discard());
    const { alice, bob, direct } = await chat(plain);
    const sent = await talk(direct, [alice, bob], 50);
    await alice.ask('POST', `messages/${sent[7].id}/reactions`, { user_id: alice.id, reaction: '👍' });
    for (let opening = 0; opening < 2; ++opening) {
      const page = await bob.page(direct);
      const paths = ['reactions', 'attachments'].flatMap((what) => ids(page).map((id) => `messages/${id}/${what}`));
      assert.equal(paths.length, 100);
      const answers = await Promise.all(
        [...paths, `conversations/${direct.id}/pins`].map((path) => bob.request('GET', path)),
      );
      assert.deepEqual(answers.map((answer) => answer.status).filter((status) => status !== 200), []);
      assert.equal(answers.flatMap((answer) => answer.body.data).length, 1);
    }
  });
});

describe('CLIENT.md §2: search', () => {
  test('CLIENT.md §2: GET /messages/search of one conversation finds nothing of others, whichever way it is asked', async () => {
    const { alice, bob, carol, direct } = await chat();
    const other = await alice.direct_with(carol);
    const sent = await alice.say(direct, 'where is the key?');
    await alice.say(other, 'the key is here');
    await bob.say(direct, 'no idea');
    for (const path of [
      `messages/search?conversation_id=${direct.id}&query=key&limit=50`,
      `conversations/${direct.id}/messages/search?query=key&limit=50`,
      `conversations/${direct.id}/messages?search=key&limit=50`,
    ]) {
      const [found, ...more] = await alice.ask('GET', path);
      assert.deepEqual([found.id, found.conversation_id, found.content], [sent.id, direct.id, sent.content], path);
      assert.deepEqual(more, [], path);
    }
  });

  test('CLIENT.md §2: GET /messages/search over everything tells the conversations, at every letter typed', async () => {
    const { alice, bob, carol, direct } = await chat();
    const other = await alice.direct_with(carol);
    await talk(direct, [alice, bob], 2);
    await bob.say(direct, 'Meeting at noon');
    await carol.say(other, 'the meeting moved');
    for (const query of ['m', 'me', 'mee', 'meeting']) {
      const found = await alice.ask('GET', `messages/search?query=${query}&limit=50`);
      const where = new Set(found.map((row) => row.conversation_id));
      assert.deepEqual(where, new Set([direct.id, other.id]), query);
    }
    assert.deepEqual(await alice.ask('GET', 'messages/search?query=&limit=50'), []);
  });
});

describe('CLIENT.md §2: scheduled messages and reports', () => {
  test('CLIENT.md §2: GET, POST and DELETE /messages/scheduled, where nothing is unwrapped or converted', async () => {
    const { alice, bob, direct } = await chat();
    const path = `messages/scheduled?conversation_id=${direct.id}`;
    assert.deepEqual(await alice.ask_raw('GET', path), []);
    const at = [7200, 3600].map((seconds) => new Date(Date.now() + seconds * 1000).toISOString());
    for (const scheduled_at of at) {
      const body = { conversation_id: direct.id, content: scheduled_at, message_type: 'text', scheduled_at };
      await alice.ask_raw('POST', 'messages/scheduled', body);
    }
    const list = await alice.ask_raw('GET', path);
    list.sort((one, other) => Date.parse(other.scheduled_at) - Date.parse(one.scheduled_at));
    assert.deepEqual(contents(list), at);
    for (const row of list) {
      needs(row, 'id');
      assert.deepEqual([row.conversation_id, row.message_type, row.status], [direct.id, 'text', 'pending']);
      assert.equal(Date.parse(row.scheduled_at), Date.parse(row.content));
    }
    await alice.ask_raw('DELETE', `messages/scheduled/${list[0].id}`);
    assert.deepEqual(ids(await alice.ask_raw('GET', path)), [list[1].id]);
    assert.deepEqual(await bob.ask_raw('GET', path), []);
  });

  async function reported() {
    const { alice, bob, direct } = await chat();
    const message = await bob.say(direct, 'you fool');
    const { data } = await alice.ask_raw('POST', 'reports', {
      reported_user_id: bob.id,
      conversation_id: direct.id,
      message_id: message.id,
      category: 'harassment',
      description: 'he says bad things',
    });
    return { alice, bob, message, report: data };
  }

  test('CLIENT.md §2: POST /reports takes a report in snake_case', async () => {
    const { alice, bob, message, report } = await reported();
    assert.deepEqual(
      [report.reporter_id, report.reported_user_id, report.message_id, report.category, report.status],
      [alice.id, bob.id, message.id, 'harassment', 'pending'],
    );
  });

  test('CLIENT.md §2: GET /reports, /reports/queue, /reports/stats and PUT /reports/:id/resolve in snake_case', async () => {
    const { alice, report } = await reported();
    const data = async (who, ...way) => (await who.ask_raw(...way)).data;
    assert.deepEqual(await data(alice, 'GET', 'reports?limit=20&offset=0'), [report]);
    assert.deepEqual(await data(alice, 'GET', 'reports?limit=20&offset=1'), []);
    assert.ok(ids(await data(warden, 'GET', 'reports/queue')).includes(report.id));
    const stats = await data(warden, 'GET', 'reports/stats');
    const decision = { action: 'warn', notes: 'be kind' };
    const resolved = await data(warden, 'PUT', `reports/${report.id}/resolve`, decision);
    assert.deepEqual([resolved.id, resolved.status], [report.id, 'resolved_action']);
    assert.deepEqual(
      [resolved.resolution.action, resolved.resolution.notes, resolved.resolution.resolved_by],
      ['warn', 'be kind', warden.id],
    );
    const later = await data(warden, 'GET', 'reports/stats');
    assert.equal(later.pending, stats.pending - 1);
    needs(later, 'under_review', 'resolved_today', 'by_category');
    assert.ok(!ids(await data(warden, 'GET', 'reports/queue')).includes(report.id));
  });

  test('CLIENT.md §2: GET /reports/:id, and sanctions listed, issued and lifted', async () => {
    const { alice, report } = await reported();
    for (const who of [alice, warden]) {
      assert.deepEqual((await who.ask_raw('GET', `reports/${report.id}`)).data, report);
    }
    const [bob] = phones(server, 'bob');
    const group = await alice.group('Club', [bob]);
    const path = `conversations/${group.id}/sanctions`;
    const body = { user_id: bob.id, type: 'mute', reason: 'noise', expires_at: null };
    const { data } = await warden.ask_raw('POST', path, body);
    assert.deepEqual(
      [data.conversation_id, data.user_id, data.type, data.reason, data.active],
      [group.id, bob.id, 'mute', 'noise', true],
    );
    assert.deepEqual(ids((await alice.ask_raw('GET', path)).data), [data.id]);
    await assert.rejects(bob.say(group, 'hello'), is_refused);
    await warden.ask_raw('DELETE', `${path}/${data.id}`);
    assert.deepEqual((await alice.ask_raw('GET', path)).data, []);
    needs(await bob.say(group, 'hello'), 'id');
  });
});
