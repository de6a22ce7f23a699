// Delivered, read, unread: who is told what, and what the lists say afterwards.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { conversation_topic, fresh_random, people } from './harness/person.mjs';
import { eventually } from './harness/patience.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

async function pair(t) {
  const [alice, bob] = people(server, 'alice', 'bob');
  const conversation = await alice.direct_with(bob);
  const topic = conversation_topic(conversation);
  const at_alice = await alice.connect();
  const at_bob = await bob.connect();
  await Promise.all([at_alice.join(topic), at_bob.join(topic)]);
  t.after(() => [alice, bob].forEach((one) => one.disconnect()));
  return { alice, bob, conversation, topic, at_alice, at_bob };
}

const status_of = async (person, message) => (await person.rest.get(`messages/${message.id}`)).body.data.deliveryStatus;
const is = (message, status) => (payload) => payload.messageId === message.id && payload.status === status;

describe('delivered', () => {
  test('is told to the author when the recipient says so', async (t) => {
    const { alice, bob, conversation, topic, at_alice, at_bob } = await pair(t);
    const sent = await alice.send(conversation.id, 'one');
    assert.deepEqual(await at_bob.push_ok(topic, 'message_delivered', { message_id: sent.id }), {
      status: 'delivered',
    });
    const told = (await at_alice.next(`user:${alice.id}`, 'delivery_status', is(sent, 'delivered'))).payload;
    assert.equal(told.userId, bob.id);
    assert.match(told.timestamp, /\.\d{6}Z$/);
    assert.equal(await status_of(alice, sent), 'delivered');
  });

  test('is noticed by the server when a connected device has taken the message, without a word of the client', async (t) => {
    const { alice, conversation, at_alice } = await pair(t);
    const sent = await alice.send(conversation.id, 'one');
    await at_alice.next(`user:${alice.id}`, 'delivery_status', is(sent, 'delivered'));
    await eventually('the status in REST', async () => (await status_of(alice, sent)) === 'delivered');
  });

  test('stays away while the recipient is not connected', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const conversation = await alice.direct_with(bob);
    const sent = await alice.send(conversation.id, 'one');
    assert.equal(sent.deliveryStatus, 'sent');
    assert.equal(await status_of(alice, sent), 'sent');
  });

  test('of an unknown message is refused, and the channel stays', async (t) => {
    const { bob, conversation, topic, at_bob } = await pair(t);
    for (const message_id of ['99999999-9999-4999-8999-999999999999', 'not-a-uuid', 5, null]) {
      const { status } = await at_bob.push(topic, 'message_delivered', { message_id });
      assert.equal(status, 'error', JSON.stringify(message_id));
    }
    assert.equal((await at_bob.push(topic, 'message_delivered', {})).status, 'error');
    assert.equal(at_bob.count(topic, 'phx_error') + at_bob.count(topic, 'phx_close'), 0);
    await bob.send(conversation.id, 'still joined');
    await at_bob.next(topic, 'new_message', (payload) => payload.message.content === 'still joined');
  });
});

describe('reading over REST', () => {
  const read = (who, id) => who.rest.post(`messages/${id}/read`);

  test('reads everything up to the message, and its author is told', async (t) => {
    const { alice, bob, conversation, at_alice } = await pair(t);
    const first = await alice.send(conversation.id, 'one');
    const second = await alice.send(conversation.id, 'two');
    const answer = await read(bob, second.id);
    assert.equal(answer.status, 200, answer.text);
    const { readAt, ...rest } = answer.body.data;
    assert.deepEqual(rest, { messageId: second.id, conversationId: conversation.id, status: 'read' });
    assert.match(readAt, /\.\d{6}Z$/);
    await at_alice.next(`user:${alice.id}`, 'delivery_status', is(second, 'read'));
    assert.equal(await status_of(alice, first), 'read');
    assert.equal((await bob.listed(conversation.id)).unreadCount, 0);
  });

  test('of what one may not see is a constant 404', async (t) => {
    const { alice, conversation } = await pair(t);
    const sent = await alice.send(conversation.id, 'one');
    const [stranger] = people(server, 'stranger');
    for (const id of [sent.id, '99999999-9999-4999-8999-999999999999']) {
      const answer = await read(stranger, id);
      assert.equal(answer.status, 404);
      assert.deepEqual(answer.body, { error: 'Resource not found' });
    }
    assert.equal((await read(stranger, 'no-uuid')).status, 400);
  });
});

