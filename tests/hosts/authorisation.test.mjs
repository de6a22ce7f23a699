// Who may call what: every route for nobody, for a stranger, for someone who was removed, and for a member.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { Untouched } from './harness/untouched.mjs';
import { Rest } from './harness/rest.mjs';
import { Frames } from './harness/frames.mjs';
import { Person, fresh_random, people } from './harness/person.mjs';

let server;
let room;
let removed;
before(async () => {
  server = await Server.start({ args: ['--messages-per-minute', '0'] });
  room = await Untouched.of(server);
  removed = new Person(server, 'removed');
  assert.equal(
    (await room.alice.rest.post(`conversations/${room.group.id}/members`, { user_id: removed.id })).status,
    201,
  );
  assert.equal((await room.alice.rest.delete(`conversations/${room.group.id}/members/${removed.id}`)).status, 204);
  assert.equal(
    (await room.alice.rest.post(`messages/${room.group_message.id}/reactions`, { reaction: '👍' })).status,
    201,
  );
  room.before = await room.state();
});
after(() => server?.discard());

const text = { content: 'x', message_type: 'text', client_random: 1 };
const not_found = { error: 'Resource not found' };
const refused = { error: 'Unauthorized' };

// method, path, body, answer to nobody, answer to who is no (longer a) member; an answer is [statuses, body?].
const matrix = () => {
  const c = `conversations/${room.group.id}`;
  const m = `messages/${room.group_message.id}`;
  const anonymous = [[401], refused];
  const text_id = [[401], { error: 'User ID required' }];
  const member_rule = [[401, 403]];
  return [
    ['GET', c, undefined, anonymous, [[403], { error: 'User is not a member of this conversation' }]],
    ['PUT', c, { name: 'taken over' }, anonymous, [[403], refused]],
    ['DELETE', c, undefined, anonymous, [[403], refused]],
    ['DELETE', `${c}?for=everyone`, undefined, anonymous, [[403], refused]],
    ['GET', `${c}/members`, undefined, anonymous, [[403], refused]],
    [
      'POST',
      `${c}/members`,
      { user_id: room.stranger.id },
      member_rule,
      [[403], { error: 'Not authorized to add members' }],
    ],
    [
      'DELETE',
      `${c}/members/${room.bob.id}`,
      undefined,
      member_rule,
      [[403], { error: 'Not authorized to remove members' }],
    ],
    ['GET', `${c}/settings`, undefined, anonymous, [[404], { error: 'Conversation not found' }]],
    ['PUT', `${c}/settings`, { is_muted: true }, anonymous, [[404], { error: 'Conversation not found' }]],
    ...['POST', 'DELETE'].flatMap((method) =>
      ['pin', 'archive'].map((what) => [
        method,
        `${c}/${what}`,
        undefined,
        anonymous,
        [[404], { error: 'Conversation not found' }],
      ]),
    ),
    [
      'PATCH',
      `${c}/members/${room.bob.id}/role`,
      { role: 'admin' },
      anonymous,
      [[403], { error: 'Not authorized to change roles' }],
    ],
    ['GET', `${c}/messages`, undefined, anonymous, [[403], refused]],
    ['POST', `${c}/messages`, text, anonymous, [[403], refused]],
    ['GET', m, undefined, anonymous, [[404], not_found]],
    ['PUT', m, { content: 'x' }, text_id, [[404], { error: 'Message not found' }]],
    ['DELETE', m, undefined, text_id, [[404], not_found]],
    ['DELETE', `${m}?delete_for_everyone=true`, undefined, text_id, [[404], not_found]],
    ['POST', `${m}/unread`, undefined, anonymous, [[404], not_found]],
    ['GET', `${m}/receipts`, undefined, anonymous, [[404], not_found]],
    ['GET', `${m}/reactions`, undefined, anonymous, [[404], not_found]],
    ['POST', `${m}/reactions`, { reaction: 'x' }, anonymous, [[404], not_found]],
    ['DELETE', `${m}/reactions/${encodeURIComponent('👍')}`, undefined, anonymous, [[404]]],
    ['GET', `${m}/attachments`, undefined, anonymous, [[404], not_found]],
    ['POST', `${m}/attachments`, { media_url: 'x', size: 1 }, anonymous, [[404], not_found]],
    ['POST', `${m}/pin`, undefined, anonymous, [[404], { error: 'Message not found' }]],
    ['DELETE', `${m}/pin`, undefined, anonymous, [[404], { error: 'Pinned message not found' }]],
    ['GET', `${c}/pins`, undefined, anonymous, [[403], refused]],
  ];
};

function check(answer, [statuses, body], what) {
  assert.ok(statuses.includes(answer.status), `${what}: ${answer.status} ${answer.text}`);
  if (body) assert.deepEqual(answer.body, body, what);
}

