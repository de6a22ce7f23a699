import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Marks } from '../../../../hosts/whisprd/page/src/marks.js';

const message = (mseq, more = {}) => ({ id: `m${mseq}`, mseq, status: 'sent', ...more });

test('reading a message reads all before it, and none after', () => {
  const marks = new Marks();
  marks.note('read', 'bob', message(5));
  assert.equal(marks.statusOf(message(4), ['bob']), 'read');
  assert.equal(marks.statusOf(message(5), ['bob']), 'read');
  assert.equal(marks.statusOf(message(6), ['bob']), 'sent');
});

test('in a group everybody counts', () => {
  const marks = new Marks();
  marks.note('delivered', 'bob', message(5));
  assert.equal(marks.statusOf(message(5), ['bob', 'carol']), 'sent');
  marks.note('read', 'carol', message(5));
  assert.equal(marks.statusOf(message(5), ['bob', 'carol']), 'delivered');
  marks.note('read', 'bob', message(5));
  assert.equal(marks.statusOf(message(5), ['bob', 'carol']), 'read');
});

test('what the server said about all is never lowered', () => {
  const marks = new Marks();
  marks.note('delivered', 'bob', message(5));
  assert.equal(marks.statusOf(message(5, { status: 'read' }), ['bob', 'carol']), 'read');
  marks.note('delivered', undefined, message(7));
  assert.equal(marks.statusOf(message(6), ['bob', 'carol']), 'delivered');
});

test('positions only rise, and the caller hears whether one did', () => {
  const marks = new Marks();
  assert.equal(marks.note('read', 'bob', message(5)), true);
  assert.equal(marks.note('read', 'bob', message(3)), false);
  assert.equal(marks.note('unknown', 'bob', message(9)), false);
  assert.deepEqual([...marks.readersOf(message(5))], ['bob']);
  assert.deepEqual([...marks.readersOf(message(6))], []);
});
