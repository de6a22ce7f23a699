// WebSocket bytes and Phoenix frames that are wrong: the right close code or an error reply, never a crash.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { Untouched } from './harness/untouched.mjs';
import { Frames } from './harness/frames.mjs';
import {
  Wire,
  close_code_of,
  frame,
  handshake_headers,
  parse_frames,
  raw_socket,
  request_text,
} from './harness/wire.mjs';
import { fresh_random } from './harness/person.mjs';

let server;
let room;
before(async () => {
  server = await Server.start({ args: ['--messages-per-minute', '0', '--max-topics', '4'] });
  room = await Untouched.of(server);
});
after(() => server?.discard());

const beat = JSON.stringify([null, 'hb', 'phoenix', 'heartbeat', {}]);
const mib = 1024 * 1024;

describe('bytes that are no WebSocket', () => {
  const cases = {
    'an unmasked frame': [frame(beat, { masked: false }), [1002]],
    'a reserved bit': [frame(beat, { reserved: 4 }), [1002]],
    'all reserved bits': [frame(beat, { reserved: 3 }), [1002]],
    'an unknown opcode': [frame(beat, { opcode: 3 }), [1002]],
    'an unknown control opcode': [frame('', { opcode: 11 }), [1002]],
    'a ping of 126 bytes': [frame('x'.repeat(126), { opcode: 9 }), [1002]],
    'a fragmented ping': [frame('x', { opcode: 9, fin: false }), [1002]],
    'a continuation of nothing': [frame('x', { opcode: 0 }), [1002]],
    'a message inside a message': [Buffer.concat([frame('[', { fin: false }), frame(beat)]), [1002]],
    'text that is no UTF-8': [frame(Buffer.from([0x22, 0xff, 0xfe, 0x22])), [1007]],
    'text with a cut character': [frame(Buffer.from([0x22, 0xe2, 0x82])), [1007]],
    'text with a surrogate': [frame(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])), [1007]],
    'a close of one byte': [frame(Buffer.from([3]), { opcode: 8 }), [1002]],
    'a close with a code nobody may send': [frame(Buffer.from([0x03, 0xed]), { opcode: 8 }), [1002]],
    'a close with code 999': [frame(Buffer.from([0x03, 0xe7]), { opcode: 8 }), [1002]],
    'a close with a reason that is no UTF-8': [frame(Buffer.from([0x03, 0xe8, 0xff]), { opcode: 8 }), [1002, 1007]],
    'a frame said to be of 2 MiB': [frame('x', { claimed_length: 2 * mib }), [1009]],
    'a frame said to be of 2^62 bytes': [
      Buffer.concat([Buffer.from([0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0]), Buffer.alloc(4)]),
      [1002, 1009],
    ],
    'a length with the highest bit': [
      Buffer.concat([Buffer.from([0x81, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 1]), Buffer.alloc(4)]),
      [1002, 1009],
    ],
    'a message of 2 MiB in pieces': [
      Buffer.concat([
        frame('x'.repeat(700_000), { fin: false }),
        frame('x'.repeat(700_000), { opcode: 0, fin: false }),
      ]),
      [1009],
    ],
    'a compressed frame that was not agreed': [frame(Buffer.from([0xaa, 0x56, 0x4a]), { reserved: 4 }), [1002]],
  };
  for (const [what, [bytes, codes]] of Object.entries(cases)) {
    test(`(${what}) end the connection with the right code`, async () => {
      const wire = await raw_socket(server, room.alice.token);
      wire.send(bytes);
      const received = await wire.until((all) => close_code_of(all) !== undefined, 'a close frame');
      assert.ok(codes.includes(close_code_of(received)), `closed with ${close_code_of(received)}`);
      wire.destroy();
      await room.check(what);
    });
  }

  test('but well formed are put together, around pings', async () => {
    const wire = await raw_socket(server, room.alice.token);
    const [a, b, c] = [beat.slice(0, 5), beat.slice(5, 11), beat.slice(11)];
    wire.send(
      Buffer.concat([
        frame(a, { fin: false }),
        frame('are you there', { opcode: 9 }),
        frame(b, { opcode: 0, fin: false }),
        frame('', { opcode: 0, fin: false }),
        frame(c, { opcode: 0 }),
      ]),
    );
    const received = await wire.until(
      (all) => parse_frames(all).filter((one) => one.opcode === 1).length > 0,
      'the heartbeat reply',
    );
    const frames = parse_frames(received);
    assert.equal(frames.find((one) => one.opcode === 10).payload.toString(), 'are you there');
    assert.equal(JSON.parse(frames.find((one) => one.opcode === 1).payload)[1], 'hb');
    for (const byte of frame(beat)) wire.send(Buffer.from([byte]));
    await wire.until(
      (all) => parse_frames(all).filter((one) => one.opcode === 1).length === 2,
      'the second reply, byte by byte',
    );
    wire.send(frame(Buffer.from([0x03, 0xe8]), { opcode: 8 }));
    assert.equal(close_code_of(await wire.until((all) => close_code_of(all) !== undefined, 'the close')), 1000);
    await wire.closed();
  });

  test('in the same packet as the handshake are read after it', async () => {
    const wire = await Wire.open(server);
    const handshake = request_text('GET', `/socket/websocket?token=${room.alice.token}&vsn=2.0.0`, handshake_headers());
    wire.send(Buffer.concat([Buffer.from(handshake), frame(beat)]));
    const received = await wire.until((all) => parse_frames(all).length > 0, 'the heartbeat reply');
    assert.equal(JSON.parse(parse_frames(received)[0].payload)[1], 'hb');
    wire.destroy();
  });
});

