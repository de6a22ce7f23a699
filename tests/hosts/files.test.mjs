// Files of messages: uploads by form, what is refused and how, and what becomes of them (REST.md §7).
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { conversation_topic, people } from './harness/person.mjs';
import { form, png, raw, sent_with, sha256, stored, text_file, upload } from './harness/files.mjs';
import { eventually, pause } from './harness/patience.mjs';

const limit = 1024 * 1024;
let server;
before(async () => {
  server = await Server.start({
    args: [
      ...['--max-attachment-size', '1MiB', '--attachment-quota', '8MiB', '--max-uploads-per-user', '4'],
      ...['--attachment-grace', '1s'],
    ],
  });
});
after(() => server?.discard());

async function room() {
  const [alice, bob, eve] = people(server, 'alice', 'bob', 'eve');
  return { alice, bob, eve, direct: await alice.direct_with(bob) };
}

const text = (size, name = 'a.txt') => ({ name, type: 'text/plain', bytes: text_file(size) });
const download = (person, id, headers) =>
  raw(server, { path: `attachments/${id}/download`, token: person.token, headers });
const files_in = (folder) =>
  fs.existsSync(folder)
    ? fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).length
    : 0;

describe('an upload that names its message', () => {
  test('is answered, told, listed, and comes back byte for byte', async () => {
    const { alice, bob, direct } = await room();
    const at_bob = await bob.connect();
    const topic = conversation_topic(direct);
    await at_bob.join(topic);
    const file = text(100_000, 'Grüße 😀.txt');
    const { message, attachment } = await sent_with(alice, direct, file, [['metadata', '{"a_b":1}']]);
    assert.equal(attachment.messageId, message.id);
    assert.equal(attachment.mediaId, attachment.id);
    assert.equal(attachment.fileName, 'Grüße 😀.txt');
    assert.equal(attachment.fileType, 'document');
    assert.equal(attachment.fileSize, 100_000);
    assert.equal(attachment.mimeType, 'text/plain');
    assert.equal(attachment.sha256, sha256(file.bytes));
    assert.equal(attachment.encrypted, false);
    assert.equal(attachment.thumbnailUrl, null);
    assert.deepEqual(attachment.metadata, { a_b: 1 });
    assert.equal(attachment.fileUrl, `/messaging/api/v1/attachments/${attachment.id}/download`);
    const told = await at_bob.next(topic, 'attachment_added');
    assert.equal(JSON.stringify(told.payload).includes(attachment.id), true);
    const listed = await bob.rest.get(`messages/${message.id}/attachments`);
    assert.deepEqual(listed.body.data, [attachment]);
    const answer = await download(bob, attachment.id);
    assert.equal(answer.status, 200);
    assert.equal(Buffer.compare(answer.bytes, file.bytes), 0);
    assert.equal(answer.headers['content-type'], 'text/plain');
    assert.equal(answer.headers['content-length'], '100000');
    assert.equal(
      answer.headers['content-disposition'],
      "attachment; filename=\"Gr__e _.txt\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%F0%9F%98%80.txt",
    );
    bob.disconnect();
  });

  test('may name it behind the file, and is judged all the same', async () => {
    const { alice, bob, direct } = await room();
    const message = await alice.send(direct.id, 'x');
    const fields = [
      ['file', text(300_000)],
      ['message_id', message.id],
    ];
    const refused = await upload(bob, 'attachments/upload', fields);
    assert.equal(refused.status, 403);
    assert.deepEqual(refused.body, { error: "You don't have permission to upload to this message" });
    assert.equal((await upload(alice, 'attachments/upload', fields)).status, 201);
  });

  test('is refused while its file is still coming, when the message is not its sender\'s', async () => {
    const { alice, bob, direct } = await room();
    const message = await alice.send(direct.id, 'x');
    const made = form([
      ['message_id', message.id],
      ['file', text(1000)],
    ]);
    // The head and the beginning only: the answer does not wait for the rest.
    const socket = net.connect(server.port, server.host);
    socket.write(
      `POST /messaging/api/v1/attachments/upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bob.token}\r\n` +
        `Content-Type: ${made.headers['content-type']}\r\nContent-Length: 900000\r\n\r\n`,
    );
    socket.write(made.body.subarray(0, 600));
    const answer = await new Promise((resolve, reject) => {
      let all = '';
      socket.on('data', (bytes) => (all += bytes));
      socket.on('end', () => resolve(all));
      socket.on('error', reject);
    });
    assert.match(answer, /^HTTP\/1.1 403/);
    assert.match(answer, /connection: close/i);
    socket.destroy();
  });
});

