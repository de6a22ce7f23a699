// What the mobile client asks about conversations and their members, and needs from the answers: CLIENT.md §1, §2.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { Server } from './harness/server.mjs';
import { iso } from './harness/hand_written.mjs';
import { ids, needs, offers, phones } from './harness/mobile_client.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

const pictures = {
  avatar_url: 'https://example.org/1',
  group_avatar_url: 'https://example.org/2',
  group_icon_url: 'https://example.org/3',
  icon_url: 'https://example.org/4',
  photo_url: 'https://example.org/5',
  picture_url: 'https://example.org/6',
  image_url: 'https://example.org/7',
};
const by_user = (members) => Object.fromEntries(members.map((one) => [one.user_id, one.role]));

async function chat() {
  const [alice, bob] = phones(server, 'alice', 'bob');
  return { alice, bob, direct: await alice.direct_with(bob) };
}

async function club(more) {
  const [admin, bob, carol] = phones(server, 'admin', 'bob', 'carol');
  return { admin, bob, carol, group: await admin.group('Club', [bob, carol], more) };
}

describe('CLIENT.md §1: transport conventions', () => {
  test('CLIENT.md §1: a 401 makes it refresh its token, and the repeated call is answered', async () => {
    const { alice, direct } = await chat();
    alice.rest.token = server.issuer.expired(alice.id);
    assert.deepEqual(ids(await alice.ask('GET', 'conversations')), [direct.id]);
    assert.equal(alice.refreshes, 1);
  });

  test('CLIENT.md §1: a refusal that is shown is a text', async () => {
    const { alice, bob, direct } = await chat();
    const { bob: member, carol, group } = await club();
    const message = await bob.send(direct.id, 'hello');
    const reaction = { user_id: alice.id, reaction: '👍' };
    const members = `conversations/${group.id}/members`;
    const reactions = `messages/${message.id}/reactions`;
    await alice.ask('POST', reactions, reaction);
    for (const [text, who, method, path, content] of [
      ['Conversation is not archived', alice, 'DELETE', `conversations/${direct.id}/archive`],
      ['Not authorized to add members', member, 'POST', members, { user_id: alice.id }],
      ['Not authorized to remove members', member, 'DELETE', `${members}/${carol.id}`],
      ['Not authorized to change roles', member, 'PATCH', `${members}/${carol.id}/role`, { role: 'admin' }],
      ['Validation failed', alice, 'POST', reactions, reaction],
      ['Reaction not found', alice, 'DELETE', `${reactions}/x?user_id=${alice.id}`],
    ]) {
      await assert.rejects(who.ask(method, path, content), { text });
    }
    await assert.rejects(alice.start_direct(alice), ({ status, text }) => status === 422 && !text.includes('[object'));
  });

  test('CLIENT.md §1: an answer without a body is a success', async () => {
    const { admin, bob, carol, group } = await club();
    assert.equal(await admin.ask('DELETE', `conversations/${group.id}/members/${bob.id}`), null);
    assert.equal(await carol.ask('POST', `conversations/${group.id}/leave`), null);
  });
});

