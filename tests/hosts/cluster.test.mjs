// Two nodes on one PostgreSQL and one Redis are one server: for messages, receipts, presence, typing, memberships and what
// sibling services say. Without Redis they are still one history.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Cluster } from './harness/cluster.mjs';
import { conversation_topic } from './harness/person.mjs';
import { eventually, patience_ms } from './harness/patience.mjs';

const token = 'a-token-between-services';
let cluster;
before(async () => (cluster = await Cluster.start({ env: { INTERNAL_API_TOKEN: token } })));
after(() => cluster?.discard());

// Alice on the first node, Bob on the second, both with their conversation open.
async function pair(t) {
  const alice = cluster.person(0, 'alice');
  const bob = cluster.person(1, 'bob');
  const conversation = await alice.direct_with(bob);
  const topic = conversation_topic(conversation);
  const [at_alice, at_bob] = [await alice.connect(), await bob.connect()];
  await at_alice.join(topic);
  await at_bob.join(topic);
  t.after(() => [alice, bob].forEach((one) => one.disconnect()));
  return { alice, bob, conversation, topic, at_alice, at_bob };
}

const contents = async (person, conversation) =>
  (await person.whole_history(conversation.id)).map((message) => message.content);

describe('two nodes', () => {
  test('carry messages, edits, reactions and deletions to each other', async (t) => {
    const { alice, bob, conversation, topic, at_alice, at_bob } = await pair(t);
    const sent = await alice.send(conversation.id, 'hello');
    const came = (await at_bob.next(topic, 'new_message')).payload.message;
    assert.equal(came.id, sent.id);
    assert.equal(came.content, 'hello');
    assert.equal((await at_bob.next(`user:${bob.id}`, 'new_message')).payload.message.id, sent.id);
    await alice.rest.put(`messages/${sent.id}`, { content: 'hello, you', conversation_id: conversation.id });
    assert.equal((await at_bob.next(topic, 'message_updated')).payload.message.content, 'hello, you');
    await bob.rest.post(`messages/${sent.id}/reactions`, { user_id: bob.id, reaction: '👍' });
    assert.equal((await at_alice.next(topic, 'reaction_added')).payload.reaction, '👍');
    await alice.rest.delete(`messages/${sent.id}?conversation_id=${conversation.id}&delete_for_everyone=true`);
    await at_bob.next(topic, 'message_deleted');
  });

  test('tell the author on the other node what was delivered and read', async (t) => {
    const { alice, bob, conversation, at_alice, at_bob, topic } = await pair(t);
    const sent = await alice.send(conversation.id, 'read me');
    await at_bob.next(topic, 'new_message');
    await at_bob.push(topic, 'message_read', { message_id: sent.id });
    await at_alice.next(`user:${alice.id}`, 'delivery_status', (status) => status.status === 'read');
    await eventually('the badge goes', async () => (await bob.listed(conversation.id)).unreadCount === 0);
  });

  test('know who is present and who types on the other', async (t) => {
    const { alice, bob, topic, at_alice, at_bob } = await pair(t);
    await at_alice.next(topic, 'presence_diff', (diff) => Boolean(diff.joins[bob.id]));
    at_bob.tell(topic, 'user_typing', { typing: true });
    const typing = (await at_alice.next(topic, 'user_typing')).payload;
    assert.deepEqual([typing.userId, typing.typing], [bob.id, true]);
    at_bob.close();
    await at_alice.next(topic, 'presence_diff', (diff) => Boolean(diff.leaves[bob.id]));
    const again = await cluster.person(1, 'bob', bob.id).connect();
    t.after(() => again.close());
    await again.join(topic);
    const state = (await again.next(topic, 'presence_state')).payload;
    assert.deepEqual(Object.keys(state).sort(), [alice.id, bob.id].sort());
  });

  test('give one order and dense numbers to what both send at once', async (t) => {
    const { alice, bob, conversation, topic, at_alice, at_bob } = await pair(t);
    const sends = [];
    for (let i = 0; i < 40; i += 1) {
      sends.push(alice.send(conversation.id, `alice ${i}`), bob.send(conversation.id, `bob ${i}`));
    }
    const stored = await Promise.all(sends);
    const heard = async (connection) => {
      const mseqs = [];
      while (mseqs.length < 80) mseqs.push((await connection.next(topic, 'new_message')).payload.message.mseq);
      return mseqs;
    };
    const expected = Array.from({ length: 80 }, (_, i) => i + 1);
    assert.deepEqual(await heard(at_alice), expected);
    assert.deepEqual(await heard(at_bob), expected);
    assert.deepEqual(stored.map((message) => message.mseq).sort((a, b) => a - b), expected);
    assert.equal(new Set(await contents(alice, conversation)).size, 80);
    assert.deepEqual(await contents(alice, conversation), await contents(bob, conversation));
  });

  test('close the channel of who is removed through the other', async (t) => {
    const [alice, bob] = [cluster.person(0, 'alice'), cluster.person(1, 'bob')];
    t.after(() => [alice, bob].forEach((one) => one.disconnect()));
    const group = await alice.group('team', [bob]);
    const at_bob = await bob.connect();
    await at_bob.join(conversation_topic(group));
    await alice.rest.delete(`conversations/${group.id}/members/${bob.id}`);
    await at_bob.next(conversation_topic(group), 'phx_close');
    assert.equal((await bob.rest.get(`conversations/${group.id}/messages`)).status, 403);
  });

  test('carry events of sibling services to a user on whatever node, and sign out on all', async (t) => {
    const { bob, at_bob } = await pair(t);
    const sibling = { headers: { 'x-internal-token': token } };
    const url = `${cluster.nodes[0].url}/internal/v1/users/${bob.id}`;
    const post = (path, body) =>
      fetch(`${url}/${path}`, { method: 'POST', body: JSON.stringify(body), headers: { ...sibling.headers, 'content-type': 'application/json' } });
    assert.equal((await post('events', { event: 'incoming_call', payload: { call: 1 } })).status, 202);
    assert.deepEqual((await at_bob.next(`user:${bob.id}`, 'incoming_call')).payload, { call: 1 });
    cluster.redis.ask('PUBLISH', 'whispr:user_events', JSON.stringify({ user_id: bob.id, event: 'inbox:new', payload: { n: 2 } }));
    assert.deepEqual((await at_bob.next(`user:${bob.id}`, 'inbox:new')).payload, { n: 2 });
    assert.equal((await post('disconnect', { reason: 'banned' })).status, 202);
    await eventually('the socket on the other node ends', () => at_bob.closes.length > 0);
  });
});

