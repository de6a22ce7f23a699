// Uploads that go on after a break: tus 1.0, by hand and with its own client.
import crypto from 'node:crypto';
import { Readable } from 'node:stream';
import net from 'node:net';
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Upload } from 'tus-js-client';
import { Server } from './harness/server.mjs';
import { people } from './harness/person.mjs';
import { begin, encoded, patch, raw, sha256, state, text_file, tus } from './harness/files.mjs';
import { eventually, pause, within } from './harness/patience.mjs';

const limit = 4 * 1024 * 1024;
let server;
before(async () => (server = await Server.start({ args: ['--max-attachment-size', '4MiB'] })));
after(() => server?.discard());

const alone = () => people(server, 'alice')[0];
const download = (person, id) => raw(person.server, { path: `attachments/${id}/download`, token: person.token });

async function begun(person, size, words) {
  const answer = await begin(person, size, words);
  assert.equal(answer.status, 201, answer.bytes.toString());
  return answer.headers.location;
}

describe('the protocol', () => {
  test('says what it can', async () => {
    const answer = await raw(server, { method: 'OPTIONS', path: 'attachments/uploads' });
    assert.equal(answer.status, 204);
    assert.equal(answer.headers['tus-resumable'], '1.0.0');
    assert.equal(answer.headers['tus-version'], '1.0.0');
    assert.equal(answer.headers['tus-extension'], 'creation,creation-with-upload,termination,checksum,expiration');
    assert.equal(answer.headers['tus-max-size'], String(limit));
    assert.equal(answer.headers['tus-checksum-algorithm'], 'sha1,sha256');
    const other = await raw(server, { method: 'OPTIONS', path: 'messages/drafts' });
    assert.equal(other.headers['tus-version'], undefined);
  });

  test('in parts, to a file that a message takes', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const bytes = text_file(300_000);
    const location = await begun(alice, bytes.length, { filename: 'größe.txt', filetype: 'text/plain' });
    const first = await patch(alice, location, 0, bytes.subarray(0, 100_000));
    assert.equal(first.status, 204);
    assert.equal(first.headers['upload-offset'], '100000');
    assert.match(first.headers['upload-expires'], /GMT$/);
    const known = await state(alice, location);
    assert.equal(known.status, 200);
    assert.equal(known.headers['upload-offset'], '100000');
    assert.equal(known.headers['upload-length'], '300000');
    assert.equal(known.headers['upload-metadata'], encoded({ filename: 'größe.txt', filetype: 'text/plain' }));
    assert.equal(known.headers['cache-control'], 'no-store');
    const wrong = await patch(alice, location, 0, bytes.subarray(0, 10));
    assert.equal(wrong.status, 409);
    assert.equal((await patch(alice, location, 200_000, bytes.subarray(0, 10))).status, 409);
    const last = await patch(alice, location, 100_000, bytes.subarray(100_000));
    assert.equal(last.status, 204);
    assert.equal(last.headers['upload-offset'], '300000');
    const id = last.headers['x-whispr-media-id'];
    const finished = await state(alice, location);
    assert.equal(finished.headers['upload-offset'], '300000');
    assert.equal(finished.headers['x-whispr-media-id'], id);
    const direct = await alice.direct_with(bob);
    const message = await alice.send(direct.id, 'x');
    const attached = await alice.rest.post(`messages/${message.id}/attachments`, { media_id: id });
    assert.equal(attached.status, 201, attached.text);
    assert.equal(attached.body.data.fileName, 'größe.txt');
    assert.equal(sha256((await download(bob, id)).bytes), sha256(bytes));
  });

  test('with its first bytes at once, and for a message that it names', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const direct = await alice.direct_with(bob);
    const message = await alice.send(direct.id, 'x');
    const bytes = text_file(50_000);
    const created = await raw(server, {
      method: 'POST',
      path: 'attachments/uploads',
      token: alice.token,
      headers: {
        ...tus,
        'upload-length': bytes.length,
        'upload-metadata': encoded({ filename: 'a.txt', filetype: 'text/plain', message_id: message.id }),
        'content-type': 'application/offset+octet-stream',
      },
      body: bytes.subarray(0, 20_000),
    });
    assert.equal(created.status, 201, created.bytes.toString());
    assert.equal(created.headers['upload-offset'], '20000');
    const last = await patch(alice, created.headers.location, 20_000, bytes.subarray(20_000));
    assert.equal(last.status, 204);
    const listed = (await bob.rest.get(`messages/${message.id}/attachments`)).body.data;
    assert.equal(listed[0].id, last.headers['x-whispr-media-id']);
    assert.equal(listed[0].fileSize, 50_000);
  });

  test('a checksum that does not match keeps the offset', async () => {
    const alice = alone();
    const bytes = text_file(10_000);
    const location = await begun(alice, bytes.length);
    const sum = (name, part) => ({ 'upload-checksum': `${name} ${crypto.createHash(name).update(part).digest('base64')}` });
    const half = bytes.subarray(0, 5000);
    const wrong = await patch(alice, location, 0, half, sum('sha256', bytes));
    assert.equal(wrong.status, 460);
    assert.equal((await state(alice, location)).headers['upload-offset'], '0');
    assert.equal((await patch(alice, location, 0, half, sum('sha1', half))).status, 204);
    const last = await patch(alice, location, 5000, bytes.subarray(5000), sum('sha1', half));
    assert.equal(last.status, 460);
    assert.equal((await state(alice, location)).headers['upload-offset'], '5000');
    assert.equal((await patch(alice, location, 5000, bytes.subarray(5000), sum('sha256', bytes.subarray(5000)))).status, 204);
    assert.equal((await patch(alice, location, 0, half, { 'upload-checksum': 'md5 YQ==' })).status, 400);
  });

  test('one request writes at a time', async () => {
    const alice = alone();
    const bytes = text_file(200_000);
    const location = await begun(alice, bytes.length);
    const socket = net.connect(server.port, server.host);
    socket.on('error', () => {});
    socket.write(
      `PATCH ${location} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${alice.token}\r\nTus-Resumable: 1.0.0\r\n` +
        `Upload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: ${bytes.length}\r\n\r\n`,
    );
    socket.write(bytes.subarray(0, 100_000));
    await eventually('begun', async () => Number((await state(alice, location)).headers['upload-offset']) > 0);
    assert.equal((await patch(alice, location, 0, bytes)).status, 423);
    socket.destroy();
    // What had come is kept.
    const offset = await eventually('unlocked', async () => {
      const answer = await patch(alice, location, 7, bytes.subarray(7));
      return answer.status === 409 && Number((await state(alice, location)).headers['upload-offset']);
    });
    assert.ok(offset > 0 && offset <= 100_000, String(offset));
    assert.equal((await patch(alice, location, offset, bytes.subarray(offset))).status, 204);
  });

  test('may be given up', async () => {
    const alice = alone();
    const location = await begun(alice, 1000);
    const gone = await raw(server, { method: 'DELETE', path: location, token: alice.token, headers: tus });
    assert.equal(gone.status, 204);
    assert.equal((await state(alice, location)).status, 404);
    assert.equal((await patch(alice, location, 0, text_file(10))).status, 404);
  });
});

