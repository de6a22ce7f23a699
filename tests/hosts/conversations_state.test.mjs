// What a member does with conversations: the own list, changing and deleting, taking a read back, and who has read
// a message, asked for as the mobile client asks.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { conversation_topic, people } from './harness/person.mjs';
import { Rest } from './harness/rest.mjs';
import { eventually } from './harness/patience.mjs';

let server;
let anonymous;
before(async () => {
  server = await Server.start();
  anonymous = new Rest(server);
});
after(() => server?.discard());

const nowhere = '99999999-9999-4999-8999-999999999999';
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const own_topic = (person) => `user:${person.id}`;
const refusal = ({ status, body }) => [status, body?.error];

// The client's snake_cased body: `data` where there is one.
const snake_key = (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const snake = (value) => {
  if (Array.isArray(value)) return value.map(snake);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [snake_key(key), snake(inner)]));
};
const read_body = ({ status, body, text }) => {
  assert.ok(status >= 200 && status < 300, text);
  return snake(body.data ?? body);
};

async function club() {
  const [admin, mod, member, outsider] = people(server, 'admin', 'mod', 'member', 'outsider');
  return { admin, mod, member, outsider, group: await admin.group('Club', [mod, member]) };
}

describe('pinning a conversation (REST.md §5.9)', () => {
  test('answers, is told to the own devices, and shows in the list', async (t) => {
    const [alice, bob] = people(server, 'alice', 'bob');
    t.after(() => [alice, bob].forEach((one) => one.disconnect()));
    const { id } = await alice.direct_with(bob);
    const at_alice = await alice.connect();
    const at_bob = await bob.connect();
    const path = `conversations/${id}/pin`;
    const answer = await alice.rest.post(path);
    assert.deepEqual([answer.status, answer.body], [200, { data: { conversation_id: id, pinned: true } }]);
    const told = (await at_alice.next(own_topic(alice), 'conversation_pinned')).payload;
    assert.match(told.timestamp, moment);
    assert.deepEqual({ ...told, timestamp: 0 }, { conversation_id: id, pinned: true, timestamp: 0 });
    assert.equal((await alice.listed(id)).isPinned, true);
    assert.equal((await bob.listed(id)).isPinned, false);
    assert.deepEqual(refusal(await alice.rest.post(path)), [422, 'Conversation is already pinned']);

    const undone = await alice.rest.delete(path);
    assert.deepEqual([undone.status, undone.body], [200, { data: { conversation_id: id, pinned: false } }]);
    await at_alice.next(own_topic(alice), 'conversation_pinned', (payload) => payload.pinned === false);
    assert.equal((await alice.listed(id)).isPinned, false);
    assert.deepEqual(refusal(await alice.rest.delete(path)), [422, 'Conversation is not pinned']);
    await alice.send(id, 'barrier');
    await at_bob.next(own_topic(bob), 'new_message');
    assert.ok(!at_bob.heard.some((one) => one.event === 'conversation_pinned'));
  });

  test('ends at five, also when they come at once, and echoes the id as it was written', async () => {
    const [alice, ...others] = people(server, 'alice', '1', '2', '3', '4', '5', '6', '7');
    const all = [];
    for (const other of others) all.push((await alice.direct_with(other)).id);
    const answers = await Promise.all(all.map((id) => alice.rest.post(`conversations/${id}/pin`)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 5);
    const refused = answers.filter(({ status }) => status !== 200);
    for (const one of refused)
      assert.deepEqual(refusal(one), [422, 'Pin limit reached: you may pin at most 5 conversations']);
    const pinned = all[answers.findIndex(({ status }) => status === 200)];
    const upper = pinned.toUpperCase();
    assert.deepEqual((await alice.rest.delete(`conversations/${upper}/pin`)).body, {
      data: { conversation_id: upper, pinned: false },
    });
    const waiting = all[answers.findIndex(({ status }) => status === 422)];
    assert.equal((await alice.rest.post(`conversations/${waiting}/pin`)).status, 200);
  });

  test('is for members who say who they are', async () => {
    const { outsider, member, admin, group } = await club();
    await admin.rest.delete(`conversations/${group.id}/members/${member.id}`);
    for (const what of ['pin', 'archive']) {
      for (const method of ['POST', 'DELETE']) {
        const ask = (who, id) => who.rest.call(method, `conversations/${id}/${what}`);
        assert.deepEqual(refusal(await ask(outsider, group.id)), [404, 'Conversation not found']);
        assert.deepEqual(refusal(await ask(member, group.id)), [404, 'Conversation not found']);
        assert.deepEqual(refusal(await ask(admin, nowhere)), [404, 'Conversation not found']);
        assert.equal((await ask(admin, 'no-uuid')).status, 400);
        const unnamed = await anonymous.call(method, `conversations/${group.id}/${what}`);
        assert.deepEqual(refusal(unnamed), [401, 'Unauthorized']);
      }
    }
  });
});

describe('archiving a conversation (REST.md §5.10)', () => {
  test('answers, is told to the own devices, and may not be repeated', async (t) => {
    const [alice, bob] = people(server, 'alice', 'bob');
    t.after(() => alice.disconnect());
    const { id } = await alice.direct_with(bob);
    const at_alice = await alice.connect();
    const path = `conversations/${id}/archive`;
    assert.deepEqual((await alice.rest.post(path)).body, { data: { conversation_id: id, archived: true } });
    const told = (await at_alice.next(own_topic(alice), 'conversation_archived')).payload;
    assert.match(told.timestamp, moment);
    assert.deepEqual({ ...told, timestamp: 0 }, { conversation_id: id, archived: true, timestamp: 0 });
    assert.deepEqual(refusal(await alice.rest.post(path)), [422, 'Conversation is already archived']);
    assert.deepEqual((await alice.rest.delete(path)).body, { data: { conversation_id: id, archived: false } });
    await at_alice.next(own_topic(alice), 'conversation_archived', (payload) => payload.archived === false);
    assert.deepEqual(refusal(await alice.rest.delete(path)), [422, 'Conversation is not archived']);
  });

  test('moves it to the archived list, which the client reads page by page (CLIENT.md §4 row 7)', async () => {
    const [alice, ...others] = people(server, 'alice', ...Array.from({ length: 7 }, (_, i) => `other ${i}`));
    const all = [];
    for (const other of others) all.unshift((await alice.direct_with(other)).id);
    for (const id of all.slice(0, 5)) assert.equal((await alice.rest.post(`conversations/${id}/archive`)).status, 200);

    const seen = [];
    for (let offset = 0; ; offset += 2) {
      const answer = await alice.rest.get(`conversations/archived?limit=2&offset=${offset}`);
      const page = read_body(answer);
      const meta = snake(answer.body.meta);
      assert.deepEqual(
        [meta.count, meta.limit, meta.offset, meta.user_id],
        [page.length, 2, offset, alice.id],
      );
      assert.ok(page.every((one) => one.is_archived));
      seen.push(...page.map(({ id }) => id));
      if (!meta.has_more) break;
      assert.ok(offset < 10, 'the list ends');
    }
    assert.deepEqual(seen, all.slice(0, 5), 'latest activity first, each once');

    const listed = async (query) =>
      read_body(await alice.rest.get(`conversations${query}`)).map(({ id }) => id);
    assert.deepEqual(await listed(''), all, 'the list holds archived ones, the client sorts them out');
    assert.deepEqual(await listed('?include_archived=false'), all.slice(5));
    assert.deepEqual(await listed('?limit=3&offset=3'), all.slice(3, 6));
    assert.deepEqual(await listed('?type=group'), []);
    assert.deepEqual(await listed('?type=nonsense'), []);
    assert.deepEqual(await listed('?type=direct&limit=2'), all.slice(0, 2));
    for (const limit of ['0', '-1', 'x', '']) {
      const answer = await alice.rest.get(`conversations/archived?limit=${limit}`);
      assert.equal(answer.body.meta.limit, 50);
      assert.equal(answer.body.meta.count, 5);
      assert.equal(answer.body.meta.hasMore, false);
    }
    assert.equal((await alice.rest.get('conversations/archived?limit=1000')).body.meta.limit, 100);
    assert.deepEqual(refusal(await anonymous.get('conversations/archived')), [401, 'Unauthorized']);
  });
});

describe('the list poll (CLIENT.md §2)', () => {
  test('carries what the list screen needs, without a request per conversation', async () => {
    const [alice, bob, carol] = people(server, 'alice', 'bob', 'carol');
    const direct = await alice.direct_with(bob);
    const group = await bob.group('Team', [alice, carol], { metadata: { picture_url: 'https://example.org/p' } });
    await bob.send(direct.id, 'first', { metadata: { a_b: 1 } });
    const newest = await bob.send(direct.id, 'newest');
    await alice.rest.post(`conversations/${direct.id}/pin`);
    await alice.rest.post(`conversations/${group.id}/archive`);
    await alice.rest.put(`conversations/${group.id}/settings`, { is_muted: true });

    const [first, second] = read_body(await alice.rest.get('conversations'));
    assert.equal(first.id, direct.id, 'the one that was spoken in last');
    assert.equal(first.type, 'direct');
    assert.deepEqual(new Set(first.member_user_ids), new Set([alice.id, bob.id]));
    assert.equal(first.unread_count, 2);
    assert.deepEqual([first.is_pinned, first.is_muted, first.is_archived], [true, false, false]);
    const last = first.last_message;
    assert.deepEqual(
      [last.id, last.sender_id, last.content, last.message_type, last.is_deleted, last.conversation_id],
      [newest.id, bob.id, 'newest', 'text', false, direct.id],
    );
    for (const time of [first.created_at, first.updated_at, last.sent_at]) assert.match(time, moment);
    assert.deepEqual([second.id, second.name, second.metadata.picture_url], [
      group.id,
      'Team',
      'https://example.org/p',
    ]);
    assert.deepEqual([second.is_pinned, second.is_muted, second.is_archived], [false, true, true]);
  });

  test('shows the same flags as the summaries of the socket', async (t) => {
    const [alice, bob] = people(server, 'alice', 'bob');
    t.after(() => alice.disconnect());
    const { id } = await alice.direct_with(bob);
    await alice.rest.post(`conversations/${id}/archive`);
    await alice.rest.post(`conversations/${id}/pin`);
    const at_alice = await alice.connect();
    const { summaries } = (await at_alice.next(own_topic(alice), 'conversation_summaries')).payload;
    const summary = summaries.find((one) => one.id === id);
    assert.deepEqual([summary.is_archived, summary.is_pinned, summary.is_muted], [true, true, false]);
  });
});

describe('changing a conversation (REST.md §5.6, §5.7)', () => {
  test('answers with the members and the own flags, because the chat screen replaces its state by it', async () => {
    const { member, admin, group } = await club();
    await member.rest.post(`conversations/${group.id}/pin`);
    await member.rest.put(`conversations/${group.id}/settings`, { is_muted: true });
    const body = { metadata: { e2ee: { enabled: true, v: 1 } } };
    const changed = read_body(await member.rest.put(`conversations/${group.id}`, body));
    assert.deepEqual(changed.metadata, { name: 'Club', e2ee: { enabled: true, v: 1 } });
    assert.deepEqual([changed.is_pinned, changed.is_muted, changed.is_archived], [true, true, false]);
    assert.equal(changed.members.length, 3);
    assert.equal(changed.members.find((one) => one.user_id === admin.id).role, 'admin');
  });

  test('deleting keeps the own flags for when the next message brings it back (RULINGS 7)', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const { id } = await alice.direct_with(bob);
    await alice.rest.post(`conversations/${id}/pin`);
    const answer = await alice.rest.delete(`conversations/${id}`);
    assert.equal(answer.body.data.isActive, false);
    assert.match(answer.body.data.deletedAt, moment);
    assert.equal(await alice.listed(id), undefined);
    assert.deepEqual((await alice.rest.get('conversations/archived')).body.data, []);
    await bob.send(id, 'again');
    assert.equal((await alice.listed(id)).isPinned, true);
  });

  test('deleting for everyone is not for direct conversations', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const { id } = await alice.direct_with(bob);
    assert.equal((await alice.rest.delete(`conversations/${id}?for=everyone`)).status, 403);
    assert.notEqual(await bob.listed(id), undefined);
  });

  test('a direct that one side has left stays readable for the other, and comes back (RULINGS 8)', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const { id } = await alice.direct_with(bob);
    await bob.send(id, 'hello');
    assert.equal((await alice.rest.post(`conversations/${id}/leave`)).status, 204);
    assert.deepEqual((await bob.history(id)).map((one) => one.content), ['hello']);
    assert.equal((await alice.rest.get(`conversations/${id}`)).status, 403);
    assert.equal((await bob.direct_with(alice)).id, id);
    assert.deepEqual((await alice.history(id)).map((one) => one.content), ['hello']);
  });
});

