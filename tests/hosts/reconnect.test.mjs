// Joining twice, leaving and coming back, restarts, lost lines, several devices, the older framing.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { Frames } from './harness/frames.mjs';
import { conversation_topic, fresh_random, people } from './harness/person.mjs';
import { eventually } from './harness/patience.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

async function direct() {
  const [alice, bob] = people(server, 'alice', 'bob');
  const conversation = await alice.direct_with(bob);
  return { alice, bob, conversation, topic: conversation_topic(conversation) };
}

const text = (content) => ({ content, message_type: 'text', client_random: fresh_random() });
const content_is = (content) => (payload) => payload.message.content === content;

describe('joining a topic twice on one socket', () => {
  test('closes the first instance before it answers the second', async (t) => {
    const { alice, bob, conversation, topic } = await direct();
    const frames = await Frames.open(server, alice.token, { path: '/messaging/socket/websocket' });
    t.after(() => frames.close());
    frames.send(['1', '1', topic, 'phx_join', {}]);
    frames.send(['2', '2', topic, 'phx_join', {}]);
    assert.equal((await frames.reply('1'))[4].status, 'ok');
    const closing = await frames.next(
      (frame) => frame[3] === 'phx_close' || (frame[3] === 'phx_reply' && frame[1] === '2'),
      'close or reply',
    );
    assert.deepEqual(closing, ['1', '1', topic, 'phx_close', {}]);
    const reply = await frames.reply('2');
    assert.equal(reply[0], '2');
    assert.equal(reply[4].status, 'ok');
    const sent = await bob.send(conversation.id, 'once');
    await frames.next((frame) => frame[3] === 'new_message' && frame[4].message.id === sent.id, 'the message');
    await frames.heartbeat();
    const copies = frames.received.filter(({ json }) => json[2] === topic && json[3] === 'new_message');
    assert.equal(copies.length, 1, 'a topic joined twice still hears an event once');
  });

  test('tells the others of no leave', async (t) => {
    const { alice, bob, conversation, topic } = await direct();
    t.after(() => bob.disconnect());
    const at_bob = await bob.connect();
    await at_bob.join(topic);
    const frames = await Frames.open(server, alice.token);
    t.after(() => frames.close());
    await frames.ask('1', '1', topic, 'phx_join');
    await frames.ask('2', '2', topic, 'phx_join');
    await new Promise((resolve) => setTimeout(resolve, 600)); // longer than diffs are gathered
    const sent = await alice.send(conversation.id, 'barrier');
    await at_bob.next(topic, 'new_message', (payload) => payload.message.id === sent.id);
    assert.equal(
      at_bob.count(topic, 'presence_diff', (payload) => Boolean(payload.leaves?.[alice.id])),
      0,
    );
  });
});

