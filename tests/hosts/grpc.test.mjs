// The gRPC service: calls, errors, who may call, limits.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import grpc from '@grpc/grpc-js';
import { Grpc, client, codes, fails, text } from './harness/grpc.mjs';
import { people } from './harness/person.mjs';
import { Server } from './harness/server.mjs';
import { internal_token } from './harness/user_service.mjs';

let server;
before(async () => {
  server = await Server.start({ grpc: true, env: { INTERNAL_API_TOKEN: internal_token } });
});
after(() => server?.discard());

async function group_of(alice, ...others) {
  const request = { name: 'A group', user_ids: others.length ? others.map((one) => one.id) : [crypto.randomUUID()] };
  return (await client(alice).call('ConversationService', 'CreateGroup', request)).conversation;
}

describe('calls', () => {
  test('a message is sent, read, edited, reacted to, pinned and deleted', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const [a, b] = [client(alice), client(bob)];
    const { conversation } = await a.call('ConversationService', 'CreateDirect', { other_user_id: bob.id });
    assert.equal(conversation.type, 'CONVERSATION_TYPE_DIRECT');
    assert.equal(conversation.members.length, 2);
    const op_id = crypto.randomUUID();
    const sent = await a.call('MessageService', 'SendMessage', text(conversation, 'hé', { op_id, metadata: '{"k":1}' }));
    assert.equal(sent.message.content.toString(), 'hé');
    assert.equal(sent.message.sender_id, alice.id);
    assert.equal(sent.message.metadata, '{"k":1}');
    assert.equal(sent.repeat, false);
    const again = await a.call('MessageService', 'SendMessage', text(conversation, 'hé', { op_id, metadata: '{"k":1}' }));
    assert.equal(again.repeat, true);
    assert.equal(again.message.id, sent.message.id);
    const message_id = sent.message.id;

    await b.call('ReactionService', 'AddReaction', { message_id, reaction: '👍' });
    await b.call('ReceiptService', 'MarkRead', { conversation_id: conversation.id });
    await b.call('MessageService', 'PinMessage', { message_id });
    const edited = await a.call('MessageService', 'EditMessage', { message_id, content: Buffer.from('ho') });
    assert.equal(edited.message.content.toString(), 'ho');
    const shown = await b.call('MessageService', 'ShowMessage', { message_id });
    assert.equal(shown.message.reactions[0].reaction, '👍');
    const { receipts } = await a.call('ReceiptService', 'ListReceipts', { message_id });
    assert.equal(receipts[0].user_id, bob.id);
    assert.ok(receipts[0].read_at);
    const { pins } = await a.call('MessageService', 'ListPins', { conversation_id: conversation.id });
    assert.equal(pins[0].message.id, message_id);
    const found = await b.call('SearchService', 'SearchMessages', { query: 'ho' });
    assert.deepEqual(found.messages.map((one) => one.id), [message_id]);

    await a.call('MessageService', 'DeleteMessage', { message_id, for_everyone: true });
    const page = await b.call('MessageService', 'ListMessages', { conversation_id: conversation.id });
    assert.deepEqual(page.messages, []);
    const list = await b.call('ConversationService', 'ListConversations', {});
    assert.equal(list.conversations[0].id, conversation.id);
    assert.equal(list.conversations[0].state.unread, 0);
  });

  test('drafts, schedules, attachments and forwards', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const a = client(alice);
    const group = await group_of(alice, bob);
    const { draft } = await a.call('DraftService', 'SaveDraft', { conversation_id: group.id, content: Buffer.from('d') });
    assert.equal((await a.call('DraftService', 'ShowDraft', { conversation_id: group.id })).draft.id, draft.id);
    await a.call('DraftService', 'RemoveDraft', { draft_id: draft.id });
    const scheduled_at = { seconds: Math.floor(Date.now() / 1000) + 3600, nanos: 5_000 };
    const { schedule } = await a.call('ScheduleService', 'CreateSchedule', {
      ...text(group, 'later'),
      scheduled_at,
    });
    assert.deepEqual(schedule.scheduled_at, scheduled_at);
    const { schedules } = await a.call('ScheduleService', 'ListSchedules', {});
    assert.deepEqual(schedules.map((one) => one.id), [schedule.id]);
    await a.call('ScheduleService', 'CancelSchedule', { schedule_id: schedule.id });
    const { message } = await a.call('MessageService', 'SendMessage', text(group, 'with a file'));
    const added = await a.call('AttachmentService', 'AddAttachment', {
      message_id: message.id,
      url: 'https://example.org/a.png',
      size: 3,
    });
    assert.equal(added.attachment.mime_type, 'application/octet-stream');
    const direct = (await a.call('ConversationService', 'CreateDirect', { other_user_id: bob.id })).conversation;
    const forwarded = await a.call('MessageService', 'ForwardMessage', {
      message_id: message.id,
      conversation_ids: [direct.id, crypto.randomUUID()],
    });
    assert.equal(forwarded.targets[0].message.content.toString(), 'with a file');
    assert.equal(forwarded.targets[1].error.code, codes.NOT_FOUND);
  });
});

