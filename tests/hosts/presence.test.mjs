// Who is there, who is typing, and what a disconnect leaves behind.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Presence } from 'phoenix';
import { Server } from './harness/server.mjs';
import { conversation_topic, people } from './harness/person.mjs';
import { eventually, patience_ms } from './harness/patience.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

async function pair(t) {
  const [alice, bob] = people(server, 'alice', 'bob');
  const conversation = await alice.direct_with(bob);
  t.after(() => [alice, bob].forEach((one) => one.disconnect()));
  return { alice, bob, conversation, topic: conversation_topic(conversation) };
}

// A barrier on one topic: everything that the server said before is heard once this is.
async function barrier(person, conversation, connection) {
  const sent = await person.send(conversation.id, 'barrier');
  await connection.next(conversation_topic(conversation), 'new_message', (payload) => payload.message.id === sent.id);
}

const holds = (part, user) => (payload) => Boolean(payload[part]?.[user.id]);

describe('presence', () => {
  test('is given to the joiner as a state and to the others as a diff', async (t) => {
    const { alice, bob, conversation, topic } = await pair(t);
    const at_alice = await alice.connect();
    await at_alice.join(topic);
    const first = (await at_alice.next(topic, 'presence_state')).payload;
    assert.deepEqual(Object.keys(first), [alice.id]);
    const at_bob = await bob.connect();
    await at_bob.join(topic);
    const state = (await at_bob.next(topic, 'presence_state')).payload;
    assert.deepEqual(Object.keys(state).sort(), [alice.id, bob.id].sort());
    const meta = state[alice.id].metas[0];
    assert.equal(meta.user_id, alice.id);
    assert.equal(meta.conversation_id, conversation.id);
    assert.match(meta.online_at, /^\d+$/);
    assert.deepEqual(meta.device_info, { platform: 'unknown', version: 'unknown' });
    assert.equal(typeof meta.phx_ref, 'string');
    await at_alice.next(topic, 'presence_diff', holds('joins', bob));
    at_bob.close();
    await at_alice.next(topic, 'presence_diff', holds('leaves', bob));
  });

  test('of a user with two tabs ends with the second one', async (t) => {
    const { alice, bob, conversation, topic } = await pair(t);
    const at_bob = await bob.connect();
    await at_bob.join(topic);
    const tabs = [await alice.connect(), await alice.connect()];
    for (const tab of tabs) await tab.join(topic);
    const state = (await tabs[1].next(topic, 'presence_state')).payload;
    assert.equal(state[alice.id].metas.length, 2);
    tabs[0].close();
    await barrier(alice, conversation, at_bob);
    await new Promise((resolve) => setTimeout(resolve, 600)); // longer than diffs are gathered
    assert.equal(at_bob.count(topic, 'presence_diff', holds('leaves', alice)), 0, 'one tab is still open');
    tabs[1].close();
    await at_bob.next(topic, 'presence_diff', holds('leaves', alice));
  });

  test('kept by the client library of phoenix says who is online', async (t) => {
    const { alice, bob, topic } = await pair(t);
    const at_bob = await bob.connect();
    const channel = at_bob.socket.channel(topic, {});
    at_bob.channels.set(topic, channel);
    const presence = new Presence(channel);
    const online = () => presence.list((id) => id).sort();
    channel.join();
    await eventually('bob sees himself', () => online().length === 1);
    const at_alice = await alice.connect();
    await at_alice.join(topic);
    await eventually('bob sees alice', () => online().length === 2);
    await at_alice.leave(topic);
    await eventually('bob sees alice leave', () => online().length === 1);
    await at_alice.join(topic);
    await eventually('bob sees alice again', () => online().length === 2);
    at_alice.cut();
    await eventually('bob sees the line cut', () => online().length === 1);
    assert.deepEqual(online(), [bob.id]);
  });

  test('on the user topic carries a status that can be changed', async (t) => {
    const { alice, bob, topic } = await pair(t);
    const at_alice = await alice.connect();
    await at_alice.join(topic);
    const at_bob = await bob.connect();
    const own = `user:${bob.id}`;
    await at_bob.next(own, 'presence_diff', (payload) => payload.joins[bob.id]?.metas[0].status === 'online');
    assert.deepEqual(await at_bob.push_ok(own, 'update_status', { status: 'busy' }), { status: 'busy' });
    const told = (await at_alice.next(topic, 'user_status_changed')).payload;
    assert.equal(told.user_id, bob.id);
    assert.equal(told.status, 'busy');
    const diff = (
      await at_bob.next(own, 'presence_diff', (payload) => payload.joins[bob.id]?.metas[0].status === 'busy')
    ).payload;
    assert.equal(typeof diff.joins[bob.id].metas[0].phx_ref_prev, 'string');
    for (const status of ['zzz', '', 5, null]) {
      const answer = await at_bob.push(own, 'update_status', { status });
      assert.deepEqual(answer, { status: 'error', response: { reason: 'invalid_status' } });
    }
  });
});

describe('typing', () => {
  const is_typing = (user, typing) => (payload) => payload.userId === user.id && payload.typing === typing;

  async function typists(t) {
    const room = await pair(t);
    const at_alice = await room.alice.connect();
    const at_bob = await room.bob.connect();
    await Promise.all([at_alice.join(room.topic), at_bob.join(room.topic)]);
    return { ...room, at_alice, at_bob };
  }

  test('is shown to everyone in the conversation and stops when the typist says so', async (t) => {
    const { bob, conversation, topic, at_alice, at_bob } = await typists(t);
    at_bob.tell(topic, 'user_typing', { typing: true });
    const told = (await at_alice.next(topic, 'user_typing', is_typing(bob, true))).payload;
    assert.deepEqual(told, { userId: bob.id, typing: true, conversationId: conversation.id });
    await at_bob.next(topic, 'user_typing', is_typing(bob, true));
    at_bob.tell(topic, 'user_typing', { typing: false });
    await at_alice.next(topic, 'user_typing', is_typing(bob, false));
    at_bob.tell(topic, 'typing_start');
    await at_alice.next(topic, 'user_typing', is_typing(bob, true));
    at_bob.tell(topic, 'typing_stop');
    await at_alice.next(topic, 'user_typing', is_typing(bob, false));
  });

  test('ends when the typist disconnects', async (t) => {
    const { bob, topic, at_alice, at_bob } = await typists(t);
    at_bob.tell(topic, 'typing_start');
    await at_alice.next(topic, 'user_typing', is_typing(bob, true));
    at_bob.cut();
    await at_alice.next(topic, 'user_typing', is_typing(bob, false));
  });

  test('ends when the typist leaves the topic', async (t) => {
    const { bob, topic, at_alice, at_bob } = await typists(t);
    at_bob.tell(topic, 'typing_start');
    await at_alice.next(topic, 'user_typing', is_typing(bob, true));
    await at_bob.leave(topic);
    await at_alice.next(topic, 'user_typing', is_typing(bob, false));
  });

  test('expires after ten seconds of silence', async (t) => {
    const { bob, topic, at_alice, at_bob } = await typists(t);
    at_bob.tell(topic, 'typing_start');
    await at_alice.next(topic, 'user_typing', is_typing(bob, true));
    await at_alice.next(topic, 'user_typing', is_typing(bob, false), 11_000 + patience_ms);
  });
});