describe('a handshake', () => {
  const path = () => `/socket/websocket?token=${room.alice.token}&vsn=2.0.0`;
  const cases = {
    'without a key': ['GET', { 'sec-websocket-key': undefined }, [400, 426]],
    'with a short key': ['GET', { 'sec-websocket-key': 'abc' }, [400, 426]],
    'of another version': ['GET', { 'sec-websocket-version': '7' }, [400, 426]],
    'without a version': ['GET', { 'sec-websocket-version': undefined }, [400, 426]],
    'that upgrades to something else': ['GET', { upgrade: 'h2c' }, [400, 426]],
    'without an upgrade': ['GET', { upgrade: undefined, connection: undefined }, [400, 426]],
    'by POST': ['POST', {}, [400, 404, 426]],
  };
  for (const [what, [method, change, statuses]] of Object.entries(cases)) {
    test(`${what} is refused`, async () => {
      const wire = await Wire.open(server);
      wire.send(request_text(method, path(), { ...handshake_headers(), ...change }));
      const [answer] = await wire.answers();
      assert.ok(statuses.includes(answer.status), String(answer.status));
      wire.destroy();
      await room.check(what);
    });
  }
});

describe('a text that is no Phoenix frame', () => {
  const unreadable = {
    'no JSON': '{"a"',
    'an empty text': '',
    'an empty list': '[]',
    'a number': '5',
    null: 'null',
    'a text': '"x"',
    'deep nesting': '['.repeat(50_000),
    'a lone surrogate': '[null,"1","\\ud800","x",{}]',
    'two values': '[] []',
  };
  for (const [what, text] of Object.entries(unreadable)) {
    test(`(${what}) closes the socket with 1007, or is answered with an error`, async () => {
      const frames = await Frames.open(server, room.alice.token);
      frames.send(text);
      const outcome = await Promise.race([
        frames.closed(),
        frames.next((one) => one[4]?.status === 'error', 'an error reply').catch(() => frames.closed()),
      ]);
      assert.ok(Array.isArray(outcome) || outcome.code === 1007, JSON.stringify(outcome));
      await frames.close();
      await room.check(what);
    });
  }

  const readable = {
    'a topic that is no text': ['1', 'r', 5, 'phx_join', {}],
    'an event that is no text': ['1', 'r', 'phoenix', 5, {}],
    'no payload': ['1', 'r', 'phoenix', 'heartbeat'],
    'null as topic': [null, 'r', null, 'heartbeat', {}],
    'objects everywhere': [{}, 'r', {}, {}, {}],
  };
  for (const [what, json] of Object.entries(readable)) {
    test(`but has a ref (${what}) is answered with an error, or closes with 1007`, async () => {
      const frames = await Frames.open(server, room.alice.token);
      frames.send(json);
      const outcome = await Promise.race([frames.closed(), frames.reply('r').catch(() => frames.closed())]);
      assert.ok(
        Array.isArray(outcome) ? outcome[4].status === 'error' : outcome.code === 1007,
        JSON.stringify(outcome),
      );
      await frames.close();
      await room.check(what);
    });
  }
});

