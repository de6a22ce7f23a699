// Who belongs to a conversation, who may change that, and what the change does to open channels.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { conversation_topic, people } from './harness/person.mjs';
import { eventually } from './harness/patience.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

async function club(t) {
  const [admin, bob, carol, dave] = people(server, 'admin', 'bob', 'carol', 'dave');
  const group = await admin.group('Club', [bob, carol]);
  t.after(() => [admin, bob, carol, dave].forEach((one) => one.disconnect()));
  return { admin, bob, carol, dave, group, topic: conversation_topic(group) };
}

const add = (by, group, who) => by.rest.post(`conversations/${group.id}/members`, { user_id: who.id });
const remove = (by, group, who) => by.rest.delete(`conversations/${group.id}/members/${who.id}`);
const content = (text) => (payload) => payload.message.content === text;

describe('a removed member', () => {
  test('is cut off at once: the channel closes, events stop, every route refuses', async (t) => {
    const { admin, bob, group, topic } = await club(t);
    const sent = await admin.send(group.id, 'before');
    const at_bob = await bob.connect();
    const at_admin = await admin.connect();
    await Promise.all([at_bob.join(topic), at_admin.join(topic)]);
    assert.equal((await remove(admin, group, bob)).status, 204);
    await at_bob.next(topic, 'phx_close');
    await at_admin.next(topic, 'member_removed', (payload) => payload.userId === bob.id);
    await admin.send(group.id, 'after');
    await at_admin.next(topic, 'new_message', content('after'));
    const direct = await admin.direct_with(bob);
    await admin.send(direct.id, 'barrier');
    await at_bob.next(`user:${bob.id}`, 'new_message', content('barrier'));
    assert.equal(at_bob.heard.filter((one) => JSON.stringify(one.payload).includes('"after"')).length, 0);
    assert.equal((await bob.rest.get(`conversations/${group.id}/messages`)).status, 403);
    assert.equal((await bob.rest.get(`conversations/${group.id}`)).status, 403);
    assert.equal((await bob.rest.get(`messages/${sent.id}`)).status, 404);
    const send = { content: 'x', message_type: 'text', client_random: 1 };
    assert.equal((await bob.rest.post(`conversations/${group.id}/messages`, send)).status, 403);
    assert.equal(await bob.listed(group.id), undefined);
    assert.deepEqual(await at_bob.try_join(topic), { status: 'error', response: { reason: 'not_authorized' } });
  });

  test('who comes back sees everything, also what was said meanwhile, and is told live', async (t) => {
    const { admin, bob, group, topic } = await club(t);
    await admin.send(group.id, 'before');
    assert.equal((await remove(admin, group, bob)).status, 204);
    await admin.send(group.id, 'meanwhile');
    const at_bob = await bob.connect();
    const answer = await add(admin, group, bob);
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.body.data.role, 'member');
    assert.equal(answer.body.data.isActive, true);
    await at_bob.next(`user:${bob.id}`, 'conversation_added');
    const texts = (await bob.whole_history(group.id))
      .filter((one) => one.messageType === 'text')
      .map((one) => one.content);
    assert.deepEqual(texts, ['before', 'meanwhile']);
    await at_bob.join(topic);
    await admin.send(group.id, 'again');
    await at_bob.next(topic, 'new_message', content('again'));
  });
});

