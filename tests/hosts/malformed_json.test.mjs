// Bodies that are broken or hostile JSON: the contract's error, and nothing half done.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
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
// A message written by hand, so that JSON.stringify cannot repair it.
const raw = (members) => `{"content":"x","message_type":"text","client_random":${fresh_random()}${members}}`;

describe('a body that is no JSON', () => {
  const broken = {
    'cut short': '{"content":"x"',
    'followed by something': '{} x',
    'two values': '{}{}',
    'single quotes': "{'content':'x'}",
    'a trailing comma': '{"content":"x",}',
    'a comment': '{/* */}',
    NaN: '{"client_random":NaN}',
    'a bare word': 'hello',
    'an unescaped control character': '{"content":"a\nb"}',
    'a wrong escape': '{"content":"\\x41"}',
    'a cut escape': '{"content":"\\u12"}',
    'a leading zero': '{"client_random":01}',
    'a lone minus': '{"client_random":-}',
    'a hundred thousand brackets': '['.repeat(100_000),
    'a hundred thousand objects': '{"a":'.repeat(100_000),
    'a hundred thousand brackets, closed': '['.repeat(100_000) + ']'.repeat(100_000),
    'bytes that are no UTF-8': Buffer.from([...Buffer.from('{"content":"'), 0xff, 0xfe, ...Buffer.from('"}')]),
    'an overlong encoding': Buffer.from([...Buffer.from('{"content":"'), 0xc0, 0xaf, ...Buffer.from('"}')]),
    'an encoded surrogate': Buffer.from([...Buffer.from('{"content":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')]),
    'a cut character': Buffer.from([...Buffer.from('{"content":"'), 0xe2, 0x82, ...Buffer.from('"}')]),
    'NUL bytes': Buffer.from([...Buffer.from('{"content":"a'), 0, ...Buffer.from('b"}')]),
  };
  for (const [what, body] of Object.entries(broken)) {
    test(`(${what}) is a bad request`, async () => {
      const answer = await post(body);
      // Brackets that close are JSON of a depth no one accepts; whether that is malformed or invalid is free.
      assert.ok(
        answer.status === 400 || (what.endsWith('closed') && answer.status === 422),
        `${answer.status} ${answer.text}`,
      );
      if (answer.status === 400) assert.deepEqual(answer.body, bad_request);
      await room.check(what);
    });
  }
});

describe('a body that is JSON but no object', () => {
  for (const body of ['[1,2]', '5', '"text"', 'null', 'true', '[]', '']) {
    test(`(${body || 'nothing'}) is an empty one`, async () => {
      const answer = await room.alice.rest.call('POST', room.messages_path, body);
      assert.equal(answer.status, 422, answer.text);
      assert.deepEqual(Object.keys(answer.body.details).sort(), ['client_random', 'content', 'message_type']);
      await room.check(body);
    });
  }
});

describe('a lone surrogate', () => {
  for (const escaped of ['\\ud800', '\\udc00', '\\ud800\\ud800', 'a\\udfffb', '\\ud83d\\u0041']) {
    test(`(${escaped}) is refused`, async () => {
      for (const body of [
        raw(`,"content":"${escaped}"`),
        raw(`,"metadata":{"a":"${escaped}"}`),
        raw(`,"metadata":{"${escaped}":1}`),
      ]) {
        const answer = await post(body);
        assert.ok([400, 422].includes(answer.status), `${answer.status} ${answer.text}`);
      }
      await room.check(escaped);
    });
  }
});

describe('NUL', () => {
  test('in a text is refused, wherever it stands', async () => {
    for (const body of [
      message({ content: 'a\0b' }),
      message({ metadata: { a: '\0' } }),
      message({ metadata: { 'a\0': 1 } }),
      message({ metadata: { a: [{ b: 'x\0' }] } }),
    ]) {
      assert.equal((await post(body)).status, 422, JSON.stringify(body));
    }
    for (const body of [
      { type: 'group', name: 'a\0b', user_ids: [room.bob.id] },
      { type: 'group', name: 'a', user_ids: [room.bob.id], metadata: { x: '\0' } },
    ]) {
      assert.equal((await room.alice.rest.post('conversations', body)).status, 422, JSON.stringify(body));
    }
    assert.equal((await room.alice.rest.put(`conversations/${room.group.id}`, { name: 'a\0b' })).status, 422);
    assert.equal((await room.alice.rest.post(`messages/${room.message.id}/reactions`, { reaction: '\0' })).status, 422);
    await room.check('NUL');
  });
});