describe('a route of a conversation', () => {
  test('refuses nobody, with and without a token that is none', async () => {
    const kinds = {
      'no token': undefined,
      'an expired token': server.issuer.expired(room.alice.id),
      'an unsigned token': server.issuer.unsigned(room.alice.id),
    };
    for (const [kind, token] of Object.entries(kinds)) {
      for (const [method, path, body, wanted] of matrix()) {
        check(await new Rest(server, token).call(method, path, body), wanted, `${kind}: ${method} ${path}`);
      }
      const spoofed = new Rest(server, token);
      for (const [method, path, body, wanted] of matrix()) {
        check(
          await spoofed.call(method, path, body, { 'x-user-id': room.alice.id }),
          wanted,
          `${kind} and x-user-id: ${method} ${path}`,
        );
      }
    }
    await room.check('anonymous calls');
  });

  test('refuses a stranger', async () => {
    for (const [method, path, body, , wanted] of matrix())
      check(await room.stranger.rest.call(method, path, body), wanted, `${method} ${path}`);
    await room.check('calls of a stranger');
  });

  test('refuses who was removed', async () => {
    for (const [method, path, body, , wanted] of matrix())
      check(await removed.rest.call(method, path, body), wanted, `${method} ${path}`);
    await room.check('calls of a removed member');
  });

  test('says the same of what is not there as of what may not be seen', async () => {
    const [shown, missing] = [room.message.id, '99999999-9999-4999-8999-999999999999'];
    for (const [method, suffix, body] of [
      ['GET', ''],
      ['DELETE', ''],
      ['PUT', '', { content: 'x' }],
      ['GET', '/reactions'],
      ['POST', '/reactions', { reaction: 'x' }],
    ]) {
      const [one, other] = [
        await room.stranger.rest.call(method, `messages/${shown}${suffix}`, body),
        await room.stranger.rest.call(method, `messages/${missing}${suffix}`, body),
      ];
      assert.equal(one.status, other.status, `${method} ${suffix}`);
      assert.deepEqual(one.body, other.body, `${method} ${suffix}`);
    }
  });
});

describe('acting as someone else', () => {
  test('is refused wherever a body or query names another user', async () => {
    const other = room.alice.id;
    const calls = [
      [
        'POST',
        `conversations/${room.direct.id}/messages`,
        { ...text, client_random: fresh_random(), sender_id: other },
      ],
      ['POST', `messages/${room.message.id}/reactions`, { reaction: 'x', user_id: other }],
      ['POST', `messages/${room.message.id}/reactions?user_id=${other}`, { reaction: 'x' }],
      ['DELETE', `messages/${room.group_message.id}/reactions/${encodeURIComponent('👍')}?user_id=${other}`],
      ['POST', 'conversations', { type: 'direct', user_ids: [other, room.stranger.id] }],
    ];
    for (const [method, path, body] of calls) {
      const answer = await room.bob.rest.call(method, path, body);
      assert.equal(answer.status, 403, `${method} ${path}: ${answer.status} ${answer.text}`);
    }
    await room.check('acting as someone else');
  });

  test('naming oneself is fine', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const direct = await alice.direct_with(bob);
    const sent = await alice.send(direct.id, 'x', { sender_id: alice.id });
    assert.equal(sent.senderId, alice.id);
    assert.equal(
      (await bob.rest.post(`messages/${sent.id}/reactions`, { reaction: 'x', user_id: bob.id })).status,
      201,
    );
    assert.equal((await bob.rest.delete(`messages/${sent.id}/reactions/x?user_id=${bob.id}`)).status, 200);
    assert.equal(
      (await alice.rest.post('conversations', { type: 'direct', user_ids: [alice.id, bob.id] })).body.data.id,
      direct.id,
    );
  });
});

describe('a join', () => {
  test('is for members, and a user topic for its user', async (t) => {
    for (const [who, topic, reason] of [
      [room.stranger, `conversation:${room.direct.id}`, 'not_authorized'],
      [removed, `conversation:${room.group.id}`, 'not_authorized'],
      [room.stranger, 'conversation:99999999-9999-4999-8999-999999999999', 'conversation_not_found'],
      [room.bob, `user:${room.alice.id}`, 'unauthorized'],
    ]) {
      const frames = await Frames.open(server, who.token);
      t.after(() => frames.close());
      assert.deepEqual(await frames.ask('1', '1', topic, 'phx_join'), { status: 'error', response: { reason } }, topic);
      const push = await frames.ask('1', '2', topic, 'new_message', { ...text, client_random: fresh_random() });
      assert.deepEqual(push, { status: 'error', response: { reason: 'unmatched topic' } });
    }
    await room.check('joins');
  });

  test('refused hears nothing', async (t) => {
    const [alice, bob, eve] = people(server, 'alice', 'bob', 'eve');
    const direct = await alice.direct_with(bob);
    const frames = await Frames.open(server, eve.token);
    t.after(() => frames.close());
    await frames.ask('1', '1', `conversation:${direct.id}`, 'phx_join');
    await frames.ask('2', '2', `user:${alice.id}`, 'phx_join');
    await alice.send(direct.id, 'secret');
    await bob.send(direct.id, 'secret');
    const own = await eve.direct_with(bob);
    await frames.ask('3', '3', `conversation:${own.id}`, 'phx_join');
    await bob.send(own.id, 'barrier');
    await frames.next((frame) => frame[3] === 'new_message' && frame[4].message.content === 'barrier', 'the barrier');
    assert.ok(!frames.received.some(({ data }) => data.includes('secret')));
  });
});
