// A client that was away joins with the change that it has seen last, and is told what it missed.
import crypto from 'node:crypto';
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { Frames } from './harness/frames.mjs';
import { conversation_topic, fresh_random, people } from './harness/person.mjs';

let server;
before(async () => (server = await Server.start({ args: ['--messages-per-minute', '0'] })));
after(() => server?.discard());

async function room() {
  const [alice, bob, carol] = people(server, 'alice', 'bob', 'carol');
  const conversation = await alice.group('Away', [bob, carol]);
  return { alice, bob, carol, conversation, topic: conversation_topic(conversation) };
}

let refs = 0;
// Joins on a socket of its own; the response of the reply.
async function join(t, person, topic, payload) {
  const frames = await Frames.open(server, person.token);
  t.after(() => frames.close());
  const ref = `c${++refs}`;
  const answer = await frames.ask(ref, ref, topic, 'phx_join', payload);
  assert.equal(answer.status, 'ok', JSON.stringify(answer));
  return { frames, response: answer.response };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const seen = (message) => (message.isDeleted ? '(deleted)' : message.content);

describe('SYNC, phoenix clients: a join', () => {
  test('tells the newest change and the epoch, and nothing more unless it was asked', async (t) => {
    const { alice, topic, conversation } = await room();
    const sent = await alice.send(conversation.id, 'hello');
    const { response } = await join(t, alice, topic, {});
    assert.equal(response.eseq, sent.eseq);
    assert.match(response.epoch, uuid);
    assert.deepEqual(Object.keys(response).sort(), ['conversation', 'epoch', 'eseq']);
  });

  test('that has everything is told so', async (t) => {
    const { alice, topic, conversation } = await room();
    await alice.send(conversation.id, 'hello');
    const { eseq, epoch } = (await join(t, alice, topic, {})).response;
    const { response } = await join(t, alice, topic, { since: eseq, epoch });
    assert.equal(response.complete, true);
    assert.deepEqual(response.changes, { messages: [], hidden: [] });
    assert.equal(response.eseq, eseq);
  });

  test('is told what was created, edited, reacted to, deleted and hidden meanwhile', async (t) => {
    const { alice, bob, topic, conversation } = await room();
    const [edited, liked, deleted, hidden] = [
      await alice.send(conversation.id, 'old'),
      await alice.send(conversation.id, 'liked'),
      await alice.send(conversation.id, 'deleted'),
      await alice.send(conversation.id, 'hidden'),
    ];
    await alice.send(conversation.id, 'untouched');
    const { eseq, epoch } = (await join(t, bob, topic, {})).response;
    await alice.rest.put(`messages/${edited.id}`, { content: 'new' });
    await bob.rest.post(`messages/${liked.id}/reactions`, { reaction: '👍' });
    await alice.rest.delete(`messages/${deleted.id}?delete_for_everyone=true`);
    await bob.rest.delete(`messages/${hidden.id}`);
    await alice.rest.put(`messages/${hidden.id}`, { content: 'still hidden' });
    const created = await alice.send(conversation.id, 'created', { reply_to_id: liked.id });

    const { response } = await join(t, bob, topic, { since: eseq, epoch });
    assert.equal(response.complete, true);
    assert.equal(response.eseq, created.eseq);
    assert.deepEqual(response.changes.messages.map(seen), ['new', 'liked', '(deleted)', 'created']);
    assert.deepEqual(response.changes.hidden, [hidden.id]);
    assert.deepEqual(
      response.changes.messages[1].reactions.map((one) => [one.userId, one.reaction]),
      [[bob.id, '👍']],
    );
    assert.equal(response.changes.messages[2].content, '');
    assert.equal(response.changes.messages[3].replyTo.id, liked.id);
    // The same object as REST gives.
    const shown = (await bob.rest.get(`messages/${created.id}`)).body.data;
    assert.deepEqual(response.changes.messages[3], shown);
  });

  test('is told who belongs to it now, and what it is called', async (t) => {
    const { alice, bob, carol, topic, conversation } = await room();
    const { eseq, epoch } = (await join(t, alice, topic, {})).response;
    await alice.rest.delete(`conversations/${conversation.id}/members/${carol.id}`);
    await alice.rest.put(`conversations/${conversation.id}`, { name: 'Renamed' });
    const { response } = await join(t, alice, topic, { since: eseq, epoch });
    assert.deepEqual(response.changes.members.map((one) => one.userId).sort(), [alice.id, bob.id].sort());
    assert.equal(response.conversation.metadata.name, 'Renamed');
  });

  test('that missed more than is told reads pages instead', async (t) => {
    const { alice, bob, topic, conversation } = await room();
    const { eseq, epoch } = (await join(t, bob, topic, {})).response;
    for (let i = 0; i < 201; ++i) await alice.send(conversation.id, String(i));
    const { response } = await join(t, bob, topic, { since: eseq, epoch });
    assert.equal(response.complete, false);
    assert.deepEqual(response.changes.messages, []);
    assert.equal(response.eseq, eseq + 201);
    const rest = await join(t, bob, topic, { since: eseq + 1, epoch });
    assert.equal(rest.response.complete, true);
    assert.equal(rest.response.changes.messages.length, 200);
  });

  test('with a number or an epoch of another history is not complete, and is told the epoch', async (t) => {
    const { alice, topic, conversation } = await room();
    await alice.send(conversation.id, 'hello');
    const { eseq, epoch } = (await join(t, alice, topic, {})).response;
    const others = [
      { since: eseq + 1, epoch },
      { since: -1, epoch },
      { since: eseq, epoch: crypto.randomUUID() },
      { since: eseq, epoch: 'zzz' },
      { since: eseq, epoch: 5 },
      { since: 'zzz', epoch },
      { since: {}, epoch },
      { since: 2 ** 63, epoch },
      { since: 1.5 },
    ];
    for (const payload of others) {
      const { response } = await join(t, alice, topic, payload);
      assert.equal(response.complete, false, JSON.stringify(payload));
      assert.deepEqual(response.changes.messages, []);
      assert.equal(response.eseq, eseq);
      assert.equal(response.epoch, epoch);
    }
    // The epoch need not be given, and upper case is the same one.
    assert.equal((await join(t, alice, topic, { since: eseq })).response.complete, true);
    assert.equal((await join(t, alice, topic, { since: eseq, epoch: epoch.toUpperCase() })).response.complete, true);
  });

  test('is not told more than its connection takes at once, and is not ended for it', async (t) => {
    const own = await Server.start({ args: ['--max-outbox-size', '262144', '--shutdown-grace', '100ms'] });
    t.after(() => own.discard());
    const [alice, bob] = people(own, 'alice', 'bob');
    const conversation = await alice.direct_with(bob);
    const topic = conversation_topic(conversation);
    const first = await Frames.open(own, bob.token);
    t.after(() => first.close());
    const { eseq, epoch } = (await first.ask('1', '1', topic, 'phx_join')).response;
    // Each of them is six times as long in JSON.
    for (let i = 0; i < 3; ++i) await alice.send(conversation.id, '\u0001'.repeat(5000));
    const second = await Frames.open(own, bob.token);
    t.after(() => second.close());
    const large = (await second.ask('1', '1', topic, 'phx_join', { since: eseq, epoch })).response;
    assert.equal(large.complete, false);
    assert.deepEqual(large.changes.messages, []);
    assert.equal(large.eseq, eseq + 3);
    const small = (await second.ask('2', '2', topic, 'phx_join', { since: eseq + 1, epoch })).response;
    assert.equal(small.complete, true);
    assert.equal(small.changes.messages.length, 2);
  });

  test('keeps the epoch over a restart, and finds what it missed', async (t) => {
    const own = await Server.start({ args: ['--shutdown-grace', '100ms'] });
    t.after(() => own.discard());
    const [alice, bob] = people(own, 'alice', 'bob');
    const conversation = await alice.direct_with(bob);
    const topic = conversation_topic(conversation);
    const open = async () => {
      const frames = await Frames.open(own, bob.token);
      t.after(() => frames.close());
      return frames;
    };
    const before_it = (await (await open()).ask('1', '1', topic, 'phx_join')).response;
    await alice.send(conversation.id, 'before the restart');
    await own.restart();
    const { eseq, epoch } = before_it;
    const after_it = (await (await open()).ask('1', '1', topic, 'phx_join', { since: eseq, epoch })).response;
    assert.equal(after_it.epoch, epoch);
    assert.deepEqual(after_it.changes.messages.map(seen), ['before the restart']);
  });

  test('is for members, whatever it asks for', async (t) => {
    const { alice, bob, topic, conversation } = await room();
    const { eseq, epoch } = (await join(t, bob, topic, {})).response;
    await alice.rest.delete(`conversations/${conversation.id}/members/${bob.id}`);
    const frames = await Frames.open(server, bob.token);
    t.after(() => frames.close());
    assert.deepEqual(await frames.ask('1', '1', topic, 'phx_join', { since: eseq, epoch }), {
      status: 'error',
      response: { reason: 'not_authorized' },
    });
  });
});

describe('SYNC I1: every change', () => {
  test('on the topic carries its number, and the numbers have no hole', async (t) => {
    const { alice, bob, carol, topic, conversation } = await room();
    const { frames, response } = await join(t, bob, topic, {});
    const first = await alice.send(conversation.id, 'one');
    await alice.rest.put(`messages/${first.id}`, { content: 'two' });
    await bob.rest.post(`messages/${first.id}/reactions`, { reaction: 'x' });
    await bob.rest.delete(`messages/${first.id}/reactions/x`);
    await alice.rest.put(`conversations/${conversation.id}`, { name: 'Other' });
    await alice.rest.delete(`conversations/${conversation.id}/members/${carol.id}`);
    await alice.rest.post(`conversations/${conversation.id}/members`, { user_id: carol.id });
    await alice.rest.delete(`messages/${first.id}?delete_for_everyone=true`);
    const last = await alice.send(conversation.id, 'last');
    await frames.next((one) => one[3] === 'new_message' && one[4].message.id === last.id, 'the last message');
    const numbers = frames.received
      .filter(({ json }) => json[2] === topic && json[4].eseq !== undefined)
      .map(({ json }) => json[4].eseq);
    assert.deepEqual(
      [...new Set(numbers)],
      Array.from({ length: last.eseq - response.eseq }, (_, i) => response.eseq + 1 + i),
    );
    assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
  });

  test('reaches a client that is away again and again, once it is back, exactly as it is', async (t) => {
    const { alice, bob, carol, topic, conversation } = await room();
    const held = new Map();
    let cursor = { since: 0 };
    let writing = true;
    const texts = [];
    const write = async (person) => {
      const own = [];
      for (let i = 0; writing; ++i) {
        const sent = await person.send(conversation.id, `${person.name} ${i}`);
        texts.push(sent.content);
        own.push(sent);
        const one = own[Math.floor(Math.random() * own.length)];
        if (i % 3 === 0) await person.rest.put(`messages/${one.id}`, { content: `${one.content} edited` });
        if (i % 5 === 0) await person.rest.delete(`messages/${one.id}?delete_for_everyone=true`);
      }
    };
    const writers = [write(alice), write(carol)];
    // Joins, applies what it is told in order, and is cut off somewhere in between.
    for (let round = 0; round < 25; ++round) {
      const frames = await Frames.open(server, bob.token);
      const answer = await frames.ask('1', '1', topic, 'phx_join', cursor);
      const { changes, complete, eseq, epoch } = answer.response;
      assert.equal(complete, true, 'a round is short');
      for (const message of changes.messages) held.set(message.id, message);
      if (round === 20) writing = false;
      if (round > 20) await Promise.all(writers);
      await frames.next((one) => one[3] === 'presence_state', 'the state');
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 30));
      frames.socket.terminate();
      let local = eseq;
      for (const { json } of frames.received) {
        const [, , , event, payload] = json;
        if (payload.eseq === undefined || payload.eseq <= local) continue;
        assert.equal(payload.eseq, local + 1, 'no change is missing between the reply and what follows');
        local = payload.eseq;
        if (payload.message) held.set(payload.message.id, { ...held.get(payload.message.id), ...payload.message });
        if (event === 'message_deleted')
          held.set(payload.messageId, { ...held.get(payload.messageId), isDeleted: true, content: '' });
      }
      cursor = { since: local, epoch };
    }
    await Promise.all(writers);
    const frames = await Frames.open(server, bob.token);
    t.after(() => frames.close());
    const { changes } = (await frames.ask('1', '1', topic, 'phx_join', cursor)).response;
    for (const message of changes.messages) held.set(message.id, message);
    assert.equal(held.size, texts.length);
    const shown = await bob.whole_history(conversation.id);
    const visible = [...held.values()].filter((one) => !one.isDeleted).sort((a, b) => a.mseq - b.mseq);
    assert.deepEqual(
      visible.map((one) => [one.id, one.content]),
      shown.map((one) => [one.id, one.content]),
    );
  });
});

test('SYNC: a message sent over the socket carries its numbers in the reply and in the echo', async (t) => {
  const { alice, topic } = await room();
  const { frames, response } = await join(t, alice, topic, {});
  frames.send(['1', 's', topic, 'new_message', { content: 'x', message_type: 'text', client_random: fresh_random() }]);
  const echo = (await frames.next((one) => one[3] === 'new_message', 'the echo'))[4];
  const reply = (await frames.reply('s'))[4].response;
  assert.equal(echo.eseq, response.eseq + 1);
  assert.equal(reply.message.eseq, echo.eseq);
  assert.equal(reply.message.mseq, echo.message.mseq);
});
