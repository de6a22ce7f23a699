// Messages that expire: CHANNELS.md §4.5 (message:expired), DATA.md §6 (the cleaner), REST.md §6.2 (expires_at,
// ttl_seconds).
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { conversation_topic, people } from './harness/person.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

const ahead = (ms) => new Date(Date.now() + ms).toISOString();
const of_message = (id) => (payload) => payload.messageId === id;

async function pair(t, where = server) {
  const [alice, bob] = people(where, 'alice', 'bob');
  const direct = await alice.direct_with(bob);
  const topic = conversation_topic(direct);
  const at_bob = await bob.connect();
  await at_bob.join(topic);
  t.after(() => bob.disconnect());
  return { alice, bob, direct, topic, at_bob };
}

describe('a message that expires', () => {
  for (const [name, life] of [
    ['expires_at', () => ({ expires_at: ahead(1000) })],
    ['ttl_seconds', () => ({ ttl_seconds: 1 })],
  ]) {
    test(`by ${name} is told to have expired, and is gone with all that hung on it`, async (t) => {
      const { alice, bob, direct, topic, at_bob } = await pair(t);
      const sent = await alice.send(direct.id, 'a passing word', life());
      assert.equal(sent.isEphemeral, true);
      await bob.rest.post(`messages/${sent.id}/reactions`, { reaction: '👍' });
      const { eseq, ...payload } = (await at_bob.next(topic, 'message:expired')).payload;
      assert.ok(eseq > sent.eseq, 'an expiry is a change of its own');
      assert.deepEqual(payload, { message_id: sent.id, conversation_id: direct.id });
      await at_bob.next(`user:${bob.id}`, 'message_deleted', of_message(sent.id));
      assert.ok(Date.now() >= Date.parse(sent.expiresAt) - 50, 'not before its time');
      assert.ok(Date.now() < Date.parse(sent.expiresAt) + 5000, 'and soon after it');
      assert.deepEqual(await bob.history(direct.id), []);
      for (const answer of [
        await bob.rest.get(`messages/${sent.id}`),
        await bob.rest.get(`messages/${sent.id}/reactions`),
        await alice.rest.put(`messages/${sent.id}`, { content: 'longer' }),
      ]) {
        assert.equal(answer.status, 404, answer.text);
      }
      const listed = await bob.listed(direct.id);
      assert.equal(listed.unreadCount, 0);
      assert.equal(listed.lastMessage, null);
      const next = await alice.send(direct.id, 'after');
      assert.equal(next.mseq, 2);
      assert.equal(next.eseq, sent.eseq + 3, 'the reaction and the expiry have numbers of their own');
    });
  }

  test('while the server was away expires when it is back', async (t) => {
    const lasting = await Server.start();
    t.after(() => lasting.discard());
    const { alice, bob, direct } = await pair(t, lasting);
    const sent = await alice.send(direct.id, 'a passing word', { expires_at: ahead(300) });
    bob.disconnect();
    await lasting.restart('SIGKILL');
    const change = async () => (await bob.rest.get(`conversations/${direct.id}`)).body.data.eseq;
    for (const until = Date.now() + 20_000; (await change()) === sent.eseq; ) {
      assert.ok(Date.now() < until, 'it was never buried');
    }
    assert.equal(await change(), sent.eseq + 1);
    assert.equal((await bob.rest.get(`messages/${sent.id}`)).status, 404);
    assert.deepEqual(await bob.history(direct.id), []);
    await lasting.restart('SIGKILL');
    assert.equal(await change(), sent.eseq + 1, 'once');
  });

  test('sent over a socket does not: the fields are ignored there', async (t) => {
    const { alice, direct, topic } = await pair(t);
    const at_alice = await alice.connect();
    t.after(() => alice.disconnect());
    await at_alice.join(topic);
    const { message } = await at_alice.push_ok(topic, 'new_message', {
      content: 'lasting',
      message_type: 'text',
      client_random: 5,
      expires_at: ahead(500),
      ttl_seconds: 1,
    });
    assert.equal((await alice.rest.get(`messages/${message.id}`)).body.data.expiresAt, null);
  });
});
