// The Connect stream: live events, presence, commands, and everything that ends a stream.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Grpc, client, codes, fails, live, text } from './harness/grpc.mjs';
import { Person, people, conversation_topic } from './harness/person.mjs';
import { Server } from './harness/server.mjs';
import { internal_token } from './harness/user_service.mjs';
import { eventually, pause, within } from './harness/patience.mjs';

let server;
before(async () => {
  server = await Server.start({
    grpc: true,
    env: { INTERNAL_API_TOKEN: internal_token },
    args: ['--messages-per-minute', '0', '--requests-per-minute', '0', '--handshake-timeout', '1s'],
  });
});
after(() => server?.discard());

describe('events', () => {
  test('of a message reach every stream of the members, and the sender hears its own before the answer', async () => {
    const [alice, bob, stranger] = people(server, 'alice', 'bob', 'stranger');
    const direct = await alice.direct_with(bob);
    const [a, b, b2, none] = [await live(alice), await live(bob), await live(bob), await live(stranger)];
    const { message } = await a.command('send_message', text(direct, 'hello'));
    const answered = a.frames.findIndex((one) => one.what === 'answer' && one.answer.answer === 'send_message');
    const echoed = a.frames.findIndex((one) => one.what === 'event' && one.event.what === 'message_created');
    assert.ok(echoed >= 0 && echoed < answered, 'the echo comes first');
    for (const stream of [a, b, b2]) {
      const event = await stream.event('message_created');
      assert.deepEqual(event.message_created.message, message);
      assert.equal(event.conversation_id, direct.id);
      assert.equal(event.eseq, message.eseq);
    }
    assert.deepEqual(none.events, []);
    for (const one of [a, b, b2, none]) one.cancel();
  });

  test('come in the order of their numbers, none missing', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const direct = await alice.direct_with(bob);
    const [a, b] = [await live(alice), await live(bob)];
    const sends = Array.from({ length: 300 }, (_, i) => (i % 2 ? a : b).command('send_message', text(direct, `${i}`)));
    await Promise.all(sends);
    await eventually('all events', () => b.events.filter((one) => one.what === 'message_created').length === 300);
    const numbers = b.events.filter((one) => one.eseq > 0).map((one) => one.eseq);
    assert.deepEqual(numbers, numbers.map((_, i) => numbers[0] + i));
    for (const one of [a, b]) one.cancel();
  });

  test('of every kind of change', async () => {
    const [alice, bob, carol] = people(server, 'alice', 'bob', 'carol');
    const group = await alice.group('All kinds', [bob]);
    const [a, b, c] = [await live(alice), await live(bob), await live(carol)];
    const { message } = await a.command('send_message', text(group, 'one'));
    const message_id = message.id;
    const conversation_id = group.id;
    await b.command('add_reaction', { message_id, reaction: '👍' });
    assert.equal((await a.event('reaction_added')).reaction_added.reaction.reaction, '👍');
    await b.command('remove_reaction', { message_id, reaction: '👍' });
    await a.event('reaction_removed');
    await b.command('mark_read', { conversation_id });
    assert.equal((await a.event('read_moved')).read_moved.reader_id, bob.id);
    await b.command('mark_delivered', { conversation_id, mseq: message.mseq });
    await a.command('edit_message', { message_id, content: Buffer.from('two') });
    assert.equal((await b.event('message_edited')).message_edited.message.content.toString(), 'two');
    await client(alice).call('MessageService', 'PinMessage', { message_id });
    await b.event('message_pinned');
    await client(alice).call('MessageService', 'UnpinMessage', { message_id });
    await b.event('message_unpinned');
    const added = await a.command('add_attachment', { message_id, url: 'https://example.org/a', size: 1 });
    await b.event('attachment_added');
    await a.command('remove_attachment', { attachment_id: added.attachment.id });
    await b.event('attachment_removed');
    await client(alice).call('ConversationService', 'AddMember', { conversation_id, user_id: carol.id });
    assert.equal((await c.event('member_added')).member_added.conversation.id, conversation_id);
    await client(alice).call('ConversationService', 'SetRole', { conversation_id, user_id: carol.id, role: 'ROLE_MODERATOR' });
    assert.equal((await b.event('member_role_changed')).member_role_changed.member.role, 'ROLE_MODERATOR');
    await client(bob).call('ConversationService', 'SetPinned', { conversation_id, pinned: true });
    assert.equal((await b.event('settings_changed')).settings_changed.settings.pinned, true);
    await client(bob).call('DraftService', 'SaveDraft', { conversation_id, content: Buffer.from('d') });
    await b.event('draft_saved');
    assert.ok(!a.events.some((one) => ['draft_saved', 'settings_changed'].includes(one.what)), "another's own");
    await a.command('delete_message', { message_id, for_everyone: true });
    await b.event('message_deleted');
    await client(alice).call('ConversationService', 'UpdateConversation', { conversation_id, name: 'Another' });
    await b.event('conversation_updated');
    await client(alice).call('ConversationService', 'RemoveMember', { conversation_id, user_id: carol.id });
    assert.equal((await c.event('member_removed')).member_removed.user_id, carol.id);
    const before = c.events.length;
    await a.command('send_message', text(group, 'after'));
    await b.event('message_created', (one) => one.message.content.toString() === 'after');
    assert.equal(c.events.length, before, 'who was removed hears nothing more');
    for (const one of [a, b, c]) one.cancel();
  });

  test('of other ways in reach streams, and those of streams reach sockets', async (t) => {
    const [alice, bob] = people(server, 'alice', 'bob');
    t.after(() => bob.disconnect());
    const direct = await alice.direct_with(bob);
    const a = await live(alice);
    const at_bob = await bob.connect();
    await bob.send(direct.id, 'through REST');
    const heard = await a.event('message_created');
    assert.equal(heard.message_created.message.content.toString(), 'through REST');
    await a.command('send_message', text(direct, 'through gRPC'));
    const told = await at_bob.next(`user:${bob.id}`, 'new_message', (payload) => payload.message.content === 'through gRPC');
    assert.ok(told);
    const sibling = new Grpc(server, undefined, { metadata: { 'x-internal-token': internal_token } });
    await sibling.call('AdminService', 'PublishEvent', { user_id: alice.id, event: 'incoming_call', payload: '{"a":1}' });
    assert.deepEqual((await a.event('notice')).notice, { event: 'incoming_call', payload: '{"a":1}' });
    a.cancel();
  });
});

