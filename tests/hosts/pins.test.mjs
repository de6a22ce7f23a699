// Message pins, through REST and as they are told on sockets: REST.md §6.9, CLIENT.md §5 row 5.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { conversation_topic, people } from './harness/person.mjs';
import { Rest } from './harness/rest.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const missing = '99999999-9999-4999-8999-999999999999';

async function room(t) {
  const [alice, bob, eve] = people(server, 'alice', 'bob', 'eve');
  const group = await alice.group('Pins', [bob]);
  const topic = conversation_topic(group);
  const at_bob = await bob.connect();
  await at_bob.join(topic);
  t.after(() => bob.disconnect());
  return { alice, bob, eve, group, topic, at_bob };
}

async function pins(person, conversation) {
  const answer = await person.rest.get(`conversations/${conversation.id}/pins`);
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(answer.body.meta, { conversationId: conversation.id, count: answer.body.data.length });
  return answer.body.data;
}

const of_message = (id) => (payload) => payload.messageId === id;

describe('a pin (REST.md §6.9)', () => {
  test('is answered with what it is, and told with its number', async (t) => {
    const { alice, group, topic, at_bob } = await room(t);
    const sent = await alice.send(group.id, 'look at this');
    const answer = await alice.rest.post(`messages/${sent.id}/pin`, { conversation_id: group.id });
    assert.equal(answer.status, 201, answer.text);
    const pin = answer.body.data;
    assert.deepEqual(Object.keys(pin).sort(), [
      'conversationId',
      'id',
      'insertedAt',
      'messageId',
      'pinnedAt',
      'pinnedBy',
    ]);
    assert.equal(pin.messageId, sent.id);
    assert.equal(pin.conversationId, group.id);
    assert.equal(pin.pinnedBy, alice.id);
    assert.match(pin.pinnedAt, moment);
    assert.equal(pin.insertedAt, pin.pinnedAt);
    const told = (await at_bob.next(topic, 'message_pinned', of_message(sent.id))).payload;
    assert.deepEqual(told, { pin, messageId: sent.id, conversationId: group.id, eseq: sent.eseq + 1 });
    assert.equal((await alice.rest.get(`messages/${sent.id}`)).body.data.eseq, sent.eseq + 1);
  });

  test('is there once, until it is taken away by any member', async (t) => {
    const { alice, bob, group, topic, at_bob } = await room(t);
    const sent = await alice.send(group.id, 'x');
    assert.equal((await alice.rest.post(`messages/${sent.id}/pin`)).status, 201);
    const again = await bob.rest.post(`messages/${sent.id}/pin`);
    assert.equal(again.status, 422);
    assert.deepEqual(again.body, {
      error: 'Validation failed',
      details: { message_id: ['has already been taken'] },
    });
    const unpinned = await bob.rest.delete(`messages/${sent.id}/pin?conversation_id=${group.id}`);
    assert.equal(unpinned.status, 200);
    assert.deepEqual(unpinned.body, { data: { messageId: sent.id, unpinned: true } });
    const told = (await at_bob.next(topic, 'message_unpinned', of_message(sent.id))).payload;
    assert.deepEqual(told, { messageId: sent.id, conversationId: group.id, userId: bob.id, eseq: sent.eseq + 2 });
    const gone = await bob.rest.delete(`messages/${sent.id}/pin`);
    assert.equal(gone.status, 404);
    assert.deepEqual(gone.body, { error: 'Pinned message not found' });
    assert.equal((await bob.rest.post(`messages/${sent.id}/pin`)).status, 201);
  });

  test('echoes the id as it was written', async (t) => {
    const { alice, group } = await room(t);
    const sent = await alice.send(group.id, 'x');
    const upper = sent.id.toUpperCase();
    assert.equal((await alice.rest.post(`messages/${upper}/pin`)).body.data.messageId, sent.id);
    assert.equal((await alice.rest.delete(`messages/${upper}/pin`)).body.data.messageId, upper);
    const listed = (await alice.rest.get(`conversations/${group.id.toUpperCase()}/pins`)).body;
    assert.equal(listed.meta.conversationId, group.id.toUpperCase());
  });

  test('is one of ten at most in a conversation (SPEC_INTENT.md §16)', async (t) => {
    const { alice, bob, group } = await room(t);
    const sent = [];
    for (let i = 0; i < 11; i++) sent.push(await (i % 2 ? alice : bob).send(group.id, `message ${i}`));
    const answers = await Promise.all(sent.map((one) => alice.rest.post(`messages/${one.id}/pin`)));
    const refused = answers.filter((one) => one.status !== 201);
    assert.equal(refused.length, 1);
    assert.equal(refused[0].status, 422);
    assert.deepEqual(refused[0].body, { error: 'a conversation has at most 10 pinned messages' });
    assert.equal((await pins(bob, group)).length, 10);
  });

  test('is not for system messages', async (t) => {
    const { alice, eve, group } = await room(t);
    assert.equal((await alice.rest.post(`conversations/${group.id}/members`, { user_id: eve.id })).status, 201);
    const system = (await alice.history(group.id)).find((one) => one.messageType === 'system');
    const answer = await alice.rest.post(`messages/${system.id}/pin`);
    assert.equal(answer.status, 422);
    assert.deepEqual(answer.body.details, { message_id: ['is a system message'] });
  });
});

