// Attachments, through REST and as they are told on sockets: REST.md §7, CLIENT.md §2 and §5 row 7.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { conversation_topic, people } from './harness/person.mjs';
import { Rest } from './harness/rest.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

const missing = '99999999-9999-4999-8999-999999999999';
const not_found = { error: 'Resource not found' };
// As the mobile client sends it.
const photo = {
  media_id: 'f1e2',
  media_type: 'image',
  metadata: {
    filename: 'photo.jpg',
    size: 1234,
    mime_type: 'image/jpeg',
    media_url: 'https://media.example/media/v1/f1e2/blob',
    thumbnail_url: 'https://media.example/media/v1/f1e2/thumbnail',
    duration: null,
    camel_me: { not_me: 1 },
  },
};

async function room(t) {
  const [alice, bob, eve] = people(server, 'alice', 'bob', 'eve');
  const direct = await alice.direct_with(bob);
  const topic = conversation_topic(direct);
  const at_bob = await bob.connect();
  await at_bob.join(topic);
  t.after(() => bob.disconnect());
  const sent = await alice.send(direct.id, 'with a file', { message_type: 'media' });
  return { alice, bob, eve, direct, topic, at_bob, sent };
}

async function attach(person, message, body = photo) {
  const answer = await person.rest.post(`messages/${message.id}/attachments`, body);
  assert.equal(answer.status, 201, answer.text);
  return answer.body.data;
}

const of_message = (id) => (payload) => payload.messageId === id;

