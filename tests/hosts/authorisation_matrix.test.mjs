// Every described route for nobody, a stranger, a removed member, a member, an admin of the group, and a moderator. A route that
// is not in the table fails the test.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { Furnished, operations_of } from './harness/described.mjs';
import { Person, people } from './harness/person.mjs';
import { Rest } from './harness/rest.mjs';

const api = '/messaging/api/v1';
const moderator_id = '00000000-0000-4000-8000-00000000a001';
let server;
let operations;
before(async () => {
  server = await Server.start({
    args: ['--messages-per-minute', '0', '--requests-per-minute', '0'],
    env: { ADMIN_USER_IDS: moderator_id },
  });
  ({ operations } = await operations_of(server));
});
after(() => server?.discard());

const later = () => new Date(Date.now() + 3_600_000).toISOString();
const text = { content: 'x', message_type: 'text', client_random: 1 };

// Kinds of routes: what each role is answered, in the order of `roles`. The moderator is a stranger to the group.
const roles = ['anonymous', 'stranger', 'removed', 'member', 'admin', 'moderator'];
const open = [200, 200, 200, 200, 200, 200];
const own = [401, 200, 200, 200, 200, 200]; // about the caller alone
const in_conversation = (ok) => [401, 403, 403, ok, ok, 403]; // RULINGS 9: conversations keep their 403
const of_message = (ok) => [401, 404, 404, ok, ok, 404]; // RULINGS 9: messages are a constant 404
const moderators = (ok, other = 403) => [401, other, other, other, other, ok];

// "METHOD path under the prefix": [answers, body, query].
const table = {
  'GET /conversations': [own],
  'POST /conversations': [[401, 201, 201, 201, 201, 201], (room) => ({ type: 'direct', other_user_id: room.other.id })],
  'GET /conversations/archived': [own],
  'GET /conversations/search': [own, undefined, '?q=Furnished'],
  'GET /conversations/{id}': [in_conversation(200)],
  'PUT /conversations/{id}': [in_conversation(200), { metadata: { note: 1 } }],
  'DELETE /conversations/{id}': [in_conversation(200)],
  'GET /conversations/{id}/settings': [[401, 404, 404, 200, 200, 404]],
  'PUT /conversations/{id}/settings': [[401, 404, 404, 200, 200, 404], { is_muted: true }],
  'POST /conversations/{id}/pin': [[401, 404, 404, 200, 200, 404]],
  'DELETE /conversations/{id}/pin': [[401, 404, 404, 422, 422, 404]],
  'POST /conversations/{id}/archive': [[401, 404, 404, 200, 200, 404]],
  'DELETE /conversations/{id}/archive': [[401, 404, 404, 422, 422, 404]],
  'GET /conversations/{id}/members': [in_conversation(200)],
  'POST /conversations/{id}/members': [[403, 403, 403, 403, 201, 403], (room) => ({ user_id: room.other.id })],
  'DELETE /conversations/{id}/members/{user_id}': [[403, 403, 403, 403, 204, 403], undefined, '', (room) => room.second.id],
  'PATCH /conversations/{id}/members/{user_id}/role': [[401, 403, 403, 403, 200, 403], { role: 'moderator' }, '', (room) => room.second.id],
  'POST /conversations/{id}/leave': [[401, 403, 204, 204, 204, 403]],
  'GET /conversations/{id}/messages': [in_conversation(200)],
  'POST /conversations/{id}/messages': [in_conversation(201), text],
  'GET /conversations/{id}/messages/search': [in_conversation(200), undefined, '?query=everything'],
  'GET /messages/search': [own, undefined, '?query=everything'],
  'GET /messages/{id}': [of_message(200)],
  'PUT /messages/{id}': [[401, 404, 404, 403, 200, 404], { content: 'y' }],
  'DELETE /messages/{id}': [of_message(200)],
  'POST /messages/{id}/forward': [of_message(201), (room) => ({ conversation_ids: [room.group.id] })],
  'POST /messages/{id}/read': [of_message(200)],
  'POST /messages/{id}/unread': [[401, 404, 404, 200, 403, 404]],
  'GET /messages/{id}/receipts': [of_message(200)],
  'GET /messages/{id}/reactions': [of_message(200)],
  'POST /messages/{id}/reactions': [of_message(201), { reaction: 'x' }],
  'DELETE /messages/{id}/reactions/{reaction}': [[401, 404, 404, 404, 200, 404]],
  'POST /messages/{id}/pin': [of_message(422)],
  'DELETE /messages/{id}/pin': [of_message(200)],
  'GET /conversations/{id}/pins': [in_conversation(200)],
  'GET /conversations/{id}/attachments': [in_conversation(200)],
  'GET /messages/{id}/attachments': [of_message(200)],
  'POST /messages/{message_id}/attachments': [
    [401, 404, 404, 403, 201, 404],
    { media_url: 'https://example.org/b.png', size: 2, media_type: 'image' },
  ],
  'POST /attachments/upload': [[403, 400, 400, 400, 400, 400], {}],
  'GET /attachments/{id}': [of_message(200)],
  'POST /attachments': [[401, 400, 400, 400, 400, 400], {}],
  'GET /attachments/{id}/download': [[401, 404, 404, 404, 404, 404]],
  'GET /attachments/{id}/thumbnail': [[401, 404, 404, 404, 404, 404]],
  'GET /attachments/{id}/link': [[401, 404, 404, 404, 404, 404]],
  // Without the protocol's version nobody is asked who he is; who may what is in files_resumable.test.mjs.
  'POST /attachments/uploads': [[412, 412, 412, 412, 412, 412], {}],
  'GET /attachments/uploads/{id}': [[412, 412, 412, 412, 412, 412]],
  'PATCH /attachments/uploads/{id}': [[412, 412, 412, 412, 412, 412], {}],
  'DELETE /attachments/uploads/{id}': [[412, 412, 412, 412, 412, 412]],
  'DELETE /attachments/{id}': [[401, 404, 404, 403, 200, 404]],
  'POST /messages/drafts': [in_conversation(200), (room) => ({ conversation_id: room.group.id, content: 'd' })],
  'GET /conversations/{id}/drafts': [[401, 403, 403, 404, 200, 403]],
  'DELETE /messages/drafts/{id}': [[401, 404, 404, 404, 200, 404]],
  'GET /messages/scheduled': [own],
  'POST /messages/scheduled': [
    in_conversation(201),
    (room) => ({ conversation_id: room.group.id, content: 'later', scheduled_at: later() }),
  ],
  'PATCH /messages/scheduled/{id}': [[401, 404, 404, 404, 200, 404], { content: 'z' }],
  'DELETE /messages/scheduled/{id}': [[401, 404, 404, 404, 200, 404]],
  'GET /keys': [own],
  'GET /sync/conversations': [own],
  'DELETE /keys/{public_key}': [[401, 404, 404, 404, 404, 404]],
  'POST /reports': [[401, 201, 201, 201, 201, 201], (room) => ({ reported_user_id: room.other.id, category: 'spam' })],
  'GET /reports': [own],
  'GET /reports/queue': [moderators(200)],
  'GET /reports/stats': [moderators(200)],
  'GET /reports/analytics/dashboard': [moderators(200)],
  'GET /reports/analytics/summary': [moderators(200)],
  'GET /reports/analytics/trends': [moderators(200)],
  'GET /reports/analytics/trends/hourly': [moderators(200)],
  'GET /reports/analytics/top-reported': [moderators(200)],
  'GET /reports/analytics/categories': [moderators(200)],
  'GET /reports/analytics/resolution': [moderators(200)],
  // The admin of the group is the one who filed it.
  'GET /reports/{id}': [[401, 404, 404, 404, 200, 200]],
  'PUT /reports/{id}/resolve': [moderators(200), { action: 'warn' }],
  'GET /conversations/{conversation_id}/sanctions': [[401, 403, 403, 200, 200, 200]],
  'POST /conversations/{conversation_id}/sanctions': [
    moderators(201),
    (room) => ({ user_id: room.second.id, type: 'mute', reason: 'r' }),
  ],
  'DELETE /conversations/{conversation_id}/sanctions/{id}': [moderators(404)],
  'GET /monitoring/health': [own],
  'GET /monitoring/metrics': [own],
  'GET /monitoring/queues': [own],
};
const outside = {
  '/api/v1/moderation/report': table['POST /reports'],
  '/internal/v1/users/{id}/events': [[404, 404, 404, 404, 404, 404], { event: 'incoming_call', payload: {} }],
  '/internal/v1/users/{id}/disconnect': [[404, 404, 404, 404, 404, 404], {}],
  '/internal/v1/backups/restore': [[404, 404, 404, 404, 404, 404], {}],
};

