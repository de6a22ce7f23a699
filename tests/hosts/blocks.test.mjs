// What user-service knows is respected: blocks (REST.md §5.4, DATA.md §10) and privacy (CHANNELS.md §7, SPEC_INTENT §16).
import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';

import { eventually } from './harness/patience.mjs';
import { conversation_topic, fresh_random, people } from './harness/person.mjs';
import { Server } from './harness/server.mjs';
import { internal_token, UserService } from './harness/user_service.mjs';

let service;
let server;
before(async () => {
  service = await UserService.start();
  server = await Server.start(service.options());
});
after(async () => {
  await server?.discard();
  await service?.stop();
});

const create = (person, other) => person.rest.post('conversations', { type: 'direct', other_user_id: other.id });
const body = (content) => ({ content, message_type: 'text', client_random: fresh_random() });
const post = (person, conversation, content) =>
  person.rest.post(`conversations/${conversation.id}/messages`, body(content));
const privacy_of = (person) => (asked) => asked.path === `/internal/v1/users/${person.id}/privacy`;

// The person's privacy was asked for and is remembered: a look-up that began later has been answered.
async function known(person) {
  await service.heard(privacy_of(person));
  await create(person, people(server, 'stranger')[0]);
}

describe('blocks', () => {
  test('no direct conversation begins over a block, whoever asks and in both forms', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    service.block(alice, bob);
    for (const [person, other] of [
      [alice, bob],
      [bob, alice],
    ]) {
      const answer = await create(person, other);
      assert.equal(answer.status, 422, answer.text);
      assert.deepEqual(answer.body, { error: ':blocked' });
      const older = await person.rest.post('conversations', { type: 'direct', user_ids: [alice.id, bob.id] });
      assert.equal(older.status, 422, older.text);
    }
    assert.deepEqual((await alice.rest.get('conversations')).body.data, []);
  });

  test('the service is asked with the internal token, once for a pair', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const conversation = await alice.direct_with(bob);
    assert.equal((await post(alice, conversation, 'one')).status, 201);
    assert.equal((await create(bob, alice)).status, 201);
    const asked = service.asked.filter(({ path }) => path.includes('/contacts/check') && path.includes(alice.id));
    assert.equal(asked.length, 1);
    assert.ok(asked[0].path.includes(bob.id));
    assert.equal(asked[0].token, internal_token);
  });

  test('nothing is sent over a block that is known, by REST or socket, and groups go on', async (t) => {
    const own = await Server.start(service.options());
    t.after(() => own.discard());
    const [alice, bob, carol] = people(own, 'alice', 'bob', 'carol');
    const conversation = await alice.direct_with(bob);
    const group = await alice.group('all', [bob, carol]);
    service.block(alice, bob);
    // The pair was looked up before the block; a server that starts now does not know it
    // yet.
    await own.restart();
    await eventually('the block is known', async () => (await post(alice, conversation, 'x')).status === 403);
    const refused = await post(bob, conversation, 'x');
    assert.equal(refused.status, 403, refused.text);
    assert.deepEqual(refused.body, { error: 'blocked' });
    const at_alice = await alice.connect();
    t.after(() => alice.disconnect());
    const topic = conversation_topic(conversation);
    await at_alice.join(topic);
    assert.deepEqual(await at_alice.push(topic, 'new_message', body('x')), {
      status: 'error',
      response: { reason: 'blocked' },
    });
    assert.equal((await post(alice, group, 'to all')).status, 201);
    assert.equal((await create(alice, bob)).status, 201, 'what is there may be opened and read');
  });

  test('creating waits for a look-up that is slow', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    service.block(alice, bob);
    service.hold();
    const answer = create(alice, bob);
    await service.heard(({ path }) => path.includes('/contacts/check') && path.includes(alice.id));
    service.release();
    assert.equal((await answer).status, 422);
  });

  test('a service that does not answer holds nobody up for more than a second or so', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    service.hold();
    try {
      const from = Date.now();
      const answer = await create(alice, bob);
      assert.equal(answer.status, 201, answer.text);
      assert.ok(Date.now() - from < 5000, `took ${Date.now() - from} ms`);
      assert.equal((await post(alice, answer.body.data, 'goes on')).status, 201);
    } finally {
      service.release();
    }
  });

  test('a broken service, and none at all, forbid nothing', async (t) => {
    const broken = await UserService.start();
    broken.broken = true;
    t.after(() => broken.stop());
    const beside = await Server.start(broken.options());
    t.after(() => beside.discard());
    const [alice, bob] = people(beside, 'alice', 'bob');
    broken.block(alice, bob);
    const conversation = await alice.direct_with(bob);
    assert.equal((await post(bob, conversation, 'x')).status, 201);
    const alone = await Server.start();
    t.after(() => alone.discard());
    const [carol, dave] = people(alone, 'carol', 'dave');
    assert.equal((await create(carol, dave)).status, 201);
  });

  test('without an internal token the service is not asked', async (t) => {
    const unasked = await UserService.start();
    t.after(() => unasked.stop());
    const lone = await Server.start({ args: ['--user-service-url', unasked.url] });
    t.after(() => lone.discard());
    const [alice, bob] = people(lone, 'alice', 'bob');
    unasked.block(alice, bob);
    await alice.direct_with(bob);
    assert.deepEqual(unasked.asked, []);
  });
});

