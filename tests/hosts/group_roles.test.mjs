// Roles in a group, and the policy that its admins set, asked for as the mobile client asks.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { conversation_topic, fresh_random, people } from './harness/person.mjs';
import { Rest } from './harness/rest.mjs';

let server;
let anonymous;
before(async () => {
  server = await Server.start();
  anonymous = new Rest(server);
});
after(() => server?.discard());

const nowhere = '99999999-9999-4999-8999-999999999999';
const refusal = ({ status, body }) => [status, body?.error];

async function club(t, more = {}) {
  const [admin, mod, member, outsider] = people(server, 'admin', 'mod', 'member', 'outsider');
  const group = await admin.group('Club', [mod, member], more);
  t.after(() => [admin, mod, member, outsider].forEach((one) => one.disconnect()));
  return { admin, mod, member, outsider, group, topic: conversation_topic(group) };
}

const give = (by, group, who, role) => by.rest.patch(`conversations/${group.id}/members/${who.id}/role`, { role });
const add = (by, group, who) => by.rest.post(`conversations/${group.id}/members`, { user_id: who.id });
const role_of = async (by, group, who) =>
  (await by.rest.get(`conversations/${group.id}`)).body.data.members.find((one) => one.userId === who.id)?.role;

describe('roles (REST.md §12, CLIENT.md §4 row 4)', () => {
  test('an admin makes a moderator, and the others are told', async (t) => {
    const { admin, mod, member, group, topic } = await club(t);
    const at_member = await member.connect();
    await at_member.join(topic);
    const answer = await give(admin, group, mod, 'moderator');
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(
      { ...answer.body.data, joinedAt: 0 },
      { userId: mod.id, role: 'moderator', joinedAt: 0, isActive: true },
    );
    const told = (await at_member.next(topic, 'member_role_changed')).payload;
    assert.deepEqual([told.userId, told.role, told.conversationId], [mod.id, 'moderator', group.id]);
    assert.equal(await role_of(member, group, mod), 'moderator');
    assert.equal((await give(admin, group, mod, 'moderator')).status, 200, 'may be repeated');
  });

  test('the group is handed over as the client does it: the new admin first, then oneself', async (t) => {
    const { admin, member, group } = await club(t);
    assert.deepEqual(refusal(await give(admin, group, admin, 'member')), [
      422,
      'Group must have at least one admin',
    ]);
    assert.equal((await give(admin, group, member, 'admin')).status, 200);
    assert.equal((await give(admin, group, admin, 'member')).status, 200);
    assert.equal(await role_of(member, group, admin), 'member');
    assert.deepEqual(refusal(await give(admin, group, admin, 'admin')), [403, 'Not authorized to change roles']);
    assert.equal((await admin.rest.post(`conversations/${group.id}/leave`)).status, 204);
  });

  test('are given by admins, to members, and are three', async (t) => {
    const { admin, mod, member, outsider, group } = await club(t);
    await give(admin, group, mod, 'moderator');
    for (const by of [mod, member, outsider]) {
      assert.deepEqual(refusal(await give(by, group, member, 'admin')), [403, 'Not authorized to change roles']);
    }
    assert.deepEqual(refusal(await give(admin, group, outsider, 'admin')), [404, 'Member not found']);
    for (const role of ['owner', 'boss', '', 5, null, undefined, { a: 1 }]) {
      const { status, body } = await give(admin, group, member, role);
      assert.equal(status, 422, JSON.stringify(role));
      assert.deepEqual(Object.keys(body.details), ['role']);
    }
    assert.equal((await give(outsider, group, member, 'boss')).status, 403, 'who is no member learns nothing');
    assert.deepEqual(refusal(await give(admin, { id: nowhere }, member, 'admin')), [404, 'Conversation not found']);
    assert.equal((await give(admin, group, { id: 'no-uuid' }, 'admin')).status, 400);
    assert.deepEqual(refusal(await give({ rest: anonymous }, group, member, 'admin')), [401, 'Unauthorized']);
    const direct = await admin.direct_with(member);
    assert.equal((await give(admin, direct, member, 'admin')).status, 403);
    assert.equal(await role_of(member, group, member), 'member');
  });
});

