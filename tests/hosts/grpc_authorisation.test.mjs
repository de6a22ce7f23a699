// Every method of every service for nobody, a stranger, a removed member, a member, an admin of the group, and a
// moderator: the rows of authorisation_matrix.test.mjs, in gRPC's codes. A method that is not in the table fails the test.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import protobuf from 'protobufjs';
import { Server } from './harness/server.mjs';
import { Furnished } from './harness/described.mjs';
import { Grpc, proto_folder } from './harness/grpc.mjs';
import { Person, people } from './harness/person.mjs';

const moderator_id = '00000000-0000-4000-8000-00000000a001';
let server;
before(async () => {
  server = await Server.start({
    grpc: true,
    args: ['--messages-per-minute', '0', '--requests-per-minute', '0'],
    env: { ADMIN_USER_IDS: moderator_id },
  });
});
after(() => server?.discard());

const [OK, INVALID, NOT_FOUND, EXISTS, DENIED, PRECONDITION, UNIMPLEMENTED, NOBODY] = [0, 3, 5, 6, 7, 9, 12, 16];
// What each role is answered, in this order. The moderator is a stranger to the group.
const roles = ['anonymous', 'stranger', 'removed', 'member', 'admin', 'moderator'];
const own = [NOBODY, OK, OK, OK, OK, OK]; // about the caller alone
const in_conversation = (ok = OK) => [NOBODY, DENIED, DENIED, ok, ok, DENIED];
const of_message = (ok = OK) => [NOBODY, NOT_FOUND, NOT_FOUND, ok, ok, NOT_FOUND];
const moderators = (ok = OK) => [NOBODY, DENIED, DENIED, DENIED, DENIED, ok];
const siblings = Array(6).fill(UNIMPLEMENTED);

const here = (room) => ({ conversation_id: room.group.id });
const message = (room) => ({ message_id: room.message.id });
const later = () => ({ seconds: Math.floor(Date.now() / 1000) + 3600 });

