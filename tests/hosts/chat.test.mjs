// Two people, and a group of five, hold a conversation through the npm phoenix client and REST.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { WebSocket as OtherWebSocket } from 'undici';
import { Server } from './harness/server.mjs';
import { conversation_topic, fresh_random, people } from './harness/person.mjs';
import { socket_url } from './harness/frames.mjs';
import { eventually, within } from './harness/patience.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

// Two fresh people with a direct conversation, both connected and joined.
async function pair(t) {
  const [alice, bob] = people(server, 'alice', 'bob');
  const conversation = await alice.direct_with(bob);
  const topic = conversation_topic(conversation);
  const [at_alice, at_bob] = [await alice.connect(), await bob.connect()];
  await Promise.all([at_alice.join(topic), at_bob.join(topic)]);
  t.after(() => [alice, bob].forEach((one) => one.disconnect()));
  return { alice, bob, conversation, topic, at_alice, at_bob };
}

const text = (content, more = {}) => ({ content, message_type: 'text', client_random: fresh_random(), ...more });
const says = (content) => (payload) => payload.message.content === content;

describe('two people', () => {
  test('talk both ways over the socket', async (t) => {
    const { alice, bob, conversation, topic, at_alice, at_bob } = await pair(t);
    const { message } = await at_alice.push_ok(topic, 'new_message', text('hello bob', { metadata: { k_one: 1 } }));
    assert.equal(message.senderId, alice.id);
    assert.equal(message.conversationId, conversation.id);
    assert.deepEqual(message.metadata, { k_one: 1 });
    assert.match(message.sentAt, /\.\d{6}Z$/);
    const heard = (await at_bob.next(topic, 'new_message', says('hello bob'))).payload.message;
    assert.equal(heard.id, message.id);
    assert.equal(heard.clientRandom, message.clientRandom);
    const copy = (await at_bob.next(`user:${bob.id}`, 'new_message', says('hello bob'))).payload.message;
    assert.equal(copy.id, message.id);
    await at_bob.push_ok(topic, 'new_message', text('hello alice'));
    await at_alice.next(topic, 'new_message', says('hello alice'));
    const histories = await Promise.all([alice.history(conversation.id), bob.history(conversation.id)]);
    for (const history of histories)
      assert.deepEqual(
        history.map((one) => one.content),
        ['hello alice', 'hello bob'],
      );
  });

  test('hear on sockets what is sent through REST', async (t) => {
    const { alice, bob, conversation, topic, at_alice, at_bob } = await pair(t);
    const sent = await bob.send(conversation.id, 'by rest');
    for (const [connection, where] of [
      [at_alice, topic],
      [at_bob, topic],
      [at_alice, `user:${alice.id}`],
    ]) {
      const { message } = (await connection.next(where, 'new_message', says('by rest'))).payload;
      assert.equal(message.id, sent.id);
      assert.equal(message.sentAt, sent.sentAt);
    }
  });

  test('hear their own echo before their reply', async (t) => {
    const { topic, at_alice } = await pair(t);
    for (let i = 0; i < 20; ++i) {
      const { message } = await at_alice.push_ok(topic, 'new_message', text(`echo ${i}`));
      const echo = at_alice.find(topic, 'new_message', (payload) => payload.message.id === message.id);
      assert.ok(echo, 'the echo was not there when the reply came');
      const reply = at_alice.find(topic, 'phx_reply', (payload) => payload.response?.message?.id === message.id);
      assert.ok(echo.order < reply.order);
    }
  });

  test('see one order, whoever sends and however', async (t) => {
    const { alice, bob, conversation, topic, at_alice, at_bob } = await pair(t);
    const sends = [];
    for (let i = 0; i < 12; ++i) {
      sends.push(
        at_alice.push_ok(topic, 'new_message', text(`a${i}`)),
        at_bob.push_ok(topic, 'new_message', text(`b${i}`)),
      );
      sends.push(alice.send(conversation.id, `ra${i}`), bob.send(conversation.id, `rb${i}`));
    }
    await Promise.all(sends);
    const history = (await alice.whole_history(conversation.id, 20)).map((one) => one.content);
    assert.equal(history.length, 48);
    for (const connection of [at_alice, at_bob]) {
      await eventually('all echoes', () => connection.count(topic, 'new_message') === 48);
      const order = connection.heard
        .filter((one) => one.topic === topic && one.event === 'new_message')
        .map((one) => one.payload.message.content);
      assert.deepEqual(order, history);
    }
    const own = history.filter((content) => /^a\d/.test(content));
    assert.deepEqual(
      own,
      Array.from({ length: 12 }, (_, i) => `a${i}`),
      'one socket keeps its own order',
    );
  });

  test('are served the same through a WebSocket client of another make', async (t) => {
    const { bob, conversation, topic, at_alice } = await pair(t);
    const socket = new OtherWebSocket(socket_url(server, bob.token));
    t.after(() => socket.close());
    const heard = [];
    socket.addEventListener('message', ({ data }) => heard.push(JSON.parse(data)));
    await within(
      new Promise((resolve, reject) => {
        socket.addEventListener('open', resolve);
        socket.addEventListener('error', reject);
      }),
      'the other client connects',
    );
    socket.send(JSON.stringify(['1', '1', topic, 'phx_join', {}]));
    await eventually('the join reply', () => heard.find((frame) => frame[1] === '1' && frame[4].status === 'ok'));
    socket.send(JSON.stringify(['1', '2', topic, 'new_message', text('another make')]));
    await eventually('the send reply', () => heard.find((frame) => frame[1] === '2' && frame[4].status === 'ok'));
    await at_alice.next(topic, 'new_message', says('another make'));
    await at_alice.push_ok(topic, 'new_message', text('back to you'));
    await eventually('the answer', () =>
      heard.find((frame) => frame[3] === 'new_message' && frame[4].message.content === 'back to you'),
    );
    assert.equal((await bob.history(conversation.id)).length, 2);
  });

  test('keep right-to-left text, emoji, line separators and quotes as they were typed', async (t) => {
    const { bob, conversation, topic, at_alice, at_bob } = await pair(t);
    for (const content of ['שלום עולם', '👨‍👩‍👧‍👦 🏳️‍🌈', 'a\u2028b\u2029c', '</script>&"\'\\/', '   ', 'e\u0301 \u{10ffff}']) {
      await at_alice.push_ok(topic, 'new_message', text(content));
      await at_bob.next(topic, 'new_message', says(content));
      assert.equal((await bob.history(conversation.id, '?limit=1'))[0].content, content);
    }
  });
});

