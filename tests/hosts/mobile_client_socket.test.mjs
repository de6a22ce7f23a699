// What the mobile client sends and hears on its socket: CLIENT.md §3 and §7.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { Rest } from './harness/rest.mjs';
import { conversation_topic } from './harness/person.mjs';
import { internal_token } from './harness/user_service.mjs';
import { eventually } from './harness/patience.mjs';
import {
  MobileSocket,
  about,
  needs,
  of_message,
  offers,
  online,
  own_topic,
  phones,
  snake,
  with_status,
} from './harness/mobile_client.mjs';

let server;
before(async () => (server = await Server.start({ env: { INTERNAL_API_TOKEN: internal_token } })));
after(() => server?.discard());

// A chat of two, both online with their list and this chat.
async function chat(t) {
  const [alice, bob] = phones(server, 'alice', 'bob');
  const direct = await alice.direct_with(bob);
  const topic = conversation_topic(direct);
  const [at_alice, at_bob] = [await online(t, alice, topic), await online(t, bob, topic)];
  return { alice, bob, direct, topic, at_alice, at_bob };
}

describe('CLIENT.md §3: the connection', () => {
  test('CLIENT.md §3: the URL, with the token of the identity service or with the access token', async (t) => {
    const [alice] = phones(server, 'alice');
    for (const token of [alice.socket_token(), alice.token]) {
      const phone = new MobileSocket(alice);
      t.after(() => phone.close());
      phone.join(own_topic(alice));
      await phone.connect(token);
      await phone.hears(own_topic(alice), 'phx_reply', ({ status }) => status === 'ok');
    }
  });

  test('CLIENT.md §3: topics asked for before the socket is open are joined twice, stay joined, and tell each event once', async (t) => {
    const [alice, bob] = phones(server, 'alice', 'bob');
    const list = [await alice.direct_with(bob)];
    for (let i = 0; i < 5; ++i) list.push(await alice.group(`Group ${i}`, [bob]));
    const topics = list.map(conversation_topic);
    const phone = await online(t, alice, ...topics);
    for (const topic of [own_topic(alice), ...topics]) {
      const replies = phone.all(topic, 'phx_reply');
      assert.deepEqual(replies.map(({ payload }) => payload.status), ['ok', 'ok'], topic);
      assert.ok(phone.joined.has(topic), topic);
    }
    const sent = [];
    for (const one of list) sent.push(await bob.say(one, 'once'));
    for (const [i, { id }] of sent.entries()) {
      await phone.hears(topics[i], 'new_message', of_message(id));
      await phone.hears(own_topic(alice), 'new_message', of_message(id));
    }
    await phone.answered();
    assert.equal(phone.heard.filter(({ event }) => event === 'new_message').length, 2 * list.length);
    assert.equal(phone.heard.filter(({ event }) => event === 'phx_error').length, 0);
  });

  test('CLIENT.md §7: a screen that leaves and joins again at once hears what comes', async (t) => {
    const { bob, direct, topic, at_alice } = await chat(t);
    for (let i = 0; i < 5; ++i) {
      at_alice.leave(topic);
      at_alice.join(topic);
    }
    await at_alice.answered();
    assert.ok(at_alice.joined.has(topic));
    const { id } = await bob.say(direct, 'still here');
    await at_alice.hears(topic, 'new_message', of_message(id));
    await at_alice.answered();
    assert.equal(at_alice.all(topic, 'new_message', of_message(id)).length, 1);
  });

  test('CLIENT.md §3: heartbeat and message_read are answered, user_typing is not', async (t) => {
    const { bob, direct, topic, at_alice } = await chat(t);
    const { id } = await bob.say(direct, 'hello');
    at_alice.push(topic, 'user_typing', { typing: true });
    at_alice.push(topic, 'user_typing', { typing: false });
    at_alice.push(topic, 'message_read', { message_id: id });
    await at_alice.answered();
    const replies = at_alice.all(topic, 'phx_reply').map(({ payload }) => payload);
    assert.deepEqual(replies.slice(2), [{ status: 'ok', response: { status: 'read' } }]);
    assert.equal(at_alice.all('phoenix', 'phx_reply').at(-1).payload.status, 'ok');
  });

  test('CLIENT.md §3: every frame it receives is a text with an array of five', async (t) => {
    const { alice, bob, direct, topic, at_alice, at_bob } = await chat(t);
    at_bob.push(topic, 'user_typing', { typing: true });
    const { id } = await bob.say(direct, 'hello');
    await bob.ask('POST', `messages/${id}/reactions`, { user_id: bob.id, reaction: '👍' });
    await alice.ask('POST', `conversations/${direct.id}/archive`);
    await at_alice.hears(topic, 'reaction_added', about(id));
    await at_alice.hears(own_topic(alice), 'conversation_archived');
    const lengths = at_alice.frames.received.map(({ json }) => Array.isArray(json) && json.length);
    assert.deepEqual(new Set(lengths), new Set([5]));
  });
});

