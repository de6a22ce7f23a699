// Values of the wrong type, ids that are none, broken queries and forms: the contract's error, and nothing half done.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { Untouched } from './harness/untouched.mjs';
import { fresh_random } from './harness/person.mjs';

let server;
let room;
before(async () => {
  server = await Server.start({ args: ['--messages-per-minute', '0'] });
  room = await Untouched.of(server);
});
after(() => server?.discard());

const post = (body) => room.alice.rest.post(room.messages_path, body);
const bad_request = { errors: { detail: 'Bad Request' } };
const message = (more) => ({ content: 'x', message_type: 'text', client_random: fresh_random(), ...more });

describe('a value of the wrong type', () => {
  const fields = {
    content: [5, true, [], {}, null, ''],
    message_type: [5, null, {}, [], '', 'voice', 'TEXT'],
    client_random: [true, {}, [], 1.5, 'abc', '1.5', '', null],
    metadata: ['x', 5, [], true],
    reply_to_id: [5, {}, [], true],
    ttl_seconds: [],
    expires_at: ['yesterday', '2020-01-01T00:00:00Z', {}, []],
  };
  for (const [field, values] of Object.entries(fields)) {
    test(`in ${field} of a message is refused`, async () => {
      for (const value of values) {
        const answer = await post(message({ [field]: value }));
        assert.ok(
          answer.status === 422 || (field === 'reply_to_id' && answer.status === 400),
          `${JSON.stringify(value)}: ${answer.status} ${answer.text}`,
        );
        if (answer.status === 422) assert.ok(answer.body.details?.[field], `${JSON.stringify(value)}: ${answer.text}`);
      }
      await room.check(field);
    });
  }

  test('in a conversation is refused', async () => {
    const group = (more) => ({ type: 'group', name: 'G', user_ids: [room.bob.id], ...more });
    const bodies = [
      { type: 5 },
      { type: null },
      { type: ['group'] },
      { type: 'direct', other_user_id: 5 },
      { type: 'direct', other_user_id: {} },
      { type: 'direct', other_user_id: [] },
      { type: 'direct', user_ids: [5, 6] },
      { type: 'direct', user_ids: [room.alice.id, 'zz'] },
      { type: 'direct', user_ids: {} },
      group({ name: 5 }),
      group({ name: [] }),
      group({ name: '' }),
      group({ name: null }),
      group({ name: 'é'.repeat(51) }),
      group({ user_ids: [5] }),
      group({ user_ids: [[room.bob.id]] }),
      group({ user_ids: {} }),
      group({ user_ids: [] }),
      group({ metadata: 'x' }),
      group({ metadata: [] }),
      group({ external_group_id: 'zz' }),
      group({ external_group_id: 5 }),
      { conversation: 5 },
      { conversation: [] },
    ];
    for (const body of bodies) {
      const answer = await room.alice.rest.post('conversations', body);
      assert.ok([400, 422].includes(answer.status), `${JSON.stringify(body)}: ${answer.status} ${answer.text}`);
      assert.ok(answer.body?.error ?? answer.body?.errors, answer.text);
    }
    await room.check('conversations');
  });

  test('in an edit, a deletion, a reaction or a setting is refused', async () => {
    const id = room.message.id;
    for (const body of [
      { content: 5 },
      { content: null },
      { content: {} },
      { content: 'x'.repeat(65_537) },
      { content: 'x', metadata: [] },
      { message: 5 },
      {},
    ]) {
      assert.equal((await room.alice.rest.put(`messages/${id}`, body)).status, 422, JSON.stringify(body).slice(0, 60));
    }
    for (const body of [
      {},
      { reaction: 5 },
      { reaction: {} },
      { reaction: null },
      { reaction: '' },
      { reaction: 'x'.repeat(11) },
    ]) {
      assert.equal((await room.alice.rest.post(`messages/${id}/reactions`, body)).status, 422, JSON.stringify(body));
    }
    assert.equal((await room.alice.rest.put(`conversations/${room.group.id}`, { name: 5 })).status, 422);
    assert.equal((await room.alice.rest.put(`conversations/${room.group.id}/settings`, { settings: 'x' })).status, 422);
    await room.check('other routes');
  });
});