describe('presence', () => {
  test('and typing are told to those who are there, on streams and sockets alike', async (t) => {
    const [alice, bob] = people(server, 'alice', 'bob');
    t.after(() => bob.disconnect());
    const direct = await alice.direct_with(bob);
    const conversation_id = direct.id;
    const a = await live(alice);
    await fails(a.command('set_typing', { conversation_id, typing: true }), codes.FAILED_PRECONDITION, 'CONVERSATION_NOT_OPEN');
    const here = await a.command('open_conversation', { conversation_id });
    assert.deepEqual(here.entries.map((one) => one.user_id), [alice.id]);
    const at_bob = await bob.connect();
    await at_bob.join(conversation_topic(direct));
    const came = await a.event('presence_changed', (one) => one.joins.some((entry) => entry.user_id === bob.id));
    assert.equal(came.presence_changed.users, 2);
    await a.command('set_typing', { conversation_id, typing: true });
    await at_bob.next(conversation_topic(direct), 'user_typing');
    at_bob.close();
    await a.event('presence_changed', (one) => one.gone_ids.includes(bob.id));
    await a.command('close_conversation', { conversation_id });
    const b = await live(bob);
    assert.deepEqual((await b.command('open_conversation', { conversation_id })).entries.map((one) => one.user_id), [bob.id]);
    const [stranger] = people(server, 'stranger');
    const s = await live(stranger);
    await fails(s.command('open_conversation', { conversation_id }), codes.PERMISSION_DENIED, 'NOT_A_MEMBER');
    for (const one of [a, b, s]) one.cancel();
  });

  test('ends with the stream', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const direct = await alice.direct_with(bob);
    const [a, b] = [await live(alice), await live(bob)];
    await a.command('open_conversation', { conversation_id: direct.id });
    await b.command('open_conversation', { conversation_id: direct.id });
    await a.event('presence_changed', (one) => one.joins.some((entry) => entry.user_id === bob.id));
    b.cancel();
    await a.event('presence_changed', (one) => one.gone_ids.includes(bob.id));
    a.cancel();
  });
});