describe('CLIENT.md §3: the user topic', () => {
  test('CLIENT.md §3: user new_message carries every message field, to the devices of the sender as well', async (t) => {
    const { alice, bob, direct } = await chat(t);
    const [laptop, tablet] = [await online(t, alice), await online(t, bob)];
    const first = await bob.say(direct, 'first');
    const metadata = { sender_display_name: 'Alice', link_preview: { url: 'https://example.org' } };
    const sent = await alice.say(direct, 'second', { metadata, reply_to_id: first.id });
    for (const [who, phone] of [
      [alice, laptop],
      [bob, tablet],
    ]) {
      const { message } = await phone.hears(own_topic(who), 'new_message', of_message(sent.id));
      assert.deepEqual(
        [message.conversation_id, message.sender_id, message.message_type, message.content, message.sent_at],
        [direct.id, alice.id, 'text', 'second', sent.sent_at],
      );
      assert.equal(message.client_random, sent.client_random, 'by which a bubble that waits is replaced');
      assert.deepEqual(message.metadata, metadata);
      assert.deepEqual([message.reply_to_id, message.reply_to.id], [first.id, first.id]);
      assert.deepEqual([message.edited_at, message.is_deleted, message.attachments], [null, false, []]);
      assert.equal(message.status, 'sent');
    }
  });

  test('CLIENT.md §3: user conversation_summaries may replace the list, since it is the same', async (t) => {
    const [alice, bob] = phones(server, 'alice', 'bob');
    const direct = await alice.direct_with(bob);
    const group = await bob.group('Team', [alice], { metadata: { picture_url: 'https://example.org/p' } });
    await bob.say(direct, 'hello');
    await alice.ask('POST', `conversations/${group.id}/archive`);
    await alice.rest.post(`conversations/${direct.id}/pin`);
    await alice.rest.put(`conversations/${group.id}/settings`, { is_muted: true });
    const list = await alice.ask('GET', 'conversations');
    const phone = await online(t, alice);
    const { summaries } = await phone.hears(own_topic(alice), 'conversation_summaries');
    assert.deepEqual(summaries.map(({ id }) => id), [direct.id, group.id]);
    const shown = [
      ...['id', 'type', 'metadata', 'is_active', 'unread_count', 'member_user_ids', 'last_message'],
      ...['is_pinned', 'is_muted', 'is_archived', 'updated_at', 'created_at'],
    ];
    for (const [i, summary] of summaries.entries()) {
      for (const field of shown) assert.deepEqual(summary[field], list[i][field], field);
      needs(summary, 'updated_at', 'created_at', 'inserted_at');
    }
  });

  test('CLIENT.md §3: user conversation_archived moves a conversation between the lists', async (t) => {
    const { alice, direct, at_alice } = await chat(t);
    for (const [method, archived] of [
      ['POST', true],
      ['DELETE', false],
    ]) {
      await alice.ask(method, `conversations/${direct.id}/archive`);
      const where = (payload) => payload.archived === archived;
      assert.equal((await at_alice.hears(own_topic(alice), 'conversation_archived', where)).conversation_id, direct.id);
    }
  });

  test('CLIENT.md §3: user delivery_status moves the ticks to delivered and to read', async (t) => {
    const { alice, bob, direct, at_alice, at_bob } = await chat(t);
    const sent = await alice.say(direct, 'hello');
    await at_alice.hears(own_topic(alice), 'delivery_status', with_status(sent.id, 'delivered'));
    assert.equal(at_alice.all(own_topic(alice), 'delivery_status', with_status(sent.id, 'read')).length, 0);
    at_bob.push(conversation_topic(direct), 'message_read', { message_id: sent.id });
    const told = await at_alice.hears(own_topic(alice), 'delivery_status', with_status(sent.id, 'read'));
    assert.equal(told.user_id, bob.id);
  });

  test('CLIENT.md §3: user message_deleted when it is for everyone', async (t) => {
    const { alice, bob, direct, at_bob } = await chat(t);
    const [mine, all] = [await alice.say(direct, 'one'), await alice.say(direct, 'two')];
    const query = (everyone) => `?conversation_id=${direct.id}&delete_for_everyone=${everyone}`;
    await alice.ask('DELETE', `messages/${mine.id}${query(false)}`);
    await alice.ask('DELETE', `messages/${all.id}${query(true)}`);
    const told = await at_bob.hears(own_topic(bob), 'message_deleted', about(all.id));
    assert.equal(told.conversation_id, direct.id);
    assert.equal(at_bob.all(own_topic(bob), 'message_deleted').length, 1);
  });

  test('CLIENT.md §3: user message_unread takes the read tick back', async (t) => {
    const { alice, bob, direct, topic, at_alice, at_bob } = await chat(t);
    const sent = await alice.say(direct, 'hello');
    at_bob.push(topic, 'message_read', { message_id: sent.id });
    await at_alice.hears(own_topic(alice), 'delivery_status', with_status(sent.id, 'read'));
    await bob.ask('POST', `messages/${sent.id}/unread?conversation_id=${direct.id}`);
    const told = await at_alice.hears(own_topic(alice), 'message_unread');
    assert.deepEqual([told.message_id, told.conversation_id], [sent.id, direct.id]);
    await at_bob.hears(own_topic(bob), 'message_unread', about(sent.id));
  });

  test('CLIENT.md §3: user incoming_call, call_ended, inbox:new and blocked_image_decision come from siblings', async (t) => {
    const { alice, bob, direct, at_alice, at_bob } = await chat(t);
    const path = `/internal/v1/users/${alice.id}/events`;
    for (const [event, payload] of [
      ['incoming_call', { callId: 'c', initiatorId: bob.id, conversationId: direct.id, type: 'video' }],
      ['call_ended', { call_id: 'c' }],
      ['inbox:new', { id: 'n', event_type: 'reply', payload: { a: 1 }, read_at: null, created_at: '2026-01-01' }],
      ['blocked_image_decision', { messageTempId: 'temp-1', decision: 'approved' }],
    ]) {
      const answer = await new Rest(server).post(path, { event, payload }, { 'x-internal-token': internal_token });
      assert.equal(answer.status, 202, answer.text);
      assert.deepEqual(await at_alice.hears(own_topic(alice), event), snake(payload));
    }
    await at_bob.answered();
    assert.equal(at_bob.heard.filter(({ event }) => event === 'incoming_call').length, 0);
  });
});

