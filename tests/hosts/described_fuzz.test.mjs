// Every described route with every kind of bad input: refused in words, never a failure of the server.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { Furnished, operations_of } from './harness/described.mjs';
import { people } from './harness/person.mjs';

let server;
let document;
let operations;
let everyone;
let moderator;
before(async () => {
  [moderator] = ['00000000-0000-4000-8000-00000000a001'];
  server = await Server.start({
    args: ['--messages-per-minute', '0', '--requests-per-minute', '0'],
    env: { ADMIN_USER_IDS: moderator },
  });
  ({ document, operations } = await operations_of(server));
  everyone = people(server, 'owner', 'member', 'removed');
});
after(() => server?.discard());

const furnished = async () => {
  const [owner, member, removed] = people(server, 'owner', 'member', 'removed');
  return Furnished.of(server, { owner, member, removed });
};

const nasty_texts = [
  '',
  ' ',
  '\u0000',
  "' OR 1=1 --",
  '"; DROP TABLE messages; --',
  '<script>alert(1)</script>',
  '../../etc/passwd',
  '%00%ff',
  '%',
  '*',
  '"unbalanced',
  'NEAR(a b)',
  '{{7*7}}',
  '\u202e\ud83d\ude00\u0301',
  'x'.repeat(70_000),
];
const nasty_values = [null, true, 0, -1, 1.5, 1e308, 2 ** 63, [], [[]], {}, { a: 1 }, ...nasty_texts.slice(0, 8)];
const nasty_ids = [
  'nowhere',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '99999999-9999-4999-8999-999999999999',
  '%00',
  '%27%20OR%201=1',
  '%F0%9F%98%80',
  '-1',
  'x'.repeat(2_000),
];

const resolved = (schema) =>
  schema?.$ref ? resolved(document.components.schemas[schema.$ref.split('/').at(-1)]) : schema;

// A body as the description wants it.
function proper(schema, room) {
  const whole = resolved(schema);
  const one = whole.oneOf ? resolved(whole.oneOf[0]) : whole;
  const body = {};
  for (const [name, value] of Object.entries(one.properties ?? {})) body[name] = sample(name, resolved(value), room);
  return body;
}
function sample(name, schema, room) {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (name === 'conversation_id') return room.group.id;
  if (name === 'message_id' || name === 'reply_to_id') return room.message.id;
  if (schema.format === 'uuid') return room.member.id;
  if (schema.format === 'date-time') return new Date(Date.now() + 7_200_000).toISOString();
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'integer') return 7;
  if (type === 'boolean') return true;
  if (type === 'array') return [room.member.id];
  if (type === 'object') return {};
  return 'text';
}

// [what, path, body, raw headers]
function* attempts({ method, path, operation }, room) {
  const good = room.path_of(path);
  const schema = operation.requestBody?.content?.['application/json']?.schema;
  const body = schema ? proper(schema, room) : undefined;
  for (const { name } of operation.parameters.filter((one) => one.in === 'path')) {
    for (const id of nasty_ids) {
      const replaced = path.replace(`{${name}}`, id);
      yield [`${name}=${id.slice(0, 20)}`, room.path_of(replaced), body];
    }
  }
  for (const { name } of operation.parameters.filter((one) => one.in === 'query')) {
    for (const value of [...nasty_texts.slice(0, 14), '-1', '0', '1e9', '99999999999999999999', 'true', 'x'.repeat(3_000)]) {
      yield [`?${name}=${value.slice(0, 20)}`, `${good}?${name}=${encodeURIComponent(value)}`, body];
    }
    yield [`?${name}[]`, `${good}?${name}[]=1&${name}=2&${name}`, body];
  }
  if (method === 'GET') return;
  for (const raw of ['', '{', '[]', '"text"', 'null', '0', '{"a":1,}', '\ufeff{}', `{"a":${'['.repeat(200)}${']'.repeat(200)}}`]) {
    yield [`raw ${raw.slice(0, 12)}`, good, raw, { 'content-type': 'application/json' }];
  }
  yield ['a form', good, 'a=1&b=%ff&content=%00', { 'content-type': 'application/x-www-form-urlencoded' }];
  yield ['bytes', good, Buffer.from([0xff, 0xfe, 0x00, 0x80]), { 'content-type': 'application/json' }];
  yield ['half a multipart', good, '--b\r\ncontent-disposition: form-data; name="file"', { 'content-type': 'multipart/form-data; boundary=b' }];
  if (!body) return;
  for (const name of Object.keys(body)) {
    const { [name]: _, ...without } = body;
    yield [`without ${name}`, good, without];
    for (const value of nasty_values) yield [`${name}: ${JSON.stringify(value)?.slice(0, 20)}`, good, { ...body, [name]: value }];
    yield [`${name} too long`, good, { ...body, [name]: 'x'.repeat(70_000) }];
  }
  yield ['more fields', good, { ...body, sender_id: room.member.id, is_admin: true, __proto__x: 1, ['x'.repeat(500)]: 1 }];
}

// Browsers' files and redirects are not JSON; answers without a body are none.
const may_be_other_than_json = (path) => path.includes('/swagger') || path === '/';

describe('whatever a route is given', () => {
  test('it answers in words and never fails', { timeout: 600_000 }, async (t) => {
    let count = 0;
    for (const one of operations) {
      const room = await furnished();
      const callers = [room.owner.rest];
      if (one.operation.security.some((way) => way.bearer) && /moderat|reports|sanctions/.test(one.path)) {
        const [judge] = people(server, 'judge');
        judge.rest.token = server.issuer.token(moderator);
        callers.push(judge.rest);
      }
      for (const rest of callers) {
        for (const [what, path, body, headers] of attempts(one, room)) {
          const answer = await rest.call(one.method, path, body, headers);
          ++count;
          const said = `${one.method} ${one.path} with ${what}: ${answer.status} ${answer.text.slice(0, 200)}`;
          assert.ok(answer.status < 500, said);
          if (answer.text !== '' && !may_be_other_than_json(one.path)) {
            assert.notEqual(answer.body, undefined, `not JSON: ${said}`);
          }
        }
      }
    }
    t.diagnostic(`${operations.length} operations, ${count} requests`);
    assert.ok(count > 3_000, `only ${count} requests`);
    const health = await everyone[0].rest.get('health');
    assert.equal(health.status, 200, health.text);
  });
});