describe('commands', () => {
  test('are refused as the calls of the same name are, and the stream goes on', async () => {
    const [alice, stranger] = people(server, 'alice', 'stranger');
    const group = await alice.group('Mine', people(server, 'other'));
    const s = await live(stranger);
    await fails(s.command('send_message', text(group, 'x')), codes.PERMISSION_DENIED, 'NOT_A_MEMBER');
    await fails(s.command('send_message', { conversation_id: 'x' }), codes.INVALID_ARGUMENT, 'INVALID');
    await fails(s.command('list_changes', { conversation_id: group.id, since: 0 }), codes.PERMISSION_DENIED);
    const message = await alice.send(group.id, 'x');
    await fails(s.command('edit_message', { message_id: message.id, content: Buffer.from('y') }), codes.NOT_FOUND, 'MESSAGE_NOT_FOUND');
    assert.deepEqual((await s.command('list_conversations')).conversations, []);
    s.cancel();
  });

  test('a thousand at once are all answered', async () => {
    const [alice] = people(server, 'alice');
    const group = await alice.group('Mine', people(server, 'other'));
    const a = await live(alice);
    const answers = await Promise.all(Array.from({ length: 1000 }, (_, i) => a.command('send_message', text(group, `${i}`))));
    assert.equal(new Set(answers.map((one) => one.message.mseq)).size, 1000);
    a.cancel();
  });

  test('before hello, a second hello, one without a number, and none at all end the stream', async () => {
    const [alice] = people(server, 'alice');
    const cases = [
      [(s) => s.write('list_conversations', {}), codes.INVALID_ARGUMENT, 'HELLO_EXPECTED'],
      [(s) => (s.write('hello', {}), s.write('hello', {})), codes.INVALID_ARGUMENT, 'HELLO_EXPECTED'],
      [(s) => s.write('hello', {}, 0), codes.INVALID_ARGUMENT, 'INVALID'],
      [(s) => s.write('hello', { positions: [{ conversation_id: 'x' }] }), codes.INVALID_ARGUMENT, 'INVALID'],
      [(s) => s.call.end(), codes.INVALID_ARGUMENT, 'HELLO_EXPECTED'],
      [() => {}, codes.DEADLINE_EXCEEDED, 'HELLO_EXPECTED'],
    ];
    for (const [act, code, reason] of cases) {
      const stream = client(alice).open();
      act(stream);
      const outcome = await within(stream.ended, reason);
      assert.deepEqual([outcome.code, outcome.reason], [code, reason]);
    }
  });

  test('one that is too large ends the stream', async () => {
    const [alice] = people(server, 'alice');
    const a = await live(alice);
    a.write('send_message', { content: Buffer.alloc(2 * 1024 * 1024) });
    assert.equal((await within(a.ended, 'the end')).code, codes.RESOURCE_EXHAUSTED);
  });
});