describe('a push on a joined topic', () => {
  async function joined() {
    const frames = await Frames.open(server, room.alice.token);
    assert.equal((await frames.ask('1', '1', room.topic, 'phx_join')).status, 'ok');
    return frames;
  }

  const message_id = '99999999-9999-4999-8999-999999999999';
  const pushes = [
    ['nonsense', {}],
    ['', {}],
    ['phx_reply', {}],
    ['phx_close', {}],
    ['phx_error', {}],
    ['presence_state', {}],
    ['message_edited', {}],
    ['x'.repeat(10_000), {}],
    ['new_message', {}],
    ['new_message', []],
    ['new_message', 'x'],
    ['new_message', null],
    ['new_message', 5],
    ['new_message', { content: 5, message_type: 'text', client_random: 1 }],
    ['new_message', { content: 'x', message_type: 'text', client_random: 'abc' }],
    ['new_message', { content: 'a\0b', message_type: 'text', client_random: 1 }],
    ['new_message', { content: 'x'.repeat(65_537), message_type: 'text', client_random: 1 }],
    ['new_message', { content: 'x', message_type: 'system', client_random: 1 }],
    ['new_message', { content: 'x', message_type: 'text', client_random: 1, reply_to_id: 'zz' }],
    ['new_message', { content: 'x', message_type: 'text', client_random: 1, metadata: [] }],
    ['edit_message', {}],
    ['edit_message', { message_id, content: 'x' }],
    ['edit_message', { message_id: 'zz', content: 'x', metadata: {} }],
    ['edit_message', { message_id: 5, content: 5, metadata: 5 }],
    ['delete_message', {}],
    ['delete_message', { message_id: 'zz', delete_for_everyone: true }],
    ['delete_message', { message_id }],
    ['delete_message', { message_id, delete_for_everyone: 'true' }],
    ['message_delivered', {}],
    ['message_delivered', { message_id: 'zz' }],
    ['message_delivered', { message_id }],
    ['message_read', {}],
    ['message_read', { message_id: 'zz' }],
    ['message_read', { message_id }],
    ['add_reaction', {}],
    ['add_reaction', { message_id, reaction: 'x' }],
    ['add_reaction', { message_id: 'zz', reaction: 'x' }],
    ['add_reaction', { message_id, reaction: 5 }],
    ['remove_reaction', {}],
    ['remove_reaction', { message_id: [], reaction: {} }],
  ];

  test('that is wrong gets an error reply and leaves the channel joined', async (t) => {
    const frames = await joined();
    t.after(() => frames.close());
    for (const [i, [event, payload]] of pushes.entries()) {
      const answer = await frames.ask('1', `w${i}`, room.topic, event, payload);
      const what = `${event.slice(0, 40)} ${JSON.stringify(payload)?.slice(0, 80)}`;
      assert.equal(answer.status, 'error', what);
      assert.ok(answer.response.reason ?? answer.response.errors, `${what}: ${JSON.stringify(answer)}`);
    }
    for (const event of ['user_typing', 'mark_read'])
      for (const payload of [[], 'x', null, 5]) frames.send(['1', 'n', room.topic, event, payload]);
    assert.equal((await frames.heartbeat()).status, 'ok');
    assert.equal(frames.received.filter(({ json }) => ['phx_error', 'phx_close'].includes(json[3])).length, 0);
    await room.check('wrong pushes');
  });

  test('in binary is answered with an error', async (t) => {
    const frames = await joined();
    t.after(() => frames.close());
    const parts = ['1', 'b', room.topic, 'new_message'];
    frames.send(
      Buffer.concat([Buffer.from([0, ...parts.map((part) => part.length)]), Buffer.from(`${parts.join('')}{}`)]),
    );
    const answer = (await frames.reply('b'))[4];
    assert.equal(answer.status, 'error');
    await room.check('a binary push');
  });

  test('in binary that is cut short closes with 1007', async () => {
    for (const bytes of [
      [],
      [0],
      [0, 1],
      [0, 255, 255, 255, 255],
      [0, 1, 1, 200, 5, 0x31],
      [9, 1, 1, 1, 1, 0x31, 0x31, 0x31, 0x31],
      [0, 1, 1, 1, 1, 0xff, 0xfe, 0xff, 0xfe],
    ]) {
      const frames = await joined();
      frames.send(Buffer.from(bytes));
      assert.equal((await frames.closed()).code, 1007, JSON.stringify(bytes));
    }
    await room.check('cut binary frames');
  });

  test('with many keys, a long topic and a long ref is answered', async (t) => {
    const frames = await joined();
    t.after(() => frames.close());
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i]));
    assert.equal((await frames.ask('1', 'k', room.topic, 'new_message', many)).status, 'error');
    assert.equal((await frames.ask(null, 't', 'x'.repeat(100_000), 'phx_join')).status, 'error');
    const closed_or_answered = await Promise.race([
      frames.closed(),
      frames.ask(null, 'r'.repeat(5000), 'phoenix', 'heartbeat'),
    ]);
    assert.ok(
      closed_or_answered.status === 'ok' || closed_or_answered.status === 'error' || closed_or_answered.code === 1007,
    );
    await room.check('long frames');
  });
});

