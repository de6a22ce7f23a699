// Downloads of files: ranges, conditions, links, and who gets them (REST.md §7).
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { people } from './harness/person.mjs';
import { raw, sent_with, sha256, stored } from './harness/files.mjs';
import { pause } from './harness/patience.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, i) => 'abcdefghijklmnopqrstuvwxyz0123456789\n'[(i * 7) % 37]).join(''));
const file = { name: 'a.txt', type: 'text/plain', bytes };

async function room(on = server) {
  const [alice, bob, eve] = people(on, 'alice', 'bob', 'eve');
  const group = await alice.group('room', [bob]);
  const { message, attachment } = await sent_with(alice, group, file);
  const get = (person, headers = {}, more = {}) =>
    raw(on, { path: `attachments/${attachment.id}/download`, token: person?.token, headers, ...more });
  return { alice, bob, eve, group, message, attachment, get };
}

describe('a download', () => {
  test('says what it is, and HEAD the same without bytes', async () => {
    const { bob, get } = await room();
    const whole = await get(bob, { accept: 'image/*' });
    assert.equal(whole.status, 200);
    assert.equal(Buffer.compare(whole.bytes, bytes), 0);
    const { headers } = whole;
    assert.equal(headers.etag, `"${sha256(bytes)}"`);
    assert.equal(headers['accept-ranges'], 'bytes');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['content-security-policy'], "default-src 'none'; sandbox");
    assert.equal(headers['cache-control'], 'private, no-cache');
    const head = await get(bob, {}, { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.equal(head.bytes.length, 0);
    for (const name of ['etag', 'content-type', 'content-length', 'content-disposition'])
      assert.equal(head.headers[name], headers[name], name);
  });

  test('comes in place only when asked, and only what cannot run', async () => {
    const { bob, attachment, alice } = await room();
    const shown = await raw(server, { path: `attachments/${attachment.id}/download?disposition=inline`, token: bob.token });
    assert.equal(shown.headers['content-disposition'], 'inline; filename="a.txt"');
    const pdf = await stored(alice, { name: 'a.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.4 x') });
    const saved = await raw(server, { path: `attachments/${pdf.id}/download?disposition=inline`, token: alice.token });
    assert.equal(saved.headers['content-disposition'], 'attachment; filename="a.pdf"');
  });

  test('in parts: one, several, from the end, beyond it', async () => {
    const { bob, get } = await room();
    const one = await get(bob, { range: 'bytes=1000-1999' });
    assert.equal(one.status, 206);
    assert.equal(one.headers['content-range'], `bytes 1000-1999/${bytes.length}`);
    assert.equal(one.headers['content-length'], '1000');
    assert.equal(Buffer.compare(one.bytes, bytes.subarray(1000, 2000)), 0);
    const end = await get(bob, { range: 'bytes=-5' });
    assert.equal(Buffer.compare(end.bytes, bytes.subarray(-5)), 0);
    const open = await get(bob, { range: `bytes=${bytes.length - 7}-` });
    assert.equal(open.bytes.length, 7);
    const beyond = await get(bob, { range: `bytes=${bytes.length}-` });
    assert.equal(beyond.status, 416);
    assert.equal(beyond.headers['content-range'], `bytes */${bytes.length}`);
    assert.equal((await get(bob, { range: 'bytes=9-1' })).status, 200);
    assert.equal((await get(bob, { range: 'lines=0-1' })).status, 200);

    const several = await get(bob, { range: 'bytes=0-9,50000-50099,-3' });
    assert.equal(several.status, 206);
    const boundary = /^multipart\/byteranges; boundary=(.+)$/.exec(several.headers['content-type'])[1];
    const parts = several.bytes.toString('latin1').split(`\r\n--${boundary}`);
    assert.equal(parts.length, 5);
    assert.equal(parts[4], '--\r\n');
    const expected = [bytes.subarray(0, 10), bytes.subarray(50000, 50100), bytes.subarray(-3)];
    for (const [i, part] of parts.slice(1, 4).entries()) {
      const [head, body] = part.split('\r\n\r\n');
      assert.match(head, /content-type: text\/plain/);
      assert.match(head, /content-range: bytes \d+-\d+\/200000/);
      assert.equal(body, expected[i].toString('latin1'));
    }
    const tag = (await get(bob)).headers.etag;
    assert.equal((await get(bob, { range: 'bytes=0-1', 'if-range': tag })).status, 206);
    assert.equal((await get(bob, { range: 'bytes=0-1', 'if-range': '"other"' })).status, 200);
    assert.equal((await get(bob, { range: 'bytes=0-1', 'if-range': `W/${tag}` })).status, 200);
  });

  test('is not sent again to who has it', async () => {
    const { bob, get } = await room();
    const tag = `"${sha256(bytes)}"`;
    for (const known of [tag, `"x", W/${tag}`, '*']) {
      const answer = await get(bob, { 'if-none-match': known });
      assert.equal(answer.status, 304);
      assert.equal(answer.bytes.length, 0);
      assert.equal(answer.headers.etag, tag);
    }
    assert.equal((await get(bob, { 'if-none-match': '"x"' })).status, 200);
  });

  test('is for members: nobody else learns that it is there', async () => {
    const { alice, bob, eve, group, attachment, get } = await room();
    const unseen = { error: 'Attachment not found' };
    assert.equal((await get(null)).status, 401);
    const stranger = await get(eve);
    assert.equal(stranger.status, 404);
    assert.deepEqual(stranger.body, unseen);
    assert.equal((await get(bob)).status, 200);
    const link = (await bob.rest.get(`attachments/${attachment.id}/link`)).body.data.url;
    assert.equal((await raw(server, { path: link })).status, 200);
    assert.equal((await alice.rest.call('DELETE', `conversations/${group.id}/members/${bob.id}`)).status, 204);
    const removed = await get(bob, { 'if-none-match': '*' });
    assert.equal(removed.status, 404);
    assert.deepEqual(removed.body, unseen);
    assert.equal((await raw(server, { path: link })).status, 404, 'a link carries the right of who asked for it');
    assert.equal((await bob.rest.get(`attachments/${attachment.id}/link`)).status, 404);
  });
});