describe('an id', () => {
  const wrong = [
    'zzz',
    '123',
    `${'1'.repeat(32)}`,
    '{11111111-1111-4111-8111-000000000001}',
    '11111111-1111-4111-8111-00000000000g',
    '11111111-1111-4111-8111-0000000000011',
    '11111111_1111_4111_8111_000000000001',
    '%00',
    '%ff%fe',
    '%2e%2e',
    'a'.repeat(5000),
    "1' OR '1'='1",
    '-1',
    'null',
    '%zz',
  ];
  test('that is no UUID is a bad request on every route', async () => {
    for (const bad of wrong) {
      const id = bad.includes('%') ? bad : encodeURIComponent(bad);
      const calls = [
        ['GET', `conversations/${id}`],
        ['PUT', `conversations/${id}`],
        ['DELETE', `conversations/${id}`],
        ['GET', `conversations/${id}/messages`],
        ['POST', `conversations/${id}/messages`],
        ['GET', `conversations/${id}/members`],
        ['GET', `conversations/${id}/settings`],
        ['GET', `messages/${id}`],
        ['PUT', `messages/${id}`],
        ['DELETE', `messages/${id}`],
        ['GET', `messages/${id}/reactions`],
        ['POST', `messages/${id}/reactions`],
        ['DELETE', `messages/${id}/reactions/x`],
      ];
      for (const [method, path] of calls) {
        const body = method === 'GET' ? undefined : message({ name: 'x', reaction: 'x' });
        const answer = await room.alice.rest.call(method, path, body);
        assert.equal(answer.status, 400, `${method} ${path}: ${answer.status} ${answer.text}`);
        assert.deepEqual(answer.body, bad_request);
      }
    }
    await room.check('ids');
  });

  test('in upper case is the same id, and reaches the same sockets', async (t) => {
    t.after(() => room.bob.disconnect());
    const own = await room.alice.group('Case', [room.bob]);
    const connection = await room.bob.connect();
    await connection.join(`conversation:${own.id}`);
    const upper = own.id.toUpperCase();
    const answer = await room.alice.rest.post(`conversations/${upper}/messages`, message({ content: 'upper' }));
    assert.equal(answer.status, 201);
    assert.equal(answer.body.data.conversationId, own.id);
    assert.equal(answer.body.meta.conversationId, upper, 'the path is echoed as it was written');
    await connection.next(`conversation:${own.id}`, 'new_message', (payload) => payload.message.content === 'upper');
    await room.alice.rest.delete(`conversations/${own.id}`);
  });
});

describe('queries', () => {
  test('with broken numbers and moments have an answer of the right family', async () => {
    for (const limit of ['0', '-1', 'abc', '', '1e9', '99999999999999999999', '%zz', '1;drop']) {
      assert.equal(
        (await room.alice.rest.get(`conversations/${room.direct.id}/messages?limit=${limit}`)).status,
        200,
        limit,
      );
      assert.equal((await room.alice.rest.get(`conversations?limit=${limit}`)).status, 200, limit);
    }
    for (const before of [
      'zzz',
      '5',
      '2020-13-01T00:00:00Z',
      '2020-01-01T25:00:00Z',
      '2020-01-01',
      '2020-02-30T00:00:00Z',
      '9999999999-01-01T00:00:00Z',
    ]) {
      const answer = await room.alice.rest.get(`conversations/${room.direct.id}/messages?before=${before}`);
      assert.equal(answer.status, 400, before);
      assert.deepEqual(answer.body, bad_request);
    }
    for (const before of [
      '2020-01-01T00:00:00Z',
      '2020-01-01T00:00:00',
      '2020-01-01T00:00:00.123456789Z',
      '2020-01-01T02:00:00%2B02:00',
    ]) {
      assert.deepEqual(
        (await room.alice.rest.get(`conversations/${room.direct.id}/messages?before=${before}`)).body.data,
        [],
        before,
      );
    }
    assert.equal((await room.alice.rest.get('conversations/%ff?limit=%ff')).status, 400);
  });
});

describe('other content types', () => {
  test('are read as forms, ignored, or refused', async () => {
    const call = (type, body) => room.alice.rest.call('POST', room.messages_path, body, { 'content-type': type });
    const form = 'application/x-www-form-urlencoded';
    for (const [type, body] of [
      ['text/plain', '{"content":"x"}'],
      ['application/octet-stream', 'xx'],
      [form, ''],
      [form, '&&&==&'],
      ['multipart/form-data', 'xx'],
    ]) {
      const answer = await call(type, body);
      assert.ok([400, 415, 422].includes(answer.status), `${type}: ${answer.status}`);
    }
    for (const body of [
      'content=%ff&message_type=text&client_random=1',
      'content=%zz&message_type=text&client_random=x',
      'content=a%00b&message_type=text&client_random=2',
    ]) {
      assert.ok([400, 422].includes((await call(form, body)).status), body);
    }
    const broken = '--b\r\nContent-Disposition: form-data; name="content"\r\n\r\nx';
    assert.ok([400, 415, 422].includes((await call('multipart/form-data; boundary=b', broken)).status));
    await room.check('content types');
  });
});
