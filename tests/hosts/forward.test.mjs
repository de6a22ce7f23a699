// Forwarding a message into other conversations, as the mobile client asks for it.
import crypto from 'node:crypto';
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { conversation_topic, people } from './harness/person.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

async function cast() {
  const [alice, bob, carol, dave] = people(server, 'alice', 'bob', 'carol', 'dave');
  const source = await alice.direct_with(bob);
  const team = await alice.group('Team', [carol]);
  const other = await alice.direct_with(dave);
  return { alice, bob, carol, dave, source, team, other };
}

const forward = (person, message, conversations, headers) =>
  person.rest.post(
    `messages/${message.id ?? message}/forward`,
    { conversation_ids: conversations.map((one) => one.id ?? one) },
    headers,
  );

describe('REST.md §12, CLIENT.md §4 row 2: forwarding', () => {
  test('copies a message into each conversation, marked, and tells their members', async (t) => {
    const { alice, bob, carol, source, team, other } = await cast();
    t.after(() => [alice, carol].forEach((one) => one.disconnect()));
    const at_carol = await carol.connect();
    await at_carol.join(conversation_topic(team));
    const message = await bob.send(source.id, 'pass it on', { metadata: { media_id: 'm1', nested: { a: 1 } } });
    const answer = await forward(alice, message, [team, other]);
    assert.equal(answer.status, 201, answer.text);
    assert.deepEqual(Object.keys(answer.body), ['data']);
    assert.deepEqual(
      answer.body.data.map((one) => one.conversationId),
      [team.id, other.id],
    );
    for (const copy of answer.body.data) {
      assert.notEqual(copy.id, message.id);
      assert.equal(copy.senderId, alice.id);
      assert.equal(copy.content, 'pass it on');
      assert.equal(copy.messageType, 'text');
      assert.equal(copy.clientRandom, null);
      assert.equal(copy.replyToId, null);
      assert.deepEqual(copy.metadata, {
        media_id: 'm1',
        nested: { a: 1 },
        forwarded: true,
        forwarded_from_id: message.id,
      });
      assert.equal(answer.headers['x-whispr-duplicate'], undefined);
    }
    const heard = await at_carol.next(conversation_topic(team), 'new_message');
    assert.equal(heard.payload.message.id, answer.body.data[0].id);
    await at_carol.next(`user:${carol.id}`, 'new_message', (payload) => payload.message.id === heard.payload.message.id);
    assert.deepEqual((await carol.history(team.id)).map((one) => one.content), ['pass it on']);
  });

  test('says which conversations it did not reach, and why', async () => {
    const { alice, bob, carol, dave, source, team } = await cast();
    const foreign = await carol.direct_with(dave);
    const nowhere = crypto.randomUUID();
    const message = await bob.send(source.id, 'news');
    const answer = await forward(alice, message, [foreign, team, nowhere, team]);
    assert.equal(answer.status, 201, answer.text);
    assert.deepEqual(
      answer.body.data.map((one) => one.conversationId),
      [team.id],
    );
    assert.deepEqual(answer.body.errors, [
      { conversationId: foreign.id, status: 403, error: 'Unauthorized' },
      { conversationId: nowhere, status: 404, error: 'Conversation not found' },
    ]);
    assert.deepEqual(await carol.history(foreign.id), []);
  });

  test('that reaches nobody is answered like the send it stands for', async () => {
    const { alice, bob, carol, dave, source } = await cast();
    const foreign = await carol.direct_with(dave);
    const message = await bob.send(source.id, 'news');
    const refused = await forward(alice, message, [foreign]);
    assert.deepEqual([refused.status, refused.body], [403, { error: 'Unauthorized' }]);
    const missing = await forward(alice, message, [crypto.randomUUID()]);
    assert.deepEqual([missing.status, missing.body], [404, { error: 'Conversation not found' }]);
  });

  test('of what one may not see, what is deleted or what the system said is refused', async () => {
    const { alice, bob, carol, dave, source, team, other } = await cast();
    const message = await bob.send(source.id, 'secret');
    const not_found = { error: 'Resource not found' };
    for (const unseen of [message, crypto.randomUUID()]) {
      const answer = await forward(carol, unseen, [team]);
      assert.deepEqual([answer.status, answer.body], [404, not_found]);
    }
    await bob.rest.delete(`messages/${message.id}?delete_for_everyone=true`);
    const answer = await forward(alice, message, [team]);
    assert.deepEqual([answer.status, answer.body], [404, not_found]);
    await alice.rest.post(`conversations/${team.id}/members`, { user_id: dave.id });
    const [said] = await alice.history(team.id);
    assert.equal(said.messageType, 'system');
    assert.equal((await forward(alice, said, [other])).status, 403);
  });

  test('with a wrong body, id or key is refused in words', async () => {
    const { alice, bob, source, team } = await cast();
    const message = await bob.send(source.id, 'x');
    const invalid = { error: 'Validation failed', details: { conversation_ids: ['is invalid'] } };
    for (const conversation_ids of ['zzz', 5, {}, true, ['zzz'], [null], [team.id, 5], [[team.id]]]) {
      const answer = await alice.rest.post(`messages/${message.id}/forward`, { conversation_ids });
      assert.deepEqual([answer.status, answer.body], [422, invalid], JSON.stringify(conversation_ids));
    }
    for (const body of [{}, { conversation_ids: null }, { conversation_ids: [] }]) {
      const answer = await alice.rest.post(`messages/${message.id}/forward`, body);
      assert.equal(answer.status, 422);
      assert.deepEqual(answer.body.details, { conversation_ids: ["can't be blank"] });
    }
    const many = Array.from({ length: 21 }, () => crypto.randomUUID());
    const answer = await forward(alice, message, many);
    assert.equal(answer.status, 422);
    assert.deepEqual(answer.body.details, { conversation_ids: ['should have at most 20 item(s)'] });
    assert.equal((await forward(alice, 'zzz', [team])).status, 400);
    assert.equal((await forward(alice, message, [team], { 'idempotency-key': 'zzz' })).status, 400);
    assert.equal((await forward(alice, message, [team], { authorization: 'Bearer none' })).status, 401);
    assert.deepEqual(await alice.history(team.id), []);
  });

  test('RULINGS 3: again with the same key is the same copies, marked as such', async () => {
    const { alice, bob, carol, source, team, other } = await cast();
    const message = await bob.send(source.id, 'once');
    const key = { 'idempotency-key': crypto.randomUUID() };
    const first = await forward(alice, message, [team], key);
    const second = await forward(alice, message, [team], key);
    assert.equal(second.status, 201);
    assert.equal(second.headers['x-whispr-duplicate'], 'true');
    assert.equal(second.body.data[0].id, first.body.data[0].id);
    const third = await forward(alice, message, [team, other], key);
    assert.equal(third.headers['x-whispr-duplicate'], undefined);
    assert.equal(third.body.data[0].id, first.body.data[0].id);
    assert.equal((await carol.history(team.id)).length, 1);
  });

  test('counts every copy as a message of its sender', async (t) => {
    const own = await Server.start({ args: ['--messages-per-minute', '4'] });
    t.after(() => own.discard());
    const [alice, bob] = people(own, 'alice', 'bob');
    const source = await alice.direct_with(bob);
    const targets = [await alice.group('One', [bob]), await alice.group('Two', [bob])];
    const message = await alice.send(source.id, 'x');
    assert.equal((await forward(alice, message, targets)).status, 201);
    const refused = await forward(alice, message, targets);
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers['retry-after']) > 0);
  });
});
