// What happens to a message after it was sent: edits, deletions, replies and reactions.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { conversation_topic, fresh_random, people } from './harness/person.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

async function trio(t) {
  const [alice, bob, carol] = people(server, 'alice', 'bob', 'carol');
  const group = await alice.group('Trio', [bob, carol]);
  const topic = conversation_topic(group);
  const connections = await Promise.all([alice, bob, carol].map((one) => one.connect()));
  await Promise.all(connections.map((one) => one.join(topic)));
  t.after(() => [alice, bob, carol].forEach((one) => one.disconnect()));
  return {
    alice,
    bob,
    carol,
    group,
    topic,
    at_alice: connections[0],
    at_bob: connections[1],
    at_carol: connections[2],
  };
}

// Everything sent before has arrived at `connection` once this message of bob has.
async function barrier({ bob, group, topic }, connection) {
  const content = `barrier ${fresh_random()}`;
  await bob.send(group.id, content);
  await connection.next(topic, 'new_message', (payload) => payload.message.content === content);
}

const about = (id) => (payload) => payload.message.id === id;
const of_message = (id) => (payload) => payload.messageId === id;

describe('an edit', () => {
  test('over the socket is told as message_edited and as message_updated', async (t) => {
    const { alice, group, topic, at_alice, at_bob } = await trio(t);
    const sent = await alice.send(group.id, 'first', { metadata: { a_b: 1 } });
    const { message } = await at_alice.push_ok(topic, 'edit_message', {
      message_id: sent.id,
      content: 'second',
      metadata: { c_d: 2 },
    });
    assert.deepEqual(message.metadata, { a_b: 1, c_d: 2 });
    for (const event of ['message_edited', 'message_updated']) {
      const told = (await at_bob.next(topic, event, about(sent.id))).payload.message;
      assert.equal(told.content, 'second');
      assert.equal(told.editedAt, message.editedAt);
      assert.equal(told.senderId, alice.id);
    }
    const stored = (await alice.rest.get(`messages/${sent.id}`)).body.data;
    assert.equal(stored.content, 'second');
    assert.equal(stored.isEdited, true);
    assert.equal(stored.mseq, sent.mseq);
    assert.ok(stored.eseq > sent.eseq);
  });

  test('through REST is told as both events too', async (t) => {
    const { alice, group, topic, at_carol } = await trio(t);
    const sent = await alice.send(group.id, 'first');
    const answer = await alice.rest.put(`messages/${sent.id}`, { content: 'second' });
    assert.equal(answer.status, 200);
    assert.equal(answer.body.meta.edited, true);
    assert.equal(answer.body.meta.editedAt, answer.body.data.editedAt);
    for (const event of ['message_edited', 'message_updated']) {
      assert.equal((await at_carol.next(topic, event, about(sent.id))).payload.message.content, 'second');
    }
  });

  test('is refused to others, for system and deleted messages, and in another conversation', async (t) => {
    const { alice, bob, group, topic, at_alice, at_bob } = await trio(t);
    const sent = await alice.send(group.id, 'mine');
    const edit = { message_id: sent.id, content: 'not yours', metadata: null };
    assert.deepEqual((await at_bob.push(topic, 'edit_message', edit)).response, { reason: 'forbidden' });
    assert.deepEqual((await bob.rest.put(`messages/${sent.id}`, { content: 'x' })).body, { error: 'Forbidden' });
    const direct = await alice.direct_with(bob);
    const elsewhere = await alice.send(direct.id, 'elsewhere');
    const wrong = await at_alice.push(topic, 'edit_message', {
      message_id: elsewhere.id,
      content: 'x',
      metadata: null,
    });
    assert.deepEqual(wrong, { status: 'error', response: { reason: 'not_found' } });
    await alice.rest.delete(`messages/${sent.id}?delete_for_everyone=true`);
    const late = await at_alice.push(topic, 'edit_message', { message_id: sent.id, content: 'x', metadata: null });
    assert.deepEqual(late, { status: 'error', response: { reason: 'message_not_editable' } });
    assert.equal((await alice.rest.put(`messages/${sent.id}`, { content: 'x' })).status, 400);
  });
});

