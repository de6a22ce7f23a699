// Peers that send or read too slowly are cut off, by time and by size, and nobody else notices.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { Untouched } from './harness/untouched.mjs';
import { Frames } from './harness/frames.mjs';
import { Wire, close_code_of, frame, handshake_headers, raw_socket, request_text } from './harness/wire.mjs';
import { conversation_topic, fresh_random, people } from './harness/person.mjs';
import { eventually, patience_ms, pause } from './harness/patience.mjs';

let server;
let room;
before(async () => {
  server = await Server.start({
    args: [
      '--handshake-timeout',
      '1s',
      '--request-timeout',
      '1s',
      '--idle-timeout',
      '2s',
      '--max-outbox-size',
      '262144',
      '--messages-per-minute',
      '0',
    ],
  });
  room = await Untouched.of(server);
});
after(() => server?.discard());

// Sends a byte of `bytes` every 200 ms until the peer closes; resolves to what the peer said.
async function trickle(bytes) {
  const wire = await Wire.open(server);
  const end = Date.now() + patience_ms * 2;
  for (const byte of Buffer.from(bytes)) {
    if (wire.ended || Date.now() > end) break;
    wire.send(Buffer.from([byte]));
    await pause(200);
  }
  await wire.closed('a slow sender is cut off', 100);
  return wire.received.toString('latin1');
}

const endless = 'x'.repeat(10_000);

describe('a slow sender', () => {
  test('of a request head is cut off', async () => {
    const said = await trickle(`GET /live HTTP/1.1\r\nHost: x\r\nX-Slow: ${endless}`);
    assert.ok(said === '' || said.startsWith('HTTP/1.1 408'), said.slice(0, 100));
    await room.check('a slow head');
  });

  test('of a request body is cut off', async (t) => {
    const wire = await Wire.open(server);
    wire.send(
      request_text('POST', room.messages_path, {
        authorization: `Bearer ${room.alice.token}`,
        'content-type': 'application/json',
        'content-length': 5000,
      }),
    );
    const feeding = setInterval(() => wire.send('x'), 200);
    t.after(() => clearInterval(feeding));
    await wire.closed('a slow body is cut off', patience_ms * 3);
    const said = wire.received.toString('latin1');
    assert.ok(said === '' || said.startsWith('HTTP/1.1 408'), said.slice(0, 100));
    await room.check('a slow body');
  });

  test('of a handshake is cut off', async () => {
    const whole = request_text('GET', `/socket/websocket?token=${room.alice.token}&vsn=2.0.0`, handshake_headers());
    const said = await trickle(whole.slice(0, -2) + endless);
    assert.ok(!said.startsWith('HTTP/1.1 101'), said.slice(0, 100));
    await room.check('a slow handshake');
  });

  test('who says nothing at all is cut off', async () => {
    const wire = await Wire.open(server);
    await wire.closed('a silent connection is closed', patience_ms * 2);
    await room.check('a silent connection');
  });

  test('does not keep a hundred others waiting', async () => {
    const slow = await Promise.all(Array.from({ length: 100 }, () => Wire.open(server)));
    for (const wire of slow) wire.send('GET /live HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    await room.check('a hundred slow heads');
    for (const wire of slow) await wire.closed('a slow head is cut off', patience_ms * 2);
  });
});

describe('a socket', () => {
  test('without any frame of the client is closed with 1000', async () => {
    const frames = await Frames.open(server, room.alice.token, { ws: { autoPong: false } });
    assert.equal((await frames.closed('the idle close')).code, 1000);
  });

  test('with heartbeats stays', async (t) => {
    const frames = await Frames.open(server, room.alice.token);
    t.after(() => frames.close());
    for (let i = 0; i < 10; ++i) {
      await pause(500);
      assert.equal((await frames.heartbeat(`h${i}`)).status, 'ok');
    }
  });

  test('with pings alone stays', async () => {
    const wire = await raw_socket(server, room.alice.token);
    for (let i = 0; i < 10; ++i) {
      await pause(500);
      wire.send(frame('', { opcode: 9 }));
    }
    assert.equal(close_code_of(wire.received), undefined);
    assert.equal(wire.ended, false);
    wire.destroy();
  });

  test('whose half-sent frame never ends is closed', async () => {
    const wire = await raw_socket(server, room.alice.token);
    wire.send(frame('x'.repeat(1000)).subarray(0, 100));
    await wire.closed('a half-sent frame is not waited for for ever', patience_ms * 2);
    await room.check('half a frame');
  });
});

describe('a slow reader', () => {
  let own;
  before(async () => {
    own = await Server.start({ args: ['--max-outbox-size', '262144', '--messages-per-minute', '0'] });
  });
  after(() => own?.discard());

  test('is closed with 1013 while the others hear everything', async (t) => {
    const [alice, bob, carol] = people(own, 'alice', 'bob', 'carol');
    const group = await alice.group('Slow', [bob, carol]);
    const topic = conversation_topic(group);
    t.after(() => [alice, bob].forEach((one) => one.disconnect()));
    const at_bob = await bob.connect();
    await at_bob.join(topic);
    const slow = await raw_socket(own, carol.token);
    slow.send(frame(JSON.stringify(['1', '1', topic, 'phx_join', {}])));
    await slow.until((all) => all.includes('phx_reply'), 'the join reply');
    slow.socket.pause();
    const content = 'x'.repeat(65_000);
    const total = 400; // 26 MB: more than the kernel keeps for both ends and the outbox together
    for (let sent = 0; sent < total; sent += 20) {
      await Promise.all(
        Array.from({ length: 20 }, () => alice.send(group.id, content, { client_random: fresh_random() })),
      );
    }
    await eventually('bob heard all of it', () => at_bob.count(topic, 'new_message') === total, patience_ms * 3);
    slow.socket.resume();
    await slow.closed('the slow reader is closed', patience_ms * 3);
    assert.equal(close_code_of(slow.received), 1013);
    assert.equal((await alice.rest.get('/live')).status, 200);
    const after_all = await alice.send(group.id, 'the conversation goes on');
    await at_bob.next(topic, 'new_message', (payload) => payload.message.id === after_all.id);
  });

  test('of REST answers does not stop the others', async () => {
    const room = await Untouched.of(own);
    const wire = await Wire.open(own);
    wire.socket.pause();
    for (let i = 0; i < 2000; ++i)
      wire.send(request_text('GET', room.messages_path, { authorization: `Bearer ${room.alice.token}` }));
    await room.check('a reader of nothing');
    wire.destroy();
  });
});
