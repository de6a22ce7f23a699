// A send that is repeated arrives once: after a lost answer, a restart, on another path, all at once.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { Server } from './harness/server.mjs';
import { conversation_topic, fresh_random, people } from './harness/person.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

async function direct(t, on = server) {
  const [alice, bob] = people(on, 'alice', 'bob');
  const conversation = await alice.direct_with(bob);
  const topic = conversation_topic(conversation);
  const at_bob = await bob.connect();
  await at_bob.join(topic);
  t.after(() => [alice, bob].forEach((one) => one.disconnect()));
  return { alice, bob, conversation, topic, at_bob, path: `conversations/${conversation.id}/messages` };
}

const text = (content, client_random = fresh_random()) => ({ content, message_type: 'text', client_random });

// Bob hears this one after everything before it.
async function heard_so_far({ alice, conversation, topic, at_bob }) {
  const sent = await alice.send(conversation.id, 'barrier');
  await at_bob.next(topic, 'new_message', (payload) => payload.message.id === sent.id);
  return at_bob.heard
    .filter((one) => one.topic === topic && one.event === 'new_message')
    .map((one) => one.payload.message.content);
}

const same_message = (one, other) => {
  for (const key of ['id', 'content', 'sentAt', 'senderId', 'conversationId']) assert.equal(one[key], other[key], key);
};

describe('a repeated send', () => {
  test('through REST is answered like the first, is marked, and is told to nobody', async (t) => {
    const room = await direct(t);
    const body = text('once');
    const first = await room.alice.rest.post(room.path, body);
    const again = await room.alice.rest.post(room.path, body);
    assert.equal(first.status, 201);
    assert.equal(first.headers['x-whispr-duplicate'], undefined);
    assert.equal(again.status, 201);
    assert.equal(again.headers['x-whispr-duplicate'], 'true');
    same_message(again.body.data, first.body.data);
    assert.deepEqual(await heard_so_far(room), ['once', 'barrier']);
    assert.equal((await room.bob.history(room.conversation.id)).length, 2);
  });

  test('over the socket is answered like the first and told to nobody', async (t) => {
    const room = await direct(t);
    const at_alice = await room.alice.connect();
    await at_alice.join(room.topic);
    const body = text('once');
    const first = await at_alice.push_ok(room.topic, 'new_message', body);
    const again = await at_alice.push_ok(room.topic, 'new_message', body);
    same_message(again.message, first.message);
    assert.deepEqual(await heard_so_far(room), ['once', 'barrier']);
    assert.equal(
      at_alice.count(room.topic, 'new_message', (payload) => payload.message.content === 'once'),
      1,
    );
  });

  test('on the other path is the same message', async (t) => {
    const room = await direct(t);
    const at_alice = await room.alice.connect();
    await at_alice.join(room.topic);
    const body = text('socket, then REST');
    const { message } = await at_alice.push_ok(room.topic, 'new_message', body);
    const again = await room.alice.rest.post(room.path, body);
    assert.equal(again.headers['x-whispr-duplicate'], 'true');
    same_message(again.body.data, message);
    const other = text('REST, then socket');
    const first = await room.alice.rest.post(room.path, other);
    same_message((await at_alice.push_ok(room.topic, 'new_message', other)).message, first.body.data);
    assert.deepEqual(await heard_so_far(room), ['socket, then REST', 'REST, then socket', 'barrier']);
  });

  test('with other content on the same day is still the first message', async (t) => {
    const room = await direct(t);
    const first = text('encrypted');
    const sent = await room.alice.rest.post(room.path, first);
    const again = await room.alice.rest.post(room.path, {
      ...first,
      content: 'plain',
      metadata: { client_message_id: crypto.randomUUID() },
    });
    assert.equal(again.status, 201);
    assert.equal(again.headers['x-whispr-duplicate'], 'true');
    same_message(again.body.data, sent.body.data);
    assert.deepEqual(await heard_so_far(room), ['encrypted', 'barrier']);
  });

  test('ten times at once, on both paths, is stored once', async (t) => {
    const room = await direct(t);
    const at_alice = await room.alice.connect();
    await at_alice.join(room.topic);
    const body = text('a storm');
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        i % 2
          ? at_alice.push_ok(room.topic, 'new_message', body).then(({ message }) => message.id)
          : room.alice.rest.post(room.path, body).then((answer) => answer.body.data.id),
      ),
    );
    assert.equal(new Set(answers).size, 1);
    assert.deepEqual(await heard_so_far(room), ['a storm', 'barrier']);
  });

  test('is recognised after a restart', async (t) => {
    const own = await Server.start();
    t.after(() => own.discard());
    const [alice, bob] = people(own, 'alice', 'bob');
    const conversation = await alice.direct_with(bob);
    const body = text('before the restart');
    const path = `conversations/${conversation.id}/messages`;
    const first = await alice.rest.post(path, body);
    await own.restart();
    const again = await alice.rest.post(path, body);
    assert.equal(again.headers['x-whispr-duplicate'], 'true');
    same_message(again.body.data, first.body.data);
    assert.equal((await bob.history(conversation.id)).length, 1);
  });

  test('of another sender or in another conversation is a message of its own', async (t) => {
    const room = await direct(t);
    const client_random = fresh_random();
    const group = await room.alice.group('Other', [room.bob]);
    const ids = [
      await room.alice.rest.post(room.path, text('x', client_random)),
      await room.bob.rest.post(room.path, text('x', client_random)),
      await room.alice.rest.post(`conversations/${group.id}/messages`, text('x', client_random)),
    ].map((answer) => answer.body.data.id);
    assert.equal(new Set(ids).size, 3);
  });

  test('works for every client_random the mobile client draws', async (t) => {
    const room = await direct(t);
    for (const client_random of [0, -1, 2 ** 31, 2 ** 32 - 1, 2 ** 53 - 1, String(2 ** 32 - 2)]) {
      const body = text(`random ${client_random}`, client_random);
      const first = await room.alice.rest.post(room.path, body);
      assert.equal(first.status, 201, first.text);
      const again = await room.alice.rest.post(room.path, body);
      same_message(again.body.data, first.body.data);
    }
    assert.equal((await room.bob.history(room.conversation.id)).length, 6);
  });
});