describe('a group of five', () => {
  test('hears everyone', async (t) => {
    const five = people(server, 'ann', 'ben', 'cat', 'dan', 'eve');
    const group = await five[0].group('Five', five.slice(1));
    const topic = conversation_topic(group);
    t.after(() => five.forEach((one) => one.disconnect()));
    const connections = await Promise.all(five.map((one) => one.connect()));
    await Promise.all(connections.map((one) => one.join(topic)));
    const shown = (await five[4].rest.get(`conversations/${group.id}`)).body.data;
    assert.equal(shown.memberCount, 5);
    assert.deepEqual(shown.members.map((one) => one.role).sort(), ['admin', 'member', 'member', 'member', 'member']);
    await Promise.all(connections.map((one, i) => one.push_ok(topic, 'new_message', text(`from ${five[i].name}`))));
    for (const connection of connections) {
      for (const one of five) await connection.next(topic, 'new_message', says(`from ${one.name}`));
    }
    const orders = connections.map((one) =>
      one.heard
        .filter((entry) => entry.topic === topic && entry.event === 'new_message')
        .map((entry) => entry.payload.message.id),
    );
    for (const order of orders) assert.deepEqual(order, orders[0]);
    for (const one of five) assert.equal((await one.history(group.id)).length, 5);
  });
});

describe('the list', () => {
  test('counts what is unread, shows the last message and puts the most recent conversation first', async () => {
    const [alice, bob, carol] = people(server, 'alice', 'bob', 'carol');
    const with_bob = await alice.direct_with(bob);
    const with_carol = await alice.direct_with(carol);
    await bob.send(with_bob.id, 'one');
    const last = await bob.send(with_bob.id, 'two');
    await alice.send(with_bob.id, 'my own does not count');
    const gone = await bob.send(with_bob.id, 'deleted does not count');
    assert.equal((await bob.rest.delete(`messages/${gone.id}?delete_for_everyone=true`)).status, 200);
    const list = (await alice.rest.get('conversations')).body;
    assert.deepEqual(
      list.data.map((one) => one.id),
      [with_bob.id, with_carol.id],
    );
    assert.equal(list.data[0].unreadCount, 2);
    assert.equal(list.data[1].unreadCount, 0);
    assert.equal(list.data[1].lastMessage, null);
    const shown = list.data[0].lastMessage;
    assert.equal(shown.content, 'my own does not count');
    assert.equal(shown.sender_id, alice.id);
    assert.equal(shown.is_deleted, false);
    assert.match(shown.sent_at, /Z$/);
    assert.equal((await bob.listed(with_bob.id)).unreadCount, 1);
    assert.notEqual(last.id, shown.id);
    await carol.send(with_carol.id, 'hi');
    assert.equal((await alice.rest.get('conversations')).body.data[0].id, with_carol.id);
  });

  test('is cut by limit and offset after the type was filtered', async () => {
    const [alice, ...others] = people(server, 'alice', 'b', 'c', 'd');
    for (const one of others) await alice.direct_with(one);
    const group = await alice.group('G', others);
    const ids = async (query) => (await alice.rest.get(`conversations${query}`)).body.data.map((one) => one.id);
    const all = await ids('');
    assert.equal(all.length, 4);
    assert.deepEqual(await ids('?type=group&limit=1'), [group.id]);
    assert.deepEqual(await ids('?limit=2'), all.slice(0, 2));
    assert.deepEqual(await ids('?limit=2&offset=2'), all.slice(2, 4));
    assert.deepEqual(await ids('?limit=nonsense'), all);
  });
});

describe('history', () => {
  test('is read backwards page by page without loss or repeat', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const { id } = await alice.direct_with(bob);
    await Promise.all(Array.from({ length: 35 }, (_, i) => (i % 2 ? alice : bob).send(id, `m${i}`)));
    for (const limit of [1, 7, 35, 100]) {
      const whole = await bob.whole_history(id, limit);
      assert.equal(whole.length, 35);
      assert.deepEqual(
        whole.map((one) => one.mseq),
        Array.from({ length: 35 }, (_, i) => i + 1),
      );
    }
    const page = (await bob.rest.get(`conversations/${id}/messages?limit=7`)).body;
    assert.equal(page.meta.hasMore, true);
    assert.equal(page.meta.count, 7);
    assert.equal((await bob.rest.get(`conversations/${id}/messages?limit=50`)).body.meta.hasMore, false);
  });

  test('is read forwards with after', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const { id } = await alice.direct_with(bob);
    const sent = [];
    for (let i = 0; i < 6; ++i) sent.push(await alice.send(id, `m${i}`));
    const later = await bob.history(id, `?after=${encodeURIComponent(sent[2].sentAt)}`);
    assert.deepEqual(later.map((one) => one.content).sort(), ['m3', 'm4', 'm5']);
  });
});
