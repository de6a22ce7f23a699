// Thumbnails: what they show, what they leave out, and files that are made to do harm.
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server, binary } from './harness/server.mjs';
import { people } from './harness/person.mjs';
import { bomb, png, raw, sent_with, stored, upload, webp_size } from './harness/files.mjs';

const thumbnailer = path.join(path.dirname(binary()), 'whispr-thumbnail');
const skip = fs.existsSync(thumbnailer) ? false : 'whispr-thumbnail was not built';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

const alone = () => people(server, 'alice')[0];
const thumbnail = (person, file) => raw(server, { path: file.thumbnailUrl, token: person.token });

// 64 by 32 pixels, without any description.
const plain_jpeg = Buffer.from(
  '/9j/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//' +
    '2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAAR' +
    'CAAgAEADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFgEBAQEAAAAA' +
    'AAAAAAAAAAAAAAEG/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8AlAI1YAAAAAAAAAAAAAD/2Q==',
  'base64',
);

// The same as a phone writes it: held upright (orientation 6), its place and its maker noted.
function described_jpeg() {
  const entry = (tag, type, count, value) => {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt16BE(tag, 0);
    bytes.writeUInt16BE(type, 2);
    bytes.writeUInt32BE(count, 4);
    if (Buffer.isBuffer(value)) value.copy(bytes, 8);
    else bytes.writeUInt32BE(value, 8);
    return bytes;
  };
  const short = (value) => Buffer.from([value >> 8, value & 255, 0, 0]);
  // Offsets count from the TIFF header: 8 for it, then the first directory of three entries.
  const gps_at = 8 + 2 + 3 * 12 + 4;
  const texts_at = gps_at + 2 + 2 * 12 + 4;
  const maker = Buffer.from('SECRETCAMERA\0');
  const first = Buffer.concat([
    Buffer.from([0, 3]),
    entry(0x010f, 2, maker.length, texts_at),
    entry(0x0112, 3, 1, short(6)),
    entry(0x8825, 4, 1, gps_at),
    Buffer.alloc(4),
  ]);
  const latitude = Buffer.alloc(24);
  for (const [i, value] of [48, 51, 24].entries()) latitude.writeUInt32BE(value, i * 8), latitude.writeUInt32BE(1, i * 8 + 4);
  const gps = Buffer.concat([
    Buffer.from([0, 2]),
    entry(1, 2, 2, Buffer.from('N\0\0\0')),
    entry(2, 5, 3, texts_at + maker.length),
    Buffer.alloc(4),
  ]);
  const tiff = Buffer.concat([Buffer.from('MM\0*\0\0\0\x08', 'latin1'), first, gps, maker, latitude]);
  const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, (exif.length + 2) >> 8, (exif.length + 2) & 255]), exif]);
  return Buffer.concat([plain_jpeg.subarray(0, 2), segment, plain_jpeg.subarray(2)]);
}

describe('a thumbnail', { skip }, () => {
  test('is small, and comes with the sizes of both', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const direct = await alice.direct_with(bob);
    const { attachment } = await sent_with(alice, direct, { name: 'a.png', type: 'image/png', bytes: png(1600, 800) });
    assert.equal(attachment.fileType, 'image');
    assert.deepEqual([attachment.width, attachment.height], [1600, 800]);
    assert.equal(attachment.thumbnailUrl, `/messaging/api/v1/attachments/${attachment.id}/thumbnail`);
    const small = await thumbnail(bob, attachment);
    assert.equal(small.status, 200);
    assert.equal(small.headers['content-type'], 'image/webp');
    assert.match(small.headers['content-disposition'], /^inline/);
    assert.deepEqual(webp_size(small.bytes), [320, 160]);
    assert.equal((await raw(server, { path: attachment.thumbnailUrl })).status, 401);
    const link = (await bob.rest.get(`attachments/${attachment.id}/link`)).body.data;
    assert.equal((await raw(server, { path: link.thumbnailUrl })).status, 200);
  });

  test('is never larger than its picture', async () => {
    const alice = alone();
    const file = await stored(alice, { name: 'a.png', type: 'image/png', bytes: png(10, 20) });
    assert.deepEqual(webp_size((await thumbnail(alice, file)).bytes), [10, 20]);
  });

  test('is upright, and says nothing of place and camera', async () => {
    const alice = alone();
    const bytes = described_jpeg();
    assert.ok(bytes.includes('SECRETCAMERA'));
    const file = await stored(alice, { name: 'a.jpg', type: 'image/jpeg', bytes });
    assert.deepEqual([file.width, file.height], [32, 64], 'as it is shown');
    const small = await thumbnail(alice, file);
    assert.deepEqual(webp_size(small.bytes), [32, 64]);
    for (const word of ['SECRETCAMERA', 'Exif', 'EXIF', 'XMP'])
      assert.ok(!small.bytes.includes(word), `${word} is in the thumbnail`);
  });

  test('is not made of what is encrypted or no picture', async () => {
    const alice = alone();
    const hidden = await upload(alice, 'attachments', [
      ['encrypted', 'true'],
      ['file', { name: 'a.png', type: 'image/png', bytes: png(10, 10) }],
    ]);
    assert.equal(hidden.body.data.thumbnailUrl, null);
    const text = await stored(alice, { name: 'a.txt', type: 'text/plain', bytes: Buffer.from('x') });
    assert.equal(text.thumbnailUrl, null);
    const path = `attachments/${text.id}/thumbnail`;
    assert.equal((await raw(server, { path, token: alice.token })).status, 404);
  });
});

describe('files that are made to do harm', { skip }, () => {
  test('50,000 by 50,000 pixels are stored, not decoded', async () => {
    const alice = alone();
    const file = await stored(alice, { name: 'bomb.png', type: 'image/png', bytes: bomb() });
    assert.equal(file.thumbnailUrl, null);
    assert.equal(file.width, null);
    assert.equal((await alice.rest.get('conversations')).status, 200);
  });

  test('cut and damaged pictures are stored, with a thumbnail of what there is or without one', async () => {
    const alice = alone();
    const whole = png(400, 400);
    const nothing = Buffer.concat([whole.subarray(0, 12), Buffer.alloc(500, 255)]);
    assert.equal((await stored(alice, { name: 'a.png', type: 'image/png', bytes: nothing })).thumbnailUrl, null);
    for (let i = 0; i < 20; i += 1) {
      const damaged = Buffer.from(whole.subarray(0, i % 2 === 0 ? whole.length : 60 + i * 20));
      for (let j = 0; j < 5; j += 1) damaged[8 + ((i * 131 + j * 977) % (damaged.length - 8))] ^= 1 << (i % 8);
      const file = await stored(alice, { name: 'a.png', type: 'image/png', bytes: damaged });
      if (file.thumbnailUrl) assert.equal((await thumbnail(alice, file)).status, 200);
    }
    assert.equal((await alice.rest.get('conversations')).status, 200);
  });
});

test('without the program pictures have no thumbnails, and all else works', async (t) => {
  const bare = await Server.start({ args: ['--thumbnailer', 'off'] });
  t.after(() => bare.discard());
  const [alice] = people(bare, 'alice');
  const file = await stored(alice, { name: 'a.png', type: 'image/png', bytes: png(10, 10) });
  assert.equal(file.thumbnailUrl, null);
});
