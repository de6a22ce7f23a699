// What a Connect stream tells of the time when its client was away.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { client, codes, fails, live, text } from './harness/grpc.mjs';
import { people } from './harness/person.mjs';
import { Server } from './harness/server.mjs';
import { eventually, pause, within } from './harness/patience.mjs';

let server;
before(async () => {
  server = await Server.start({ grpc: true, args: ['--messages-per-minute', '0', '--requests-per-minute', '0'] });
});
after(() => server?.discard());

describe('what was missed', () => {
  const held_by = (stream, conversation) => stream.missed.find((one) => one.conversation_id === conversation.id);

  test('comes before what happens: created, edited, deleted, and members', async () => {
    const [alice, bob, carol] = people(server, 'alice', 'bob', 'carol');
    const group = await alice.group('Missed', [bob]);
    const quiet = await alice.direct_with(bob);
    const first = await alice.send(group.id, 'first');
    const { conversation } = await client(bob).call('ConversationService', 'ShowConversation', { conversation_id: group.id });
    const calm = (await client(bob).call('ConversationService', 'ShowConversation', { conversation_id: quiet.id })).conversation;
    const second = await alice.send(group.id, 'second');
    await alice.rest.put(`messages/${first.id}`, { content: 'edited' });
    const third = await alice.send(group.id, 'third');
    await alice.rest.delete(`messages/${third.id}?delete_for_everyone=true`);
    await alice.rest.post(`conversations/${group.id}/members`, { user_id: carol.id });
    const b = await live(bob, {
      positions: [
        { conversation_id: group.id, eseq: conversation.eseq },
        { conversation_id: quiet.id, eseq: calm.eseq },
      ],
    });
    const { changes } = held_by(b, group);
    assert.equal(changes.complete, true);
    const seen = changes.messages.map((one) => [one.id, one.content.toString(), one.deleted]);
    assert.deepEqual(seen.slice(0, 3), [[first.id, 'edited', false], [second.id, 'second', false], [third.id, '', true]]);
    assert.ok(changes.conversation.members.some((one) => one.user_id === carol.id));
    assert.equal(changes.eseq, changes.conversation.eseq);
    assert.equal(held_by(b, quiet), undefined, 'nothing has changed there');
    const last = b.frames.findIndex((one) => one.what === 'caught_up');
    assert.ok(b.frames.findLastIndex((one) => one.what === 'missed_changes') < last);
    // Live goes on where what was missed ends.
    await alice.send(group.id, 'live');
    assert.equal((await b.event('message_created')).eseq, changes.eseq + 1);
    b.cancel();
  });

  test('nothing is lost or told twice while others write', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const direct = await alice.direct_with(bob);
    let writing = true;
    const writer = (async () => {
      const a = await live(alice);
      for (let i = 0; writing; i++) await a.command('send_message', text(direct, `${i}`));
      a.cancel();
    })();
    let eseq = 0;
    for (let round = 0; round < 12; round++) {
      const b = await live(bob, { positions: [{ conversation_id: direct.id, eseq }] });
      await pause(40);
      b.cancel();
      const missed = held_by(b, direct);
      if (missed) eseq = missed.changes.eseq;
      for (const event of b.events.filter((one) => one.conversation_id === direct.id && one.eseq > 0)) {
        assert.equal(event.eseq, eseq + 1, 'dense');
        eseq = event.eseq;
      }
    }
    writing = false;
    await writer;
    assert.ok(eseq > 10);
  });

  test('which conversations changed is said by the cursor', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const [one, two] = [await alice.group('One', [bob]), await alice.group('Two', [bob])];
    const b = await live(bob);
    const first = await b.command('list_changed_conversations');
    assert.deepEqual(first.conversations.map((each) => each.conversation_id).sort(), [one.id, two.id].sort());
    assert.equal(first.epoch, b.welcome.epoch);
    const message = await alice.send(two.id, 'x');
    const then = await b.command('list_changed_conversations', { cursor: first.cursor });
    const changed = then.conversations.find((each) => each.conversation_id === two.id);
    assert.equal(changed.mseq, message.mseq);
    const { changes } = { changes: await b.command('list_changes', { conversation_id: two.id, since: changed.eseq - 1 }) };
    assert.equal(changes.messages.at(-1).id, message.id);
    await fails(b.command('list_changed_conversations', { cursor: '?' }), codes.INVALID_ARGUMENT, 'INVALID');
    b.cancel();
  });

  test('more than is told, a conversation that is gone, and another epoch are said', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const group = await alice.group('Much', [bob]);
    const a = await live(alice);
    await Promise.all(Array.from({ length: 250 }, (_, i) => a.command('send_message', text(group, `${i}`))));
    const b = await live(bob, { positions: [{ conversation_id: group.id, eseq: 1 }] });
    assert.equal(held_by(b, group).changes.complete, false);
    assert.deepEqual(held_by(b, group).changes.messages, []);
    await alice.rest.delete(`conversations/${group.id}/members/${bob.id}`);
    const again = await live(bob, { positions: [{ conversation_id: group.id, eseq: 1 }], epoch: b.welcome.epoch });
    assert.equal(held_by(again, group).error.code, codes.PERMISSION_DENIED);
    const other = await live(bob, { positions: [{ conversation_id: group.id, eseq: 1 }], epoch: crypto.randomUUID() });
    assert.equal(other.welcome.another_epoch, true);
    assert.deepEqual(other.missed, []);
    for (const one of [a, b, again, other]) one.cancel();
  });

  test('many conversations of large messages, for a client that reads slowly, within the bound of the outbox', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const a = await live(alice);
    const positions = [];
    for (let i = 0; i < 12; i++) {
      const group = await alice.group(`Large ${i}`, [bob]);
      positions.push({ conversation_id: group.id, eseq: 1 });
      for (let k = 0; k < 14; k++) await a.command('send_message', text(group, 'x'.repeat(60_000)));
    }
    const stream = client(bob).open();
    stream.write('hello', { positions });
    stream.call.pause();
    await pause(500);
    stream.call.resume();
    await stream.caught_up();
    assert.equal(stream.missed.length, 12);
    assert.ok(stream.missed.every((one) => one.changes.complete && one.changes.messages.length === 14));
    for (const one of [a, stream]) one.cancel();
  });

  test('after kill -9 of the server nothing that was acknowledged is missing', async (t) => {
    const own = await Server.start({ grpc: true, args: ['--messages-per-minute', '0'] });
    t.after(() => own.discard());
    const [alice, bob] = people(own, 'alice', 'bob');
    const direct = await alice.direct_with(bob);
    const [a, b] = [await live(alice), await live(bob)];
    const acknowledged = [];
    const sending = (async () => {
      for (;;) acknowledged.push((await a.command('send_message', text(direct, `${acknowledged.length}`))).message.id);
    })().catch(() => {});
    await eventually('some messages', () => acknowledged.length > 50);
    await own.kill();
    await within(sending, 'the sender notices');
    assert.equal((await b.ended).code, codes.UNAVAILABLE);
    const heard = b.events.filter((one) => one.what === 'message_created');
    const eseq = heard.at(-1)?.eseq ?? 0;
    await own.launch();
    const again = await live(bob, { positions: [{ conversation_id: direct.id, eseq }], epoch: b.welcome.epoch });
    assert.equal(again.welcome.another_epoch, false);
    const seen = new Set(heard.map((one) => one.message_created.message.id));
    for (const message of held_by(again, direct)?.changes.messages ?? []) seen.add(message.id);
    assert.deepEqual(acknowledged.filter((id) => !seen.has(id)), []);
    again.cancel();
  });
});
