import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Timeline } from '../../../../hosts/whisprd/page/src/timeline.js';

const message = (mseq, more = {}) => ({
  id: `m${mseq}`,
  mseq,
  eseq: mseq,
  time: mseq * 1000,
  content: `${mseq}`,
  ...more,
});
const ids = (timeline) => timeline.all.map(({ mseq }) => mseq);

function holding(...numbers) {
  const timeline = new Timeline();
  timeline.takePage(
    numbers.map((number) => message(number)),
    { newest: true, hasMore: true, before: new Set() },
  );
  return timeline;
}

test('order is the number of the server, not the time or the arrival', () => {
  const timeline = new Timeline();
  for (const number of [3, 1, 2]) timeline.put(message(number, { time: 10 - number }));
  assert.deepEqual(ids(timeline), [1, 2, 3]);
});

test('the same message twice is one', () => {
  const timeline = holding(1, 2);
  timeline.put(message(2));
  assert.equal(timeline.size, 2);
});

test('what is older than what we know changes nothing but the tick', () => {
  const timeline = holding(1);
  timeline.put(message(1, { eseq: 9, content: 'edited', status: 'sent' }));
  timeline.put(message(1, { eseq: 1, content: 'before', status: 'read' }));
  assert.equal(timeline.get('m1').content, 'edited');
  assert.equal(timeline.get('m1').status, 'read');
});

test('a tick never goes back', () => {
  const timeline = holding(1);
  timeline.put(message(1, { status: 'read' }));
  timeline.put(message(1, { eseq: 2, status: 'delivered' }));
  assert.equal(timeline.get('m1').status, 'read');
});

test('deleted wins over an edit, in any order', () => {
  const timeline = holding(1);
  timeline.tombstone('m1');
  timeline.put(message(1, { eseq: 99, content: 'edited' }));
  assert.equal(timeline.get('m1').isDeleted, true);
  assert.equal(timeline.get('m1').content, '');
});

test('a live event without reactions leaves them, a page replaces them', () => {
  const timeline = holding(1);
  timeline.react('m1', { userId: 'u', reaction: '👍' }, true);
  timeline.react('m1', { userId: 'u', reaction: '👍' }, true);
  timeline.put(message(1, { eseq: 2, reactions: undefined }));
  assert.equal(timeline.get('m1').reactions.length, 1);
  timeline.put(message(1, { eseq: 3, reactions: [] }));
  assert.equal(timeline.get('m1').reactions.length, 0);
});

test('what a page spans and lacks has been deleted; what came meanwhile stays', () => {
  const timeline = holding(1, 2, 3, 4, 5);
  const before = timeline.ids();
  timeline.put(message(6));
  timeline.takePage(
    [5, 3, 2].map((number) => message(number)),
    { newest: true, hasMore: true, before },
  );
  assert.deepEqual(ids(timeline), [1, 2, 3, 5, 6]);
});

test('a page that reaches the beginning clears what is before it', () => {
  const timeline = holding(1, 2, 3);
  timeline.takePage([message(3)], { newest: true, exhausted: true, hasMore: false, before: timeline.ids() });
  assert.deepEqual(ids(timeline), [3]);
});

test('an older page does not touch what is newer', () => {
  const timeline = holding(10, 11);
  timeline.takePage(
    [9, 8].map((number) => message(number)),
    { newest: false, hasMore: false, before: timeline.ids() },
  );
  assert.deepEqual(ids(timeline), [8, 9, 10, 11]);
  assert.equal(timeline.hasMore, false);
});

test('files come and go with their events, and not at all once the message is deleted', () => {
  const timeline = holding(1);
  timeline.attach('m1', { id: 'a' }, 5);
  timeline.attach('m1', { id: 'a', name: 'again' }, 6);
  timeline.attach('m1', { id: 'b' }, 7);
  assert.deepEqual(
    timeline.get('m1').attachments.map(({ id }) => id),
    ['a', 'b'],
  );
  assert.equal(timeline.get('m1').eseq, 7);
  timeline.detach('m1', 'a', 8);
  assert.deepEqual(
    timeline.get('m1').attachments.map(({ id }) => id),
    ['b'],
  );
  timeline.tombstone('m1');
  assert.equal(timeline.attach('m1', { id: 'c' }, 9), false);
  assert.deepEqual(timeline.get('m1').attachments, []);
});