describe('an upload without a message', () => {
  test('is its owner\'s alone, until a message takes it', async () => {
    const { alice, bob, direct } = await room();
    const file = await stored(alice, text(5000));
    assert.equal(file.messageId, null);
    assert.match(file.expiresAt, /Z$/);
    assert.equal((await download(alice, file.id)).status, 200);
    assert.equal((await download(bob, file.id)).status, 404);
    const message = await alice.send(direct.id, 'x');
    const stolen = await bob.send(direct.id, 'mine');
    assert.equal((await bob.rest.post(`messages/${stolen.id}/attachments`, { media_id: file.id })).status, 404);
    const attached = await alice.rest.post(`messages/${message.id}/attachments`, { media_id: file.id });
    assert.equal(attached.status, 201, attached.text);
    assert.equal(attached.body.data.id, file.id);
    assert.equal((await download(bob, file.id)).status, 200);
  });

  test('may be given up by its owner', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const file = await stored(alice, text(500));
    assert.equal((await bob.rest.call('DELETE', `attachments/${file.id}`)).status, 404);
    assert.equal((await alice.rest.call('DELETE', `attachments/${file.id}`)).status, 200);
    assert.equal((await download(alice, file.id)).status, 404);
  });
});

describe('what is refused', () => {
  test('sizes: 0, 1, the limit, one more, and what only says so', async () => {
    const [alice] = people(server, 'alice');
    const empty = await upload(alice, 'attachments', [['file', text(0)]]);
    assert.equal(empty.status, 422);
    assert.deepEqual(empty.body, { error: 'File is empty' });
    assert.equal((await stored(alice, text(1))).fileSize, 1);
    assert.equal((await stored(alice, text(limit))).fileSize, limit);
    const large = await upload(alice, 'attachments', [['file', text(limit + 1)]]);
    assert.equal(large.status, 413);
    assert.deepEqual(large.body, { error: 'File size exceeds maximum allowed (1MB)' });
    const announced = await raw(server, {
      method: 'POST',
      path: 'attachments',
      token: alice.token,
      headers: { 'content-type': 'multipart/form-data; boundary=x', 'content-length': 500_000_000, expect: '100-continue' },
      body: Buffer.alloc(0),
    }).catch((error) => error);
    assert.equal(announced.status, 413);
  });

  test('types that are not taken, and files that are not what they say', async () => {
    const [alice] = people(server, 'alice');
    const refused = { error: 'File type not supported' };
    for (const file of [
      { name: 'a.exe', type: 'application/x-msdownload', bytes: Buffer.from('MZ') },
      { name: 'a.svg', type: 'image/svg+xml', bytes: Buffer.from('<svg/>') },
      { name: 'a.png', type: 'image/png', bytes: Buffer.from('<html><script>alert(1)</script>') },
      { name: 'a.txt', type: 'text/plain', bytes: png(4, 4) },
      { name: 'a.jpg', type: 'image/jpeg', bytes: png(4, 4) },
    ]) {
      const answer = await upload(alice, 'attachments', [['file', file]]);
      assert.equal(answer.status, 415, file.name);
      assert.deepEqual(answer.body, refused);
    }
    const unsaid = await upload(alice, 'attachments', [['file', { name: 'a', bytes: png(4, 4) }]]);
    assert.equal(unsaid.body.data.mimeType, 'image/png');
  });

  test('forms that are none, or miss a part', async () => {
    const { alice, direct } = await room();
    const message = await alice.send(direct.id, 'x');
    const required = { error: 'Missing required parameters', required: ['file', 'message_id'] };
    for (const fields of [[['file', text(10)]], [['message_id', message.id]], []]) {
      const answer = await upload(alice, 'attachments/upload', fields);
      assert.equal(answer.status, 400);
      assert.deepEqual(answer.body, required);
    }
    const whole = form([
      ['message_id', message.id],
      ['file', text(10)],
    ]);
    const cut = await raw(server, {
      method: 'POST',
      path: 'attachments/upload',
      token: alice.token,
      headers: whole.headers,
      body: whole.body.subarray(0, -6),
    });
    assert.equal(cut.status, 400);
    assert.equal((await alice.rest.get(`messages/${message.id}/attachments`)).body.meta.count, 0);
  });

  test('more than the quota, before it is sent and after', async () => {
    const [alice] = people(server, 'alice');
    // Different files: equal ones count once.
    const one = (i) => ({ ...text(limit), bytes: Buffer.concat([Buffer.from(`${i} `), text_file(limit - 2)]) });
    for (let i = 0; i < 8; i += 1) await stored(alice, one(i));
    const refused = await upload(alice, 'attachments', [['file', one(8)]]);
    assert.equal(refused.status, 413);
    assert.match(refused.body.error, /quota|at most/);
  });

  test('more at once than a user may', async () => {
    const [alice] = people(server, 'alice');
    const made = form([['file', text(1000)]]);
    const open = [];
    for (let i = 0; i < 4; i += 1) {
      const socket = net.connect(server.port, server.host);
      socket.on('error', () => {});
      socket.write(
        `POST /messaging/api/v1/attachments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${alice.token}\r\n` +
          `Content-Type: ${made.headers['content-type']}\r\nContent-Length: ${made.body.length}\r\n\r\n`,
      );
      socket.write(made.body.subarray(0, 500));
      open.push(socket);
    }
    await eventually('four are under way', async () => {
      const metrics = await (await fetch(`${server.admin_url}/metrics`)).text();
      return /^whispr_uploads_in_progress 4$/m.test(metrics);
    });
    const refused = await upload(alice, 'attachments', [['file', text(10)]]);
    assert.equal(refused.status, 429);
    assert.match(refused.body.error, /at most 4/);
    for (const socket of open) socket.destroy();
    await eventually('taken again', async () => (await upload(alice, 'attachments', [['file', text(10)]])).status === 201);
  });
});