describe('errors', () => {
  test('have a code, a reason, and the fields that are wrong', async () => {
    const [alice, stranger] = people(server, 'alice', 'stranger');
    const a = client(alice);
    const group = await group_of(alice);
    const malformed = await fails(
      a.call('MessageService', 'SendMessage', { conversation_id: 'x', reply_to_id: 'y', signature: 's' }),
      codes.INVALID_ARGUMENT,
      'INVALID_SIGNATURE',
    );
    assert.equal(malformed.domain, 'whispr');
    assert.deepEqual(Object.keys(malformed.fields).sort(), ['conversation_id', 'reply_to_id', 'signature']);
    const refused = await fails(
      a.call('MessageService', 'SendMessage', text(group, 'x', { metadata: 'no json' })),
      codes.INVALID_ARGUMENT,
    );
    assert.ok(refused.fields.metadata);
    const nothing = { conversation_id: crypto.randomUUID() };
    await fails(a.call('ConversationService', 'ShowConversation', nothing), codes.NOT_FOUND, 'CONVERSATION_NOT_FOUND');
    const theirs = { conversation_id: group.id };
    await fails(client(stranger).call('ConversationService', 'ShowConversation', theirs), codes.PERMISSION_DENIED, 'NOT_A_MEMBER');
    const { message } = await a.call('MessageService', 'SendMessage', text(group, 'x'));
    // What one may not see of messages is not there.
    for (const message_id of [message.id, crypto.randomUUID()]) {
      const unseen = await fails(client(stranger).call('MessageService', 'ShowMessage', { message_id }), codes.NOT_FOUND, 'MESSAGE_NOT_FOUND');
      assert.equal(unseen.details, 'Resource not found');
    }
    await a.call('MessageService', 'EditMessage', { message_id: message.id, content: Buffer.from('y') });
    await fails(
      a.call('MessageService', 'EditMessage', { message_id: message.id, content: Buffer.from('z'), based_on: message.eseq }),
      codes.ABORTED,
      'STALE',
    );
  });

  test('bytes that are no message are refused, and the connection lives on', async () => {
    const [alice] = people(server, 'alice');
    const a = client(alice);
    const raw = new grpc.Client(server.grpc_listen, grpc.credentials.createInsecure());
    server.connections.add(raw);
    const same = (bytes) => bytes;
    const call = (method, bytes) =>
      new Promise((resolve, reject) =>
        raw.makeUnaryRequest(method, same, same, bytes, a.headers(), (error, answer) => (error ? reject(error) : resolve(answer))),
      );
    await fails(call('/whispr.v1.MessageService/SendMessage', Buffer.from([0xff, 0xff, 0xff])), codes.INVALID_ARGUMENT);
    await fails(call('/whispr.v1.MessageService/NoSuchMethod', Buffer.alloc(0)), codes.UNIMPLEMENTED);
    await call('/whispr.v1.ConversationService/ListConversations', Buffer.alloc(0));
  });

  test('a message beyond the limit is refused, and one below it is not', async () => {
    const [alice] = people(server, 'alice');
    const group = await group_of(alice);
    const a = client(alice);
    await fails(
      a.call('MessageService', 'SendMessage', text(group, 'x'.repeat(2 * 1024 * 1024))),
      codes.RESOURCE_EXHAUSTED,
    );
    await fails(a.call('MessageService', 'SendMessage', text(group, 'x'.repeat(65_537))), codes.INVALID_ARGUMENT, 'INVALID');
    await a.call('MessageService', 'SendMessage', text(group, 'x'.repeat(65_536)));
  });

  test('a page of the largest messages can be received, and the rest is another page', async () => {
    const [alice] = people(server, 'alice');
    const group = await group_of(alice);
    const a = client(alice);
    for (let i = 0; i < 60; i++) await a.call('MessageService', 'SendMessage', text(group, 'x'.repeat(65_536)));
    let [seen, before_mseq, pages] = [[], undefined, 0];
    for (let more = true; more; pages++) {
      const page = await a.call('MessageService', 'ListMessages', { conversation_id: group.id, before_mseq, limit: 100 });
      seen.push(...page.messages.map((one) => one.mseq));
      before_mseq = seen.at(-1);
      more = page.has_more;
    }
    assert.ok(pages > 1);
    assert.equal(new Set(seen).size, 60);
  });

  test('a deadline that is over ends the call, and the server goes on', async () => {
    const [alice] = people(server, 'alice');
    const a = client(alice);
    await fails(a.call('ConversationService', 'ListConversations', {}, { deadline_ms: -1 }), codes.DEADLINE_EXCEEDED);
    await a.call('ConversationService', 'ListConversations', {});
  });
});

