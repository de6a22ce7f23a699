// Requests that no well-behaved client sends: refused in words or cut off, never a crash, never a change.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { Untouched } from './harness/untouched.mjs';
import { Wire, request_text } from './harness/wire.mjs';
import { fresh_random } from './harness/person.mjs';

let server;
let room;
before(async () => {
  server = await Server.start({ args: ['--messages-per-minute', '0'] });
  room = await Untouched.of(server);
});
after(() => server?.discard());

const authorised = (more = {}) => ({ authorization: `Bearer ${room.alice.token}`, ...more });
const json = (more = {}) => authorised({ 'content-type': 'application/json', ...more });
const send_body = (content) => JSON.stringify({ content, message_type: 'text', client_random: fresh_random() });

async function ask(bytes, count = 1) {
  const wire = await Wire.open(server);
  wire.send(bytes);
  const answers = await wire.answers(count);
  return { wire, answers };
}

// Heads that could be read in two ways, or not at all. Each gives the whole request and the statuses allowed.
const get = (lines, first = 'GET /live HTTP/1.1') => [first, ...lines, '', ''].join('\r\n');
const post = (lines, body) =>
  [
    'POST /messaging/api/v1/conversations HTTP/1.1',
    'Host: x',
    'Content-Type: application/json',
    ...lines,
    '',
    body,
  ].join('\r\n');