test('an encrypted file is not looked into, and is never served as anything but bytes', async () => {
  const { alice, bob, direct } = await room();
  const bytes = Buffer.from('<html><script>alert(1)</script>');
  const file = { name: 'a.html', type: 'text/html', bytes };
  const { attachment } = await sent_with(alice, direct, file, [
    ['encrypted', 'true'],
    ['media_type', 'image'],
  ]);
  assert.equal(attachment.encrypted, true);
  assert.equal(attachment.fileType, 'image');
  assert.equal(attachment.mimeType, 'application/octet-stream');
  const answer = await raw(server, {
    path: `attachments/${attachment.id}/download?disposition=inline`,
    token: bob.token,
  });
  assert.equal(answer.headers['content-type'], 'application/octet-stream');
  assert.equal(answer.headers['x-content-type-options'], 'nosniff');
  assert.match(answer.headers['content-disposition'], /^attachment/);
  assert.equal(Buffer.compare(answer.bytes, bytes), 0);
});

describe('what becomes of a file', () => {
  test('an upload that breaks off leaves nothing behind', async () => {
    const [alice] = people(server, 'alice');
    const staged = path.join(server.dir, 'attachments');
    const count = files_in(staged);
    const made = form([['file', text(600_000)]]);
    const socket = net.connect(server.port, server.host);
    socket.on('error', () => {});
    socket.write(
      `POST /messaging/api/v1/attachments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${alice.token}\r\n` +
        `Content-Type: ${made.headers['content-type']}\r\nContent-Length: ${made.body.length}\r\n\r\n`,
    );
    socket.write(made.body.subarray(0, 400_000));
    await eventually('staged', () => files_in(staged) > count);
    socket.destroy();
    await eventually('forgotten', () => files_in(staged) === count);
  });

  test('equal bytes are stored once, and go with the last message that holds them', async () => {
    const { alice, bob, direct } = await room();
    const bytes = Buffer.from(`only here ${Math.random()}`);
    const file = { name: 'a.txt', type: 'text/plain', bytes };
    const first = await sent_with(alice, direct, file);
    const second = await sent_with(bob, direct, file);
    const blob = () =>
      fs
        .readdirSync(server.dir, { recursive: true })
        .filter((name) => path.basename(name).includes(sha256(bytes)) || name.replaceAll('/', '').includes(sha256(bytes)))
        .length;
    assert.equal(blob(), 1);
    const remove = (person, message) => person.rest.call('DELETE', `messages/${message.id}?delete_for_everyone=true`);
    assert.equal((await remove(alice, first.message)).status, 200);
    assert.equal((await download(bob, first.attachment.id)).status, 404);
    assert.equal((await download(alice, second.attachment.id)).status, 200);
    assert.equal((await remove(bob, second.message)).status, 200);
    assert.equal((await download(alice, second.attachment.id)).status, 404);
    // What is due is looked for once a minute, and at a start.
    await pause(1100);
    await server.restart();
    await eventually('the bytes are gone', () => blob() === 0);
  });
});