describe('leaving', () => {
  test('and joining again at once with new refs leaves one working channel', async (t) => {
    const { alice, bob, conversation, topic } = await direct();
    const frames = await Frames.open(server, alice.token);
    t.after(() => frames.close());
    await frames.ask('1', '1', topic, 'phx_join');
    frames.send(['1', '2', topic, 'phx_leave', {}]);
    frames.send(['3', '3', topic, 'phx_join', {}]);
    assert.deepEqual(await frames.reply('2'), ['1', '2', topic, 'phx_reply', { status: 'ok', response: {} }]);
    assert.deepEqual(await frames.next((frame) => frame[3] === 'phx_close', 'the close'), [
      '1',
      '1',
      topic,
      'phx_close',
      {},
    ]);
    assert.equal((await frames.reply('3'))[4].status, 'ok');
    const sent = await bob.send(conversation.id, 'hello again');
    await frames.next((frame) => frame[3] === 'new_message' && frame[4].message.id === sent.id, 'the message');
    assert.equal((await frames.ask('3', '4', topic, 'new_message', text('and back'))).status, 'ok');
  });

  test('with the join_ref of another instance is ignored', async (t) => {
    const { alice, topic } = await direct();
    const frames = await Frames.open(server, alice.token);
    t.after(() => frames.close());
    await frames.ask('1', '1', topic, 'phx_join');
    frames.send(['99', '2', topic, 'phx_leave', {}]);
    assert.equal((await frames.ask('1', '3', topic, 'new_message', text('still here'))).status, 'ok');
    assert.equal(frames.received.filter(({ json }) => json[3] === 'phx_close' || json[1] === '2').length, 0);
  });

  test('stops the events of that topic and no other', async (t) => {
    const { alice, bob, conversation, topic } = await direct();
    t.after(() => alice.disconnect());
    const at_alice = await alice.connect();
    await at_alice.join(topic);
    await at_alice.leave(topic);
    await bob.send(conversation.id, 'not on the topic');
    await at_alice.next(`user:${alice.id}`, 'new_message', content_is('not on the topic'));
    assert.equal(at_alice.count(topic, 'new_message'), 0);
    const frames = await Frames.open(server, alice.token);
    t.after(() => frames.close());
    const answer = await frames.ask('1', '1', topic, 'new_message', text('not joined'));
    assert.deepEqual(answer, { status: 'error', response: { reason: 'unmatched topic' } });
  });
});

describe('a client that lost its connection', () => {
  test('finds everything after the server was stopped and started', async (t) => {
    const own = await Server.start();
    t.after(() => own.discard());
    const [alice, bob] = people(own, 'alice', 'bob');
    const conversation = await alice.direct_with(bob);
    const topic = conversation_topic(conversation);
    t.after(() => [alice, bob].forEach((one) => one.disconnect()));
    const at_alice = await alice.connect({ reconnect: true });
    const at_bob = await bob.connect({ reconnect: true });
    await Promise.all([at_alice.join(topic), at_bob.join(topic)]);
    await at_alice.push_ok(topic, 'new_message', text('before'));
    const exit = await own.stop();
    assert.equal(exit.code, 0, own.log);
    await own.launch();
    for (const connection of [at_alice, at_bob]) {
      await eventually(
        `${connection.name} has joined again`,
        () => connection.socket.isConnected() && connection.channels.get(topic).state === 'joined',
      );
    }
    await at_alice.push_ok(topic, 'new_message', text('after'));
    await at_bob.next(topic, 'new_message', content_is('after'));
    assert.deepEqual(
      (await bob.history(conversation.id)).map((one) => one.content),
      ['after', 'before'],
    );
    assert.deepEqual(
      (await bob.history(conversation.id)).map((one) => one.mseq),
      [2, 1],
    );
  });

  test('is joined again and hears what follows when the line was cut', async (t) => {
    const { alice, bob, conversation, topic } = await direct();
    t.after(() => alice.disconnect());
    const at_alice = await alice.connect({ reconnect: true });
    await at_alice.join(topic);
    at_alice.cut();
    await at_alice.closed();
    await bob.send(conversation.id, 'missed');
    await eventually(
      'alice has joined again',
      () => at_alice.socket.isConnected() && at_alice.channels.get(topic).state === 'joined',
    );
    await bob.send(conversation.id, 'heard');
    await at_alice.next(topic, 'new_message', content_is('heard'));
    assert.deepEqual(
      (await alice.history(conversation.id)).map((one) => one.content),
      ['heard', 'missed'],
    );
  });
});

describe('two devices of one person', () => {
  test('both hear what the other sends, on the conversation and on the user topic', async (t) => {
    const { alice, bob, topic } = await direct();
    t.after(() => [alice, bob].forEach((one) => one.disconnect()));
    const phone = await alice.connect();
    const laptop = await alice.connect();
    const only_user_topic = await alice.connect();
    await Promise.all([phone.join(topic), laptop.join(topic)]);
    await phone.push_ok(topic, 'new_message', text('from the phone'));
    await laptop.next(topic, 'new_message', content_is('from the phone'));
    await only_user_topic.next(`user:${alice.id}`, 'new_message', content_is('from the phone'));
    await laptop.push_ok(topic, 'new_message', text('from the laptop'));
    await phone.next(topic, 'new_message', content_is('from the laptop'));
  });
});

