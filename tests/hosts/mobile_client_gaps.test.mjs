// What the mobile client expects and the earlier service lacked: CLIENT.md §4.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { Server } from './harness/server.mjs';
import { Rest } from './harness/rest.mjs';
import { conversation_topic } from './harness/person.mjs';
import { internal_token } from './harness/user_service.mjs';
import { about, ids, needs, of_message, online, own_topic, phones, with_status } from './harness/mobile_client.mjs';

let server;
before(async () => (server = await Server.start({ env: { INTERNAL_API_TOKEN: internal_token } })));
after(() => server?.discard());

const sibling = (path, body, headers) =>
  new Rest(server).post(`/internal/v1/${path}`, body, { 'x-internal-token': internal_token, ...headers });

async function chat() {
  const [alice, bob, carol] = phones(server, 'alice', 'bob', 'carol');
  const direct = await alice.direct_with(bob);
  return { alice, bob, carol, direct, topic: conversation_topic(direct) };
}

const in_an_hour = () => new Date(Date.now() + 3_600_000).toISOString();

describe('CLIENT.md §4: what the earlier service lacked', () => {
  test('CLIENT.md §4 row 1: a token for the audience ws opens the socket, and is believed for its user alone', async (t) => {
    const { alice, bob, topic } = await chat();
    const phone = await online(t, alice, topic, own_topic(bob));
    assert.deepEqual(phone.joined, new Set([own_topic(alice), topic, 'phoenix']));
  });

  test('CLIENT.md §4 row 2: a forwarded copy is marked, is a message of its own, and is told', async (t) => {
    const { alice, bob, carol, direct } = await chat();
    const team = await alice.group('Team', [carol]);
    const at_carol = await online(t, carol, conversation_topic(team));
    const message = await bob.say(direct, 'pass it on', { metadata: { media_id: 'm' } });
    const targets = { conversation_ids: [team.id] };
    const [copy] = await alice.ask('POST', `messages/${message.id}/forward`, targets);
    assert.equal(copy.metadata.forwarded, true);
    assert.equal(copy.forwarded_from_id ?? copy.metadata.forwarded_from_id, message.id);
    assert.notEqual(copy.client_random, message.client_random);
    assert.deepEqual([copy.conversation_id, copy.sender_id, copy.content], [team.id, alice.id, 'pass it on']);
    for (const topic of [conversation_topic(team), own_topic(carol)]) {
      const told = await at_carol.hears(topic, 'new_message', of_message(copy.id));
      assert.equal(told.message.metadata.forwarded, true);
    }
    const many = { conversation_ids: Array.from({ length: 100 }, () => crypto.randomUUID()) };
    assert.equal((await alice.request('POST', `messages/${message.id}/forward`, many)).status, 422);
  });

  async function unread_again(t) {
    const { alice, bob, direct, topic } = await chat();
    const at_alice = await online(t, alice, topic);
    const [first, second] = [await alice.say(direct, 'one'), await alice.say(direct, 'two')];
    await bob.rest.post(`messages/${second.id}/read`);
    await at_alice.hears(own_topic(alice), 'delivery_status', with_status(second.id, 'read'));
    await bob.ask('POST', `messages/${second.id}/unread?conversation_id=${direct.id}`);
    return { alice, bob, direct, at_alice, first, second };
  }

  test('CLIENT.md §4 row 3: an unread message counts again, and its author is told', async (t) => {
    const { alice, bob, direct, at_alice, second } = await unread_again(t);
    assert.equal((await bob.ask('GET', 'conversations'))[0].unread_count, 1);
    const told = await at_alice.hears(own_topic(alice), 'message_unread');
    assert.deepEqual([told.message_id, told.conversation_id], [second.id, direct.id]);
  });

  test('CLIENT.md §4 row 3: the read tick of an unread message is gone after a reload, too', async (t) => {
    const { alice, direct, first, second } = await unread_again(t);
    const [newest, oldest] = await alice.page(direct);
    assert.deepEqual(ids([newest, oldest]), [second.id, first.id]);
    assert.equal(oldest.status, 'read');
    assert.notEqual(newest.status, 'read');
  });

  test('CLIENT.md §4 row 4: one admin must remain, and the order of the client passes', async () => {
    const [admin, bob] = phones(server, 'admin', 'bob');
    const group = await admin.group('Club', [bob]);
    const give = (who, role) => admin.ask('PATCH', `conversations/${group.id}/members/${who.id}/role`, { role });
    await assert.rejects(give(admin, 'member'), { status: 422, text: 'Group must have at least one admin' });
    await give(bob, 'admin');
    await give(admin, 'member');
    await assert.rejects(give(bob, 'member'), { status: 403, text: 'Not authorized to change roles' });
  });

  test('CLIENT.md §4 row 5: a plain member leaves, and so does the last admin', async () => {
    const [admin, bob, carol] = phones(server, 'admin', 'bob', 'carol');
    const group = await admin.group('Club', [bob, carol]);
    for (const who of [carol, admin]) {
      await who.ask('POST', `conversations/${group.id}/leave`);
      assert.deepEqual(await who.ask('GET', 'conversations'), []);
    }
    const members = await bob.ask('GET', `conversations/${group.id}/members`);
    assert.deepEqual(members.map((one) => [one.user_id, one.role]), [[bob.id, 'admin']]);
  });

  test('CLIENT.md §4 row 6: the first attempt of a search in a conversation finds only what is there', async () => {
    const { alice, bob, carol, direct } = await chat();
    const other = await alice.direct_with(carol);
    await alice.say(other, 'the key is elsewhere');
    assert.deepEqual(await alice.search_in(direct, 'key'), []);
    const sent = await bob.say(direct, 'the key: here & now?');
    assert.deepEqual(ids(await alice.search_in(direct, 'here & now?')), [sent.id]);
    assert.deepEqual(ids(await alice.search_in(direct, 'key')), [sent.id]);
  });

  test('CLIENT.md §4 row 7: the archived list goes on after its first page', async () => {
    const [alice, ...others] = phones(server, 'alice', ...Array.from({ length: 101 }, (_, i) => `other ${i}`));
    for (const other of others) await alice.ask('POST', `conversations/${(await alice.direct_with(other)).id}/archive`);
    const seen = new Set();
    let offset = 0;
    let page;
    do {
      page = await alice.archived(offset);
      for (const { id } of page.rows) seen.add(id);
      offset += page.meta.limit;
    } while (page.meta.has_more);
    assert.equal(seen.size, 101);
    assert.equal(offset, 150);
  });

  test('CLIENT.md §4 row 8: the list of scheduled messages can be sorted, and is that of its conversation', async () => {
    const { alice, carol, direct } = await chat();
    const other = await alice.direct_with(carol);
    for (const { id } of [direct, other]) {
      const body = { conversation_id: id, content: 'later', message_type: 'text', scheduled_at: in_an_hour() };
      await alice.ask_raw('POST', 'messages/scheduled', body);
    }
    const list = await alice.ask_raw('GET', `messages/scheduled?conversation_id=${direct.id}`);
    assert.ok(Array.isArray(list));
    assert.deepEqual(list.map((row) => row.conversation_id), [direct.id]);
    needs(list[0], 'id', 'content', 'scheduled_at', 'status', 'message_type');
  });

  test('CLIENT.md §4 row 9: message_updated is told beside message_edited, with the same message', async (t) => {
    const { alice, bob, direct, topic } = await chat();
    const at_bob = await online(t, bob, topic);
    const { id } = await alice.say(direct, 'helo');
    await alice.ask('PUT', `messages/${id}`, { content: 'hello', conversation_id: direct.id });
    const updated = await at_bob.hears(topic, 'message_updated');
    const edited = await at_bob.hears(topic, 'message_edited');
    assert.equal(updated.message.content, 'hello');
    assert.deepEqual(updated.message, edited.message);
  });

  test('CLIENT.md §4 row 10: ticks move live, and are the same after a reload', async (t) => {
    const { alice, bob, direct, topic } = await chat();
    const at_alice = await online(t, alice, topic);
    const { id } = await alice.say(direct, 'hello');
    const status = async () => (await alice.page(direct))[0].status;
    assert.equal(await status(), 'sent');
    const at_bob = await online(t, bob, topic);
    const second = await alice.say(direct, 'more');
    await at_alice.hears(own_topic(alice), 'delivery_status', with_status(second.id, 'delivered'));
    assert.equal(await status(), 'delivered');
    at_bob.push(topic, 'message_read', { message_id: second.id });
    await at_alice.hears(own_topic(alice), 'delivery_status', with_status(second.id, 'read'));
    assert.deepEqual((await alice.page(direct)).map((row) => [row.id, row.status]), [
      [second.id, 'read'],
      [id, 'read'],
    ]);
  });

  test('CLIENT.md §4 row 11: a device that shows only the list hears a deletion on the user topic', async (t) => {
    const { alice, bob, direct } = await chat();
    const at_bob = await online(t, bob);
    const { id } = await alice.say(direct, 'oops');
    await alice.ask('DELETE', `messages/${id}?conversation_id=${direct.id}&delete_for_everyone=true`);
    assert.equal((await at_bob.hears(own_topic(bob), 'message_deleted', about(id))).conversation_id, direct.id);
    assert.equal((await bob.ask('GET', 'conversations'))[0].last_message, null);
  });

  test('CLIENT.md §4 row 12: every client_random of 32 bits is stored and told as it is', async (t) => {
    const { alice, bob, direct, topic } = await chat();
    const at_bob = await online(t, bob, topic);
    for (const client_random of [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]) {
      const sent = await alice.say(direct, `number ${client_random}`, { client_random });
      const { message } = await at_bob.hears(topic, 'new_message', of_message(sent.id));
      assert.deepEqual([sent.client_random, message.client_random], [client_random, client_random]);
    }
    assert.equal((await bob.page(direct)).length, 5);
  });

  test('CLIENT.md §4 row 13: a message is delivered when it was pushed to a device that says nothing', async (t) => {
    const { alice, bob, direct, topic } = await chat();
    const at_alice = await online(t, alice, topic);
    await online(t, bob, topic);
    const { id } = await alice.say(direct, 'hello');
    const told = await at_alice.hears(own_topic(alice), 'delivery_status', about(id));
    assert.deepEqual([told.status, told.user_id], ['delivered', bob.id]);
  });

  test('CLIENT.md §4 row 14: calls, inbox and blocked images reach the user through a bridge', async (t) => {
    const { alice } = await chat();
    const phone = await online(t, alice);
    for (const event of ['incoming_call', 'call_ended', 'inbox:new', 'blocked_image_decision']) {
      const payload = { of: event };
      assert.equal((await sibling(`users/${alice.id}/events`, { event, payload })).status, 202);
      assert.deepEqual(await phone.hears(own_topic(alice), event), payload);
    }
  });

  test('CLIENT.md §4 row 15: restoring a backup is accepted', async () => {
    const [alice] = phones(server, 'alice');
    const body = { userId: alice.id, backupId: 'b1', data: { conversations: [] } };
    const answer = await sibling('backups/restore', body, { 'x-user-id': alice.id });
    assert.equal(answer.status, 202, answer.text);
  });
});