function rule_of({ method, path, operation }) {
  if (path.startsWith(api)) {
    const rule = table[`${method} ${path.slice(api.length)}`];
    if (rule) return rule;
  }
  if (outside[path]) return outside[path];
  // What is open to everyone says so; those routes need no table.
  assert.deepEqual(operation.security, [], `${method} ${path} is not in the table`);
  return undefined;
}

async function room_and_callers() {
  const [admin, member, second, removed, stranger, other] = people(server, 'admin', 'member', 'second', 'removed', 'stranger', 'other');
  const room = await Furnished.of(server, { owner: admin, member, removed });
  assert.equal((await admin.rest.post(`conversations/${room.group.id}/members`, { user_id: second.id })).status, 201);
  const moderator = new Person(server, 'moderator', moderator_id);
  Object.assign(room, { second, other });
  return { room, callers: { anonymous: { rest: new Rest(server) }, stranger, removed, member, admin, moderator } };
}

describe('every route', () => {
  test('is open to those it is for, and to nobody else', { timeout: 600_000 }, async () => {
    const wrong = [];
    for (const one of operations) {
      const rule = rule_of(one);
      if (!rule) continue;
      const [answers, body, query = '', user] = rule;
      for (const [index, role] of roles.entries()) {
        const { room, callers } = await room_and_callers();
        let path = one.path;
        if (user) path = path.replace('{user_id}', user(room));
        const content = typeof body === 'function' ? body(room) : body;
        const answer = await callers[role].rest.call(one.method, room.path_of(path) + query, content);
        if (answer.status !== answers[index]) {
          wrong.push(`${one.method} ${one.path} as ${role}: ${answer.status} instead of ${answers[index]} ${answer.text.slice(0, 120)}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
  });
});
