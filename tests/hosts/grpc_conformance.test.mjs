// One history, seen through REST, a socket and gRPC: the same messages, numbers, times, members and receipts, and the same
// events in the same order.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Grpc } from './harness/grpc.mjs';
import { Server } from './harness/server.mjs';
import { people, fresh_random, conversation_topic } from './harness/person.mjs';
import { eventually } from './harness/patience.mjs';

let server;
before(async () => {
  server = await Server.start({ grpc: true, args: ['--messages-per-minute', '0', '--requests-per-minute', '0'] });
});
after(() => server?.discard());

// "2026-01-01T00:00:00.000001Z" of a Timestamp.
const iso = (time) =>
  time && `${new Date(time.seconds * 1000).toISOString().slice(0, 19)}.${String(Math.floor(time.nanos / 1000)).padStart(6, '0')}Z`;

// A message of gRPC in the words of REST, as far as both say it.
const of_grpc = (message) => ({
  id: message.id,
  conversationId: message.conversation_id,
  senderId: message.sender_id,
  mseq: message.mseq,
  content: message.content.toString(),
  metadata: JSON.parse(message.metadata),
  messageType: message.type.replace('MESSAGE_TYPE_', '').toLowerCase(),
  sentAt: iso(message.sent_at),
  editedAt: iso(message.edited_at) ?? null,
  isDeleted: message.deleted,
  replyToId: message.reply_to_id || null,
  status: message.status.replace('DELIVERY_STATUS_', '').toLowerCase(),
  reactions: message.reactions.map((one) => `${one.user_id} ${one.reaction}`).sort(),
});
const of_rest = (message) => ({
  ...Object.fromEntries(
    ['id', 'conversationId', 'senderId', 'mseq', 'content', 'metadata', 'messageType', 'sentAt', 'isDeleted', 'status'].map((key) => [key, message[key]]),
  ),
  editedAt: message.editedAt ?? null,
  replyToId: message.replyToId ?? null,
  reactions: message.reactions ? message.reactions.map((one) => `${one.userId ?? one.user_id} ${one.reaction}`).sort() : [],
});

test('a random history is the same through all of them', { timeout: 120_000 }, async (t) => {
  const [alice, bob] = people(server, 'alice', 'bob');
  t.after(() => [alice, bob].forEach((one) => one.disconnect()));
  const group = await alice.group('The same', [bob]);
  const topic = conversation_topic(group);
  const at_bob = await bob.connect();
  await at_bob.join(topic);
  const grpc = { alice: new Grpc(server, alice.token), bob: new Grpc(server, bob.token) };
  const stream = await (await grpc.bob.connect()).caught_up();
  const writer = await (await grpc.alice.connect()).caught_up();
  const socket = await alice.connect();
  await socket.join(topic);

  const ids = [];
  let seed = 20_26;
  const pick = (n) => (seed = (seed * 48_271) % 2_147_483_647) % n;
  const ways = [
    async () => ids.push((await alice.send(group.id, `rest ${ids.length}`)).id),
    async () => {
      const body = { content: `socket ${ids.length}`, message_type: 'text', client_random: fresh_random(), metadata: {} };
      ids.push((await socket.push_ok(topic, 'new_message', body)).message.id);
    },
    async () => {
      const reply_to_id = ids.length ? ids[pick(ids.length)] : undefined;
      const request = { conversation_id: group.id, content: Buffer.from(`grpc ${ids.length}`), metadata: '{"a":[1,null]}', reply_to_id };
      ids.push((await writer.command('send_message', request)).message.id);
    },
    async () => ids.length && alice.rest.put(`messages/${ids[pick(ids.length)]}`, { content: 'edited through rest' }),
    async () => ids.length && writer.command('edit_message', { message_id: ids[pick(ids.length)], content: Buffer.from('edited through grpc') }).catch(() => {}),
    async () => ids.length && grpc.bob.code('ReactionService', 'AddReaction', { message_id: ids[pick(ids.length)], reaction: '👍' }),
    async () => ids.length && bob.rest.post(`messages/${ids[pick(ids.length)]}/reactions`, { reaction: '🎉' }),
    async () => ids.length > 5 && writer.command('delete_message', { message_id: ids[pick(ids.length)], for_everyone: true }).catch(() => {}),
    async () => ids.length && grpc.bob.code('ReceiptService', 'MarkRead', { conversation_id: group.id, message_id: ids[pick(ids.length)] }),
  ];
  for (let step = 0; step < 150; step++) await ways[pick(ways.length)]();

  const rest = (await bob.history(group.id, '?limit=100')).map(of_rest);
  const page = await grpc.bob.call('MessageService', 'ListMessages', { conversation_id: group.id, limit: 100 });
  assert.deepEqual(page.messages.map(of_grpc), rest);
  assert.ok(rest.length > 20);

  // Every change was told on both, in the same order.
  const { conversation } = await grpc.bob.call('ConversationService', 'ShowConversation', { conversation_id: group.id });
  await eventually('the stream has all', () => stream.events.some((one) => one.eseq === conversation.eseq));
  const on_stream = stream.events.filter((one) => one.eseq > 0).map((one) => one.eseq);
  const on_socket = at_bob.heard.filter((one) => one.topic === topic && one.payload.eseq > 0).map((one) => one.payload.eseq);
  assert.deepEqual(on_stream, [...new Set(on_stream)]);
  assert.deepEqual([...new Set(on_socket)], on_stream);

  const listed = await bob.listed(group.id);
  assert.equal(conversation.state.unread, listed.unreadCount ?? listed.unread_count);
  for (const one of [stream, writer]) one.cancel();
});