describe('read', () => {
  test('is told on the conversation, to the author and to the other devices of the reader', async (t) => {
    const { alice, bob, conversation, topic, at_alice, at_bob } = await pair(t);
    const tablet = await bob.connect();
    const sent = await alice.send(conversation.id, 'one');
    assert.deepEqual(await at_bob.push_ok(topic, 'message_read', { message_id: sent.id }), { status: 'read' });
    const told = (await at_alice.next(topic, 'message_read')).payload;
    assert.equal(told.userId, bob.id);
    assert.equal(told.messageId, sent.id);
    assert.equal(told.conversationId, conversation.id);
    await at_alice.next(`user:${alice.id}`, 'delivery_status', is(sent, 'read'));
    await at_alice.next(topic, 'delivery_status', is(sent, 'read'));
    await tablet.next(`user:${bob.id}`, 'conversation_read');
    await eventually('the status in REST', async () => (await status_of(alice, sent)) === 'read');
  });

  test('of one message reads everything before it', async (t) => {
    const { alice, bob, conversation, topic, at_bob } = await pair(t);
    const sent = [];
    for (let i = 0; i < 5; ++i) sent.push(await alice.send(conversation.id, `m${i}`));
    assert.equal((await bob.listed(conversation.id)).unreadCount, 5);
    await at_bob.push_ok(topic, 'message_read', { message_id: sent[2].id });
    await eventually('two are left unread', async () => (await bob.listed(conversation.id)).unreadCount === 2);
    assert.equal(await status_of(alice, sent[0]), 'read');
    assert.notEqual(await status_of(alice, sent[3]), 'read');
    await at_bob.push_ok(topic, 'message_read', { message_id: sent[0].id });
    await at_bob.push_ok(topic, 'message_read', { message_id: sent[3].id });
    await eventually('the position only rises', async () => (await bob.listed(conversation.id)).unreadCount === 1);
  });

  test('mark_read without a message reads all, without a reply', async (t) => {
    const { alice, bob, conversation, topic, at_alice, at_bob } = await pair(t);
    for (let i = 0; i < 3; ++i) await alice.send(conversation.id, `m${i}`);
    at_bob.tell(topic, 'mark_read');
    const told = (await at_alice.next(topic, 'message_read')).payload;
    assert.equal(told.messageId, null);
    await eventually('nothing is unread', async () => (await bob.listed(conversation.id)).unreadCount === 0);
    assert.equal(
      at_bob.count(topic, 'phx_reply', (payload) => payload.response?.status === 'read'),
      0,
    );
  });

  test('mark_conversation_read on the user topic answers how many it marked', async (t) => {
    const { alice, bob, conversation, topic, at_alice, at_bob } = await pair(t);
    for (let i = 0; i < 3; ++i) await alice.send(conversation.id, `m${i}`);
    const reply = await at_bob.push_ok(`user:${bob.id}`, 'mark_conversation_read', {
      conversation_id: conversation.id,
    });
    assert.equal(reply.messages_marked, 3);
    const told = (await at_alice.next(topic, 'conversation_read')).payload;
    assert.equal(told.user_id, bob.id);
    assert.equal(told.message_count, 3);
    assert.equal((await bob.listed(conversation.id)).unreadCount, 0);
  });

  test('of an unknown message, or one of another conversation, is refused and nobody is told', async (t) => {
    const { alice, bob, conversation, topic, at_alice, at_bob } = await pair(t);
    const group = await alice.group('Other', [bob]);
    const elsewhere = await alice.send(group.id, 'elsewhere');
    const sent = await alice.send(conversation.id, 'unread');
    for (const message_id of ['99999999-9999-4999-8999-999999999999', elsewhere.id]) {
      const answer = await at_bob.push(topic, 'message_read', { message_id });
      assert.deepEqual(answer, { status: 'error', response: { reason: 'not_found' } });
    }
    await at_bob.push_ok(topic, 'message_read', { message_id: sent.id });
    await at_alice.next(topic, 'message_read', (payload) => payload.messageId === sent.id);
    assert.equal(at_alice.count(topic, 'message_read'), 1);
    assert.equal((await bob.listed(group.id)).unreadCount, 1);
  });

  test('of a message by its own author changes nothing', async (t) => {
    const { alice, conversation, topic, at_alice } = await pair(t);
    const sent = await alice.send(conversation.id, 'mine');
    assert.equal((await at_alice.push(topic, 'message_read', { message_id: sent.id })).status, 'ok');
    assert.notEqual(await status_of(alice, sent), 'read');
  });

  test('is the status of a group message only when everyone has read it', async (t) => {
    const [alice, bob, carol] = people(server, 'alice', 'bob', 'carol');
    const group = await alice.group('Three', [bob, carol]);
    const topic = conversation_topic(group);
    t.after(() => [alice, bob, carol].forEach((one) => one.disconnect()));
    const sent = await alice.send(group.id, 'to both');
    const at_bob = await bob.connect();
    await at_bob.join(topic);
    await at_bob.push_ok(topic, 'message_read', { message_id: sent.id });
    await eventually('bob has read it', async () => (await bob.listed(group.id)).unreadCount === 0);
    assert.equal(await status_of(alice, sent), 'sent');
    const at_carol = await carol.connect();
    await at_carol.join(topic);
    await at_carol.push_ok(topic, 'message_read', { message_id: sent.id });
    await eventually('all have read it', async () => (await status_of(alice, sent)) === 'read');
  });
});

