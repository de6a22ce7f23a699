// CHANNELS.md §5 to §9, and the connection behaviour of the mobile client (CLIENT.md §3 and §7).
import crypto from 'node:crypto';
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { iso, joined, keys, open, pair, text } from './harness/hand_written.mjs';
import { Frames } from './harness/frames.mjs';
import { conversation_topic, people } from './harness/person.mjs';
import { eventually } from './harness/patience.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

describe('CHANNELS.md §5: the user topic', () => {
  test('answers with the id, tells a presence diff, and gives the list to the joiner alone', async (t) => {
    const { alice, conversation } = await pair(server);
    const topic = `user:${alice.id}`;
    const first = await open(t, alice);
    assert.deepEqual(await first.ask('1', '1', topic, 'phx_join'), { status: 'ok', response: { user_id: alice.id } });
    const list = await first.next((one) => one[3] === 'conversation_summaries', 'the list');
    assert.deepEqual(list.slice(0, 3), ['1', null, topic]);
    const [summary] = list[4].summaries;
    assert.equal(summary.id, conversation.id);
    for (const key of [
      ...['id', 'type', 'metadata', 'is_active', 'unread_count', 'last_message', 'last_activity', 'member_count'],
      ...['updated_at', 'is_archived', 'is_pinned', 'is_muted', 'member_user_ids', 'created_at', 'inserted_at'],
    ])
      assert.ok(key in summary, key);
    assert.match(summary.updated_at, iso);
    const second = await open(t, alice);
    await second.ask('1', '1', topic, 'phx_join');
    await second.next((one) => one[3] === 'conversation_summaries', 'the list');
    await first.next(
      (one) => one[3] === 'presence_diff' && one[4].joins[alice.id]?.metas[0].status === 'online',
      'the second device',
    );
    await first.heartbeat();
    assert.equal(first.received.filter(({ json }) => json[3] === 'conversation_summaries').length, 1);
    assert.equal(first.received.filter(({ json }) => json[3] === 'presence_state').length, 0);
  });

  test('is joined by its user alone, letter by letter', async (t) => {
    const { alice, bob } = await pair(server);
    const frames = await open(t, alice);
    const unauthorized = { status: 'error', response: { reason: 'unauthorized' } };
    for (const [i, id] of [bob.id, alice.id.toUpperCase(), `${alice.id} `, '', 'zzz'].entries()) {
      if (id === alice.id) continue;
      assert.deepEqual(await frames.ask(`${i}`, `${i}`, `user:${id}`, 'phx_join'), unauthorized, id);
    }
  });

  test('answers get_conversations, get_unread_messages and mark_conversation_read, for members', async (t) => {
    const { alice, bob, conversation } = await pair(server);
    const [carol] = people(server, 'carol');
    const foreign = await bob.direct_with(carol);
    await bob.send(conversation.id, 'unread');
    const topic = `user:${alice.id}`;
    const frames = await joined(t, alice, topic);
    const ask = (ref, event, payload) => frames.ask('1', ref, topic, event, payload);
    assert.equal((await ask('2', 'get_conversations')).response.conversations[0].id, conversation.id);
    const [unread] = (await ask('3', 'get_unread_messages')).response.unread_messages;
    assert.deepEqual(keys(unread), [
      ...['conversation_id', 'id', 'is_deleted', 'message_type', 'metadata', 'sender_id', 'sent_at'],
    ]);
    const marked = await ask('4', 'mark_conversation_read', { conversation_id: conversation.id });
    assert.deepEqual(marked.response, { messages_marked: 1 });
    assert.deepEqual((await ask('5', 'get_unread_messages')).response, { unread_messages: [] });
    for (const conversation_id of [foreign.id, crypto.randomUUID(), 'zzz', 5, null]) {
      const answer = await ask(`m${conversation_id}`, 'mark_conversation_read', { conversation_id });
      assert.equal(answer.status, 'error', String(conversation_id));
    }
    assert.deepEqual((await ask('6', 'new_message', text('x'))).response, { reason: 'unknown_event' });
  });
});