describe('who calls', () => {
  test('needs a token as for REST', async () => {
    const [alice, other] = people(server, 'alice', 'other');
    const { issuer } = server;
    const bad = {
      TOKEN_MISSING: undefined,
      TOKEN_MALFORMED: 'nonsense',
      TOKEN_EXPIRED: issuer.expired(alice.id),
      TOKEN_BAD_SIGNATURE: issuer.tampered(alice.id, other.id),
      TOKEN_WRONG_AUDIENCE: issuer.token(alice.id, { aud: 'ws' }),
    };
    for (const [reason, token] of Object.entries(bad)) {
      const caller = new Grpc(server, token);
      await fails(caller.call('ConversationService', 'ListConversations'), codes.UNAUTHENTICATED, reason);
      const stream = caller.open();
      assert.equal((await stream.ended).code, codes.UNAUTHENTICATED, reason);
      assert.equal(stream.outcome.reason, reason);
    }
    for (const token of [issuer.unsigned(alice.id), issuer.hmac(alice.id)]) {
      await fails(new Grpc(server, token).call('ConversationService', 'ListConversations'), codes.UNAUTHENTICATED);
    }
    // A name without a proxy that is trusted is no identity.
    const named = new Grpc(server, undefined, { metadata: { 'x-user-id': alice.id } });
    await fails(named.call('ConversationService', 'ListConversations'), codes.UNAUTHENTICATED);
  });

  test('may be named by a proxy that is trusted', async (t) => {
    const behind = await Server.start({ grpc: true, args: ['--trusted-proxies', '127.0.0.1/32'] });
    t.after(() => behind.discard());
    const [alice] = people(behind, 'alice');
    const named = new Grpc(behind, undefined, { metadata: { 'x-user-id': alice.id } });
    const stream = await named.connect();
    assert.equal(stream.welcome.user_id, alice.id);
    stream.cancel();
  });

  test('is held to the rates of REST, together with it', async (t) => {
    const own = await Server.start({ grpc: true, args: ['--messages-per-minute', '3'] });
    t.after(() => own.discard());
    const [alice, bob] = people(own, 'alice', 'bob');
    const a = client(alice);
    const { conversation } = await a.call('ConversationService', 'CreateDirect', { other_user_id: bob.id });
    await a.call('MessageService', 'SendMessage', text(conversation, '1'));
    await alice.send(conversation.id, '2');
    const stream = await a.connect();
    await stream.command('send_message', text(conversation, '3'));
    const refused = await fails(a.call('MessageService', 'SendMessage', text(conversation, '4')), codes.RESOURCE_EXHAUSTED, 'RATE_LIMITED');
    assert.ok(refused.retry_after_ms >= 1000);
    await fails(stream.command('send_message', text(conversation, '5')), codes.RESOURCE_EXHAUSTED, 'RATE_LIMITED');
    stream.cancel();
  });
});