describe('a deletion', () => {
  test('for everyone is told on the conversation and on user topics, and takes the content away', async (t) => {
    const { alice, bob, carol, group, topic, at_alice, at_bob, at_carol } = await trio(t);
    const sent = await alice.send(group.id, 'regretted');
    const reply = await bob.send(group.id, 'what?', { reply_to_id: sent.id });
    await at_alice.push_ok(topic, 'delete_message', { message_id: sent.id, delete_for_everyone: true });
    const told = (await at_bob.next(topic, 'message_deleted', of_message(sent.id))).payload;
    assert.equal(told.deleteForEveryone, true);
    await at_carol.next(`user:${carol.id}`, 'message_deleted', of_message(sent.id));
    assert.deepEqual(
      (await carol.history(group.id)).map((one) => one.id),
      [reply.id],
    );
    assert.ok(!JSON.stringify(await carol.history(group.id)).includes('regretted'));
    const shown = await alice.rest.get(`messages/${sent.id}`);
    assert.ok(!shown.text.includes('regretted'), shown.text);
  });

  test('through REST is told with the conversation', async (t) => {
    const { alice, group, topic, at_bob } = await trio(t);
    const sent = await alice.send(group.id, 'regretted');
    const answer = await alice.rest.delete(`messages/${sent.id}`, { delete_for_everyone: true });
    assert.equal(answer.status, 200);
    const told = (await at_bob.next(topic, 'message_deleted', of_message(sent.id))).payload;
    assert.equal(told.conversationId, group.id);
    assert.equal(told.deleteForEveryone, true);
  });

  test('for me hides the message from me alone, and nobody else is told', async (t) => {
    const room = await trio(t);
    const { alice, bob, group, topic, at_alice, at_bob } = room;
    const sent = await alice.send(group.id, 'still there for others');
    assert.equal((await bob.rest.delete(`messages/${sent.id}`)).status, 200);
    assert.equal((await bob.rest.delete(`messages/${sent.id}`)).status, 200, 'it may be repeated');
    assert.deepEqual(await bob.history(group.id), []);
    assert.equal((await alice.history(group.id)).length, 1);
    const { message } = await at_alice.push_ok(topic, 'delete_message', {
      message_id: sent.id,
      delete_for_everyone: false,
    });
    assert.equal(message.id, sent.id);
    assert.deepEqual(await alice.history(group.id), []);
    await barrier(room, at_bob);
    await barrier(room, room.at_carol);
    for (const connection of [at_bob, room.at_carol]) {
      assert.equal(connection.count(topic, 'message_deleted', of_message(sent.id)), 0);
    }
  });

  test('for everyone is refused to others and a second time', async (t) => {
    const { alice, bob, group, topic, at_alice, at_bob } = await trio(t);
    const sent = await alice.send(group.id, 'mine');
    const all = { message_id: sent.id, delete_for_everyone: true };
    assert.deepEqual((await at_bob.push(topic, 'delete_message', all)).response, { reason: 'forbidden' });
    assert.equal((await bob.rest.delete(`messages/${sent.id}?delete_for_everyone=true`)).status, 403);
    await at_alice.push_ok(topic, 'delete_message', all);
    assert.deepEqual((await at_alice.push(topic, 'delete_message', all)).response, { reason: 'message_not_deletable' });
    assert.deepEqual((await alice.rest.delete(`messages/${sent.id}?delete_for_everyone=true`)).body, {
      error: 'not deletable',
    });
  });
});