describe('CHANNELS.md §7: strict presence', () => {
  test('names every session that left, also of who is still there', async (t) => {
    const own = await Server.start({ args: ['--strict-presence'] });
    t.after(() => own.discard());
    const { alice, bob, topic } = await pair(own);
    const at_bob = await joined(t, bob, topic);
    const [one, two] = [await joined(t, alice, topic), await joined(t, alice, topic)];
    const metas = () =>
      at_bob.received.flatMap(({ json }) =>
        json[3] === 'presence_diff' ? (json[4].joins[alice.id]?.metas ?? []) : [],
      );
    for (let come = metas(); come.length < 2; come = metas())
      await at_bob.next((frame) => frame[3] === 'presence_diff', 'both sessions');
    await one.close();
    const left = await at_bob.next((frame) => frame[4].leaves?.[alice.id], 'one session');
    assert.equal(left[4].leaves[alice.id].metas.length, 1);
    await two.close();
    const gone = await at_bob.next((frame) => frame[4].leaves?.[alice.id], 'the other session');
    assert.notEqual(gone[4].leaves[alice.id].metas[0].phx_ref, left[4].leaves[alice.id].metas[0].phx_ref);
  });
});

describe('CHANNELS.md §9 and RULINGS 29: many at once', () => {
  test('an orderly end closes sockets with 1012, one after the other', async (t) => {
    const own = await Server.start({ args: ['--shutdown-grace', '2s'] });
    t.after(() => own.discard());
    const { alice, topic } = await pair(own);
    const closes = [];
    const sockets = [];
    for (let i = 0; i < 12; ++i) {
      const frames = await Frames.open(own, alice.token);
      await frames.ask('1', '1', topic, 'phx_join');
      frames.ended.then(({ code }) => closes.push([code, Date.now()]));
      sockets.push(frames);
    }
    const ending = own.stop();
    await Promise.all(sockets.map((one) => one.closed()));
    assert.equal((await ending).code, 0);
    assert.deepEqual([...new Set(closes.map(([code]) => code))], [1012]);
    const times = closes.map(([, at]) => at);
    assert.ok(Math.max(...times) - Math.min(...times) > 200, 'all clients come back at different moments');
  });

  test('joins are admitted by rate, what follows them waits, and none is forgotten', async (t) => {
    const own = await Server.start({ args: ['--joins-per-second', '3'] });
    t.after(() => own.discard());
    const [alice, bob] = people(own, 'alice', 'bob');
    const topics = [];
    for (let i = 0; i < 8; ++i) topics.push(conversation_topic(await alice.group(`Group ${i}`, [bob])));
    const frames = await open(t, alice);
    const began = Date.now();
    for (const [i, topic] of topics.entries()) {
      frames.send([`${i}`, `${i}`, topic, 'phx_join', {}]);
      // What follows a join waits for it.
      frames.send([`${i}`, `m${i}`, topic, 'new_message', text(`after join ${i}`)]);
    }
    const replies = () => frames.received.filter(({ json }) => json[3] === 'phx_reply').map(({ json }) => json);
    await eventually('a reply to every frame', () => replies().length === 2 * topics.length);
    for (const reply of replies()) assert.equal(reply[4].status, 'ok', reply[1]);
    assert.ok(Date.now() - began > 1000, 'eight joins at three a second take their time');
    const order = replies().map((reply) => reply[1]);
    for (let i = 0; i < topics.length; ++i) assert.ok(order.indexOf(`${i}`) < order.indexOf(`m${i}`), String(i));
  });
});

