// CHANNELS.md §1 to §4 word by word: what the other suites do not look at in passing.
import crypto from 'node:crypto';
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { iso, joined, keys, open, pair, text } from './harness/hand_written.mjs';
import { Frames, socket_url } from './harness/frames.mjs';
import { conversation_topic, people } from './harness/person.mjs';
import { within } from './harness/patience.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

describe('CHANNELS.md §1: a handshake', () => {
  test('takes the versions 1.0.x and 2.0.x, and no version for the older', async (t) => {
    const { alice } = await pair(server);
    for (const vsn of [null, '1.0.0', '1.0.7', '2.0.0', '2.0.12']) {
      const frames = await open(t, alice, { vsn });
      const older = vsn === null || vsn.startsWith('1');
      frames.send(
        older
          ? { topic: 'phoenix', event: 'heartbeat', payload: {}, ref: '1' }
          : [null, '1', 'phoenix', 'heartbeat', {}],
      );
      await frames.next((one) => (older ? one.ref === '1' : one[1] === '1'), 'the reply');
    }
    for (const vsn of ['', '1', '2', '2.0', '3.0.0', '2.1.0', '1.1.0', '2.0.0.0', '2.0.x', '02.0.0', 'x']) {
      const frames = new Frames(socket_url(server, alice.token, { vsn }));
      const outcome = await within(frames.outcome, 'the handshake');
      assert.equal(outcome.status, 403, vsn);
      assert.equal(outcome.body, '');
    }
  });

  test('ignores other parameters, and any origin and device', async (t) => {
    const { alice } = await pair(server);
    const frames = await open(t, alice, {
      more: '&user_id=someone&token_type=x&vsn_=9&a[]=1',
      ws: { headers: { origin: 'https://elsewhere.example' } },
    });
    assert.equal((await frames.heartbeat()).status, 'ok');
  });

  test('without a good token gets 403 without a body', async () => {
    for (const token of [undefined, '', 'zzz']) {
      const frames = new Frames(socket_url(server, token));
      const outcome = await within(frames.outcome, 'the handshake');
      assert.deepEqual([outcome.status, outcome.body], [403, '']);
    }
  });
});

describe('CHANNELS.md §2: framing', () => {
  test('elements beyond the fifth are ignored', async (t) => {
    const { alice, topic } = await pair(server);
    const frames = await open(t, alice);
    frames.send(['1', '1', topic, 'phx_join', {}, 'more', { and: 'more' }]);
    assert.equal((await frames.reply('1'))[4].status, 'ok');
  });

  test("replies carry the channel's join_ref whatever the push says, and its ref as it came", async (t) => {
    const { alice, topic } = await pair(server);
    const frames = await joined(t, alice, topic);
    for (const [join_ref, ref] of [
      ['1', '2'],
      ['99', '3'],
      [null, '4'],
      [5, '5'],
      ['1', '"\\é'],
    ]) {
      frames.send([join_ref, ref, topic, 'message_read', {}]);
      const reply = await frames.next((one) => one[3] === 'phx_reply' && one[1] === ref, 'the reply');
      assert.equal(reply[0], '1');
      assert.equal(reply[2], topic);
    }
  });

  test('a push to a topic that is not joined, and a join of no topic, have no join_ref', async (t) => {
    const { alice, topic } = await pair(server);
    const frames = await open(t, alice);
    const unmatched = { status: 'error', response: { reason: 'unmatched topic' } };
    for (const [i, [event, where]] of [
      ['new_message', topic],
      ['phx_join', 'room:1'],
      ['x', 'room:1'],
      ['x', 'phoenix'],
    ].entries()) {
      frames.send(['7', `u${i}`, where, event, {}]);
      assert.deepEqual(await frames.reply(`u${i}`), [null, `u${i}`, where, 'phx_reply', unmatched]);
    }
  });

  test('leaving what was not joined is answered ok with the given refs, without a close', async (t) => {
    const { alice, topic } = await pair(server);
    const frames = await open(t, alice);
    frames.send(['8', 'l', topic, 'phx_leave', {}]);
    assert.deepEqual(await frames.reply('l'), ['8', 'l', topic, 'phx_reply', { status: 'ok', response: {} }]);
    await frames.heartbeat();
    assert.equal(frames.received.filter(({ json }) => json[3] === 'phx_close').length, 0);
  });

  test('a join of a conversation that is no id is answered as a crash would be', async (t) => {
    const { alice } = await pair(server);
    const frames = await open(t, alice);
    assert.deepEqual(await frames.ask('1', '1', 'conversation:zzz', 'phx_join'), {
      status: 'error',
      response: { reason: 'join crashed' },
    });
  });

  test('§2.2: a binary push is an invalid payload, on a joined topic and while joining', async (t) => {
    const { alice, topic } = await pair(server);
    const frames = await open(t, alice);
    const push = (...parts) =>
      frames.send(
        Buffer.concat([Buffer.from([0, ...parts.map((part) => part.length)]), Buffer.from(`${parts.join('')}\0\xff`)]),
      );
    frames.send(['1', '1', topic, 'phx_join', {}]);
    push('1', 'b1', topic, 'new_message');
    push('1', 'b2', topic, 'typing_start');
    for (const ref of ['b1', 'b2']) {
      assert.deepEqual((await frames.reply(ref))[4], { status: 'error', response: { reason: 'invalid_payload' } });
    }
    push('1', 'b3', `user:${alice.id}`, 'new_message');
    assert.deepEqual((await frames.reply('b3'))[4], { status: 'error', response: { reason: 'unmatched topic' } });
    assert.equal((await frames.ask('1', '2', topic, 'new_message', text('still there'))).status, 'ok');
  });
});