describe('an idempotency key', () => {
  test('makes a repeated message and a repeated group one', async (t) => {
    const room = await direct(t);
    const key = { 'idempotency-key': crypto.randomUUID() };
    const first = await room.alice.rest.post(room.path, text('keyed'), key);
    const again = await room.alice.rest.post(room.path, text('keyed'), key);
    assert.equal(first.status, 201);
    assert.equal(again.status, 201);
    assert.equal(again.headers['x-whispr-duplicate'], 'true');
    same_message(again.body.data, first.body.data);
    const group_key = { 'idempotency-key': crypto.randomUUID() };
    const group = { type: 'group', name: 'Keyed', user_ids: [room.bob.id] };
    const [one, other] = [
      await room.alice.rest.post('conversations', group, group_key),
      await room.alice.rest.post('conversations', group, group_key),
    ];
    assert.equal(one.status, 201);
    assert.equal(other.status, 201);
    assert.equal(one.body.data.id, other.body.data.id);
    assert.deepEqual(await heard_so_far(room), ['keyed', 'barrier']);
  });

  test('that is no UUID is refused in words', async (t) => {
    const room = await direct(t);
    const answer = await room.alice.rest.post(room.path, text('x'), { 'idempotency-key': 'not a uuid' });
    assert.ok([400, 422].includes(answer.status), answer.text);
    assert.deepEqual(await room.bob.history(room.conversation.id), []);
  });
});

describe('numbers', () => {
  test('have no hole after repeats and refusals', async (t) => {
    const room = await direct(t);
    const { alice, path } = room;
    for (let i = 0; i < 4; ++i) {
      const body = text(`m${i}`);
      await alice.rest.post(path, body);
      await alice.rest.post(path, body);
      assert.equal((await alice.rest.post(path, text(''))).status, 422);
      assert.equal(
        (await alice.rest.post(path, { ...text('x'), reply_to_id: '99999999-9999-4999-8999-999999999999' })).status,
        422,
      );
    }
    const history = await room.bob.whole_history(room.conversation.id);
    assert.deepEqual(
      history.map((one) => one.mseq),
      [1, 2, 3, 4],
    );
    const eseq = history.map((one) => one.eseq);
    for (let i = 1; i < eseq.length; ++i) assert.equal(eseq[i], eseq[i - 1] + 1);
  });

  test('are carried by broadcasts', async (t) => {
    const { alice, conversation, topic, at_bob } = await direct(t);
    const sent = await alice.send(conversation.id, 'numbered');
    const { payload } = await at_bob.next(topic, 'new_message');
    assert.equal(payload.mseq ?? payload.message.mseq, sent.mseq);
    assert.equal(payload.eseq ?? payload.message.eseq, sent.eseq);
  });
});
