// Scheduled messages: REST.md §9, DATA.md §6 (the worker), CLIENT.md §5.1 (the two forms of the list).
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { Server } from './harness/server.mjs';
import { Rest } from './harness/rest.mjs';
import { conversation_topic, fresh_random, people } from './harness/person.mjs';

// As strict as by default, and one where a second ahead is enough.
let server;
let quick;
before(async () => {
  server = await Server.start();
  quick = await Server.start({ args: ['--schedule-lead', '1s'] });
});
after(() => Promise.all([server?.discard(), quick?.discard()]));

const ahead = (seconds) => new Date(Date.now() + seconds * 1000).toISOString();

async function pair(t, where = server) {
  const [alice, bob, carol] = people(where, 'alice', 'bob', 'carol');
  const direct = await alice.direct_with(bob);
  t.after(() => [alice, bob, carol].forEach((one) => one.disconnect()));
  return { alice, bob, carol, direct };
}

async function scheduled(person, conversation, more = {}) {
  const body = { conversation_id: conversation.id, content: 'later', scheduled_at: ahead(3600), ...more };
  return person.created(await person.rest.post('messages/scheduled', body));
}

const of_schedule = (id) => (payload) => payload.message.metadata.scheduled_message_id === id;

describe('a scheduled message (REST.md §9)', () => {
  test('is created as the mobile client does it: without client_random', async (t) => {
    const { alice, direct } = await pair(t);
    const scheduled_at = ahead(3600);
    const made = await scheduled(alice, direct, { message_type: 'text', scheduled_at });
    assert.equal(made.status, 'pending');
    assert.equal(made.content, 'later');
    assert.deepEqual(made.metadata, {});
    for (const [camel, snake, value] of [
      ['conversationId', 'conversation_id', direct.id],
      ['senderId', 'sender_id', alice.id],
      ['messageType', 'message_type', 'text'],
    ]) {
      assert.equal(made[camel], value);
      assert.equal(made[snake], value);
    }
    assert.equal(Date.parse(made.scheduledAt), Date.parse(scheduled_at));
    assert.equal(made.scheduled_at, made.scheduledAt);
    assert.match(made.insertedAt, /\.\d{6}Z$/);
    assert.ok(Number.isSafeInteger(made.clientRandom) && made.clientRandom >= 0);
  });

  test('may stand under "scheduled_message", with all its fields', async (t) => {
    const { alice, direct } = await pair(t);
    const client_random = fresh_random();
    const answer = await alice.rest.post('messages/scheduled', {
      scheduled_message: {
        conversation_id: direct.id,
        content: 'a picture',
        message_type: 'media',
        metadata: { media_id: 'm', a_b: 1 },
        client_random,
        scheduled_at: ahead(7200),
      },
    });
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.body.data.messageType, 'media');
    assert.deepEqual(answer.body.data.metadata, { media_id: 'm', a_b: 1 });
    assert.equal(answer.body.data.clientRandom, client_random);
  });

  test('is listed soonest first: wrapped, or bare for one conversation', async (t) => {
    const { alice, bob, carol, direct } = await pair(t);
    const other = await alice.direct_with(carol);
    const last = await scheduled(alice, direct, { scheduled_at: ahead(9000) });
    const first = await scheduled(alice, direct, { scheduled_at: ahead(3000) });
    const elsewhere = await scheduled(alice, other, { scheduled_at: ahead(6000) });
    await scheduled(bob, direct);
    const all = (await alice.rest.get('messages/scheduled')).body;
    assert.deepEqual(all.data, [first, elsewhere, last]);
    assert.equal(all.meta.count, 3);
    const bare = (await alice.rest.get(`messages/scheduled?conversation_id=${direct.id}`)).body;
    assert.deepEqual(bare, [first, last]);
    assert.deepEqual((await alice.rest.get('messages/scheduled?limit=1&offset=1')).body.data, [elsewhere]);
    await alice.rest.delete(`messages/scheduled/${first.id}`);
    const cancelled = (await alice.rest.get('messages/scheduled?status=cancelled')).body.data;
    assert.deepEqual(
      cancelled.map((one) => [one.id, one.status]),
      [[first.id, 'cancelled']],
    );
    assert.deepEqual((await carol.rest.get('messages/scheduled')).body.data, []);
    assert.equal((await alice.rest.get('messages/scheduled?status=odd')).status, 422);
    assert.equal((await alice.rest.get('messages/scheduled?conversation_id=odd')).status, 400);
  });

  test('is changed in content, metadata, type and moment alone', async (t) => {
    const { alice, bob, carol, direct } = await pair(t);
    const other = await alice.direct_with(carol);
    const made = await scheduled(alice, direct);
    const scheduled_at = ahead(5000);
    const answer = await alice.rest.patch(`messages/scheduled/${made.id}`, {
      content: 'changed',
      metadata: { b: 2 },
      message_type: 'media',
      scheduled_at,
      sender_id: bob.id,
      conversation_id: other.id,
      client_random: 1,
      status: 'sent',
    });
    assert.equal(answer.status, 200, answer.text);
    const { data } = answer.body;
    assert.deepEqual(
      [data.content, data.metadata, data.messageType, Date.parse(data.scheduledAt)],
      ['changed', { b: 2 }, 'media', Date.parse(scheduled_at)],
    );
    for (const kept of ['id', 'senderId', 'conversationId', 'clientRandom', 'status', 'insertedAt']) {
      assert.equal(data[kept], made[kept], kept);
    }
    assert.deepEqual((await alice.rest.get('messages/scheduled')).body.data, [data]);
  });

  test('is cancelled once', async (t) => {
    const { alice, direct } = await pair(t);
    const made = await scheduled(alice, direct);
    const answer = await alice.rest.delete(`messages/scheduled/${made.id}`);
    assert.equal(answer.status, 200);
    assert.equal(answer.body.data.status, 'cancelled');
    const again = await alice.rest.delete(`messages/scheduled/${made.id}`);
    assert.equal(again.status, 422);
    assert.deepEqual(again.body, {
      error: 'Validation failed',
      details: { status: ['can only cancel pending messages'] },
    });
    const changed = await alice.rest.patch(`messages/scheduled/${made.id}`, { content: 'x' });
    assert.equal(changed.status, 422);
    assert.deepEqual(changed.body, { error: 'Can only update pending scheduled messages' });
  });

  test('of somebody else is not there, and nobody without an identity has any', async (t) => {
    const { alice, bob, carol, direct } = await pair(t);
    const made = await scheduled(alice, direct);
    for (const id of [made.id, crypto.randomUUID()]) {
      for (const answer of [
        await bob.rest.patch(`messages/scheduled/${id}`, { content: 'x' }),
        await carol.rest.delete(`messages/scheduled/${id}`),
      ]) {
        assert.equal(answer.status, 404);
        assert.deepEqual(answer.body, { error: 'Scheduled message not found' });
      }
    }
    const body = { conversation_id: direct.id, content: 'x', scheduled_at: ahead(3600) };
    const foreign = await carol.rest.post('messages/scheduled', body);
    assert.deepEqual([foreign.status, foreign.body], [403, { error: 'Forbidden' }]);
    const nowhere = await alice.rest.post('messages/scheduled', { ...body, conversation_id: crypto.randomUUID() });
    assert.deepEqual([nowhere.status, nowhere.body], [404, { error: 'Conversation not found' }]);
    const nobody = new Rest(server);
    for (const answer of [
      await nobody.get('messages/scheduled'),
      await nobody.post('messages/scheduled', body),
      await nobody.patch(`messages/scheduled/${made.id}`, {}),
      await nobody.delete(`messages/scheduled/${made.id}`),
    ]) {
      assert.deepEqual([answer.status, answer.body], [401, { error: 'Unauthorized' }]);
    }
  });

  test('is refused field by field', async (t) => {
    const { alice, direct } = await pair(t);
    const sound = { conversation_id: direct.id, content: 'x', scheduled_at: ahead(3600) };
    const refused = async (change, details) => {
      const answer = await alice.rest.post('messages/scheduled', { ...sound, ...change });
      assert.equal(answer.status, 422, answer.text);
      assert.deepEqual(answer.body, { error: 'Validation failed', details });
    };
    await refused({ conversation_id: undefined }, { conversation_id: ["can't be blank"] });
    await refused({ content: undefined }, { content: ["can't be blank"] });
    await refused({ content: '' }, { content: ["can't be blank"] });
    await refused({ content: 'x'.repeat(65_537) }, { content: ['exceeds maximum size of 65536 bytes'] });
    await refused({ message_type: 'system' }, { message_type: ['is invalid'] });
    await refused({ message_type: 'odd' }, { message_type: ['is invalid'] });
    await refused({ metadata: 7 }, { metadata: ['is invalid'] });
    await refused({ client_random: 'odd' }, { client_random: ['is invalid'] });
    await refused({ scheduled_at: undefined }, { scheduled_at: ["can't be blank"] });
    await refused({ scheduled_at: 'tomorrow' }, { scheduled_at: ['is invalid'] });
    await refused({ scheduled_at: ahead(-1) }, { scheduled_at: ['must be in the future'] });
    await refused({ scheduled_at: ahead(50) }, { scheduled_at: ['must be at least 60 second(s) ahead'] });
    await refused({ scheduled_at: ahead(367 * 86_400) }, { scheduled_at: ['must be at most 366 day(s) ahead'] });
    const odd = await alice.rest.post('messages/scheduled', { ...sound, conversation_id: 'odd' });
    assert.equal(odd.status, 400);
    assert.equal((await alice.rest.patch('messages/scheduled/odd', {})).status, 400);
    const made = await scheduled(alice, direct);
    for (const [change, details] of [
      [{ content: null }, { content: ["can't be blank"] }],
      [{ scheduled_at: ahead(-1) }, { scheduled_at: ['must be in the future'] }],
      [{ message_type: 'odd' }, { message_type: ['is invalid'] }],
    ]) {
      const answer = await alice.rest.patch(`messages/scheduled/${made.id}`, change);
      assert.equal(answer.status, 422);
      assert.deepEqual(answer.body.details, details);
    }
    assert.deepEqual((await alice.rest.get('messages/scheduled')).body.data, [made]);
  });

  test('is recognised when it is created again', async (t) => {
    const { alice, direct } = await pair(t);
    const client_random = fresh_random();
    await scheduled(alice, direct, { client_random });
    const body = { conversation_id: direct.id, content: 'x', scheduled_at: ahead(3600), client_random };
    const taken = await alice.rest.post('messages/scheduled', body);
    assert.equal(taken.status, 422);
    assert.deepEqual(taken.body, {
      error: 'Validation failed',
      details: { sender_id: ['a scheduled message with this client_random already exists'] },
    });
    const key = { 'idempotency-key': crypto.randomUUID() };
    delete body.client_random;
    const first = await alice.rest.post('messages/scheduled', body, key);
    const again = await alice.rest.post('messages/scheduled', body, key);
    assert.equal(again.status, 201);
    assert.deepEqual(again.body, first.body);
    const odd = await alice.rest.post('messages/scheduled', body, { 'idempotency-key': 'odd' });
    assert.equal(odd.status, 400);
  });

  test('is one of fifty at most', async (t) => {
    const { alice, direct } = await pair(t);
    await Promise.all(Array.from({ length: 50 }, () => scheduled(alice, direct)));
    const body = { conversation_id: direct.id, content: 'x', scheduled_at: ahead(3600) };
    const answer = await alice.rest.post('messages/scheduled', body);
    assert.equal(answer.status, 422);
    assert.deepEqual(answer.body, { error: 'a user has at most 50 pending scheduled messages' });
    assert.equal((await alice.rest.get('messages/scheduled')).body.meta.count, 50);
  });
});