describe('CHANNELS.md §4.1: joining a conversation', () => {
  test('is answered with the conversation, its metadata as it is, then a presence state', async (t) => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const group = await alice.group('Named', [bob], { metadata: { group_settings: { a_b: 1 }, picture_url: 'x' } });
    const topic = conversation_topic(group);
    const frames = await open(t, alice);
    const { status, response } = await frames.ask('1', '1', topic, 'phx_join');
    assert.equal(status, 'ok');
    const { id, type, metadata, is_active } = response.conversation;
    assert.deepEqual(
      { id, type, metadata, is_active },
      {
        id: group.id,
        type: 'group',
        metadata: { name: 'Named', group_settings: { a_b: 1 }, picture_url: 'x' },
        is_active: true,
      },
    );
    const state = await frames.next((one) => one[3] === 'presence_state', 'the state');
    assert.deepEqual(state.slice(0, 4), ['1', null, topic, 'presence_state']);
    const diff = await frames.next((one) => one[3] === 'presence_diff', 'the diff');
    assert.deepEqual(diff.slice(0, 4), [null, null, topic, 'presence_diff']);
    assert.ok(diff[4].joins[alice.id], 'the joiner is told as well');
  });

  test('that was deactivated is possible, and says so', async (t) => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const group = await alice.group('Over', [bob]);
    assert.equal((await alice.rest.delete(`conversations/${group.id}?for=everyone`)).status, 200);
    const frames = await open(t, alice);
    const { response } = await frames.ask('1', '1', conversation_topic(group), 'phx_join');
    assert.equal(response.conversation.is_active, false);
  });

  test('is refused with the reason', async (t) => {
    const { topic } = await pair(server);
    const [carol] = people(server, 'carol');
    const frames = await open(t, carol);
    assert.deepEqual((await frames.ask('1', '1', topic, 'phx_join')).response, { reason: 'not_authorized' });
    assert.deepEqual((await frames.ask('2', '2', `conversation:${crypto.randomUUID()}`, 'phx_join')).response, {
      reason: 'conversation_not_found',
    });
  });
});