describe('numbers', () => {
  test('beyond 2^53 are refused or kept digit by digit, never rounded', async () => {
    const own = await room.alice.group('Numbers', [room.bob]);
    const path = `conversations/${own.id}/messages`;
    for (const digits of [
      '9007199254740993',
      '-9007199254740993',
      '18446744073709551617',
      '123456789012345678901234567890',
      '0.1234567890123456789',
      '1e400',
    ]) {
      const answer = await room.alice.rest.post(path, raw(`,"metadata":{"n":${digits}}`));
      if (answer.status === 201) {
        const read_back = await room.alice.rest.get(`messages/${answer.body.data.id}`);
        assert.ok(read_back.text.includes(digits), `${digits} came back as ${read_back.text}`);
      } else assert.ok([400, 422].includes(answer.status), `${digits}: ${answer.status} ${answer.text}`);
      const random = await room.alice.rest.post(
        path,
        `{"content":"x","message_type":"text","client_random":${digits}}`,
      );
      assert.ok([400, 422].includes(random.status), `client_random ${digits}: ${random.status}`);
    }
    await room.alice.rest.delete(`conversations/${own.id}`);
  });
});

describe('a key given twice', () => {
  test('takes its last value', async () => {
    const own = await room.alice.group('Keys', [room.bob]);
    const path = `conversations/${own.id}/messages`;
    const answer = await room.alice.rest.post(
      path,
      raw(',"content":"last","metadata":{"a":1,"a":2},"message_type":"media"'),
    );
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.body.data.content, 'last');
    assert.equal(answer.body.data.messageType, 'media');
    assert.deepEqual(answer.body.data.metadata, { a: 2 });
    const refused = await room.alice.rest.post(path, raw(',"content":""'));
    assert.equal(refused.status, 422, 'the empty last value counts, not the first');
    await room.alice.rest.delete(`conversations/${own.id}`);
  });
});

describe('metadata', () => {
  const nested = (depth) => (depth === 1 ? { a: 1 } : { a: nested(depth - 1) });

  test('may be 8 deep and 16 KiB, and not more', async () => {
    const own = await room.alice.group('Metadata', [room.bob]);
    const path = `conversations/${own.id}/messages`;
    const good = [nested(8), { a: 'x'.repeat(16_000) }, {}];
    const bad = [nested(9), nested(2000), { a: 'x'.repeat(16_400) }, { a: [[[[[[[[[1]]]]]]]]] }];
    for (const metadata of good) {
      const answer = await room.alice.rest.post(path, message({ metadata }));
      assert.equal(answer.status, 201, answer.text.slice(0, 200));
      assert.deepEqual(answer.body.data.metadata, metadata);
    }
    for (const metadata of bad) assert.equal((await room.alice.rest.post(path, message({ metadata }))).status, 422);
    assert.equal((await room.bob.history(own.id)).length, good.length);
    assert.equal((await room.alice.rest.put(`conversations/${room.group.id}`, { metadata: nested(9) })).status, 422);
    await room.alice.rest.delete(`conversations/${own.id}`);
    await room.check('metadata');
  });

  test('keeps keys that mean something elsewhere', async () => {
    const own = await room.alice.group('Keys', [room.bob]);
    const metadata = {
      __proto__x: 1,
      constructor: { prototype: 2 },
      'a.b': 3,
      '': 4,
      'é 😀': 5,
      snake_case: { camelCase: [null, true, 1.5, 'x'] },
      client_message_id: crypto.randomUUID(),
    };
    const sent = await room.alice.send(own.id, 'x', { metadata });
    assert.deepEqual(sent.metadata, metadata);
    assert.deepEqual((await room.bob.history(own.id))[0].metadata, metadata);
    await room.alice.rest.delete(`conversations/${own.id}`);
  });
});
