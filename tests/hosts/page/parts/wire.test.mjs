import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayLabel, parseTime } from '../../../../hosts/whisprd/page/src/dates.js';
import { toConversation, toMessage } from '../../../../hosts/whisprd/page/src/wire.js';

test('both spellings of the wire give the same message', () => {
  const camel = {
    id: 'm',
    conversationId: 'c',
    senderId: 's',
    messageType: 'text',
    content: 'x',
    sentAt: '2026-04-18T12:00:00.123456Z',
    clientRandom: 7,
    deliveryStatus: 'pending',
  };
  const snake = {
    id: 'm',
    conversation_id: 'c',
    sender_id: 's',
    message_type: 'text',
    content: 'x',
    sent_at: '2026-04-18T12:00:00.123456Z',
    client_random: 7,
    status: 'sent',
  };
  assert.deepEqual(toMessage(camel), toMessage(snake));
  assert.equal(toMessage(camel).status, 'sent');
});

test('what an event does not carry stays unknown', () => {
  const message = toMessage({ id: 'm', conversationId: 'c' });
  assert.equal(message.reactions, undefined);
  assert.equal(message.status, undefined);
  assert.equal(message.mseq, undefined);
  assert.equal(toMessage({ content: 'without an id' }), null);
});

test('metadata is left as it was written', () => {
  assert.deepEqual(toMessage({ id: 'm', metadata: { user_id: 1, userId: 2 } }).metadata, { user_id: 1, userId: 2 });
});

test('a conversation has its name in either place, and only active members', () => {
  const conversation = toConversation({
    id: 'c',
    type: 'group',
    metadata: { name: 'Hut' },
    members: [
      { userId: 'a', role: 'admin', isActive: true },
      { userId: 'b', isActive: false },
    ],
  });
  assert.equal(conversation.name, 'Hut');
  assert.deepEqual(
    conversation.members.map(({ userId }) => userId),
    ['a'],
  );
  assert.equal(conversation.unread, undefined);
});

test('a time without a zone is UTC', () => {
  assert.equal(parseTime('2026-04-18T12:00:00'), parseTime('2026-04-18T12:00:00Z'));
  assert.equal(parseTime('2026-04-18T14:00:00+02:00'), parseTime('2026-04-18T12:00:00Z'));
  assert.equal(parseTime('nonsense'), 0);
  assert.equal(parseTime(null), 0);
});

test('days are named as people name them', () => {
  const now = new Date(2026, 3, 18, 0, 30).getTime();
  const hours = (count) => now - count * 3_600_000;
  assert.equal(dayLabel(now, now), 'Today');
  assert.equal(dayLabel(hours(1), now), 'Yesterday');
  assert.match(dayLabel(hours(24 * 3), now), /Wednesday|^\p{L}+$/u);
  assert.doesNotMatch(dayLabel(new Date(2024, 1, 1).getTime(), now), /Today|Yesterday/);
});