describe('what is refused', () => {
  test('another version, another user, missing and wrong headers', async () => {
    const [alice, eve] = people(server, 'alice', 'eve');
    const location = await begun(alice, 1000);
    const old = await raw(server, { method: 'HEAD', path: location, token: alice.token, headers: { 'tus-resumable': '0.2.0' } });
    assert.equal(old.status, 412);
    assert.equal(old.headers['tus-version'], '1.0.0');
    for (const method of ['HEAD', 'DELETE'])
      assert.equal((await raw(server, { method, path: location, token: eve.token, headers: tus })).status, 404);
    assert.equal((await patch(eve, location, 0, text_file(10))).status, 404);
    assert.equal((await raw(server, { method: 'HEAD', path: location, headers: tus })).status, 401);
    assert.equal((await patch(alice, location, 0, text_file(10), { 'content-type': 'text/plain' })).status, 415);
    assert.equal((await patch(alice, location, 'x', text_file(10))).status, 400);
    assert.equal((await patch(alice, location, 0, text_file(1001))).status, 413);
    assert.equal((await patch(alice, '/messaging/api/v1/attachments/uploads/zzz', 0, text_file(1))).status, 400);
  });

  test('creations of the wrong size, type, words or message', async () => {
    const [alice, bob, eve] = people(server, 'alice', 'bob', 'eve');
    const direct = await alice.direct_with(bob);
    const message = await alice.send(direct.id, 'x');
    const words = { filename: 'a.txt', filetype: 'text/plain' };
    const status = async (person, size, more = {}, headers = {}) =>
      (await begin(person, size, { ...words, ...more }, headers)).status;
    assert.equal(await status(alice, limit), 201);
    const large = await begin(alice, limit + 1);
    assert.equal(large.status, 413);
    assert.deepEqual(large.body, { error: 'File size exceeds maximum allowed (4MB)' });
    assert.equal(await status(alice, 0), 422);
    assert.equal(await status(alice, 'x'), 400);
    assert.equal(await status(alice, 10, { filetype: 'application/x-sh' }), 415);
    assert.equal(await status(alice, 10, { filetype: 'application/x-sh', encrypted: 'true' }), 201);
    assert.equal(await status(alice, 10, { filename: '..' }), 400);
    assert.equal(await status(alice, 10, { encrypted: 'maybe' }), 400);
    assert.equal(await status(alice, 10, {}, { 'upload-metadata': 'filename !!' }), 400);
    assert.equal(await status(alice, 10, { message_id: message.id }), 201);
    assert.equal(await status(bob, 10, { message_id: message.id }), 403);
    assert.equal(await status(eve, 10, { message_id: message.id }), 404);
    assert.equal(await status(alice, 10, { conversation_id: direct.id }), 201);
    assert.equal(await status(eve, 10, { conversation_id: direct.id }), 403);
  });

  test('a file that is not what it says, when its last byte has come', async () => {
    const alice = alone();
    const location = await begun(alice, 100, { filename: 'a.png', filetype: 'image/png' });
    const answer = await patch(alice, location, 0, text_file(100));
    assert.equal(answer.status, 415);
    assert.equal((await state(alice, location)).status, 404);
  });
});