describe('a reply', () => {
  test('shows what it answers, over the socket, through REST and in the history', async (t) => {
    const { alice, bob, group, topic, at_alice, at_bob } = await trio(t);
    const first = await alice.send(group.id, 'question');
    const wanted = { id: first.id, senderId: alice.id, content: 'question', messageType: 'text', isDeleted: false };
    const push = { content: 'answer', message_type: 'text', client_random: fresh_random(), reply_to_id: first.id };
    const { message } = await at_bob.push_ok(topic, 'new_message', push);
    const told = (await at_alice.next(topic, 'new_message', about(message.id))).payload.message;
    const listed = (await bob.history(group.id, '?limit=1'))[0];
    for (const one of [message, told, listed]) {
      assert.equal(one.replyToId, first.id);
      for (const [key, value] of Object.entries(wanted)) assert.equal(one.replyTo[key], value);
    }
  });

  test('has to answer a message of the same conversation', async (t) => {
    const { alice, bob, group, topic, at_alice } = await trio(t);
    const direct = await alice.direct_with(bob);
    const elsewhere = await alice.send(direct.id, 'elsewhere');
    const push = { content: 'x', message_type: 'text', client_random: fresh_random(), reply_to_id: elsewhere.id };
    const { status, response } = await at_alice.push(topic, 'new_message', push);
    assert.equal(status, 'error');
    assert.deepEqual(response, { errors: { reply_to_id: ['must reference a message in the same conversation'] } });
    assert.deepEqual(await alice.history(group.id), []);
  });
});

describe('a reaction', () => {
  test('is told when added and removed, over the socket and through REST, and summed up', async (t) => {
    const { alice, bob, carol, group, topic, at_bob, at_carol } = await trio(t);
    const sent = await alice.send(group.id, 'react to me');
    const { reaction } = await at_bob.push_ok(topic, 'add_reaction', { message_id: sent.id, reaction: '🔥' });
    assert.equal(reaction.userId, bob.id);
    const added = (await at_carol.next(topic, 'reaction_added', of_message(sent.id))).payload;
    assert.equal(added.reaction, '🔥');
    assert.equal(
      (await carol.rest.post(`messages/${sent.id}/reactions`, { reaction: '🔥', user_id: carol.id })).status,
      201,
    );
    const by_rest = (await at_bob.next(topic, 'reaction_added', (payload) => payload.userId === carol.id)).payload;
    assert.equal(by_rest.conversationId, group.id);
    const list = (await alice.rest.get(`messages/${sent.id}/reactions`)).body;
    assert.deepEqual(list.meta.summary, { '🔥': 2 });
    assert.deepEqual(
      list.data.map((one) => one.userId),
      [bob.id, carol.id],
    );
    await at_bob.push_ok(topic, 'remove_reaction', { message_id: sent.id, reaction: '🔥' });
    await at_carol.next(topic, 'reaction_removed', (payload) => payload.userId === bob.id);
    assert.equal((await carol.rest.delete(`messages/${sent.id}/reactions/${encodeURIComponent('🔥')}`)).status, 200);
    await at_bob.next(topic, 'reaction_removed', (payload) => payload.userId === carol.id);
    assert.deepEqual((await alice.rest.get(`messages/${sent.id}/reactions`)).body.data, []);
  });

  test('counts in graphemes and is there once per person and sign', async (t) => {
    const { alice, bob, group, topic, at_bob } = await trio(t);
    const sent = await alice.send(group.id, 'react to me');
    const family = '👨‍👩‍👧‍👦';
    const react = (reaction) => at_bob.push(topic, 'add_reaction', { message_id: sent.id, reaction });
    assert.equal((await react(family.repeat(10))).status, 'ok');
    assert.deepEqual((await react(family.repeat(11))).response, {
      errors: { reaction: ['should be at most 10 character(s)'] },
    });
    assert.equal((await react('👍')).status, 'ok');
    assert.deepEqual((await react('👍')).response, { errors: { message_id: ['has already been taken'] } });
    assert.equal((await bob.rest.post(`messages/${sent.id}/reactions`, { reaction: '👍' })).status, 422);
  });
});