describe('a join', () => {
  test('of a topic that cannot be is answered with an error', async (t) => {
    const frames = await Frames.open(server, room.alice.token);
    t.after(() => frames.close());
    const topics = [
      '',
      'foo:bar',
      'conversation',
      'conversation:',
      'conversation:zzz',
      `${room.topic}:x`,
      `${room.topic} `,
      'user:',
      'user:zzz',
      `user:${room.bob.id}`,
      'phoenix',
      'conversation:99999999-9999-4999-8999-999999999999',
      `Conversation:${room.direct.id}`,
      'conversation:*',
    ];
    for (const [i, topic] of topics.entries()) {
      const answer = await frames.ask(String(i), `j${i}`, topic, 'phx_join');
      assert.equal(answer.status, 'error', topic);
      assert.equal(typeof answer.response.reason, 'string', topic);
    }
    await room.check('impossible joins');
  });

  test('with any payload is a join', async (t) => {
    const frames = await Frames.open(server, room.alice.token);
    t.after(() => frames.close());
    for (const [i, payload] of [null, [], 'x', 5, { since: 'x' }, { since: -1, epoch: {} }].entries()) {
      assert.equal(
        (await frames.ask(`p${i}`, `p${i}`, room.topic, 'phx_join', payload)).status,
        'ok',
        JSON.stringify(payload),
      );
    }
  });

  test('beyond the number of topics a socket may have is refused', async (t) => {
    const frames = await Frames.open(server, room.alice.token);
    t.after(() => frames.close());
    const groups = [];
    for (let i = 0; i < 5; ++i) groups.push(await room.alice.group(`Topic ${i}`, [room.bob]));
    const answers = [];
    for (const [i, group] of groups.entries())
      answers.push((await frames.ask(`g${i}`, `g${i}`, `conversation:${group.id}`, 'phx_join')).status);
    assert.deepEqual(answers, ['ok', 'ok', 'ok', 'ok', 'error']);
    await frames.ask('g0', 'bye', `conversation:${groups[0].id}`, 'phx_leave');
    assert.equal((await frames.ask('g5', 'again', `conversation:${groups[4].id}`, 'phx_join')).status, 'ok');
    for (const group of groups) await room.alice.rest.delete(`conversations/${group.id}`);
    await room.check('too many topics');
  });
});

describe('the older framing', () => {
  test('with a key missing is answered with an error or closes with 1007', async () => {
    const wrong = [
      {},
      [],
      { topic: 'phoenix' },
      { topic: 'phoenix', event: 'heartbeat' },
      { topic: 5, event: 5, payload: {}, ref: '1' },
      ['1', '1', 'phoenix', 'heartbeat', {}],
    ];
    for (const json of wrong) {
      const frames = await Frames.open(server, room.alice.token, { vsn: '1.0.0' });
      frames.send(json);
      const outcome = await Promise.race([
        frames.closed(),
        frames.next((one) => one.payload?.status === 'error', 'an error').catch(() => frames.closed()),
      ]);
      assert.ok(outcome.code === 1007 || outcome.payload?.status === 'error', JSON.stringify(json));
      await frames.close();
    }
    await room.check('older framing');
  });
});

test('a message of the largest content fits into a frame', async (t) => {
  const frames = await Frames.open(server, room.alice.token);
  t.after(() => frames.close());
  const group = await room.alice.group('Large', [room.bob]);
  await frames.ask('1', '1', `conversation:${group.id}`, 'phx_join');
  const push = {
    content: '\u{10ffff}'.repeat(16_384),
    message_type: 'text',
    client_random: fresh_random(),
    metadata: { x: 'y'.repeat(16_000) },
  };
  assert.equal((await frames.ask('1', '2', `conversation:${group.id}`, 'new_message', push)).status, 'ok');
  await room.alice.rest.delete(`conversations/${group.id}`);
});