describe('a stream', () => {
  test('whose client has no more commands goes on telling', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const direct = await alice.direct_with(bob);
    const b = await live(bob);
    b.call.end();
    await pause(100);
    await alice.send(direct.id, 'still there?');
    await b.event('message_created');
    b.cancel();
  });

  test('that is cancelled amid commands leaves the server well', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const direct = await alice.direct_with(bob);
    for (let round = 0; round < 10; round++) {
      const a = await live(alice);
      for (let i = 0; i < 20; i++) a.write('send_message', text(direct, `${round} ${i}`));
      a.cancel();
      assert.equal((await a.ended).code, codes.CANCELLED);
    }
    const a = await live(alice);
    await a.command('send_message', text(direct, 'well'));
    a.cancel();
    await eventually('no stream is left', async () => /whispr_grpc_streams_open 0/.test(await metrics()));
  });

  test('that its client does not read is ended with "pull", and nobody else notices', async (t) => {
    const own = await Server.start({ grpc: true, args: ['--messages-per-minute', '0', '--requests-per-minute', '0', '--max-outbox-size', '1MiB'] });
    t.after(() => own.discard());
    const [alice, bob, carol] = people(own, 'alice', 'bob', 'carol');
    const group = await alice.group('Slow', [bob, carol]);
    const [a, b, c] = [await live(alice), await live(bob), await live(carol)];
    b.call.pause();
    const most = 80;
    for (let i = 0; i < most; i++) await a.command('send_message', text(group, 'x'.repeat(60_000)));
    await eventually('carol heard all', () => c.events.filter((one) => one.what === 'message_created').length === most);
    b.call.resume();
    const outcome = await within(b.ended, 'the end');
    // Who does not even take the end within five seconds is cut off.
    assert.ok([codes.RESOURCE_EXHAUSTED, codes.CANCELLED].includes(outcome.code), JSON.stringify(outcome));
    if (outcome.code === codes.RESOURCE_EXHAUSTED) assert.equal(outcome.reason, 'PULL');
    assert.ok(b.events.length < most);
    const eseq = b.events.at(-1)?.eseq ?? 1;
    const again = await live(bob, { positions: [{ conversation_id: group.id, eseq }] });
    assert.ok(again.missed.length === 1);
    for (const one of [a, c, again]) one.cancel();
  });

  test('ends when its token expires, unless it is renewed', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const soon = () => ({ exp: Math.floor(Date.now() / 1000) + 2 });
    alice.token = server.issuer.token(alice.id, soon());
    bob.token = server.issuer.token(bob.id, soon());
    const [a, b] = [await live(alice), await live(bob)];
    await fails(b.command('renew_token', { token: alice.token }), codes.PERMISSION_DENIED, 'ANOTHER_USER');
    await fails(b.command('renew_token', { token: 'x' }), codes.UNAUTHENTICATED, 'TOKEN_MALFORMED');
    await b.command('renew_token', { token: server.issuer.token(bob.id) });
    const outcome = await within(a.ended, 'the end');
    assert.deepEqual([outcome.code, outcome.reason], [codes.UNAUTHENTICATED, 'TOKEN_EXPIRED']);
    await pause(1200);
    await b.command('list_conversations');
    b.cancel();
  });

  test('ends when its user signs out or is banned, on that device or on all', async () => {
    const [alice] = people(server, 'alice');
    const on = (device) => {
      const person = new Person(server, 'alice', alice.id);
      person.token = server.issuer.token(alice.id, { deviceId: device, device_id: device });
      return live(person);
    };
    const [phone, desk] = [await on('phone'), await on('desk')];
    const sibling = new Grpc(server, undefined, { metadata: { 'x-internal-token': internal_token } });
    await sibling.call('AdminService', 'DisconnectUser', { user_id: alice.id, device_id: 'phone', reason: 'logout' });
    const outcome = await within(phone.ended, 'the end');
    assert.deepEqual([outcome.code, outcome.reason, outcome.details], [codes.UNAUTHENTICATED, 'SIGNED_OUT', 'logout']);
    await desk.command('list_conversations');
    await sibling.call('AdminService', 'DisconnectUser', { user_id: alice.id, reason: 'banned' });
    assert.equal((await within(desk.ended, 'the end')).details, 'banned');
  });

  test('is told that the server stops, and calls that are under way are answered', async (t) => {
    const own = await Server.start({ grpc: true, args: ['--shutdown-delay', '700ms', '--messages-per-minute', '0'] });
    t.after(() => own.discard());
    const [alice, bob] = people(own, 'alice', 'bob');
    const direct = await alice.direct_with(bob);
    const a = await live(alice);
    own.child.kill('SIGTERM');
    await pause(200);
    // Everything is served while balancers look away.
    await a.command('send_message', text(direct, 'late'));
    const last = client(bob).call('MessageService', 'ListMessages', { conversation_id: direct.id });
    assert.equal((await last).messages.length, 1);
    const outcome = await within(a.ended, 'the end');
    assert.deepEqual([outcome.code, outcome.reason], [codes.UNAVAILABLE, 'STOPPING']);
    assert.ok(outcome.retry_after_ms > 0);
    assert.equal((await within(own.ended, 'the server')).code, 0);
  });

  test('counts among the sockets of its user', async (t) => {
    const own = await Server.start({ grpc: true, args: ['--max-sockets-per-user', '2'] });
    t.after(() => own.discard());
    const [alice] = people(own, 'alice');
    const streams = [await live(alice), await live(alice)];
    const third = client(alice).open();
    assert.deepEqual([(await third.ended).code, third.outcome.reason], [codes.RESOURCE_EXHAUSTED, 'TOO_MANY_STREAMS']);
    streams[0].cancel();
    await eventually('there is room again', async () => {
      const one = client(alice).open();
      one.write('hello', {});
      const outcome = await Promise.race([one.ended, one.caught_up()]);
      return outcome === one && streams.push(one);
    });
    for (const one of streams) one.cancel();
  });
});

async function metrics() {
  return (await fetch(`${server.admin_url}/metrics`)).text();
}