describe('the moment of a scheduled message (DATA.md §6)', () => {
  test('it is told like any message: on the conversation, and on user topics', async (t) => {
    const { alice, bob, direct } = await pair(t, quick);
    const topic = conversation_topic(direct);
    const [at_alice, at_bob] = [await alice.connect(), await bob.connect()];
    await at_bob.join(topic);
    const client_random = fresh_random();
    const made = await scheduled(alice, direct, {
      content: 'on time',
      scheduled_at: ahead(1.5),
      client_random,
      metadata: { a_b: 1 },
    });
    const changes = (status) => (payload) =>
      payload.scheduled_message.id === made.id && payload.scheduled_message.status === status;
    await at_alice.next(`user:${alice.id}`, 'schedule_changed', changes('pending'));
    const { message } = (await at_bob.next(topic, 'new_message', of_schedule(made.id))).payload;
    assert.equal(message.content, 'on time');
    assert.equal(message.senderId, alice.id);
    assert.equal(message.clientRandom, client_random);
    assert.deepEqual(message.metadata, { a_b: 1, scheduled_message_id: made.id });
    assert.ok(Date.parse(message.sentAt) >= Date.parse(made.scheduledAt), 'not before its moment');
    assert.ok(Date.parse(message.sentAt) < Date.parse(made.scheduledAt) + 5000, 'and soon after it');
    await at_bob.next(`user:${bob.id}`, 'new_message', of_schedule(made.id));
    await at_alice.next(`user:${alice.id}`, 'new_message', of_schedule(made.id));
    await at_alice.next(`user:${alice.id}`, 'schedule_changed', changes('sent'));
    assert.deepEqual(
      (await bob.history(direct.id)).map((one) => one.id),
      [message.id],
    );
    assert.deepEqual((await alice.rest.get('messages/scheduled')).body.data, []);
    const sent = (await alice.rest.get('messages/scheduled?status=sent')).body.data;
    assert.deepEqual(
      sent.map((one) => one.id),
      [made.id],
    );
    assert.equal(at_bob.heard.filter((entry) => entry.event === 'schedule_changed').length, 0);
  });

  test('who was removed meanwhile sends nothing, and is told that it failed', async (t) => {
    const { alice, bob, carol } = await pair(t, quick);
    const group = await alice.group('Trio', [bob, carol]);
    const at_bob = await bob.connect();
    const made = await scheduled(bob, group, { scheduled_at: ahead(1.5) });
    assert.equal((await alice.rest.delete(`conversations/${group.id}/members/${bob.id}`)).status, 204);
    await at_bob.next(
      `user:${bob.id}`,
      'schedule_changed',
      ({ scheduled_message }) => scheduled_message.id === made.id && scheduled_message.status === 'failed',
    );
    const contents = (await carol.history(group.id)).map((one) => one.content);
    assert.ok(!contents.includes('later'), contents.join());
  });

  test('a server that was killed in between sends it once after its restart', async () => {
    const lasting = await Server.start({ args: ['--schedule-lead', '1s'] });
    try {
      const [alice, bob] = people(lasting, 'alice', 'bob');
      const direct = await alice.direct_with(bob);
      const made = [];
      for (let i = 0; i < 20; ++i) {
        made.push(await scheduled(alice, direct, { content: `number ${i}`, scheduled_at: ahead(1.2) }));
      }
      await lasting.kill();
      // Some are overdue when it comes back, and it is killed again in the midst of sending them.
      for (let round = 0; round < 4; ++round) {
        await lasting.launch();
        await lasting.kill();
      }
      await lasting.launch();
      const at_bob = await bob.connect();
      await at_bob.join(conversation_topic(direct));
      for (;;) {
        const waiting = (await alice.rest.get('messages/scheduled')).body.meta.count;
        if (waiting === 0) break;
        await at_bob.next(conversation_topic(direct), 'new_message');
      }
      const ids = (await bob.history(direct.id)).map((one) => one.metadata.scheduled_message_id);
      assert.equal(ids.length, made.length);
      assert.deepEqual(
        new Set(ids),
        new Set(made.map((one) => one.id)),
      );
      const numbers = (await bob.history(direct.id)).map((one) => one.mseq);
      assert.deepEqual(
        numbers,
        numbers.map((_, i) => made.length - i),
        'without a hole',
      );
      bob.disconnect();
    } finally {
      await lasting.discard();
    }
  });
});
