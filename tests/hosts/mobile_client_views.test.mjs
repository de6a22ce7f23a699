// Where the mobile client and the earlier service saw one thing differently: CLIENT.md §5.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { Server } from './harness/server.mjs';
import { Rest } from './harness/rest.mjs';
import { conversation_topic } from './harness/person.mjs';
import { iso } from './harness/hand_written.mjs';
import { MobileClient, ids, needs, of_message, online, phones } from './harness/mobile_client.mjs';

const warden_id = crypto.randomUUID();
let server;
before(async () => (server = await Server.start({ env: { ADMIN_USER_IDS: warden_id } })));
after(() => server?.discard());

async function chat() {
  const [alice, bob] = phones(server, 'alice', 'bob');
  const direct = await alice.direct_with(bob);
  return { alice, bob, direct, topic: conversation_topic(direct) };
}

const in_an_hour = () => new Date(Date.now() + 3_600_000).toISOString();

// Every {key: text} of a body whose name says that it is a moment.
function moments(value) {
  if (Array.isArray(value)) return value.flatMap(moments);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'string' && key.endsWith('_at') ? [[key, inner]] : moments(inner),
  );
}

describe('CLIENT.md §5: one thing in two views', () => {
  test('CLIENT.md §5.1: scheduled messages are a bare list for one conversation, wrapped otherwise, in both casings', async () => {
    const { alice, direct } = await chat();
    const body = { conversation_id: direct.id, content: 'later', message_type: 'text', scheduled_at: in_an_hour() };
    await alice.ask_raw('POST', 'messages/scheduled', body);
    const bare = await alice.ask_raw('GET', `messages/scheduled?conversation_id=${direct.id}`);
    const { data, meta } = await alice.ask_raw('GET', 'messages/scheduled');
    assert.deepEqual([bare, meta.count], [data, 1]);
    const [row] = bare;
    for (const [camel, plain] of [
      ['conversationId', 'conversation_id'],
      ['messageType', 'message_type'],
      ['scheduledAt', 'scheduled_at'],
    ]) {
      needs(row, camel);
      assert.equal(row[camel], row[plain]);
    }
  });

  test('CLIENT.md §5.2: status is never what the client does not know', async () => {
    const { alice, direct } = await chat();
    const sent = await alice.say(direct, 'hello');
    const edited = await alice.ask('PUT', `messages/${sent.id}`, { content: 'bye', conversation_id: direct.id });
    const [listed] = await alice.ask('GET', 'conversations');
    const rows = [sent, edited, listed.last_message, ...(await alice.page(direct))];
    assert.deepEqual(rows.map((row) => row.status), ['sent', 'sent', 'sent', 'sent']);
  });

  test('CLIENT.md §5.3: conversations and reactions have created_at', async () => {
    const { alice, direct } = await chat();
    const { id } = await alice.say(direct, 'hello');
    await alice.ask('POST', `messages/${id}/reactions`, { user_id: alice.id, reaction: '👍' });
    for (const row of [
      ...(await alice.ask('GET', 'conversations')),
      await alice.ask('GET', `conversations/${direct.id}`),
      ...(await alice.ask('GET', `messages/${id}/reactions`)),
    ]) {
      assert.match(row.created_at, iso);
    }
  });

  test('CLIENT.md §5.4: last_message and conversations have what a strict schema requires', async () => {
    const { alice, direct } = await chat();
    const sent = await alice.say(direct, 'hello', { metadata: { sender_name: 'Alice' } });
    const [row] = await alice.ask('GET', 'conversations');
    needs(row, 'created_at', 'updated_at', 'metadata');
    const last = row.last_message;
    assert.deepEqual([last.conversation_id, last.client_random], [direct.id, sent.client_random]);
    assert.deepEqual(last.metadata, { sender_name: 'Alice' });
    needs(last, 'status');
  });

  test('CLIENT.md §5.5: a pin holds the id of its message, nested', async () => {
    const { alice, direct } = await chat();
    const { id } = await alice.say(direct, 'hello');
    await alice.ask('POST', `messages/${id}/pin`, { conversation_id: direct.id });
    const { data } = await alice.ask_raw('GET', `conversations/${direct.id}/pins`);
    assert.equal(data[0].message.id, id);
  });

  test('CLIENT.md §5.6: metadata is verbatim in the raw body, and does not grow when it is sent back', async () => {
    const [alice, bob] = phones(server, 'alice', 'bob');
    const metadata = { picture_url: 'a', avatar_url: 'b', fileURL: 'c', group_settings: { moderation_level: 'light' } };
    const { id } = await alice.group('Team', [bob], { metadata });
    const read = async () => (await alice.ask_raw('GET', `conversations/${id}`)).data.metadata;
    assert.deepEqual(await read(), { name: 'Team', ...metadata });
    await alice.ask_raw('PUT', `conversations/${id}`, { metadata: { ...(await read()), description: 'ours' } });
    assert.deepEqual(await read(), { name: 'Team', ...metadata, description: 'ours' });
    assert.equal((await alice.ask('GET', 'conversations'))[0].metadata.file_u_r_l, 'c');
  });

  test('CLIENT.md §5.7: an attachment of type file is kept, with the media_id that stands at the top', async () => {
    const { alice, direct } = await chat();
    const { id } = await alice.say(direct, 'report', { message_type: 'media' });
    const metadata = { filename: 'a.pdf', size: 9, mime_type: 'application/pdf', media_url: '/media/v1/other/blob' };
    await alice.ask('POST', `messages/${id}/attachments`, { media_id: 'f1e2', media_type: 'file', metadata });
    const [row] = await alice.ask('GET', `messages/${id}/attachments`);
    assert.deepEqual([row.media_id, row.mime_type, row.file_name], ['f1e2', 'application/pdf', 'a.pdf']);
  });

  test('CLIENT.md §5.8: no reactions are an empty list', async () => {
    const { alice, direct } = await chat();
    const { id } = await alice.say(direct, 'hello');
    assert.deepEqual((await alice.ask_raw('GET', `messages/${id}/reactions`)).data, []);
  });

  test('CLIENT.md §5.9: deleting a conversation is personal, until somebody speaks', async () => {
    const { alice, bob, direct } = await chat();
    await alice.ask('DELETE', `conversations/${direct.id}`);
    assert.deepEqual(await alice.ask('GET', 'conversations'), []);
    await bob.say(direct, 'still there?');
    for (const who of [alice, bob]) assert.deepEqual(ids(await who.ask('GET', 'conversations')), [direct.id]);
  });

  test('CLIENT.md §5.10: of two drainers that send one message at the same moment the first wins, and both are answered', async (t) => {
    const { alice, bob, direct, topic } = await chat();
    const at_bob = await online(t, bob, topic);
    const path = `conversations/${direct.id}/messages`;
    const queued = Array.from({ length: 10 }, (_, i) => ({ message_type: 'text', client_random: 2 ** 32 - 1 - i }));
    for (const one of queued) {
      const encrypted = { ...one, content: JSON.stringify({ v: 1, ct: 'aaaa' }), metadata: {} };
      const plain = { ...one, content: 'plain', metadata: { client_message_id: crypto.randomUUID() } };
      const [first, second] = await Promise.all([encrypted, plain].map((body) => alice.ask('POST', path, body)));
      assert.equal(first.id, second.id);
      assert.equal(first.content, second.content);
      const told = await at_bob.hears(topic, 'new_message', of_message(first.id));
      assert.equal(told.message.content, first.content);
    }
    assert.equal((await bob.page(direct)).length, queued.length);
    await at_bob.answered();
    assert.equal(at_bob.all(topic, 'new_message').length, queued.length);
  });

  test('CLIENT.md §5.11: a refusal with details is shown as its one text', async () => {
    const { alice, direct } = await chat();
    const body = { content: '', message_type: 'text', client_random: 1 };
    const answer = await alice.request('POST', `conversations/${direct.id}/messages`, body);
    assert.equal(answer.status, 422);
    assert.deepEqual([answer.body.error, typeof answer.body.details], ['Validation failed', 'object']);
  });

  test('CLIENT.md §5.12: an admin call without an identity is a 401, after which the token is refreshed', async () => {
    const warden = new MobileClient(server, 'warden', warden_id);
    const calls = [
      ['GET', 'reports/queue'],
      ['GET', 'reports/stats'],
      ['PUT', `reports/${crypto.randomUUID()}/resolve`],
    ];
    for (const [method, path] of calls) assert.equal((await new Rest(server).call(method, path)).status, 401, path);
    warden.rest.token = server.issuer.expired(warden_id);
    assert.deepEqual(await warden.ask('GET', 'reports/queue'), []);
    assert.equal(warden.refreshes, 1);
    const [alice] = phones(server, 'alice');
    assert.equal((await alice.request('GET', 'reports/queue')).status, 403);
    assert.equal(alice.refreshes, 0);
  });

  test('CLIENT.md §5.13: every moment that is told has its zone', async (t) => {
    const { alice, bob, direct, topic } = await chat();
    const phone = await online(t, bob, topic);
    const { id } = await alice.say(direct, 'hello');
    await alice.ask('PUT', `messages/${id}`, { content: 'bye', conversation_id: direct.id });
    await bob.ask('POST', `messages/${id}/reactions`, { user_id: bob.id, reaction: '👍' });
    await bob.ask('POST', `messages/${id}/pin`, { conversation_id: direct.id });
    const metadata = { filename: 'a', size: 1, media_url: 'https://example.org/a' };
    await alice.ask('POST', `messages/${id}/attachments`, { media_id: 'f', media_type: 'image', metadata });
    const later = { conversation_id: direct.id, content: 'later', message_type: 'text', scheduled_at: in_an_hour() };
    await alice.ask('POST', 'messages/scheduled', later);
    await alice.ask('POST', 'reports', { reported_user_id: bob.id, category: 'spam' });
    for (const [path, count] of [
      ['conversations', 1],
      [`conversations/${direct.id}`, 1],
      [`conversations/${direct.id}/members`, 2],
      [`conversations/${direct.id}/messages?limit=50`, 3],
      [`conversations/${direct.id}/pins`, 1],
      [`messages/${id}/reactions`, 1],
      [`messages/${id}/attachments`, 1],
      [`messages/scheduled?conversation_id=${direct.id}`, 1],
      ['reports?limit=20&offset=0', 1],
    ]) {
      const found = moments(await alice.ask('GET', path));
      assert.ok(found.length >= count, `${path} tells ${found.length}`);
      for (const [key, moment] of found) assert.match(moment, iso, `${key} of ${path}`);
    }
    await phone.hears(topic, 'reaction_added');
    const events = phone.heard.filter(({ event }) => !event.startsWith('presence_'));
    const heard = moments(events.map(({ payload }) => payload));
    assert.ok(heard.some(([key]) => key === 'sent_at'));
    for (const [key, moment] of heard) assert.match(moment, iso, key);
  });
});