describe('unread', () => {
  test('leaves out what was hidden for me and what expired', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const { id } = await alice.direct_with(bob);
    const hidden = await alice.send(id, 'hidden');
    await alice.send(id, 'short-lived', { ttl_seconds: 1 });
    await alice.send(id, 'stays');
    assert.equal((await bob.rest.delete(`messages/${hidden.id}`)).status, 200);
    await eventually('one is left', async () => (await bob.listed(id)).unreadCount === 1);
    assert.deepEqual(
      (await bob.history(id)).map((one) => one.content),
      ['stays'],
    );
  });

  test('in conversation_summaries is what the list says', async (t) => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const { id } = await alice.direct_with(bob);
    await alice.send(id, 'one');
    await alice.send(id, 'two');
    t.after(() => bob.disconnect());
    const connection = await bob.connect();
    const { summaries } = (await connection.next(`user:${bob.id}`, 'conversation_summaries')).payload;
    assert.equal(summaries.length, 1);
    assert.equal(summaries[0].id, id);
    assert.equal(summaries[0].unread_count, 2);
    assert.equal(summaries[0].last_message.content, 'two');
    assert.equal(summaries[0].is_archived, false);
    assert.deepEqual([...summaries[0].member_user_ids].sort(), [alice.id, bob.id].sort());
  });

  test('messages over the user topic are listed by get_unread_messages and get_conversations', async (t) => {
    const { alice, bob, conversation, at_bob } = await pair(t);
    const sent = await alice.send(conversation.id, 'waiting', { client_random: fresh_random() });
    const reply = await at_bob.push_ok(`user:${bob.id}`, 'get_unread_messages');
    assert.ok(Array.isArray(reply.unread_messages));
    for (const one of reply.unread_messages) assert.equal(one.id, sent.id);
    const { conversations } = await at_bob.push_ok(`user:${bob.id}`, 'get_conversations');
    assert.deepEqual(
      conversations.map((one) => one.id),
      [conversation.id],
    );
  });
});