const bad_heads = {
  'bytes that are no request': ['\x00\x01\x02\x03\xff\xfe\r\n\r\n', [400]],
  'a request line of one word': ['GET\r\n\r\n', [400]],
  'a method in lower case': [get(['Host: x'], 'get /live HTTP/1.1'), [400, 404, 405, 501]],
  'a request of the first version': ['GET /live\r\n\r\n', [400]],
  'the preface of HTTP/2': ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400, 505]],
  'a version that does not exist': [get(['Host: x'], 'GET /live HTTP/7.3'), [400, 505]],
  'a version that is no number': [get(['Host: x'], 'GET /live HTTP/x.y'), [400, 505]],
  'no host': [get([]), [400]],
  'two hosts': [get(['Host: x', 'Host: y']), [400]],
  'bare line feeds': ['GET /live HTTP/1.1\nHost: x\n\n', [400]],
  'a bare carriage return in a value': [get(['Host: x', 'X-A: b\rX-C: d']), [400]],
  'a folded line': [get(['Host: x', 'X-A: b', ' folded']), [400]],
  'a blank before the colon': [get(['Host : x']), [400]],
  'a header without a colon': [get(['Host: x', 'nonsense']), [400]],
  'a header without a name': [get(['Host: x', ': value']), [400]],
  'a NUL in a value': [get(['Host: x', 'X-A: a\x00b']), [400]],
  'a blank in a name': [get(['Host: x', 'X A: b']), [400]],
  'a length that is no number': [post(['Content-Length: abc'], '{}'), [400]],
  'a negative length': [post(['Content-Length: -2'], '{}'), [400]],
  'a length with a sign': [post(['Content-Length: +2'], '{}'), [400]],
  'a length in hexadecimal': [post(['Content-Length: 0x2'], '{}'), [400]],
  'a length beyond all numbers': [post(['Content-Length: 99999999999999999999999'], '{}'), [400, 413]],
  'two different lengths': [post(['Content-Length: 2', 'Content-Length: 3'], '{}'), [400]],
  'a list of lengths': [post(['Content-Length: 2, 3'], '{}'), [400]],
  'a length and a transfer coding': [post(['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n'), [400]],
  'two transfer codings': [
    post(['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], '0\r\n\r\n'),
    [400, 501],
  ],
  'a coding that is almost chunked': [post(['Transfer-Encoding: xchunked'], '0\r\n\r\n'), [400, 501]],
  'chunked not last': [post(['Transfer-Encoding: chunked, gzip'], '0\r\n\r\n'), [400, 501]],
  'chunked after a tab': [post(['Transfer-Encoding:\x0bchunked'], '0\r\n\r\n'), [400, 501]],
  'a transfer coding in version 1.0': [
    'POST /live HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    [400],
  ],
  'a chunk size that is no number': [post(['Transfer-Encoding: chunked'], 'zz\r\nabc\r\n0\r\n\r\n'), [400]],
  'a chunk size beyond all numbers': [post(['Transfer-Encoding: chunked'], 'ffffffffffffffffff\r\nabc'), [400, 413]],
  'a chunk longer than it says': [post(['Transfer-Encoding: chunked'], '1\r\nabc\r\n0\r\n\r\n'), [400]],
  'a head of 64 KiB': [get(['Host: x', `X-Long: ${'a'.repeat(65536)}`]), [400, 431]],
  'a thousand headers': [get(['Host: x', ...Array.from({ length: 3000 }, (_, i) => `X-${i}: ${i}`)]), [400, 431]],
  'a path of 64 KiB': [get(['Host: x'], `GET /${'a'.repeat(65536)} HTTP/1.1`), [400, 414, 431]],
  'a blank in the path': [get(['Host: x'], 'GET /li ve HTTP/1.1'), [400]],
  'an unknown method': [get(['Host: x'], 'BREW /live HTTP/1.1'), [400, 404, 405, 501]],
  CONNECT: [get(['Host: x'], 'CONNECT example.org:443 HTTP/1.1'), [400, 404, 405, 501]],
  TRACE: [get(['Host: x'], 'TRACE /live HTTP/1.1'), [400, 404, 405, 501]],
};

describe('a malformed head', () => {
  for (const [what, [bytes, statuses]] of Object.entries(bad_heads)) {
    test(`with ${what} is refused`, async () => {
      const { wire, answers } = await ask(Buffer.from(bytes, 'latin1'));
      if (answers.length === 0) assert.ok(wire.ended, 'neither answered nor closed');
      else assert.ok(statuses.includes(answers[0].status), `${answers[0].status} ${answers[0].text}`);
      wire.destroy();
      await room.check(what);
    });
  }
});

describe('a smuggled request', () => {
  const hidden = () => request_text('POST', room.messages_path, json(), send_body('smuggled'));

  test('behind a body of two lengths is not answered', async () => {
    for (const head of [
      { 'content-length': 4, 'transfer-encoding': 'chunked' },
      { 'transfer-encoding': 'chunked', 'Transfer-Encoding': 'identity' },
    ]) {
      const { wire, answers } = await ask(`${request_text('POST', '/live', head)}0\r\n\r\n${hidden()}`);
      await wire.closed('the connection of a smuggler is closed');
      assert.ok(answers.length <= 1 && (answers[0]?.status ?? 400) >= 400, JSON.stringify(answers));
      wire.destroy();
      await room.check('smuggling');
    }
  });

  test('inside a body that is refused is never read as a request', async () => {
    const inner = hidden();
    const { wire } = await ask(
      request_text('POST', '/messaging/api/v1/nope', json({ 'content-length': Buffer.byteLength(inner) }), inner),
    );
    wire.send(request_text('GET', '/live'));
    const answers = await wire.answers(2);
    assert.ok([400, 404].includes(answers[0].status), `${answers[0].status}`);
    if (answers.length > 1)
      assert.deepEqual(
        answers.slice(1).map((one) => one.status),
        [200],
      );
    wire.destroy();
    await room.check('a request in a body');
  });
});

describe('well-formed but unusual requests', () => {
  test('pipelined are answered in order', async () => {
    const paths = [
      '/live',
      '/messaging/api/v1/nope',
      '/messaging/api/v1/health?type=live',
      '/live',
      '/messaging/api/v1/conversations',
      '/ready',
    ];
    const { wire, answers } = await ask(paths.map((path) => request_text('GET', path)).join(''), paths.length);
    assert.deepEqual(
      answers.map((one) => one.status),
      [200, 404, 200, 200, 401, 200],
    );
    assert.equal(JSON.parse(answers[2].text).type, 'liveness');
    wire.destroy();
  });

  test('pipelined with bodies are answered in order', async () => {
    const bodies = ['{}', '{"type":"channel"}', '{"a":'];
    const bytes =
      bodies.map((body) => request_text('POST', '/messaging/api/v1/conversations', json(), body)).join('') +
      request_text('GET', '/live');
    const { wire, answers } = await ask(bytes, 4);
    assert.deepEqual(
      answers.map((one) => one.status),
      [400, 400, 400, 200],
    );
    wire.destroy();
    await room.check('pipelined posts');
  });

  test('in chunks are read like any other', async () => {
    const wire = await Wire.open(server);
    wire.send(request_text('POST', '/messaging/api/v1/conversations', json({ 'transfer-encoding': 'chunked' })));
    const body = '{"type":"direct","other_user_id":"nope"}';
    for (const piece of body.match(/.{1,7}/g)) wire.send(`${piece.length.toString(16)};ext=1\r\n${piece}\r\n`);
    wire.send('0\r\nX-Trailer: ignored\r\n\r\n');
    const [answer] = await wire.answers();
    assert.equal(answer.status, 400);
    assert.deepEqual(JSON.parse(answer.text), { errors: { detail: 'Bad Request' } });
    wire.destroy();
  });

  test('that expect 100-continue get it, and then their answer', async () => {
    const body = '{"type":"channel"}';
    const wire = await Wire.open(server);
    wire.send(
      request_text(
        'POST',
        '/messaging/api/v1/conversations',
        json({ expect: '100-continue', 'content-length': body.length }),
      ),
    );
    assert.equal((await wire.answers())[0].status, 100);
    wire.send(body);
    const answers = await wire.answers(2);
    assert.equal(answers[1].status, 400);
    assert.ok(JSON.parse(answers[1].text).required);
    wire.destroy();
  });

  test('that expect 100-continue for too large a body are told at once', async () => {
    const wire = await Wire.open(server);
    wire.send(
      request_text(
        'POST',
        '/messaging/api/v1/conversations',
        json({ expect: '100-continue', 'content-length': 50_000_000 }),
      ),
    );
    assert.equal((await wire.answers())[0].status, 413);
    wire.destroy();
  });

  test('to HEAD carry the head of GET and no body', async () => {
    for (const path of [
      '/live',
      '/messaging/api/v1/health',
      '/messaging/api/v1/conversations',
      '/messaging/api/v1/nope',
    ]) {
      const wire = await Wire.open(server);
      wire
        .send(request_text('HEAD', path, authorised()))
        .send(request_text('GET', '/messaging/api/v1/health?type=live'));
      const bytes = await wire.until((received) => received.includes('liveness'), 'the second answer');
      const heads = bytes.toString('latin1').match(/HTTP\/1\.1 \d+/g);
      assert.equal(heads.length, 2, 'nothing stands between the two heads');
      const between = bytes.toString('latin1').split('\r\n\r\n');
      assert.ok(between[1].startsWith('HTTP/1.1 200'), between[1].slice(0, 80));
      wire.destroy();
    }
  });

  test('of version 1.0, and those that say close, end the connection', async () => {
    for (const bytes of [
      'GET /live HTTP/1.0\r\nHost: x\r\n\r\n',
      request_text('GET', '/live', { connection: 'close' }),
    ]) {
      const { wire, answers } = await ask(bytes);
      assert.equal(answers[0].status, 200);
      await wire.closed();
    }
  });

  test('in absolute form or to * are answered or refused, not misread', async () => {
    const absolute = (await ask(get(['Host: x'], 'GET http://elsewhere/live HTTP/1.1'))).answers[0];
    assert.ok([200, 400, 404].includes(absolute.status));
    const star = (await ask(get(['Host: x'], 'OPTIONS * HTTP/1.1'))).answers[0];
    assert.ok([200, 204, 400, 404].includes(star.status));
    await room.check('absolute form');
  });
});

describe('routes', () => {
  const not_found = { errors: { detail: 'Not Found' } };

  test('that do not exist, and methods that a route does not have, are 404', async () => {
    const { direct, message } = room;
    const cases = [
      ['GET', '/nope'],
      ['GET', '/messaging'],
      ['GET', '/messaging/api/v1'],
      ['GET', '/messaging/api/v2/conversations'],
      ['PATCH', '/messaging/api/v1/conversations'],
      ['DELETE', '/messaging/api/v1/conversations'],
      ['PUT', '/messaging/api/v1/conversations'],
      ['POST', `/messaging/api/v1/conversations/${direct.id}`],
      ['PUT', `/messaging/api/v1/conversations/${direct.id}/messages`],
      ['POST', `/messaging/api/v1/messages/${message.id}`],
      ['PUT', `/messaging/api/v1/messages/${message.id}/reactions`],
      ['GET', `/messaging/api/v1/conversations/${direct.id}/nope`],
      ['POST', '/live'],
      ['DELETE', '/messaging/api/v1/health'],
      ['GET', '/socket'],
      ['GET', '/socket/websocket/more'],
      ['GET', '/messaging/api/v1/../../../etc/passwd'],
      ['GET', '/%2e%2e/%2e%2e/etc/passwd'],
      ['GET', '/messaging%2fapi%2fv1%2fhealth'],
    ];
    for (const [method, path] of cases) {
      const { wire, answers } = await ask(request_text(method, path, json(), method === 'GET' ? '' : '{}'));
      assert.equal(answers[0].status, 404, `${method} ${path}: ${answers[0].status}`);
      assert.deepEqual(JSON.parse(answers[0].text), not_found, `${method} ${path}`);
      wire.destroy();
    }
    await room.check('unknown routes');
  });

  test('ignore empty segments and unknown query keys', async () => {
    for (const path of [
      'conversations/?nonsense=1&limit=5&limit=7&&=&x',
      '/messaging//api///v1/conversations',
      `conversations/${room.direct.id}/?a[b]=c&a[]=d`,
    ]) {
      assert.equal((await room.alice.rest.get(path)).status, 200, path);
    }
  });

  test('answer 406 to those who accept no JSON', async () => {
    const accepts = {
      'text/html': 406,
      'image/png, text/*': 406,
      'application/xml;q=0.9': 406,
      'text/html, */*;q=0.1': 200,
      'application/*': 200,
      '*/*': 200,
      'application/json;q=0.5, text/html': 200,
    };
    for (const [accept, status] of Object.entries(accepts)) {
      const answer = await room.alice.rest.get('conversations', { accept });
      assert.equal(answer.status, status, accept);
      if (status === 406) assert.deepEqual(answer.body, { errors: { detail: 'Not Acceptable' } });
    }
    assert.equal((await room.alice.rest.get('conversations?_format=xml')).status, 406);
    assert.equal((await room.alice.rest.get('conversations?_format=json')).status, 200);
  });

  test('refuse bodies over the limit, announced or in chunks', async () => {
    const { wire, answers } = await ask(
      request_text('POST', '/messaging/api/v1/conversations', json({ 'content-length': 8_000_001 })),
    );
    assert.equal(answers[0].status, 413);
    wire.destroy();
    const chunked = await Wire.open(server);
    chunked.send(request_text('POST', '/messaging/api/v1/conversations', json({ 'transfer-encoding': 'chunked' })));
    const piece = `10000\r\n${'a'.repeat(65536)}\r\n`;
    for (let i = 0; i < 130 && !chunked.ended; ++i) chunked.send(piece);
    const [answer] = await chunked.answers();
    assert.equal(answer?.status ?? 413, 413);
    chunked.destroy();
    await room.check('bodies over the limit');
  });

  test('echo a request id of a sane length and make one otherwise', async () => {
    const ids = ['a'.repeat(20), 'b'.repeat(200)];
    for (const id of ids)
      assert.equal((await room.alice.rest.get('/live', { 'x-request-id': id })).headers['x-request-id'], id);
    for (const id of ['short', 'c'.repeat(201)]) {
      const made = (await room.alice.rest.get('/live', { 'x-request-id': id })).headers['x-request-id'];
      assert.ok(made && made !== id);
    }
  });
});
