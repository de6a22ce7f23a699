// Files in S3: uploads through the spool, downloads that are passed on while they are read, links to the bucket itself.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Bucket } from './harness/bucket.mjs';
import { Server, run_to_end } from './harness/server.mjs';
import { people } from './harness/person.mjs';
import { begin, patch, png, raw, sent_with, sha256, stored, upload } from './harness/files.mjs';
import { eventually } from './harness/patience.mjs';

let bucket;
let server;
const secret = 'a-secret-that-nobody-sees';
const options = (more = []) => ({
  args: ['--attachments', 's3://files/chat', '--s3-endpoint', bucket.url, ...more],
  env: { AWS_ACCESS_KEY_ID: 'somebody', AWS_SECRET_ACCESS_KEY: secret, AWS_REGION: 'eu-central-1' },
});
before(async () => {
  bucket = await Bucket.start();
  server = await Server.start(options());
});
after(async () => {
  await server?.discard();
  await bucket?.stop();
});

const download = (person, id, headers) =>
  raw(person.server, { path: `attachments/${id}/download`, token: person.token, headers });

test('a file goes to the bucket, and comes back whole and in parts', async () => {
  const [alice, bob] = people(server, 'alice', 'bob');
  const direct = await alice.direct_with(bob);
  const bytes = crypto.randomBytes(12_000_000);
  const { attachment } = await sent_with(alice, direct, { name: 'a.bin', type: 'x/y', bytes }, [['encrypted', 'true']]);
  assert.equal(attachment.sha256, sha256(bytes));
  const key = [...bucket.objects.keys()].find((name) => name.includes(sha256(bytes)));
  assert.match(key, /^chat\//);
  const whole = await download(bob, attachment.id);
  assert.equal(sha256(whole.bytes), sha256(bytes));
  const part = await download(bob, attachment.id, { range: 'bytes=5000000-5999999' });
  assert.equal(part.status, 206);
  assert.equal(Buffer.compare(part.bytes, bytes.subarray(5_000_000, 6_000_000)), 0);
  const several = await download(bob, attachment.id, { range: 'bytes=0-9,11000000-11000009' });
  assert.ok(several.bytes.includes(bytes.subarray(11_000_000, 11_000_010)));
  const asked = bucket.asked.length;
  assert.equal((await download(bob, attachment.id, { 'if-none-match': `"${sha256(bytes)}"` })).status, 304);
  assert.equal(bucket.asked.length, asked, 'what is known is not asked for');
  const staged = fs.readdirSync(path.join(server.dir, 'attachments_spool'), { recursive: true, withFileTypes: true });
  assert.equal(staged.filter((one) => one.isFile() && one.name.length > 36).length, 0, JSON.stringify(staged.map((s) => s.name)));
});

test('resumable uploads and thumbnails too', async () => {
  const [alice] = people(server, 'alice');
  const bytes = png(800, 600);
  const created = await begin(alice, bytes.length, { filename: 'a.png', filetype: 'image/png' });
  assert.equal((await patch(alice, created.headers.location, 0, bytes.subarray(0, 1000))).status, 204);
  const last = await patch(alice, created.headers.location, 1000, bytes.subarray(1000));
  assert.equal(last.status, 204, last.bytes.toString());
  const id = last.headers['x-whispr-media-id'];
  assert.equal(Buffer.compare((await download(alice, id)).bytes, bytes), 0);
  assert.equal((await raw(server, { path: `attachments/${id}/thumbnail`, token: alice.token })).status, 200);
});

test('downloads may be sent to the bucket', async (t) => {
  const redirecting = await Server.start(options(['--attachment-redirect']));
  t.after(() => redirecting.discard());
  const [alice, bob] = people(redirecting, 'alice', 'bob');
  const direct = await alice.direct_with(bob);
  const file = { name: 'größe.txt', type: 'text/plain', bytes: Buffer.from('to be fetched there') };
  const { attachment } = await sent_with(alice, direct, file);
  const answer = await download(bob, attachment.id);
  assert.equal(answer.status, 302);
  assert.equal(answer.headers['cache-control'], 'no-store');
  const there = await fetch(answer.headers.location);
  assert.equal(there.status, 200);
  assert.equal(there.headers.get('content-type'), 'text/plain');
  assert.match(there.headers.get('content-disposition'), /^attachment; filename="gr__e.txt"/);
  assert.equal(await there.text(), 'to be fetched there');
  const [eve] = people(redirecting, 'eve');
  assert.equal((await download(eve, attachment.id)).status, 404);
});

test('while the bucket fails an upload is refused for now, and nothing else suffers', { timeout: 60_000 }, async () => {
  const [alice] = people(server, 'alice');
  const file = await stored(alice, { name: 'a.txt', type: 'text/plain', bytes: Buffer.from('before') });
  bucket.broken = true;
  const refused = await upload(alice, 'attachments', [['file', { name: 'b.txt', type: 'text/plain', bytes: Buffer.from('x') }]]);
  assert.equal(refused.status, 503);
  assert.equal(refused.headers['retry-after'], '1');
  assert.equal((await download(alice, file.id)).status, 503);
  assert.equal((await alice.rest.get('conversations')).status, 200);
  bucket.broken = false;
  assert.equal((await download(alice, file.id)).status, 200);
  assert.ok(!server.log.includes(secret));
});

test('a bucket that does not answer is seen in health, metrics and log', { timeout: 60_000 }, async (t) => {
  const watched = await Server.start(options(['--upload-lifetime', '4s']));
  t.after(() => watched.discard());
  const [alice] = people(watched, 'alice');
  const health = async () => (await alice.rest.get('health')).body.status;
  assert.equal(await health(), 'ok');
  bucket.broken = true;
  await eventually('degraded', async () => (await health()) === 'degraded', 30_000);
  const metrics = await (await fetch(`${watched.admin_url}/metrics`)).text();
  assert.match(metrics, /^whispr_attachment_store_up 0$/m);
  assert.equal((await alice.rest.get('health/ready')).status, 200);
  bucket.broken = false;
  await eventually('well again', async () => (await health()) === 'ok', 30_000);
  assert.match(watched.log, /the place of files does not answer/);
});

test('settings that cannot be meant are refused', async () => {
  const end = await run_to_end(['serve', '--dev', '--attachments', 's3://'], { env: {} });
  assert.equal(end.code, 2);
  assert.match(end.output, /names no bucket/);
  assert.match(end.output, /needs s3_access_key and s3_secret_key/);
  const keys = await run_to_end(['serve', '--dev'], { env: { WHISPR_LINK_KEYS: 'short' } });
  assert.equal(keys.code, 2);
  assert.match(keys.output, /link_keys .* less than 32 characters/);
  assert.ok(!keys.output.includes('short'));
});
