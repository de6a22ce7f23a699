// Every event with payloads of wrong forms, drawn from a seed: an answer or none, never the end of a channel.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { dice } from './harness/dice.mjs';
import { Server } from './harness/server.mjs';
import { Untouched } from './harness/untouched.mjs';
import { Frames } from './harness/frames.mjs';

let server;
let room;
before(async () => {
  server = await Server.start({ args: ['--messages-per-minute', '0'] });
  room = await Untouched.of(server);
});
after(() => server?.discard());

describe('whatever is pushed', () => {
  const values = [
    ...[undefined, null, true, false, 0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e300, '', ' ', 'zzz', '5', 'true'],
    ...['\0', '\u202e', 'x'.repeat(70_000), '99999999-9999-4999-8999-999999999999', [], {}, [null], [[[[]]]]],
    ...[{ a: { b: { c: {} } } }, { '': '' }, { message: {} }, { $ne: null }],
  ];
  const fields = [
    ...['content', 'message_type', 'client_random', 'metadata', 'reply_to_id', 'signature', 'sender_public_key'],
    ...['op_id', 'message_id', 'delete_for_everyone', 'reaction', 'typing', 'status', 'conversation_id'],
  ];
  const events = {
    conversation: [
      ...['new_message', 'edit_message', 'delete_message', 'message_delivered', 'message_read', 'mark_read'],
      ...['user_typing', 'typing_start', 'typing_stop', 'add_reaction', 'remove_reaction'],
    ],
    user: ['update_status', 'get_conversations', 'get_unread_messages', 'mark_conversation_read'],
  };
  // Sound in themselves, these would change something.
  const changes_something = (event, payload) =>
    event === 'new_message' && ['content', 'client_random'].every((key) => payload?.[key] !== undefined);

  for (const seed of [1, 2, 3]) {
    test(`(seed ${seed}) is answered or passed over, and no channel ends`, async (t) => {
      const roll = dice(seed);
      const frames = await Frames.open(server, room.alice.token);
      t.after(() => frames.close());
      const topics = { conversation: room.topic, user: `user:${room.alice.id}` };
      for (const topic of Object.values(topics)) await frames.ask('1', topic, topic, 'phx_join');
      const expected = new Map();
      for (let i = 0; i < 400; ++i) {
        const kind = roll(4) === 0 ? 'user' : 'conversation';
        const event = events[kind][roll(events[kind].length)];
        let payload = values[roll(values.length)] ?? null;
        if (roll(5) !== 0) {
          payload = {};
          for (const field of fields) if (roll(2) === 0) payload[field] = values[roll(values.length)];
        }
        if (changes_something(event, payload)) payload.message_type = 'zzz';
        const ref = `${kind}-${i}`;
        frames.send(['1', ref, topics[kind], event, payload]);
        if (!/typing|mark_read/.test(event)) expected.set(ref, `${event} ${JSON.stringify(payload).slice(0, 300)}`);
        // Enough at once to cross each other, not so many that they are refused for their number.
        if (i % 8 === 7) assert.equal((await frames.heartbeat(`h${i}`)).status, 'ok');
      }
      for (const [ref, what] of expected) {
        const answered = () => frames.received.some(({ json }) => json[1] === ref && json[3] === 'phx_reply');
        if (!answered()) await frames.reply(ref).catch((error) => assert.ok(answered(), `${what}: ${error.message}`));
      }
      const ends = frames.received.filter(({ json }) => ['phx_error', 'phx_close'].includes(json[3]));
      assert.deepEqual(ends, []);
      for (const topic of Object.values(topics)) {
        const answer = await frames.ask('1', `end ${topic}`, topic, 'zzz', {});
        assert.deepEqual(answer.response, { reason: 'unknown_event' });
      }
      await room.check(`seed ${seed}`);
    });
  }
});