describe('sibling services', () => {
  const sibling = (to = server, token = internal_token) =>
    new Grpc(to, undefined, { metadata: token === null ? {} : { 'x-internal-token': token } });

  test('make conversations, set the members of groups, and ask about messages', async () => {
    const [alice, bob, carol, dave] = people(server, 'alice', 'bob', 'carol', 'dave');
    const external_group_id = crypto.randomUUID();
    const { conversation } = await sibling().call('AdminService', 'CreateConversation', {
      user_id: alice.id,
      type: 'CONVERSATION_TYPE_GROUP',
      user_ids: [bob.id, carol.id],
      name: 'Theirs',
      external_group_id,
    });
    assert.equal(conversation.external_group_id, external_group_id);
    const synced = await sibling().call('AdminService', 'SyncGroupMembers', {
      user_id: alice.id,
      conversation_id: conversation.id,
      members: [{ user_id: bob.id, role: 'ROLE_ADMIN' }, { user_id: dave.id }, { user_id: dave.id }],
    });
    assert.deepEqual(synced, { added_ids: [dave.id], removed_ids: [carol.id], changed_ids: [bob.id] });
    const shown = await client(bob).call('ConversationService', 'ShowConversation', { conversation_id: conversation.id });
    assert.deepEqual(shown.conversation.members.map((one) => one.user_id).sort(), [alice.id, bob.id, dave.id].sort());
    const { message } = await client(dave).call('MessageService', 'SendMessage', text(conversation, 'secret', { metadata: '{"m":1}' }));
    const known = await sibling().call('AdminService', 'GetMessageMetadata', { user_id: alice.id, message_id: message.id });
    assert.equal(known.metadata, '{"m":1}');
    assert.equal(known.sender_id, dave.id);
    assert.ok(!JSON.stringify(known).includes(Buffer.from('secret').toString('base64')));
    const unseen = { user_id: carol.id, message_id: message.id };
    await fails(sibling().call('AdminService', 'GetMessageMetadata', unseen), codes.NOT_FOUND);
    // It is done for the user, and as that user: who is no admin cannot have it done.
    await fails(
      sibling().call('AdminService', 'SyncGroupMembers', { user_id: dave.id, conversation_id: conversation.id, members: [{ user_id: dave.id }] }),
      codes.PERMISSION_DENIED,
    );
    const direct = await sibling().call('AdminService', 'CreateConversation', {
      user_id: alice.id,
      type: 'CONVERSATION_TYPE_DIRECT',
      user_ids: [dave.id],
    });
    assert.equal(direct.conversation.members.length, 2);
  });

  test('need their token, whole and exact; a user is no sibling', async () => {
    const [alice] = people(server, 'alice');
    const request = { user_id: alice.id, event: 'incoming_call' };
    for (const token of [null, 'wrong', internal_token.slice(0, -1), `${internal_token}x`]) {
      await fails(sibling(server, token).call('AdminService', 'PublishEvent', request), codes.UNAUTHENTICATED);
    }
    await fails(client(alice).call('AdminService', 'DisconnectUser', request), codes.UNAUTHENTICATED);
    await sibling().call('AdminService', 'PublishEvent', request);
    await fails(sibling().call('AdminService', 'PublishEvent', { ...request, event: 'new_message' }), codes.INVALID_ARGUMENT);
    await fails(sibling().call('AdminService', 'PublishEvent', { ...request, payload: '[1]' }), codes.INVALID_ARGUMENT);
  });

  test('do not exist where no token is configured', async (t) => {
    const without = await Server.start({ grpc: true });
    t.after(() => without.discard());
    const request = { user_id: crypto.randomUUID(), event: 'incoming_call' };
    for (const token of [null, internal_token, '']) {
      await fails(sibling(without, token).call('AdminService', 'PublishEvent', request), codes.UNIMPLEMENTED);
    }
  });
});