describe('an attachment (REST.md §7)', () => {
  test('is answered, told with its number, and comes with the message everywhere', async (t) => {
    const { alice, bob, direct, topic, at_bob, sent } = await room(t);
    assert.deepEqual(sent.attachments, []);
    assert.deepEqual((await at_bob.next(topic, 'new_message')).payload.message.attachments, []);
    const attachment = await attach(alice, sent);
    const { id, uploadedAt } = attachment;
    assert.deepEqual(attachment, {
      id,
      messageId: sent.id,
      mediaId: 'f1e2',
      fileName: 'photo.jpg',
      fileType: 'image',
      fileUrl: photo.metadata.media_url,
      fileSize: 1234,
      mimeType: 'image/jpeg',
      thumbnailUrl: photo.metadata.thumbnail_url,
      metadata: photo.metadata,
      uploadedAt,
    });
    assert.match(uploadedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    const told = (await at_bob.next(topic, 'attachment_added', of_message(sent.id))).payload;
    assert.deepEqual(told, { attachment, messageId: sent.id, conversationId: direct.id, eseq: sent.eseq + 1 });

    const list = await bob.rest.get(`messages/${sent.id.toUpperCase()}/attachments`);
    assert.equal(list.status, 200);
    assert.deepEqual(list.body, { data: [attachment], meta: { messageId: sent.id.toUpperCase(), count: 1 } });
    assert.deepEqual((await bob.rest.get(`attachments/${id}`)).body, { data: attachment });
    assert.deepEqual((await bob.rest.get(`messages/${sent.id}`)).body.data.attachments, [attachment]);
    assert.deepEqual((await bob.history(direct.id))[0].attachments, [attachment]);
    const edited = (await alice.rest.put(`messages/${sent.id}`, { content: 'edited' })).body.data;
    assert.deepEqual(edited.attachments, [attachment]);
    const edit_told = (await at_bob.next(topic, 'message_updated')).payload.message;
    assert.deepEqual(edit_told.attachments, [attachment]);
  });

  test('is described at the top level before the metadata, and has defaults', async (t) => {
    const { alice, sent } = await room(t);
    const top = await attach(alice, sent, {
      filename: 'top.pdf',
      media_type: 'file',
      mime_type: 'application/pdf',
      size: '77',
      media_url: '/media/v1/x/blob',
      metadata: { ...photo.metadata, media_id: 'in metadata', media_type: 'video' },
    });
    assert.equal(top.fileName, 'top.pdf');
    assert.equal(top.fileType, 'document', 'the client says file for a document (CLIENT.md §5 row 7)');
    assert.equal(top.mimeType, 'application/pdf');
    assert.equal(top.fileSize, 77);
    assert.equal(top.fileUrl, '/media/v1/x/blob');
    assert.equal(top.thumbnailUrl, photo.metadata.thumbnail_url);
    assert.equal(top.mediaId, 'in metadata');
    const bare = await attach(alice, sent, { media_url: 'x', size: 1 });
    assert.equal(bare.fileName, 'file');
    assert.equal(bare.fileType, 'image');
    assert.equal(bare.mimeType, 'application/octet-stream');
    assert.equal(bare.thumbnailUrl, null);
    assert.equal(bare.mediaId, null);
    assert.deepEqual(bare.metadata, {});
    const list = (await alice.rest.get(`messages/${sent.id}/attachments`)).body;
    assert.deepEqual(
      list.data.map((one) => one.id),
      [top.id, bare.id],
    );
  });

  test('with a wrong field is refused in one text, and nothing is stored', async (t) => {
    const { alice, sent } = await room(t);
    const good = { media_url: 'x', size: 1 };
    for (const wrong of [
      {},
      { media_url: 'x' },
      { ...good, media_url: '' },
      { ...good, media_url: 5 },
      { ...good, media_url: 'x'.repeat(2049) },
      { ...good, size: 0 },
      { ...good, size: -1 },
      { ...good, size: 1.5 },
      { ...good, size: 'many' },
      { ...good, size: 104857601 },
      { ...good, filename: 'x'.repeat(256) },
      { ...good, filename: ' ' },
      { ...good, filename: 'nul \u0000' },
      { ...good, media_type: 'hologram' },
      { ...good, mime_type: {} },
      { ...good, thumbnail_url: [] },
      { ...good, metadata: 'text' },
      { ...good, metadata: { big: 'x'.repeat(20000) } },
    ]) {
      const answer = await alice.rest.post(`messages/${sent.id}/attachments`, wrong);
      assert.equal(answer.status, 422, JSON.stringify(wrong).slice(0, 100));
      assert.deepEqual(answer.body, { error: 'Failed to create attachment' });
    }
    assert.deepEqual((await alice.rest.get(`messages/${sent.id}/attachments`)).body.data, []);
    assert.equal((await attach(alice, sent, { ...good, size: 104857600 })).fileSize, 104857600);
  });

  test('is recorded once for an Idempotency-Key', async (t) => {
    const { alice, sent } = await room(t);
    const key = { 'idempotency-key': '0190a000-0000-7000-8000-000000000001' };
    const post = () => alice.rest.post(`messages/${sent.id}/attachments`, photo, key);
    const [first, second] = await Promise.all([post(), post()]);
    assert.deepEqual([first.status, second.status], [201, 201]);
    assert.equal(first.body.data.id, second.body.data.id);
    assert.equal((await alice.rest.get(`messages/${sent.id}/attachments`)).body.meta.count, 1);
    const bad = await alice.rest.post(`messages/${sent.id}/attachments`, photo, { 'idempotency-key': 'x' });
    assert.equal(bad.status, 400);
  });

  test('is one of twenty at most', async (t) => {
    const { alice, sent } = await room(t);
    const post = () => alice.rest.post(`messages/${sent.id}/attachments`, photo);
    const answers = await Promise.all(Array.from({ length: 21 }, post));
    const refused = answers.filter((one) => one.status !== 201);
    assert.equal(refused.length, 1);
    assert.equal(refused[0].status, 422);
    assert.deepEqual(refused[0].body, { error: 'a message has at most 20 attachments' });
  });

  test('is taken away by its sender alone, and told', async (t) => {
    const { alice, bob, direct, topic, at_bob, sent } = await room(t);
    const { id } = await attach(alice, sent);
    const refused = await bob.rest.delete(`attachments/${id}`);
    assert.equal(refused.status, 403);
    assert.deepEqual(refused.body, { error: "You don't have permission to delete this attachment" });
    const upper = id.toUpperCase();
    const deleted = await alice.rest.delete(`attachments/${upper}`);
    assert.equal(deleted.status, 200);
    assert.deepEqual(deleted.body, { data: { id: upper, deleted: true } });
    const told = (await at_bob.next(topic, 'attachment_removed', of_message(sent.id))).payload;
    assert.deepEqual(told, {
      attachmentId: id,
      messageId: sent.id,
      conversationId: direct.id,
      eseq: sent.eseq + 2,
    });
    for (const answer of [await alice.rest.get(`attachments/${id}`), await alice.rest.delete(`attachments/${id}`)]) {
      assert.equal(answer.status, 404);
      assert.deepEqual(answer.body, not_found);
    }
    assert.deepEqual((await bob.history(direct.id))[0].attachments, []);
  });

  test('goes with a message that is deleted for everyone', async (t) => {
    const { alice, bob, sent } = await room(t);
    const { id } = await attach(alice, sent);
    await alice.rest.delete(`messages/${sent.id}?delete_for_everyone=true`);
    assert.equal((await bob.rest.get(`attachments/${id}`)).status, 404);
    assert.equal((await alice.rest.post(`messages/${sent.id}/attachments`, photo)).status, 404);
    const list = await bob.rest.get(`messages/${sent.id}/attachments`);
    assert.deepEqual(list.body.data ?? [], []);
  });

  test('survives a restart', async (t) => {
    const durable = await Server.start();
    t.after(() => durable.discard());
    const [alice, bob] = people(durable, 'alice', 'bob');
    const sent = await alice.send((await alice.direct_with(bob)).id, 'x');
    const attachment = await attach(alice, sent);
    await durable.restart();
    assert.deepEqual((await bob.rest.get(`attachments/${attachment.id}`)).body.data, attachment);
  });
});

describe('who may see and change attachments (REST.md §2 security summary, RULINGS 9)', () => {
  test('nobody without an identity, and no stranger; only the sender attaches', async (t) => {
    const { alice, bob, eve, sent } = await room(t);
    const { id } = await attach(alice, sent);
    const unseen = { error: 'Attachment not found' };
    for (const [method, path, body, to_stranger] of [
      ['GET', `messages/${sent.id}/attachments`, undefined, not_found],
      ['POST', `messages/${sent.id}/attachments`, photo, not_found],
      ['POST', `messages/${sent.id}/attachments`, {}, not_found],
      ['GET', `attachments/${id}`, undefined, not_found],
      ['GET', `attachments/${id}/download`, undefined, unseen],
      ['DELETE', `attachments/${id}`, undefined, not_found],
    ]) {
      const anonymous = await new Rest(server).call(method, path, body);
      assert.equal(anonymous.status, 401, `${method} ${path}`);
      assert.deepEqual(anonymous.body, { error: 'Unauthorized' });
      const stranger = await eve.rest.call(method, path, body);
      assert.equal(stranger.status, 404, `${method} ${path}`);
      assert.deepEqual(stranger.body, to_stranger);
      const other = path.replace(sent.id, missing).replace(id, missing);
      const unknown = await alice.rest.call(method, other, body);
      assert.equal(unknown.status, 404, `${method} ${other}`);
      assert.deepEqual(unknown.body, to_stranger, 'what may not be seen is like what is not there');
      const malformed = await alice.rest.call(method, path.replace(sent.id, 'zzz').replace(id, 'zzz'), body);
      assert.equal(malformed.status, 400);
      assert.deepEqual(malformed.body, { errors: { detail: 'Bad Request' } });
    }
    for (const body of [photo, {}]) {
      const refused = await bob.rest.post(`messages/${sent.id}/attachments`, body);
      assert.equal(refused.status, 403);
      assert.deepEqual(refused.body, { error: 'Forbidden' });
    }
    assert.equal((await bob.rest.get(`messages/${sent.id}/attachments`)).body.meta.count, 1);
  });
});

describe('bytes that are not stored here', () => {
  function form(fields, boundary = 'cut') {
    const parts = Object.entries(fields).map(([name, value]) => {
      const file = value.file === undefined ? '' : `; filename="${value.file}"\r\nContent-Type: image/png`;
      const body = value.file === undefined ? value : value.body;
      return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${body}\r\n`;
    });
    return [`${parts.join('')}--${boundary}--\r\n`, { 'content-type': `multipart/form-data; boundary=${boundary}` }];
  }
  const file = { file: 'a.png', body: '\u0000PNG\r\n--cu' };

  test('a download says that the file is not here', async (t) => {
    const { alice, bob, sent } = await room(t);
    const { id } = await attach(alice, sent);
    const answer = await bob.rest.get(`attachments/${id}/download`);
    assert.equal(answer.status, 404);
    assert.deepEqual(answer.body, { error: 'File not found on server' });
    assert.equal(answer.headers.location, undefined);
  });

  test('without a place for files an upload is not available, and not read', async (t) => {
    const bare = await Server.start({ args: ['--attachments', 'off'] });
    t.after(() => bare.discard());
    const [alice, bob] = people(bare, 'alice', 'bob');
    const sent = await alice.send((await alice.direct_with(bob)).id, 'x');
    const upload = (rest, fields) => rest.post('attachments/upload', ...form(fields));
    const answer = await upload(alice.rest, { message_id: sent.id, file });
    assert.equal(answer.status, 501);
    assert.deepEqual(answer.body, { error: 'Upload is not available on this server' });
    const anonymous = await upload(new Rest(bare), { message_id: sent.id, file });
    assert.equal(anonymous.status, 403);
    assert.deepEqual(anonymous.body, { error: "You don't have permission to upload to this message" });
    assert.equal((await bare.stop()).code, 0);
  });
});

test('opening a chat asks for reactions and attachments of fifty messages at once (CLIENT.md §6)', async () => {
  // With the limits of a server that nobody has configured.
  const plain = await Server.start();
  try {
    const [alice, bob] = people(plain, 'alice', 'bob');
    const direct = await alice.direct_with(bob);
    for (let i = 0; i < 50; i++) await (i % 2 ? alice : bob).send(direct.id, `message ${i}`);
    const page = await bob.history(direct.id, '?limit=50');
    assert.equal(page.length, 50);
    await attach(alice, page.find((one) => one.senderId === alice.id));
    const answers = await Promise.all(
      page.flatMap(({ id }) => [
        bob.rest.get(`messages/${id}/reactions`),
        bob.rest.get(`messages/${id}/attachments`),
      ]),
    );
    assert.equal(answers.length, 100);
    for (const answer of answers) assert.equal(answer.status, 200, answer.text);
    const found = answers.filter((_, i) => i % 2).map((answer) => answer.body);
    assert.deepEqual(
      found.map((body) => body.meta.messageId),
      page.map(({ id }) => id),
    );
    assert.equal(found.reduce((sum, body) => sum + body.data.length, 0), 1);
  } finally {
    await plain.discard();
  }
});