describe('marking as unread (REST.md §12, CLIENT.md §4 row 3, RULINGS 14)', () => {
  async function chat(t) {
    const [alice, bob] = people(server, 'alice', 'bob');
    t.after(() => [alice, bob].forEach((one) => one.disconnect()));
    const { id } = await alice.direct_with(bob);
    return { alice, bob, id, topic: conversation_topic(id) };
  }
  const unread = (who, message, conversation) =>
    who.rest.post(`messages/${message.id ?? message}/unread${conversation ? `?conversation_id=${conversation}` : ''}`);
  const count = async (who, id) => (await who.listed(id)).unreadCount;

  test('brings the badge back on every device, and takes the tick of the author back', async (t) => {
    const { alice, bob, id, topic } = await chat(t);
    await alice.send(id, 'one');
    const last = await alice.send(id, 'two');
    const [at_alice, at_bob, at_other] = [await alice.connect(), await bob.connect(), await bob.connect()];
    await at_bob.join(topic);
    await at_bob.push_ok(topic, 'message_read', { message_id: last.id });
    await eventually('it is read', async () => (await count(bob, id)) === 0);
    const answer = await unread(bob, last, id);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.body, { data: { messageId: last.id, conversationId: id, status: 'unread' } });
    assert.equal(await count(bob, id), 1);
    for (const [person, connection] of [
      [alice, at_alice],
      [bob, at_bob],
      [bob, at_other],
    ]) {
      const told = snake((await connection.next(own_topic(person), 'message_unread')).payload);
      assert.match(told.timestamp, moment);
      assert.deepEqual(
        [told.message_id, told.conversation_id, told.user_id],
        [last.id, id, bob.id],
      );
    }
    assert.equal((await unread(bob, last, id)).status, 200, 'may be repeated');
    assert.equal(await count(bob, id), 1);
  });

  test('lasts until the next read, which a client asks for also after its own echo', async (t) => {
    const { alice, bob, id, topic } = await chat(t);
    const message = await alice.send(id, 'one');
    const at_bob = await bob.connect();
    await at_bob.join(topic);
    await bob.rest.post(`messages/${message.id}/read`);
    assert.equal((await unread(bob, message)).status, 200);
    assert.equal(await count(bob, id), 1);
    // A message of one's own does not read the others.
    await bob.send(id, 'mine');
    const echo = (await at_bob.next(topic, 'new_message', ({ message: one }) => one.content === 'mine')).payload;
    assert.equal(await count(bob, id), 1);
    await at_bob.push_ok(topic, 'message_read', { message_id: echo.message.id });
    await eventually('the mark is gone', async () => (await count(bob, id)) === 0);
  });

  test('is for messages of others that one may see', async (t) => {
    const { alice, bob, id } = await chat(t);
    const [carol] = people(server, 'carol');
    const other = await alice.direct_with(carol);
    const message = await alice.send(id, 'one');
    assert.deepEqual(refusal(await unread(alice, message, id)), [403, 'Forbidden']);
    assert.deepEqual(refusal(await unread(carol, message, id)), [404, 'Resource not found']);
    assert.deepEqual(refusal(await unread(bob, message, other.id)), [404, 'Resource not found']);
    assert.deepEqual(refusal(await unread(bob, nowhere, id)), [404, 'Resource not found']);
    assert.equal((await unread(bob, 'no-uuid', id)).status, 400);
    assert.equal((await unread(bob, message, 'no-uuid')).status, 400);
    assert.deepEqual(refusal(await unread({ rest: anonymous }, message)), [401, 'Unauthorized']);
    assert.equal(await count(bob, id), 1);
  });
});