// "Service/Method": [codes, request].
const table = {
  'ConversationService/CreateDirect': [own, (room) => ({ other_user_id: room.other.id })],
  'ConversationService/CreateGroup': [own, (room) => ({ name: 'Another', user_ids: [room.other.id] })],
  'ConversationService/UpdateConversation': [in_conversation(), (room) => ({ ...here(room), metadata: '{"note":1}' })],
  'ConversationService/RemoveConversation': [in_conversation(), here],
  'ConversationService/ShowConversation': [in_conversation(), here],
  'ConversationService/ListConversations': [own],
  'ConversationService/AddMember': [[NOBODY, DENIED, DENIED, DENIED, OK, DENIED], (room) => ({ ...here(room), user_id: room.other.id })],
  'ConversationService/RemoveMember': [[NOBODY, DENIED, DENIED, DENIED, OK, DENIED], (room) => ({ ...here(room), user_id: room.second.id })],
  'ConversationService/SetRole': [
    [NOBODY, DENIED, DENIED, DENIED, OK, DENIED],
    (room) => ({ ...here(room), user_id: room.second.id, role: 'ROLE_MODERATOR' }),
  ],
  'ConversationService/UpdateSettings': [in_conversation(), (room) => ({ ...here(room), muted: true })],
  'ConversationService/SetPinned': [in_conversation(), (room) => ({ ...here(room), pinned: true })],
  'ConversationService/SetArchived': [in_conversation(), (room) => ({ ...here(room), archived: true })],
  'MessageService/SendMessage': [in_conversation(), (room) => ({ ...here(room), content: Buffer.from('x') })],
  'MessageService/EditMessage': [
    [NOBODY, NOT_FOUND, NOT_FOUND, DENIED, OK, NOT_FOUND],
    (room) => ({ ...message(room), content: Buffer.from('y') }),
  ],
  'MessageService/DeleteMessage': [of_message(), message],
  'MessageService/ShowMessage': [of_message(), message],
  'MessageService/ListMessages': [in_conversation(), here],
  'MessageService/ForwardMessage': [of_message(), (room) => ({ ...message(room), conversation_ids: [room.group.id] })],
  'MessageService/PinMessage': [of_message(EXISTS), message],
  'MessageService/UnpinMessage': [of_message(), message],
  'MessageService/ListPins': [in_conversation(), here],
  'ReactionService/AddReaction': [of_message(), (room) => ({ ...message(room), reaction: 'x' })],
  'ReactionService/RemoveReaction': [[NOBODY, NOT_FOUND, NOT_FOUND, NOT_FOUND, OK, NOT_FOUND], (room) => ({ ...message(room), reaction: '👍' })],
  'ReactionService/ListReactions': [of_message(), message],
  'ReceiptService/MarkRead': [in_conversation(), here],
  'ReceiptService/MarkDelivered': [in_conversation(), (room) => ({ ...here(room), mseq: 1 })],
  'ReceiptService/MarkUnread': [[NOBODY, NOT_FOUND, NOT_FOUND, OK, DENIED, NOT_FOUND], message],
  'ReceiptService/ListReceipts': [of_message(), message],
  'AttachmentService/AddAttachment': [
    [NOBODY, NOT_FOUND, NOT_FOUND, DENIED, OK, NOT_FOUND],
    (room) => ({ ...message(room), url: 'https://example.org/b.png', size: 2 }),
  ],
  'AttachmentService/ShowAttachment': [of_message(), (room) => ({ attachment_id: room.attachment.id })],
  'AttachmentService/RemoveAttachment': [
    [NOBODY, NOT_FOUND, NOT_FOUND, DENIED, OK, NOT_FOUND],
    (room) => ({ attachment_id: room.attachment.id }),
  ],
  'SearchService/SearchMessages': [own, () => ({ query: 'everything' })],
  'SearchService/SearchConversations': [own, () => ({ query: 'Furnished' })],
  'DraftService/SaveDraft': [in_conversation(), (room) => ({ ...here(room), content: Buffer.from('d') })],
  'DraftService/ShowDraft': [[NOBODY, DENIED, DENIED, NOT_FOUND, OK, DENIED], here],
  'DraftService/RemoveDraft': [[NOBODY, NOT_FOUND, NOT_FOUND, NOT_FOUND, OK, NOT_FOUND], (room) => ({ draft_id: room.draft.id })],
  'ScheduleService/CreateSchedule': [in_conversation(), (room) => ({ ...here(room), content: Buffer.from('l'), scheduled_at: later() })],
  'ScheduleService/UpdateSchedule': [
    [NOBODY, NOT_FOUND, NOT_FOUND, NOT_FOUND, OK, NOT_FOUND],
    (room) => ({ schedule_id: room.schedule.id, content: Buffer.from('z') }),
  ],
  'ScheduleService/CancelSchedule': [[NOBODY, NOT_FOUND, NOT_FOUND, NOT_FOUND, OK, NOT_FOUND], (room) => ({ schedule_id: room.schedule.id })],
  'ScheduleService/ListSchedules': [own],
  'ModerationService/FileReport': [own, (room) => ({ reported_user_id: room.other.id, category: 'REPORT_CATEGORY_SPAM' })],
  'ModerationService/ListOwnReports': [own],
  // The admin of the group is the one who filed it.
  'ModerationService/ShowReport': [[NOBODY, NOT_FOUND, NOT_FOUND, NOT_FOUND, OK, OK], (room) => ({ report_id: room.report.id })],
  'ModerationService/ListReports': [moderators()],
  'ModerationService/ResolveReport': [moderators(), (room) => ({ report_id: room.report.id, action: 'warn' })],
  'ModerationService/IssueSanction': [
    moderators(),
    (room) => ({ ...here(room), user_id: room.second.id, type: 'SANCTION_TYPE_MUTE', reason: 'r' }),
  ],
  'ModerationService/LiftSanction': [moderators(NOT_FOUND), (room) => ({ sanction_id: room.report.id })],
  'ModerationService/ListSanctions': [[NOBODY, DENIED, DENIED, OK, OK, OK], here],
  'SyncService/ListChanges': [in_conversation(), here],
  'SyncService/ListChangedConversations': [own],
  'AdminService/CreateConversation': [siblings],
  'AdminService/SyncGroupMembers': [siblings],
  'AdminService/GetMessageMetadata': [siblings],
  'AdminService/PublishEvent': [siblings],
  'AdminService/DisconnectUser': [siblings],
};
assert.ok(INVALID && PRECONDITION);

function methods() {
  const root = new protobuf.Root();
  root.resolvePath = (_, target) => (path.isAbsolute(target) ? target : path.join(proto_folder, target));
  for (const name of ['admin', 'attachments', 'drafts', 'moderation', 'receipts', 'schedules', 'search', 'sync'])
    root.loadSync(path.join(proto_folder, `whispr/v1/${name}.proto`));
  const found = [];
  for (const one of root.lookup('whispr.v1').nestedArray) {
    if (!(one instanceof protobuf.Service)) continue;
    for (const method of one.methodsArray) if (!method.requestStream) found.push([one.name, method.name]);
  }
  return found;
}

async function room_and_callers() {
  const [admin, member, second, removed, stranger, other] = people(server, 'admin', 'member', 'second', 'removed', 'stranger', 'other');
  const room = await Furnished.of(server, { owner: admin, member, removed });
  assert.equal((await admin.rest.post(`conversations/${room.group.id}/members`, { user_id: second.id })).status, 201);
  const moderator = new Person(server, 'moderator', moderator_id);
  Object.assign(room, { second, other });
  return { room, callers: { anonymous: {}, stranger, removed, member, admin, moderator } };
}

test('every method is open to those it is for, and to nobody else', { timeout: 600_000 }, async () => {
  const wrong = [];
  for (const [service, method] of methods()) {
    const rule = table[`${service}/${method}`];
    assert.ok(rule, `${service}/${method} is not in the table`);
    const [answers, request = () => ({})] = rule;
    for (const [index, role] of roles.entries()) {
      const { room, callers } = await room_and_callers();
      const client = new Grpc(server, callers[role].token);
      const code = await client.code(service, method, request(room));
      client.close();
      if (code !== answers[index]) wrong.push(`${service}/${method} as ${role}: ${code} instead of ${answers[index]}`);
    }
  }
  assert.deepEqual(wrong, []);
});