describe('across ends', () => {
  test('kill -9 in the middle: no half file is seen, and the rest goes on where it stopped', async (t) => {
    const durable = await Server.start();
    t.after(() => durable.discard());
    const [alice, bob] = people(durable, 'alice', 'bob');
    const direct = await alice.direct_with(bob);
    const message = await alice.send(direct.id, 'x');
    const bytes = crypto.randomBytes(3_000_000);
    const location = await begun(alice, bytes.length, { filename: 'a.bin', encrypted: 'true', message_id: message.id });
    const socket = net.connect(durable.port, durable.host);
    socket.on('error', () => {});
    socket.write(
      `PATCH ${location} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${alice.token}\r\nTus-Resumable: 1.0.0\r\n` +
        `Upload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: ${bytes.length}\r\n\r\n`,
    );
    socket.write(bytes.subarray(0, 2_000_000));
    await eventually('half of it is there', async () => Number((await state(alice, location)).headers['upload-offset']) > 500_000);
    await durable.kill();
    socket.destroy();
    await durable.launch();
    assert.deepEqual((await bob.rest.get(`messages/${message.id}/attachments`)).body.data, []);
    const offset = Number((await state(alice, location)).headers['upload-offset']);
    assert.ok(offset > 500_000 && offset <= 2_000_000, String(offset));
    const last = await patch(alice, location, offset, bytes.subarray(offset));
    assert.equal(last.status, 204, last.bytes.toString());
    const [attachment] = (await bob.rest.get(`messages/${message.id}/attachments`)).body.data;
    assert.equal(attachment.sha256, sha256(bytes));
    assert.equal(sha256((await download(bob, attachment.id)).bytes), sha256(bytes));
  });

  test('what is not finished is forgotten after its time, also over a restart', async (t) => {
    const brief = await Server.start({ args: ['--upload-lifetime', '2s'] });
    t.after(() => brief.discard());
    const [alice] = people(brief, 'alice');
    const location = await begun(alice, 1000);
    assert.equal((await patch(alice, location, 0, text_file(100))).status, 204);
    await brief.restart();
    assert.equal((await state(alice, location)).status, 200);
    await pause(2100);
    await eventually('forgotten', async () => [404, 410].includes((await state(alice, location)).status));
    await eventually('and gone', async () => (await state(alice, location)).status === 404);
  });
});

test("the protocol's own client uploads, is interrupted, and goes on", async () => {
  const [alice, bob] = people(server, 'alice', 'bob');
  const direct = await alice.direct_with(bob);
  const message = await alice.send(direct.id, 'x');
  const bytes = crypto.randomBytes(3_500_000);
  let interrupted = false;
  const uploaded = new Promise((resolve, reject) => {
    const client = new Upload(Readable.from(bytes), {
      endpoint: `${server.url}/messaging/api/v1/attachments/uploads`,
      uploadSize: bytes.length,
      chunkSize: 500_000,
      retryDelays: [0, 100, 500],
      headers: { authorization: `Bearer ${alice.token}` },
      metadata: { filename: 'größe.bin', encrypted: 'true', message_id: message.id },
      onProgress(sent) {
        if (interrupted || sent < 1_500_000) return;
        interrupted = true;
        client.abort().then(() => client.start(), reject);
      },
      onSuccess: () => resolve(client.url),
      onError: reject,
    });
    client.start();
  });
  await within(uploaded, 'the client is done', 30_000);
  assert.ok(interrupted);
  const [attachment] = (await bob.rest.get(`messages/${message.id}/attachments`)).body.data;
  assert.equal(attachment.fileName, 'größe.bin');
  assert.equal(sha256((await download(bob, attachment.id)).bytes), sha256(bytes));
});