describe('framing', () => {
  test('version 1 carries a whole conversation in objects', async (t) => {
    const { alice, bob, conversation, topic } = await direct();
    for (const vsn of ['1.0.0', null]) {
      const frames = await Frames.open(server, alice.token, { vsn });
      t.after(() => frames.close());
      frames.send({ topic, event: 'phx_join', payload: {}, ref: '1' });
      const joined = await frames.next((frame) => frame.ref === '1', 'the join reply');
      assert.deepEqual(Object.keys(joined).sort(), ['event', 'payload', 'ref', 'topic']);
      assert.equal(joined.payload.status, 'ok');
      const content = `v1 ${vsn}`;
      frames.send({ topic, event: 'new_message', payload: text(content), ref: '2' });
      const echo = await frames.next((frame) => frame.event === 'new_message', 'the echo');
      assert.deepEqual(Object.keys(echo).sort(), ['event', 'payload', 'ref', 'topic']);
      assert.equal(echo.ref, null);
      assert.equal(echo.payload.message.content, content);
      assert.equal((await frames.next((frame) => frame.ref === '2', 'the reply')).payload.status, 'ok');
      const sent = await bob.send(conversation.id, `to ${content}`);
      await frames.next((frame) => frame.event === 'new_message' && frame.payload.message.id === sent.id, 'the answer');
      frames.send({ topic, event: 'phx_leave', payload: {}, ref: '3' });
      assert.equal((await frames.next((frame) => frame.ref === '3', 'the leave reply')).payload.status, 'ok');
    }
  });

  test('hands the same event to clients of both versions at once', async (t) => {
    const { alice, bob, conversation, topic } = await direct();
    const [one, two] = [
      await Frames.open(server, alice.token, { vsn: '1.0.0' }),
      await Frames.open(server, alice.token),
    ];
    t.after(() => Promise.all([one.close(), two.close()]));
    one.send({ topic, event: 'phx_join', payload: {}, ref: '1' });
    await one.next((frame) => frame.ref === '1', 'the join reply');
    await two.ask('1', '1', topic, 'phx_join');
    const sent = await bob.send(conversation.id, 'to both');
    const first = await one.next((frame) => frame.event === 'new_message', 'the object');
    const second = await two.next((frame) => frame[3] === 'new_message', 'the array');
    assert.equal(first.payload.message.id, sent.id);
    assert.deepEqual(first.payload, second[4]);
  });

  test('heartbeats are answered on both paths, without a topic joined', async (t) => {
    const { alice } = await direct();
    for (const path of ['/socket/websocket', '/messaging/socket/websocket']) {
      const frames = await Frames.open(server, alice.token, { path, more: '&user_id=whatever' });
      t.after(() => frames.close());
      assert.deepEqual(await frames.heartbeat('7'), { status: 'ok', response: {} });
    }
  });

  test('permessage-deflate is spoken when the client offers it', async (t) => {
    const { alice, bob, conversation, topic } = await direct();
    const frames = await Frames.open(server, alice.token, { ws: { perMessageDeflate: true } });
    t.after(() => frames.close());
    await frames.ask('1', '1', topic, 'phx_join');
    const long = 'compress me '.repeat(2000);
    const sent = await bob.send(conversation.id, long);
    const heard = await frames.next(
      (frame) => frame[3] === 'new_message' && frame[4].message.id === sent.id,
      'the message',
    );
    assert.equal(heard[4].message.content, long);
    assert.equal((await frames.ask('1', '2', topic, 'new_message', text(long))).status, 'ok');
  });
});