describe('CHANNELS.md §4.2 to §4.4: what a conversation is told and answers', () => {
  const broadcast_keys = [
    ...['id', 'conversationId', 'senderId', 'replyToId', 'messageType', 'content', 'metadata', 'clientRandom'],
    ...['sentAt', 'editedAt', 'isDeleted', 'deleteForEveryone', 'deliveryStatus'],
  ];

  test('new_message: the reply has the stored times, the broadcast has not, and both have the message', async (t) => {
    const { alice, conversation, topic } = await pair(server);
    const frames = await joined(t, alice, topic);
    const push = { ...text('hello'), metadata: { a_b: [1] }, expires_at: 'zzz', ttl_seconds: 1, conversation_id: 'x' };
    frames.send(['1', '2', topic, 'new_message', push]);
    const echo = await frames.next((one) => one[3] === 'new_message', 'the echo');
    const reply = (await frames.reply('2'))[4];
    assert.deepEqual(echo.slice(0, 4), [null, null, topic, 'new_message']);
    assert.equal(reply.status, 'ok');
    const [told, stored] = [echo[4].message, reply.response.message];
    for (const key of broadcast_keys) {
      assert.ok(key in told, key);
      assert.deepEqual(stored[key], told[key], key);
    }
    for (const key of ['insertedAt', 'updatedAt']) assert.match(stored[key], iso);
    assert.match(told.sentAt, iso);
    assert.equal(told.conversationId, conversation.id);
    assert.equal(told.senderId, alice.id);
    assert.equal(told.clientRandom, push.client_random);
    assert.deepEqual(told.metadata, { a_b: [1] });
    assert.equal(told.deliveryStatus, 'sent');
    assert.equal(told.replyTo, undefined);
    const answer = await frames.ask('1', '3', topic, 'new_message', { ...text('reply'), reply_to_id: told.id });
    assert.deepEqual(keys(answer.response.message.replyTo), ['content', 'id', 'isDeleted', 'messageType', 'senderId']);
  });

  test('new_message: every outcome of §4.3', async (t) => {
    const { alice, topic } = await pair(server);
    const frames = await joined(t, alice, topic);
    let ref = 1;
    const ask = (payload) => frames.ask('1', `o${++ref}`, topic, 'new_message', payload);
    const required = {
      status: 'error',
      response: { reason: 'invalid_payload', details: 'content, message_type, and client_random are required' },
    };
    for (const key of ['content', 'message_type', 'client_random']) {
      const { [key]: _, ...rest } = text('x');
      assert.deepEqual(await ask(rest), required, key);
    }
    assert.deepEqual((await ask({ ...text('x'), signature: 'zzz' })).response, { reason: 'invalid_signature' });
    assert.deepEqual((await ask({ ...text(''), message_type: 'zzz' })).response, {
      errors: { message_type: ['is invalid'] },
    });
    assert.deepEqual((await ask(text(''))).response, { errors: { content: ["can't be blank"] } });
    assert.deepEqual((await ask({ ...text('x'), reply_to_id: crypto.randomUUID() })).response, {
      errors: { reply_to_id: ['referenced message does not exist'] },
    });
    assert.equal((await ask({ ...text('x'), client_random: 2 ** 53 - 1 })).status, 'ok');
    assert.equal((await ask({ ...text('x'), client_random: 0 })).status, 'ok');
    assert.equal((await ask({ ...text('x'), client_random: 2 ** 63 })).status, 'error');
  });

  test('edit_message and delete_message: replies, errors, and what everyone hears', async (t) => {
    const { alice, bob, conversation, topic } = await pair(server);
    const sent = await alice.send(conversation.id, 'first');
    const [at_alice, at_bob] = [await joined(t, alice, topic), await joined(t, bob, topic)];
    const edit = { message_id: sent.id, content: 'second', metadata: null };
    const edited = await at_alice.ask('1', '2', topic, 'edit_message', edit);
    assert.equal(edited.response.message.content, 'second');
    assert.match(edited.response.message.editedAt, iso);
    const heard = await at_bob.next((one) => one[3] === 'message_edited', 'the edit');
    assert.deepEqual(heard[4].message, edited.response.message);
    const refusals = [
      [at_bob, 'edit_message', edit, 'forbidden'],
      [at_alice, 'edit_message', { ...edit, message_id: crypto.randomUUID() }, 'not_found'],
      [at_alice, 'edit_message', { ...edit, message_id: 'zzz' }, 'not_found'],
      [at_alice, 'edit_message', { ...edit, content: '' }, 'message_not_editable'],
      [at_bob, 'delete_message', { message_id: sent.id, delete_for_everyone: true }, 'forbidden'],
      [at_alice, 'delete_message', { message_id: crypto.randomUUID(), delete_for_everyone: true }, 'message_not_found'],
    ];
    for (const [i, [frames, event, payload, reason]] of refusals.entries()) {
      const answer = await frames.ask('1', `r${i}`, topic, event, payload);
      assert.deepEqual(answer, { status: 'error', response: { reason } }, `${event} ${reason}`);
    }
    const removal = { message_id: sent.id, delete_for_everyone: true };
    const removed = await at_alice.ask('1', '3', topic, 'delete_message', removal);
    assert.equal(removed.response.message.isDeleted, true);
    const gone = await at_bob.next((one) => one[3] === 'message_deleted', 'the deletion');
    const { messageId, deleteForEveryone } = gone[4];
    assert.deepEqual({ messageId, deleteForEveryone }, { messageId: sent.id, deleteForEveryone: true });
    assert.deepEqual((await at_alice.ask('1', '4', topic, 'delete_message', removal)).response, {
      reason: 'message_not_deletable',
    });
    assert.deepEqual((await at_alice.ask('1', '5', topic, 'edit_message', edit)).response, {
      reason: 'message_not_editable',
    });
  });

  test('reactions: replies, errors, and what everyone hears', async (t) => {
    const { alice, bob, conversation, topic } = await pair(server);
    const sent = await alice.send(conversation.id, 'react');
    const [at_alice, at_bob] = [await joined(t, alice, topic), await joined(t, bob, topic)];
    const payload = { message_id: sent.id, reaction: '👍' };
    const { reaction } = (await at_alice.ask('1', '2', topic, 'add_reaction', payload)).response;
    for (const key of ['id', 'messageId', 'userId', 'reaction', 'insertedAt']) assert.ok(key in reaction, key);
    const added = await at_bob.next((one) => one[3] === 'reaction_added', 'the reaction');
    const { messageId, userId } = added[4];
    assert.deepEqual([messageId, userId, added[4].reaction], [sent.id, alice.id, '👍']);
    assert.deepEqual((await at_alice.ask('1', '3', topic, 'add_reaction', payload)).response, {
      errors: { message_id: ['has already been taken'] },
    });
    const long = await at_alice.ask('1', '4', topic, 'add_reaction', { ...payload, reaction: 'x'.repeat(11) });
    assert.deepEqual(long.response, { errors: { reaction: ['should be at most 10 character(s)'] } });
    assert.deepEqual((await at_bob.ask('1', '2', topic, 'remove_reaction', payload)).response, {
      reason: 'reaction_not_found',
    });
    assert.deepEqual(await at_alice.ask('1', '5', topic, 'remove_reaction', payload), {
      status: 'ok',
      response: { status: 'removed' },
    });
    const removed = await at_bob.next((one) => one[3] === 'reaction_removed', 'the removal');
    assert.equal(removed[4].reaction, '👍');
  });

  test('receipts and typing: what is answered, and what is not', async (t) => {
    const { alice, bob, conversation, topic } = await pair(server);
    const sent = await alice.send(conversation.id, 'read me');
    const [at_alice, at_bob] = [await joined(t, alice, topic), await joined(t, bob, topic)];
    const named = { message_id: sent.id };
    assert.deepEqual((await at_bob.ask('1', '2', topic, 'message_delivered', named)).response, { status: 'delivered' });
    assert.deepEqual((await at_bob.ask('1', '3', topic, 'message_read', named)).response, { status: 'read' });
    const read = await at_alice.next((one) => one[3] === 'message_read', 'the receipt');
    assert.deepEqual(keys(read[4]), ['conversationId', 'messageId', 'timestamp', 'userId']);
    assert.equal(read[4].messageId, sent.id);
    assert.match(read[4].timestamp, iso);
    // An id of another conversation, and one of nothing, is not found, and nobody is told.
    const [carol] = people(server, 'carol');
    const elsewhere = await bob.send((await bob.direct_with(carol)).id, 'elsewhere');
    for (const message_id of [elsewhere.id, crypto.randomUUID()]) {
      for (const event of ['message_delivered', 'message_read', 'add_reaction', 'remove_reaction']) {
        const answer = await at_bob.ask('1', `${event}${message_id}`, topic, event, { message_id, reaction: 'x' });
        assert.deepEqual(answer.status, 'error', event);
        assert.ok(['not_found', 'reaction_not_found'].includes(answer.response.reason), JSON.stringify(answer));
      }
    }
    at_bob.send(['1', 'n1', topic, 'mark_read', {}]);
    for (const [i, [event, payload]] of [
      ['user_typing', { typing: true }],
      ['user_typing', { typing: false }],
      ['typing_start', {}],
      ['typing_stop', { any: 'thing' }],
    ].entries())
      at_bob.send(['1', `t${i}`, topic, event, payload]);
    for (const typing of [true, false, true, false]) {
      const told = await at_alice.next((one) => one[3] === 'user_typing', 'typing');
      assert.deepEqual(told[4], { userId: bob.id, typing, conversationId: conversation.id });
    }
    await at_bob.heartbeat();
    assert.deepEqual(
      at_bob.received.filter(({ json }) => json[3] === 'phx_reply' && /^[nt]\d$/.test(json[1])),
      [],
    );
  });

  test('an event that there is not gets an error, and the channel stays', async (t) => {
    const { alice, topic } = await pair(server);
    const frames = await joined(t, alice, topic);
    for (const [i, event] of ['zzz', 'update_status', 'get_conversations', 'heartbeat', 'phx_close'].entries()) {
      const answer = await frames.ask('1', `z${i}`, topic, event, {});
      assert.deepEqual(answer, { status: 'error', response: { reason: 'unknown_event' } }, event);
    }
    assert.equal((await frames.ask('1', 'ok', topic, 'new_message', text('still'))).status, 'ok');
  });
});
