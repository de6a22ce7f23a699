import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emojiOnly, isUuid, linkPieces, oneLine, reactionOf } from '../../../../hosts/whisprd/page/src/text.js';

const links = (text) =>
  linkPieces(text)
    .filter(({ href }) => href)
    .map(({ text: shown }) => shown);
const joined = (text) =>
  linkPieces(text)
    .map(({ text: shown }) => shown)
    .join('');

test('a link ends before the punctuation of its sentence', () => {
  assert.deepEqual(links('See https://a.example/x. Then (https://b.example/y), https://c.example/?q=1!'), [
    'https://a.example/x',
    'https://b.example/y',
    'https://c.example/?q=1',
  ]);
});

test('brackets that the link opened belong to it', () => {
  assert.deepEqual(links('(https://a.example/Hut_(building))'), ['https://a.example/Hut_(building)']);
});

test('only http and https become links', () => {
  for (const text of [
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://a.example',
    'a.example',
    'https://',
    'xhttps://',
  ]) {
    assert.deepEqual(links(text), [], text);
  }
});

test('no letter of a text is lost or doubled by looking for links', () => {
  for (const text of [
    '',
    'plain',
    'https://a.example',
    'a https://a.example b https://b.example/?x=(y)).',
    'https://[',
    '😀https://a.example😀',
  ]) {
    assert.equal(joined(text), text);
  }
});

test('emoji alone are counted, anything else is not', () => {
  assert.equal(emojiOnly('🎉'), 1);
  assert.equal(emojiOnly(' 👨‍👩‍👧‍👦 🇨🇭\n👍🏽 '), 3);
  assert.equal(emojiOnly('❤️'), 1);
  assert.equal(emojiOnly('🎉 yes'), 0);
  assert.equal(emojiOnly('123'), 0);
  assert.equal(emojiOnly(''), 0);
  assert.equal(emojiOnly('🎉'.repeat(6)), 0);
});

test('a reaction is one to ten graphemes', () => {
  assert.equal(reactionOf(' 👍🏽 '), '👍🏽');
  assert.equal(reactionOf('👨‍👩‍👧‍👦'.repeat(10)), '👨‍👩‍👧‍👦'.repeat(10));
  assert.equal(reactionOf('12345678901'), '');
  assert.equal(reactionOf('  '), '');
});

test('previews are one line, ids are recognised', () => {
  assert.equal(oneLine(' a\n\n b\t c '), 'a b c');
  assert.ok(isUuid('11111111-1111-4111-8111-00000000000A'));
  assert.ok(!isUuid('11111111-1111-4111-8111-00000000000'));
});