describe('privacy', () => {
  async function discreet_pair(t, settings) {
    const [alice, bob] = people(server, 'alice', 'bob');
    service.privacy.set(bob.id, settings);
    t.after(() => [alice, bob].forEach((one) => one.disconnect()));
    const conversation = await alice.direct_with(bob);
    const topic = conversation_topic(conversation);
    const at_alice = await alice.connect();
    await at_alice.join(topic);
    const at_bob = await bob.connect();
    const beside_bob = await bob.connect();
    await known(bob);
    return { alice, bob, conversation, topic, at_alice, at_bob, beside_bob };
  }

  test('what a discreet user reads is told to that user alone (CHANNELS.md §4.2)', async (t) => {
    const { alice, bob, conversation, topic, at_alice, at_bob, beside_bob } = await discreet_pair(t, {
      readReceipts: false,
    });
    await at_bob.join(topic);
    const sent = await alice.send(conversation.id, 'one');
    await at_bob.push_ok(topic, 'message_read', { message_id: sent.id });
    const own = await beside_bob.next(`user:${bob.id}`, 'conversation_read');
    assert.equal(own.payload.conversation_id, conversation.id);
    // What comes later on the same topic has overtaken nothing.
    await at_bob.push_ok(topic, 'new_message', body('after'));
    await at_alice.next(topic, 'new_message', ({ message }) => message.content === 'after');
    assert.equal(at_alice.count(topic, 'message_read'), 0);
    const read = ({ status }) => status === 'read';
    assert.equal(at_alice.count(topic, 'delivery_status', read), 0);
    assert.equal(at_alice.count(`user:${alice.id}`, 'delivery_status', read), 0);
    const shown = (await alice.rest.get(`messages/${sent.id}`)).body.data;
    assert.notEqual(shown.deliveryStatus, 'read');
    assert.equal((await bob.listed(conversation.id)).unreadCount, 0);
  });

  test('a user whom nobody may see online is not announced (CHANNELS.md §7)', async (t) => {
    const { alice, bob, topic, at_alice, at_bob } = await discreet_pair(t, { onlineStatus: 'nobody' });
    await at_bob.join(topic);
    const state = await at_bob.next(topic, 'presence_state');
    assert.deepEqual(Object.keys(state.payload), [alice.id], 'sees the others, and is not there');
    await at_bob.push_ok(`user:${bob.id}`, 'update_status', { status: 'busy' });
    await at_bob.push_ok(topic, 'new_message', body('here all the same'));
    await at_alice.next(topic, 'new_message');
    const beside_alice = await alice.connect();
    await beside_alice.join(topic);
    const seen = await beside_alice.next(topic, 'presence_state');
    assert.ok(!(bob.id in seen.payload));
    // Alice's own second device is announced, and whatever came before it was, too.
    await at_alice.next(topic, 'presence_diff', ({ joins }) => (joins[alice.id]?.metas.length ?? 0) > 0);
    const names_bob = ({ joins, leaves }) => bob.id in joins || bob.id in leaves;
    assert.equal(at_alice.count(topic, 'presence_diff', names_bob), 0);
    assert.equal(at_alice.count(topic, 'user_status_changed'), 0);
  });
});
