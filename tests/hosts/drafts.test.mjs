// Drafts: REST.md §8 (POST /messages/drafts, GET /conversations/:id/drafts, DELETE /messages/drafts/:id), and what a
// user's other devices hear of them.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { Server } from './harness/server.mjs';
import { Rest } from './harness/rest.mjs';
import { people } from './harness/person.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

async function pair(t) {
  const [alice, bob, carol] = people(server, 'alice', 'bob', 'carol');
  const direct = await alice.direct_with(bob);
  t.after(() => [alice, bob, carol].forEach((one) => one.disconnect()));
  return { alice, bob, carol, direct };
}

async function saved(person, conversation, content, more = {}) {
  const answer = await person.rest.post('messages/drafts', { conversation_id: conversation.id, content, ...more });
  assert.equal(answer.status, 200, answer.text);
  return answer.body.data;
}

describe('a draft (REST.md §8)', () => {
  test('is saved with 200, shown to its user, and replaced with its id kept', async (t) => {
    const { alice, bob, direct } = await pair(t);
    const first = await saved(alice, direct, 'dear bob', { metadata: { reply_to: 'x', a_b: [1] } });
    assert.equal(first.conversationId, direct.id);
    assert.equal(first.userId, alice.id);
    assert.equal(first.content, 'dear bob');
    assert.deepEqual(first.metadata, { reply_to: 'x', a_b: [1] });
    assert.match(first.insertedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    assert.equal(first.updatedAt, first.insertedAt);
    const second = await saved(alice, direct, 'dear Bob,');
    assert.equal(second.id, first.id);
    assert.equal(second.insertedAt, first.insertedAt);
    assert.ok(second.updatedAt > first.updatedAt);
    assert.deepEqual(second.metadata, {});
    assert.deepEqual((await alice.rest.get(`conversations/${direct.id}/drafts`)).body, { data: second });
    const none = await bob.rest.get(`conversations/${direct.id}/drafts`);
    assert.equal(none.status, 404);
    assert.deepEqual(none.body, { error: 'No draft found' });
  });

  test('may stand under "draft" in the body', async (t) => {
    const { alice, direct } = await pair(t);
    const answer = await alice.rest.post('messages/drafts', { draft: { conversation_id: direct.id, content: 'nested' } });
    assert.equal(answer.status, 200);
    assert.equal(answer.body.data.content, 'nested');
  });

  test('is deleted by its user alone', async (t) => {
    const { alice, bob, direct } = await pair(t);
    const draft = await saved(alice, direct, 'mine');
    const foreign = await bob.rest.delete(`messages/drafts/${draft.id}`);
    assert.equal(foreign.status, 404);
    assert.deepEqual(foreign.body, { error: 'Draft not found' });
    const raw = draft.id.toUpperCase();
    const deleted = await alice.rest.delete(`messages/drafts/${raw}`);
    assert.equal(deleted.status, 200);
    assert.deepEqual(deleted.body, { data: { id: raw, deleted: true } });
    assert.deepEqual((await alice.rest.delete(`messages/drafts/${draft.id}`)).body, { error: 'Draft not found' });
    assert.equal((await alice.rest.get(`conversations/${direct.id}/drafts`)).status, 404);
  });

  test('needs an identity, a conversation, and membership in it', async (t) => {
    const { alice, carol, direct } = await pair(t);
    const nobody = new Rest(server);
    const draft = { conversation_id: direct.id, content: 'x' };
    for (const answer of [
      await nobody.post('messages/drafts', draft),
      await nobody.get(`conversations/${direct.id}/drafts`),
      await nobody.delete(`messages/drafts/${crypto.randomUUID()}`),
    ]) {
      assert.equal(answer.status, 401);
      assert.deepEqual(answer.body, { error: 'Unauthorized' });
    }
    for (const answer of [
      await carol.rest.post('messages/drafts', draft),
      await carol.rest.post('messages/drafts', { ...draft, content: '' }),
      await carol.rest.get(`conversations/${direct.id}/drafts`),
    ]) {
      assert.equal(answer.status, 403);
      assert.deepEqual(answer.body, { error: 'Forbidden' });
    }
    const nowhere = crypto.randomUUID();
    for (const answer of [
      await alice.rest.post('messages/drafts', { ...draft, conversation_id: nowhere }),
      await alice.rest.get(`conversations/${nowhere}/drafts`),
    ]) {
      assert.equal(answer.status, 404);
      assert.deepEqual(answer.body, { error: 'Conversation not found' });
    }
  });

  test('is refused field by field', async (t) => {
    const { alice, direct } = await pair(t);
    const refused = async (body, details) => {
      const answer = await alice.rest.post('messages/drafts', body);
      assert.equal(answer.status, 422, answer.text);
      assert.deepEqual(answer.body, { error: 'Validation failed', details });
    };
    const conversation_id = direct.id;
    await refused({ content: 'x' }, { conversation_id: ["can't be blank"] });
    await refused({ conversation_id }, { content: ["can't be blank"] });
    await refused({ conversation_id, content: '' }, { content: ["can't be blank"] });
    await refused({ conversation_id, content: 7 }, { content: ['is invalid'] });
    await refused({ conversation_id, content: 'a\u0000b' }, { content: ['is invalid'] });
    await refused({ conversation_id, content: 'x', metadata: [] }, { metadata: ['is invalid'] });
    await refused(
      { conversation_id, content: 'x'.repeat(65_537) },
      { content: ['exceeds maximum size of 65536 bytes'] },
    );
    assert.equal((await alice.rest.post('messages/drafts', { conversation_id: 'x', content: 'x' })).status, 400);
    assert.equal((await alice.rest.get('conversations/x/drafts')).status, 400);
    assert.equal((await alice.rest.delete('messages/drafts/x')).status, 400);
    assert.equal((await alice.rest.get(`conversations/${direct.id}/drafts`)).status, 404, 'nothing was kept');
    assert.equal((await saved(alice, direct, 'x'.repeat(65_536))).content.length, 65_536);
  });

  test('is told to every device of its user, and to nobody else', async (t) => {
    const { alice, bob, direct } = await pair(t);
    const [at_desk, at_phone] = [await alice.connect(), await alice.connect()];
    const at_bob = await bob.connect();
    const draft = await saved(alice, direct, 'half a sent');
    for (const device of [at_desk, at_phone]) {
      assert.deepEqual((await device.next(`user:${alice.id}`, 'draft_saved')).payload, { draft });
    }
    await alice.rest.delete(`messages/drafts/${draft.id}`);
    for (const device of [at_desk, at_phone]) {
      const { payload } = await device.next(`user:${alice.id}`, 'draft_removed');
      assert.deepEqual(payload, { id: draft.id, conversationId: direct.id, useq: draft.useq + 1 });
    }
    await alice.send(direct.id, 'barrier');
    await at_bob.next(`user:${bob.id}`, 'new_message');
    assert.equal(at_bob.heard.filter((entry) => entry.event.startsWith('draft_')).length, 0);
  });

  test('survives the end of the server', async () => {
    const lasting = await Server.start();
    try {
      const [alice, bob] = people(lasting, 'alice', 'bob');
      const direct = await alice.direct_with(bob);
      const draft = await saved(alice, direct, 'still here');
      await lasting.restart('SIGKILL');
      assert.deepEqual((await alice.rest.get(`conversations/${direct.id}/drafts`)).body, { data: draft });
    } finally {
      await lasting.discard();
    }
  });
});