describe('CLIENT.md §2: conversations', () => {
  test('CLIENT.md §2: GET /conversations carries what the list screen shows', async () => {
    const { alice, bob, direct } = await chat();
    const group = await bob.group('Team', [alice], { metadata: pictures });
    await alice.ask('POST', `conversations/${group.id}/archive`);
    const sent = await bob.send(direct.id, 'hello', { metadata: { sender_name: 'Bob' } });
    const list = await alice.ask('GET', 'conversations');
    assert.deepEqual(ids(list), [direct.id, group.id]);
    assert.deepEqual(await alice.ask('GET', 'conversations'), list, 'the next poll says the same');
    const [first, second] = list;
    assert.deepEqual([first.type, second.type], ['direct', 'group']);
    assert.deepEqual(new Set(first.member_user_ids), new Set([alice.id, bob.id]));
    assert.deepEqual([first.unread_count, second.unread_count], [1, 0]);
    for (const row of list) for (const flag of ['is_pinned', 'is_muted']) assert.equal(row[flag], false);
    assert.deepEqual([first.is_archived, second.is_archived], [false, true]);
    for (const row of list) for (const time of [row.updated_at, row.created_at]) assert.match(time, iso);
    const last = first.last_message;
    assert.deepEqual(
      [last.id, last.sender_id, last.content, last.sent_at, last.message_type, last.is_deleted, last.metadata],
      [sent.id, bob.id, 'hello', sent.sentAt, 'text', false, { sender_name: 'Bob' }],
    );
    assert.equal(last.status, 'sent');
    assert.equal(second.last_message, null);
    assert.deepEqual(second.metadata, { name: 'Team', ...pictures });
  });

  test('CLIENT.md §2: GET /conversations/:id carries members, settings of encryption, and what group details read', async () => {
    const { alice, bob, direct } = await chat();
    await alice.ask('PUT', `conversations/${direct.id}`, { metadata: { e2ee: { enabled: true, v: 1 } } });
    const detail = await bob.ask('GET', `conversations/${direct.id}`);
    assert.deepEqual([detail.id, detail.type, detail.metadata.e2ee.enabled], [direct.id, 'direct', true]);
    assert.deepEqual(new Set(detail.member_user_ids), new Set([alice.id, bob.id]));
    assert.deepEqual(by_user(detail.members), { [alice.id]: 'member', [bob.id]: 'member' });

    const { admin, group } = await club({ metadata: { description: 'ours' } });
    const raw = (await admin.ask_raw('GET', `conversations/${group.id}`)).data;
    assert.deepEqual([raw.id, raw.type, raw.name, raw.isActive], [group.id, 'group', 'Club', true]);
    assert.equal(raw.metadata.description, 'ours');
    offers(raw, 'externalGroupId');
    for (const time of [raw.insertedAt, raw.createdAt, raw.updatedAt]) assert.match(time, iso);
    assert.equal(raw.members.length, 3);
    for (const one of raw.members) {
      assert.equal(one.role, one.userId === admin.id ? 'admin' : 'member');
      assert.equal(one.isActive, true);
      assert.match(one.joinedAt, iso);
    }
  });

  test('CLIENT.md §2: PUT /conversations/:id answers with the whole conversation, which replaces the state of the chat', async () => {
    const { alice, direct } = await chat();
    const { admin, group } = await club();
    await alice.ask('POST', `conversations/${direct.id}/archive`);
    const described = { description: 'ours', picture_url: pictures.picture_url };
    const group_settings = { message_permission: 'moderators_plus' };
    for (const [who, { id }, change] of [
      [alice, direct, { metadata: { e2ee: { enabled: true, v: 1 } } }],
      [admin, group, { name: 'Crew', metadata: described }],
      [admin, group, { metadata: { group_settings } }],
    ]) {
      const reply = await who.ask('PUT', `conversations/${id}`, change);
      for (const [key, value] of Object.entries(change.metadata)) assert.deepEqual(reply.metadata[key], value);
      needs(reply, 'members');
      assert.deepEqual(reply, await who.ask('GET', `conversations/${id}`));
    }
    const named = await admin.ask('GET', `conversations/${group.id}`);
    assert.deepEqual([named.name, named.metadata], ['Crew', { name: 'Crew', ...described, group_settings }]);
  });

  test('CLIENT.md §2: DELETE /conversations/:id removes it from the own list alone', async () => {
    const { alice, bob, direct } = await chat();
    const kept = await alice.group('Kept', [bob]);
    await alice.ask('DELETE', `conversations/${direct.id}`);
    assert.deepEqual(ids(await alice.ask('GET', 'conversations')), [kept.id]);
    assert.deepEqual(new Set(ids(await bob.ask('GET', 'conversations'))), new Set([direct.id, kept.id]));
  });

  test('CLIENT.md §2: POST and DELETE /conversations/:id/archive: 422 means that it is so already, 404 that it is gone', async () => {
    const { alice, direct } = await chat();
    for (const [method, archived] of [
      ['POST', true],
      ['DELETE', false],
    ]) {
      const path = `conversations/${direct.id}/archive`;
      await alice.ask(method, path);
      assert.equal((await alice.ask('GET', 'conversations'))[0].is_archived, archived);
      assert.equal((await alice.request(method, path)).status, 422);
      assert.equal((await alice.request(method, `conversations/${crypto.randomUUID()}/archive`)).status, 404);
    }
  });

  test('CLIENT.md §2: GET /conversations/archived is read page by page by its meta', async () => {
    const [alice, ...others] = phones(server, 'alice', ...Array.from({ length: 52 }, (_, i) => `other ${i}`));
    const all = [];
    for (const other of others) all.unshift((await alice.direct_with(other)).id);
    for (const id of all) await alice.ask('POST', `conversations/${id}/archive`);
    const first = await alice.archived();
    needs(first.rows[0], 'id', 'type');
    assert.deepEqual(first.meta, { count: 50, limit: 50, offset: 0, has_more: true, user_id: alice.id });
    const second = await alice.archived(50);
    assert.deepEqual(second.meta, { count: 2, limit: 50, offset: 50, has_more: false, user_id: alice.id });
    assert.deepEqual(ids([...first.rows, ...second.rows]), all);
  });

  test('CLIENT.md §2: POST /conversations makes a direct conversation by other_user_id and by user_ids, the same one', async () => {
    const [alice, bob, carol] = phones(server, 'alice', 'bob', 'carol');
    const preferred = (by, other) => by.ask('POST', 'conversations', { type: 'direct', other_user_id: other.id });
    const older = (by, other) => by.ask('POST', 'conversations', { type: 'direct', user_ids: [by.id, other.id] });
    for (const [first, second, other] of [
      [preferred, older, bob],
      [older, preferred, carol],
    ]) {
      const made = await first(alice, other);
      assert.equal(made.type, 'direct');
      assert.equal((await second(alice, other)).id, made.id);
      assert.equal((await other.start_direct(alice)).id, made.id);
      assert.deepEqual(ids(await other.ask('GET', 'conversations')), [made.id]);
    }
  });

  test('CLIENT.md §2: POST /conversations makes a group of the people named, oneself among them', async () => {
    const [alice, bob, carol] = phones(server, 'alice', 'bob', 'carol');
    const user_ids = [alice.id, bob.id, carol.id];
    const { id } = await alice.ask('POST', 'conversations', { type: 'group', name: 'Trio', user_ids });
    const { name, members } = await carol.ask('GET', `conversations/${id}`);
    assert.equal(name, 'Trio');
    assert.deepEqual(by_user(members), { [alice.id]: 'admin', [bob.id]: 'member', [carol.id]: 'member' });
  });
});