describe('a link', () => {
  test('opens its file without a token, and nothing else', async () => {
    const { alice, bob, attachment, group } = await room();
    const answer = await bob.rest.get(`attachments/${attachment.id}/link`);
    assert.equal(answer.status, 200, answer.text);
    const { url } = answer.body.data;
    const opened = await raw(server, { path: url, headers: { range: 'bytes=0-9' } });
    assert.equal(opened.status, 206);
    assert.equal(Buffer.compare(opened.bytes, bytes.subarray(0, 10)), 0);
    const other = (await sent_with(alice, group, { ...file, bytes: Buffer.from('other') })).attachment;
    const invalid = { error: 'Link is not valid' };
    for (const wrong of [
      url.replace(attachment.id, other.id),
      url.replace('/download', '/thumbnail'),
      url.replace(/expires=(\d+)/, (_, time) => `expires=${Number(time) + 1}`),
      url.replace(bob.id, alice.id),
      `${url}x`,
      url.replace(/signature=.*/, 'signature='),
      url.replace(/&expires=\d+/, ''),
    ]) {
      const refused = await raw(server, { path: wrong });
      assert.equal(refused.status, 403, wrong);
      assert.deepEqual(refused.body, invalid);
    }
    assert.doesNotMatch(server.log, /signature=[A-Za-z0-9_-]{20}/);
  });

  test('ends with its time; keys are shared and rotated', async (t) => {
    const old_key = 'a'.repeat(40);
    const brief = await Server.start({ args: ['--link-lifetime', '2s'], env: { WHISPR_LINK_KEYS: old_key } });
    t.after(() => brief.discard());
    const { bob, attachment } = await room(brief);
    const url = async () => (await bob.rest.get(`attachments/${attachment.id}/link`)).body.data.url;
    const first = await url();
    brief.options.env.WHISPR_LINK_KEYS = `${'b'.repeat(40)},${old_key}`;
    await brief.restart();
    assert.ok([200, 403].includes((await raw(brief, { path: first })).status));
    const second = await url();
    assert.equal((await raw(brief, { path: second })).status, 200);
    await pause(3100);
    const late = await raw(brief, { path: second });
    assert.equal(late.status, 403);
    assert.deepEqual(late.body, { error: 'Link has expired' });
    brief.options.env.WHISPR_LINK_KEYS = old_key;
    await brief.restart();
    const unknown = await raw(brief, { path: second });
    assert.deepEqual(unknown.body, { error: 'Link is not valid' }, 'signed with a key that is not known here');
  });
});