describe('the list of pins', () => {
  test('has the newest pin first, each with its message (CLIENT.md §5 row 5)', async (t) => {
    const { alice, bob, group } = await room(t);
    assert.deepEqual(await pins(alice, group), []);
    const first = await alice.send(group.id, 'first');
    const second = await bob.send(group.id, 'second');
    await alice.rest.post(`messages/${second.id}/pin`);
    await bob.rest.post(`messages/${first.id}/pin`);
    const listed = await pins(bob, group);
    assert.deepEqual(
      listed.map((one) => one.messageId),
      [first.id, second.id],
    );
    assert.equal(listed[0].pinnedBy, bob.id);
    assert.deepEqual(listed[0].message, {
      id: first.id,
      senderId: alice.id,
      content: 'first',
      messageType: 'text',
      insertedAt: first.insertedAt,
    });
    await alice.rest.put(`messages/${first.id}`, { content: 'edited' });
    assert.equal((await pins(bob, group))[0].message.content, 'edited');
  });

  test('leaves out what was deleted for everyone, and what one deleted for oneself', async (t) => {
    const { alice, bob, group, topic, at_bob } = await room(t);
    const buried = await alice.send(group.id, 'buried');
    const hidden = await alice.send(group.id, 'hidden');
    for (const one of [buried, hidden]) assert.equal((await bob.rest.post(`messages/${one.id}/pin`)).status, 201);
    await alice.rest.delete(`messages/${buried.id}?delete_for_everyone=true`);
    await at_bob.next(topic, 'message_deleted', of_message(buried.id));
    const told = (await at_bob.next(topic, 'message_unpinned', of_message(buried.id))).payload;
    assert.equal(told.userId, alice.id);
    const order = at_bob.heard.filter((one) => one.topic === topic).map((one) => one.event);
    assert.ok(order.indexOf('message_deleted') < order.indexOf('message_unpinned'), order.join());
    await bob.rest.delete(`messages/${hidden.id}`);
    assert.deepEqual(await pins(bob, group), []);
    assert.equal((await pins(alice, group)).length, 1);
    // What was buried does not count, and cannot be pinned again.
    assert.equal((await alice.rest.post(`messages/${buried.id}/pin`)).status, 404);
  });
});

describe('who may pin (REST.md §2 security summary)', () => {
  test('nobody without an identity, and no stranger', async (t) => {
    const { alice, bob, eve, group } = await room(t);
    const sent = await alice.send(group.id, 'x');
    assert.equal((await alice.rest.post(`messages/${sent.id}/pin`)).status, 201);
    const calls = [
      ['POST', `messages/${sent.id}/pin`, 404, { error: 'Message not found' }],
      ['DELETE', `messages/${sent.id}/pin`, 404, { error: 'Pinned message not found' }],
      ['GET', `conversations/${group.id}/pins`, 403, { error: 'Unauthorized' }],
    ];
    for (const [method, path, status, body] of calls) {
      const anonymous = await new Rest(server).call(method, path);
      assert.equal(anonymous.status, 401, `${method} ${path}`);
      assert.deepEqual(anonymous.body, { error: 'Unauthorized' });
      const stranger = await eve.rest.call(method, path);
      assert.equal(stranger.status, status, `${method} ${path}`);
      assert.deepEqual(stranger.body, body);
    }
    assert.equal((await pins(bob, group)).length, 1);
  });

  test('what is not there is told in the words of the contract', async () => {
    const [alice] = people(server, 'alice');
    const unknown = [
      ['POST', `messages/${missing}/pin`, 404, { error: 'Message not found' }],
      ['DELETE', `messages/${missing}/pin`, 404, { error: 'Pinned message not found' }],
      ['GET', `conversations/${missing}/pins`, 404, { error: 'Resource not found' }],
      ['POST', 'messages/zzz/pin', 400, { errors: { detail: 'Bad Request' } }],
      ['DELETE', 'messages/zzz/pin', 400, { errors: { detail: 'Bad Request' } }],
      ['GET', 'conversations/zzz/pins', 400, { errors: { detail: 'Bad Request' } }],
    ];
    for (const [method, path, status, body] of unknown) {
      const answer = await alice.rest.call(method, path);
      assert.equal(answer.status, status, `${method} ${path}`);
      assert.deepEqual(answer.body, body);
    }
  });
});

test('pins survive a restart', async (t) => {
  const durable = await Server.start();
  t.after(() => durable.discard());
  const [alice, bob] = people(durable, 'alice', 'bob');
  const direct = await alice.direct_with(bob);
  const sent = await alice.send(direct.id, 'kept');
  const pin = (await bob.rest.post(`messages/${sent.id}/pin`)).body.data;
  await durable.restart();
  const [kept] = await pins(alice, direct);
  assert.equal(kept.id, pin.id);
  assert.equal(kept.pinnedAt, pin.pinnedAt);
  assert.equal(kept.message.content, 'kept');
});