describe('the files of a conversation', () => {
  test('are listed newest first, of all types or one, page by page', async () => {
    const { alice, bob, eve, direct } = await room();
    const picture = { name: 'p.png', type: 'image/png', bytes: png(4, 4) };
    const sent = [];
    for (const file of [picture, text(10), picture, text(11), picture]) sent.unshift(await sent_with(alice, direct, file));
    const list = (query = '', person = bob) => person.rest.get(`conversations/${direct.id}/attachments${query}`);
    const ids = (answer) => answer.body.data.map(({ id }) => id);
    const all = sent.map(({ attachment }) => attachment.id);

    const whole = await list();
    assert.equal(whole.status, 200);
    assert.deepEqual(ids(whole), all);
    assert.deepEqual(whole.body.meta, { conversationId: direct.id, count: 5, cursor: null, hasMore: false });
    const { mseq, senderId, sentAt, ...attachment } = whole.body.data[0];
    assert.deepEqual(attachment, sent[0].attachment);
    assert.deepEqual([mseq, senderId, sentAt], [5, alice.id, sent[0].message.sentAt]);

    const pictures = all.filter((_, index) => index % 2 === 0);
    assert.deepEqual(ids(await list('?type=image')), pictures);
    assert.deepEqual(ids(await list('?type=video')), []);
    const first = await list('?type=image&limit=2');
    assert.deepEqual(ids(first), pictures.slice(0, 2));
    assert.equal(first.body.meta.hasMore, true);
    const second = await list(`?type=image&limit=2&cursor=${first.body.meta.cursor}`);
    assert.deepEqual(ids(second), pictures.slice(2));
    assert.equal(second.body.meta.cursor, null);

    await alice.rest.call('DELETE', `messages/${sent[0].message.id}?delete_for_everyone=true`);
    assert.deepEqual(ids(await list()), all.slice(1));
    assert.equal((await list('', eve)).status, 403);
    for (const query of ['?type=zip', '?cursor=1', '?cursor=0.x', '?cursor=1.', `?cursor=-1.${all[0]}`])
      assert.equal((await list(query)).status, 422, query);
  });
});