describe('CLIENT.md §3: the conversation topic', () => {
  test('CLIENT.md §3: conversation new_message is read at once in an open chat, also when it is an own echo', async (t) => {
    const { alice, bob, direct, topic, at_alice, at_bob } = await chat(t);
    const theirs = await bob.say(direct, 'before');
    await at_alice.hears(topic, 'new_message', of_message(theirs.id));
    at_alice.show(direct);
    const mine = await alice.say(direct, 'mine');
    const { message } = await at_alice.hears(topic, 'new_message', of_message(mine.id));
    needs(message, 'id', 'conversation_id', 'sender_id', 'message_type', 'content', 'sent_at', 'client_random');
    await at_bob.hears(own_topic(bob), 'delivery_status', with_status(theirs.id, 'read'));
    await at_alice.answered();
    const replies = at_alice.all(topic, 'phx_reply').slice(2);
    assert.deepEqual(replies.map(({ payload }) => payload.status), ['ok']);
    assert.ok(at_alice.joined.has(topic));

    const next = await bob.say(direct, 'after');
    await at_bob.hears(topic, 'delivery_status', with_status(next.id, 'read'));
    for (const phone of [at_alice, at_bob]) {
      assert.equal(phone.heard.filter(({ payload }) => with_status(mine.id, 'read')(payload)).length, 0);
    }
    const row = (await alice.page(direct)).find(({ id }) => id === mine.id);
    assert.notEqual(row.status, 'read', 'nobody else has read it');
  });

  test('CLIENT.md §3: conversation message_updated holds the whole message, which is spread over the bubble', async (t) => {
    const { alice, bob, direct, topic, at_alice, at_bob } = await chat(t);
    const { id } = await alice.say(direct, 'helo', { metadata: { sender_name: 'Alice' } });
    at_bob.push(topic, 'message_read', { message_id: id });
    await at_alice.hears(topic, 'delivery_status', with_status(id, 'read'));
    await alice.ask('POST', `messages/${id}/attachments`, {
      media_id: 'f1e2',
      media_type: 'image',
      metadata: { filename: 'a.png', size: 1, media_url: 'https://example.org/a.png' },
    });
    const [bubble] = await alice.page(direct);
    const edited = await alice.ask('PUT', `messages/${id}`, { content: 'hello', conversation_id: direct.id });
    const { message } = await at_alice.hears(topic, 'message_updated', of_message(id));
    const spread = { ...bubble, ...message };
    assert.deepEqual([spread.content, spread.edited_at], ['hello', edited.edited_at]);
    const changed = ['content', 'edited_at', 'is_edited', 'updated_at', 'eseq'];
    for (const field of Object.keys(bubble).filter((one) => !changed.includes(one))) {
      assert.deepEqual(spread[field], bubble[field], `${field} of the bubble`);
    }
    await at_bob.hears(topic, 'message_updated', of_message(id));
    assert.equal((await bob.page(direct))[0].content, 'hello');
  });

  test('CLIENT.md §3: conversation message_deleted is told only when it is for everyone', async (t) => {
    const { alice, direct, topic, at_alice, at_bob } = await chat(t);
    const [mine, all] = [await alice.say(direct, 'one'), await alice.say(direct, 'two')];
    const query = (everyone) => `?conversation_id=${direct.id}&delete_for_everyone=${everyone}`;
    await alice.ask('DELETE', `messages/${mine.id}${query(false)}`);
    at_alice.push(topic, 'delete_message', { message_id: mine.id, delete_for_everyone: false });
    await at_alice.answered();
    await alice.ask('DELETE', `messages/${all.id}${query(true)}`);
    await at_bob.hears(topic, 'message_deleted', about(all.id));
    assert.equal(at_bob.all(topic, 'message_deleted').length, 1);
  });

  test('CLIENT.md §3: conversation user_typing says who, and whether', async (t) => {
    const { alice, topic, at_alice, at_bob } = await chat(t);
    for (const typing of [true, false]) {
      at_alice.push(topic, 'user_typing', { typing });
      const told = await at_bob.hears(topic, 'user_typing', (payload) => payload.typing === typing);
      assert.equal(told.user_id, alice.id);
    }
  });

  test('CLIENT.md §3: conversation delivery_status tells that a message is read', async (t) => {
    const { alice, direct, topic, at_alice, at_bob } = await chat(t);
    const sent = await alice.say(direct, 'hello');
    at_bob.push(topic, 'message_read', { message_id: sent.id });
    await at_alice.hears(topic, 'delivery_status', with_status(sent.id, 'read'));
  });

  test('CLIENT.md §3: conversation presence_state replaces who is online', async (t) => {
    const { alice, bob, topic, at_bob } = await chat(t);
    await at_bob.hears(topic, 'presence_state');
    assert.deepEqual(at_bob.online, new Set([alice.id, bob.id]));
    const [carol] = phones(server, 'carol');
    const other = conversation_topic(await bob.direct_with(carol));
    at_bob.join(other);
    await at_bob.hears(other, 'presence_state');
    assert.deepEqual(at_bob.all(other, 'presence_state').map(({ payload }) => Object.keys(payload)), [[bob.id]]);
  });

  test('CLIENT.md §3: conversation presence_diff does not take away who is still there on another device', async (t) => {
    const [alice, bob, carol, dave] = phones(server, 'alice', 'bob', 'carol', 'dave');
    const topic = conversation_topic(await alice.group('Club', [bob, carol, dave]));
    const at_alice = await online(t, alice, topic);
    const sees = (...people) => {
      const expected = people.map(({ id }) => id).sort();
      const seen = () => JSON.stringify([...at_alice.online].sort()) === JSON.stringify(expected);
      return eventually(`alice sees ${people.map(({ name }) => name)}`, seen);
    };
    const [phone, tablet] = [await online(t, bob, topic), await online(t, bob, topic)];
    await sees(alice, bob);
    await phone.close();
    await online(t, carol, topic);
    await sees(alice, bob, carol);
    await tablet.close();
    await sees(alice, carol);
    const gone = at_alice.all(topic, 'presence_diff', ({ leaves }) => bob.id in leaves);
    assert.equal(gone.length, 1);
  });

  const flat = (payload) => [payload.message_id, payload.user_id, payload.reaction];

  test('CLIENT.md §3: conversation reaction_added says message, user and reaction', async (t) => {
    const { alice, bob, direct, topic, at_bob } = await chat(t);
    const { id } = await bob.say(direct, 'hello');
    await alice.ask('POST', `messages/${id}/reactions`, { user_id: alice.id, reaction: '👍' });
    assert.deepEqual(flat(await at_bob.hears(topic, 'reaction_added')), [id, alice.id, '👍']);
  });

  test('CLIENT.md §3: conversation reaction_removed says message, user and reaction', async (t) => {
    const { alice, bob, direct, topic, at_bob } = await chat(t);
    const { id } = await bob.say(direct, 'hello');
    for (const reaction of ['👍', '🎉']) {
      await alice.ask('POST', `messages/${id}/reactions`, { user_id: alice.id, reaction });
    }
    await alice.ask('DELETE', `messages/${id}/reactions/${encodeURIComponent('🎉')}?user_id=${alice.id}`);
    assert.deepEqual(flat(await at_bob.hears(topic, 'reaction_removed')), [id, alice.id, '🎉']);
  });

  test('CLIENT.md §3: message fields that are rendered come with the page', async (t) => {
    const { alice, bob, direct } = await chat(t);
    const media = {
      ...{ media_type: 'image', media_id: 'f1e2', media_url: 'https://example.org/a', filename: 'a.png' },
      ...{ thumbnail_url: 'https://example.org/t', mime_type: 'image/png', size: 5, duration: null },
      ...{ link_preview: { siteName: 'Example', title: 'x' }, sender_display_name: 'Bob', sender_name: 'bob' },
    };
    const parent = await alice.say(direct, 'parent');
    const sent = await bob.say(direct, 'child', { message_type: 'media', metadata: media, reply_to_id: parent.id });
    await alice.ask('POST', `messages/${sent.id}/reactions`, { user_id: alice.id, reaction: '👍' });
    const [row] = await alice.page(direct);
    assert.deepEqual(row.metadata, snake(media));
    const { reply_to } = row;
    assert.deepEqual([reply_to.id, reply_to.sender_id, reply_to.content], [parent.id, alice.id, 'parent']);
    offers(row, 'content', 'message_type', 'status', 'sent_at', 'edited_at', 'is_deleted', 'attachments', 'reactions');
    const raw = await alice.ask_raw('GET', `conversations/${direct.id}/messages?limit=50`);
    assert.deepEqual(raw.data[0].metadata, media);
  });
});