describe('who has read a message', () => {
  const receipts = (who, message) => who.rest.get(`messages/${message.id ?? message}/receipts`);

  test('is told member by member', async () => {
    const { admin, mod, member, outsider, group } = await club();
    const message = await admin.send(group.id, 'one');
    await member.rest.post(`messages/${message.id}/read`);
    const answer = await receipts(admin, message);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.body.meta, { messageId: message.id, count: 2 });
    const by_user = Object.fromEntries(answer.body.data.map((one) => [one.userId, one]));
    assert.deepEqual(by_user[mod.id], { userId: mod.id, status: 'sent', deliveredAt: null, readAt: null });
    assert.equal(by_user[member.id].status, 'read');
    assert.match(by_user[member.id].readAt, moment);
    assert.match(by_user[member.id].deliveredAt, moment);
    assert.deepEqual((await receipts(mod, message)).body.data, answer.body.data);
    assert.deepEqual(refusal(await receipts(outsider, message)), [404, 'Resource not found']);
    assert.deepEqual(refusal(await receipts(admin, nowhere)), [404, 'Resource not found']);
    assert.equal((await receipts(admin, 'no-uuid')).status, 400);
    assert.deepEqual(refusal(await receipts({ rest: anonymous }, message)), [401, 'Unauthorized']);
  });
});