describe('CLIENT.md §2: members', () => {
  test('CLIENT.md §2: GET /conversations/:id/members tells user and role', async () => {
    const { admin, bob, carol, group } = await club();
    await admin.ask('PATCH', `conversations/${group.id}/members/${bob.id}/role`, { role: 'moderator' });
    const members = await carol.ask('GET', `conversations/${group.id}/members`);
    assert.deepEqual(by_user(members), { [admin.id]: 'admin', [bob.id]: 'moderator', [carol.id]: 'member' });
    for (const one of members) {
      assert.match(one.joined_at, iso);
      assert.equal(one.is_active, true);
    }
  });

  test('CLIENT.md §2: POST /conversations/:id/members takes one after the other', async () => {
    const { admin, bob, group } = await club();
    const path = `conversations/${group.id}/members`;
    const added = phones(server, 'dave', 'erin', 'frank');
    for (const { id } of added) assert.equal((await admin.ask('POST', path, { user_id: id })).user_id, id);
    assert.equal((await bob.ask('GET', path)).length, 6);
    for (const one of added) assert.deepEqual(ids(await one.ask('GET', 'conversations')), [group.id]);
    await assert.rejects(admin.ask('POST', path, { user_id: bob.id }), { status: 422, text: 'Validation failed' });
  });

  test('CLIENT.md §2: DELETE /conversations/:id/members/:uid removes others for admins, and oneself', async () => {
    const { admin, bob, carol, group } = await club();
    const path = (who) => `conversations/${group.id}/members/${who.id}`;
    assert.equal((await bob.request('DELETE', path(carol))).status, 403);
    await admin.ask('DELETE', path(carol));
    await bob.ask('DELETE', path(bob));
    assert.deepEqual(by_user(await admin.ask('GET', `conversations/${group.id}/members`)), { [admin.id]: 'admin' });
  });

  test('CLIENT.md §2: PATCH /conversations/:id/members/:uid/role hands a group over: the new admin first, then oneself', async () => {
    const { admin, bob, carol, group } = await club();
    const give = (who, role) => admin.ask('PATCH', `conversations/${group.id}/members/${who.id}/role`, { role });
    await give(bob, 'admin');
    await give(admin, 'member');
    const members = await carol.ask('GET', `conversations/${group.id}/members`);
    assert.deepEqual(by_user(members), { [admin.id]: 'member', [bob.id]: 'admin', [carol.id]: 'member' });
  });

  test('CLIENT.md §2: POST /conversations/:id/leave ends the own membership', async () => {
    const { admin, bob, carol, group } = await club();
    await bob.ask('POST', `conversations/${group.id}/leave`);
    assert.deepEqual(await bob.ask('GET', 'conversations'), []);
    const members = await carol.ask('GET', `conversations/${group.id}/members`);
    assert.deepEqual(by_user(members), { [admin.id]: 'admin', [carol.id]: 'member' });
  });
});