describe('a new member', () => {
  test('is announced, told, and sees the whole history', async (t) => {
    const { admin, dave, group, topic } = await club(t);
    await admin.send(group.id, 'long ago');
    const at_admin = await admin.connect();
    const at_dave = await dave.connect();
    await at_admin.join(topic);
    const answer = await add(admin, group, dave);
    assert.equal(answer.status, 201);
    assert.equal(answer.body.data.userId, dave.id);
    const told = (await at_admin.next(topic, 'member_added')).payload;
    assert.equal(told.conversationId, group.id);
    assert.equal(told.member.userId, dave.id);
    await at_dave.next(`user:${dave.id}`, 'conversation_added');
    const texts = (await dave.history(group.id)).filter((one) => one.messageType === 'text').map((one) => one.content);
    assert.deepEqual(texts, ['long ago']);
    const system = (await dave.history(group.id)).find((one) => one.messageType === 'system');
    assert.equal(system?.metadata.action, 'member_joined');
    assert.equal(system.metadata.user_id, dave.id);
    const members = (await dave.rest.get(`conversations/${group.id}/members`)).body;
    assert.equal(members.meta.count, 4);
    assert.ok(members.data.some((one) => one.userId === dave.id));
  });

  test('is told of a new conversation while connected', async (t) => {
    const [alice, bob] = people(server, 'alice', 'bob');
    t.after(() => bob.disconnect());
    const at_bob = await bob.connect();
    const direct = await alice.direct_with(bob);
    const first = (await at_bob.next(`user:${bob.id}`, 'conversation_added')).payload;
    assert.ok(JSON.stringify(first).includes(direct.id));
    const group = await alice.group('New', [bob]);
    const second = (await at_bob.next(`user:${bob.id}`, 'conversation_added')).payload;
    assert.ok(JSON.stringify(second).includes(group.id));
  });
});

describe('membership rules', () => {
  test('only an admin adds and removes, and the answers keep their texts', async (t) => {
    const { admin, bob, carol, dave, group } = await club(t);
    assert.deepEqual((await add(bob, group, dave)).body, { error: 'Not authorized to add members' });
    assert.equal((await add(bob, group, dave)).status, 403);
    assert.deepEqual((await remove(bob, group, carol)).body, { error: 'Not authorized to remove members' });
    const again = await add(admin, group, bob);
    assert.equal(again.status, 422);
    assert.deepEqual(again.body, {
      error: 'Validation failed',
      details: { conversation_id: ['has already been taken'] },
    });
    assert.equal((await admin.rest.post(`conversations/${group.id}/members`, {})).status, 422);
    assert.equal((await admin.rest.post(`conversations/${group.id}/members`, { user_id: 'zz' })).status, 422);
    const unknown = '99999999-9999-4999-8999-999999999999';
    assert.deepEqual((await admin.rest.delete(`conversations/${unknown}/members/${bob.id}`)).body, {
      error: 'Conversation not found',
    });
    assert.deepEqual((await remove(admin, group, dave)).body, { error: 'Member not found' });
    assert.equal((await remove(admin, group, carol)).status, 204);
    assert.equal((await remove(admin, group, carol)).status, 204, 'removing twice is one removal');
  });

  test('a member may remove himself', async (t) => {
    const { bob, group } = await club(t);
    assert.equal((await remove(bob, group, bob)).status, 204);
    assert.equal(await bob.listed(group.id), undefined);
  });

  test('when the last admin leaves, the longest-standing member is promoted', async (t) => {
    const { admin, bob, carol, dave, group } = await club(t);
    assert.equal((await remove(admin, group, admin)).status, 204);
    const { data } = (await bob.rest.get(`conversations/${group.id}/members`)).body;
    const admins = data.filter((one) => one.role === 'admin').map((one) => one.userId);
    assert.equal(admins.length, 1);
    const promoted = [bob, carol].find((one) => one.id === admins[0]);
    assert.ok(promoted, 'one of the two who were there from the start');
    assert.equal((await add(promoted, group, dave)).status, 201);
  });

  test('nobody joins a direct conversation as a third', async () => {
    const [alice, bob, carol] = people(server, 'alice', 'bob', 'carol');
    const direct = await alice.direct_with(bob);
    const answer = await add(alice, direct, carol);
    assert.ok([403, 422].includes(answer.status), answer.text);
    assert.equal((await carol.rest.get(`conversations/${direct.id}`)).status, 403);
  });

  test('a direct conversation is one per pair, also when both create it at once', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, i) => (i % 2 ? alice.direct_with(bob) : bob.direct_with(alice))),
    );
    assert.equal(new Set(all.map((one) => one.id)).size, 1);
    assert.equal((await alice.rest.get('conversations')).body.meta.count, 1);
  });
});