describe('without Redis', () => {
  test('what the other node commits is read from the store, and nothing is lost', async (t) => {
    const { alice, bob, conversation, topic, at_bob } = await pair(t);
    await alice.send(conversation.id, 'before');
    await at_bob.next(topic, 'new_message', (payload) => payload.message.content === 'before');
    await cluster.redis.stop();
    await eventually('the nodes notice', async () => {
      const health = await (await fetch(`${cluster.nodes[1].url}/messaging/api/v1/health`)).json();
      return health.status === 'degraded' && health.checks.redis === 'failed';
    });
    const ready = await fetch(`${cluster.nodes[1].url}/messaging/api/v1/health/ready`);
    assert.equal(ready.status, 200, 'a node without Redis serves all the same');
    for (const text of ['one', 'two', 'three']) await alice.send(conversation.id, text);
    for (const text of ['one', 'two', 'three']) {
      await at_bob.next(topic, 'new_message', (payload) => payload.message.content === text);
    }
    await bob.send(conversation.id, 'from here');
    await cluster.redis.launch();
    await eventually('the nodes are back', async () => {
      const health = await (await fetch(`${cluster.nodes[1].url}/messaging/api/v1/health`)).json();
      return health.status === 'ok';
    });
    await alice.send(conversation.id, 'after');
    await at_bob.next(topic, 'new_message', (payload) => payload.message.content === 'after');
    assert.deepEqual(await contents(bob, conversation), ['before', 'one', 'two', 'three', 'from here', 'after']);
  });

  test('a node that is killed takes its people with it', async (t) => {
    const third = await cluster.add();
    const [alice, carol] = [cluster.person(0, 'alice'), cluster.person(2, 'carol')];
    t.after(() => [alice, carol].forEach((one) => one.disconnect()));
    const conversation = await alice.direct_with(carol);
    const topic = conversation_topic(conversation);
    const [at_alice, at_carol] = [await alice.connect(), await carol.connect()];
    await at_alice.join(topic);
    await at_carol.join(topic);
    await at_alice.next(topic, 'presence_diff', (diff) => Boolean(diff.joins[carol.id]));
    third.child.kill('SIGKILL');
    await third.ended;
    await at_alice.next(topic, 'presence_diff', (diff) => Boolean(diff.leaves[carol.id]), 3 * patience_ms);
    cluster.nodes.pop();
  });
});