describe('the policy of a group (DATA.md §2, RULINGS 20)', () => {
  const send = (by, group, message_type = 'text') =>
    by.rest.post(`conversations/${group.id}/messages`, {
      content: 'x',
      message_type,
      client_random: fresh_random(),
    });
  const set = (by, group, group_settings) => by.rest.put(`conversations/${group.id}`, { metadata: { group_settings } });
  const statuses = async (group, message_type, ...people) => {
    const all = [];
    for (const one of people) all.push((await send(one, group, message_type)).status);
    return all;
  };

  test('says who sends messages and media, over REST and sockets', async (t) => {
    const { admin, mod, member, group, topic } = await club(t);
    await give(admin, group, mod, 'moderator');
    assert.equal((await set(admin, group, { message_permission: 'moderators_plus' })).status, 200);
    assert.deepEqual(await statuses(group, 'text', admin, mod, member), [201, 201, 403]);
    const at_member = await member.connect();
    await at_member.join(topic);
    const push = { content: 'x', message_type: 'text', client_random: 5 };
    assert.deepEqual(await at_member.push(topic, 'new_message', push), {
      status: 'error',
      response: { reason: 'forbidden' },
    });
    assert.equal((await set(admin, group, { media_permission: 'admins_only' })).status, 200);
    assert.deepEqual(await statuses(group, 'media', admin, mod, member), [201, 403, 403]);
    assert.deepEqual(await statuses(group, 'text', admin, mod, member), [201, 201, 201]);
    assert.deepEqual(refusal(await send(member, group, 'media')), [403, 'Forbidden']);
  });

  test('says who adds members', async (t) => {
    const { admin, mod, member, group } = await club(t);
    await give(admin, group, mod, 'moderator');
    const [one, two, three] = people(server, 'one', 'two', 'three');
    await set(admin, group, { add_members_permission: 'moderators_plus' });
    assert.equal((await add(mod, group, one)).status, 201);
    assert.deepEqual(refusal(await add(member, group, two)), [403, 'Not authorized to add members']);
    await set(admin, group, { add_members_permission: 'all_members' });
    assert.equal((await add(member, group, two)).status, 201);
    await set(admin, group, { add_members_permission: 'admins_only' });
    assert.equal((await add(mod, group, three)).status, 403);
    assert.equal((await add(admin, group, three)).status, 201);
  });

  test('is changed by admins alone, while any member renames', async (t) => {
    const settings = { message_permission: 'all_members', moderation_level: 'light', join_approval_required: false };
    const { admin, member, group } = await club(t, { metadata: { group_settings: settings } });
    assert.deepEqual(refusal(await set(member, group, { ...settings, message_permission: 'admins_only' })), [
      403,
      'Forbidden',
    ]);
    // The client sends the whole metadata back that it has read.
    const { metadata } = (await member.rest.get(`conversations/${group.id}`)).body.data;
    const renamed = await member.rest.put(`conversations/${group.id}`, {
      name: 'Crew',
      metadata: { ...metadata, description: 'ours' },
    });
    assert.equal(renamed.status, 200, renamed.text);
    assert.deepEqual(renamed.body.data.metadata, { ...metadata, name: 'Crew', description: 'ours' });
    const answer = await set(admin, group, { message_permission: 'nobody' });
    assert.deepEqual([answer.status, answer.body], [
      422,
      { errors: { metadata: ['group_settings.message_permission is invalid'] } },
    ]);
    assert.equal((await set(admin, group, { ...settings, mention_permission: 'whatever' })).status, 200);
    assert.equal((await send(member, group)).status, 201);
  });
});