describe('leaving', () => {
  const leave = (who, group) => who.rest.post(`conversations/${group.id}/leave`);

  test('ends one\'s own membership, tells the others, and may be repeated', async (t) => {
    const { admin, bob, group, topic } = await club(t);
    const at_admin = await admin.connect();
    await at_admin.join(topic);
    assert.equal((await leave(bob, group)).status, 204);
    await at_admin.next(topic, 'member_removed', (payload) => payload.userId === bob.id);
    assert.equal(await bob.listed(group.id), undefined);
    assert.equal((await bob.rest.get(`conversations/${group.id}`)).status, 403);
    assert.equal((await leave(bob, group)).status, 204);
  });

  test('the last admin leaves the group to the member who is there longest', async (t) => {
    const { admin, bob, group } = await club(t);
    assert.equal((await leave(admin, group)).status, 204);
    const { data } = (await bob.rest.get(`conversations/${group.id}/members`)).body;
    assert.equal(data.length, 2);
    assert.equal(data.filter(({ role }) => role === 'admin').length, 1);
  });

  test('is for members, and of what there is', async (t) => {
    const { dave, group } = await club(t);
    assert.deepEqual(await leave(dave, group).then(({ status, body }) => ({ status, body })), {
      status: 403,
      body: { error: 'Unauthorized' },
    });
    assert.equal((await leave(dave, { id: '99999999-9999-4999-8999-999999999999' })).status, 404);
    assert.equal((await leave(dave, { id: 'nowhere' })).status, 400);
  });
});

describe('deleting a conversation', () => {
  test('hides it for the caller alone, until the next message', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const { id } = await alice.direct_with(bob);
    await bob.send(id, 'first');
    const answer = await alice.rest.delete(`conversations/${id}`);
    assert.equal(answer.status, 200);
    assert.equal(answer.body.data.isActive, false);
    assert.equal(await alice.listed(id), undefined);
    assert.notEqual(await bob.listed(id), undefined);
    await bob.send(id, 'second');
    await eventually('it is back', async () => (await alice.listed(id)) !== undefined);
  });

  test('for everyone is for a group admin', async (t) => {
    const { admin, bob, carol, group } = await club(t);
    assert.equal((await bob.rest.delete(`conversations/${group.id}?for=everyone`)).status, 403);
    assert.notEqual(await carol.listed(group.id), undefined);
    assert.equal((await admin.rest.delete(`conversations/${group.id}?for=everyone`)).status, 200);
    assert.equal(await carol.listed(group.id), undefined);
    assert.equal((await carol.rest.get(`conversations/${group.id}`)).body.data.isActive, false);
  });
});

describe('settings of a member', () => {
  test('are the seven keys, are kept, and are told when muted', async (t) => {
    const { bob, group } = await club(t);
    const path = `conversations/${group.id}/settings`;
    const defaults = {
      notifications: true,
      sound_enabled: true,
      desktop_notifications: true,
      mobile_notifications: true,
      mention_notifications: true,
      is_muted: false,
      custom_name: null,
    };
    assert.deepEqual((await bob.rest.get(path)).body, { data: { conversation_id: group.id, settings: defaults } });
    const at_bob = await bob.connect();
    const wanted = { ...defaults, is_muted: true, custom_name: 'The club' };
    const answer = await bob.rest.put(path, { settings: { is_muted: true, custom_name: 'The club', unknown_key: 1 } });
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.body.data.settings, wanted);
    const told = (await at_bob.next(`user:${bob.id}`, 'conversation_settings_updated')).payload;
    assert.equal(told.conversation_id, group.id);
    assert.equal(told.settings.is_muted, true);
    assert.deepEqual((await bob.rest.get(path)).body.data.settings, wanted);
    assert.equal((await bob.listed(group.id)).isMuted, true);
    for (const wrong of [
      { is_muted: 'loud' },
      { custom_name: 5 },
      { custom_name: 'x'.repeat(101) },
      { notifications: null },
    ]) {
      assert.equal((await bob.rest.put(path, wrong)).status, 422, JSON.stringify(wrong));
    }
    assert.deepEqual((await bob.rest.get(path)).body.data.settings, wanted);
  });
});