describe('CLIENT.md §3 and §7: the mobile client', () => {
  test('joins everything twice at its first connection, and hears each event once', async (t) => {
    const { alice, bob, conversation, topic } = await pair(server);
    const frames = await open(t, alice, { path: '/messaging/socket/websocket', more: `&user_id=${alice.id}` });
    const own = `user:${alice.id}`;
    let ref = 0;
    for (let round = 0; round < 2; ++round) {
      for (const one of [own, topic]) frames.send([`${++ref}`, `${ref}`, one, 'phx_join', {}]);
    }
    const count = (event) => frames.received.filter(({ json }) => json[3] === event).length;
    await eventually('four replies', () => count('phx_reply') === 4);
    await frames.heartbeat('h');
    const replies = frames.received.filter(({ json }) => json[3] === 'phx_reply' && json[1] !== 'h');
    assert.deepEqual(replies.map(({ json }) => json[4].status), ['ok', 'ok', 'ok', 'ok']);
    // It looks at the topic alone: a close after the last reply would make it believe that it is not joined.
    for (const one of [own, topic]) {
      const last = frames.received
        .filter(({ json }) => json[2] === one && ['phx_reply', 'phx_close'].includes(json[3]))
        .at(-1);
      assert.equal(last.json[3], 'phx_reply');
    }
    const sent = await bob.send(conversation.id, 'once');
    await eventually('the message on both topics', () => count('new_message') >= 2);
    await frames.heartbeat('i');
    const copies = frames.received.filter(({ json }) => json[3] === 'new_message' && json[4].message.id === sent.id);
    assert.deepEqual(copies.map(({ json }) => json[2]).sort(), [topic, own].sort());
  });

  test('answers its own echo with message_read, which is answered and makes no message read', async (t) => {
    const { alice, bob, topic } = await pair(server);
    const [at_alice, at_bob] = [await joined(t, alice, topic), await joined(t, bob, topic)];
    at_alice.send(['1', '2', topic, 'new_message', text('mine')]);
    const echo = await at_alice.next((one) => one[3] === 'new_message', 'the echo');
    const answer = await at_alice.ask('1', '3', topic, 'message_read', { message_id: echo[4].message.id });
    assert.deepEqual(answer, { status: 'ok', response: { status: 'read' } });
    const again = await at_alice.ask('1', '4', topic, 'new_message', text('again'));
    await at_bob.next(
      (one) => one[3] === 'new_message' && one[4].message.id === again.response.message.id,
      'the barrier',
    );
    for (const frames of [at_alice, at_bob])
      assert.equal(frames.received.filter(({ json }) => json[3] === 'delivery_status' && json[4].status === 'read').length, 0);
    const shown = (await alice.rest.get(`messages/${echo[4].message.id}`)).body.data;
    assert.notEqual(shown.status, 'read');
  });

  test('§5 row 10: two drainers send one queued message, encrypted and plain, and both get 2xx', async () => {
    const { alice, conversation } = await pair(server);
    const path = `conversations/${conversation.id}/messages`;
    for (let round = 0; round < 10; ++round) {
      const client_random = crypto.randomInt(2 ** 32);
      const encrypted = { v: 1, iv: 'aaaa', ct: 'bbbb', round };
      const [first, second] = await Promise.all([
        alice.rest.post(path, {
          content: JSON.stringify(encrypted),
          message_type: 'text',
          client_random,
          metadata: {},
        }),
        alice.rest.post(path, {
          content: `plain ${round}`,
          message_type: 'text',
          client_random,
          metadata: { client_message_id: `temp-${round}` },
        }),
      ]);
      assert.deepEqual([first.status, second.status], [201, 201]);
      assert.equal(first.body.data.id, second.body.data.id);
      assert.equal(first.body.data.content, second.body.data.content);
      const marks = [first, second].map((answer) => answer.headers['x-whispr-duplicate']);
      assert.deepEqual(marks.filter(Boolean), ['true']);
    }
    assert.equal((await alice.history(conversation.id)).length, 10);
  });

  test('leaves and joins again within one packet, many times, and is joined in the end', async (t) => {
    const { alice, bob, conversation, topic } = await pair(server);
    const frames = await open(t, alice);
    frames.send(['0', '0', topic, 'phx_join', {}]);
    for (let i = 1; i <= 20; ++i) {
      frames.send([`${i - 1}`, `l${i}`, topic, 'phx_leave', {}]);
      frames.send([`${i}`, `${i}`, topic, 'phx_join', {}]);
    }
    assert.equal((await frames.reply('20'))[4].status, 'ok');
    const sent = await bob.send(conversation.id, 'still here');
    await frames.next((one) => one[3] === 'new_message' && one[4].message.id === sent.id, 'the message');
    await frames.heartbeat('h');
    assert.equal(frames.received.filter(({ json }) => json[3] === 'new_message').length, 1);
    assert.equal(frames.received.filter(({ json }) => json[3] === 'phx_close').length, 20);
  });
});
