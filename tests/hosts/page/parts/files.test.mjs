import assert from 'node:assert/strict';
import { test } from 'node:test';
import { captionOf, filesLine, filesOf, isPicture } from '../../../../hosts/whisprd/page/src/attached.js';
import { endingOf, kindOf, lengthLabel, safeName, sizeLabel } from '../../../../hosts/whisprd/page/src/file_kinds.js';
import { toAttachment, toMessage } from '../../../../hosts/whisprd/page/src/wire.js';

const photo = {
  id: 'a1',
  messageId: 'm1',
  fileName: 'sea.jpg',
  fileType: 'image',
  fileUrl: '/messaging/api/v1/attachments/a1/download',
  fileSize: 1234,
  mimeType: 'image/jpeg',
  thumbnailUrl: '/messaging/api/v1/attachments/a1/thumbnail',
  metadata: {},
  width: 800,
  height: 600,
  encrypted: false,
};
const message = (more) => toMessage({ id: 'm1', messageType: 'media', content: 'sea.jpg', ...more });

test('only what browsers show without running it is shown, whatever it calls itself', () => {
  assert.equal(kindOf('image/png'), 'image');
  assert.equal(kindOf('IMAGE/JPEG; q=1'), 'image');
  for (const type of ['image/svg+xml', 'image/tiff', 'text/html', 'application/pdf', '', undefined])
    assert.equal(kindOf(type), 'file', type);
  assert.equal(kindOf('video/mp4'), 'video');
  assert.equal(kindOf('audio/mpeg'), 'audio');
  assert.equal(toAttachment({ ...photo, mimeType: 'image/svg+xml' }).kind, 'file');
});

test('what is encrypted is a file, in either spelling, and never a picture', () => {
  for (const more of [{ encrypted: true }, { metadata: { encrypted: true } }]) {
    const file = toAttachment({ ...photo, ...more });
    assert.equal(file.kind, 'file');
    assert.equal(file.encrypted, true);
    assert.equal(isPicture(file), false);
  }
});

test('sizes and lengths are said as people say them', () => {
  assert.deepEqual([0, 1, 1023, 1024, 1536, 104_857_600, 3 * 1024 ** 3].map(sizeLabel), [
    '0 bytes',
    '1 bytes',
    '1023 bytes',
    '1 KB',
    '1.5 KB',
    '100 MB',
    '3 GB',
  ]);
  assert.deepEqual([5, 65, 3725, NaN].map(lengthLabel), ['0:05', '1:05', '1:02:05', '']);
});

test('a name has no folders and does not turn the direction of writing around', () => {
  assert.equal(safeName('../../etc/passwd'), '.._.._etc_passwd');
  assert.equal(safeName('photo\u202Egpj.exe'), 'photogpj.exe');
  assert.equal(safeName(' \u0000 '), 'file');
  const long = safeName(`${'ü'.repeat(400)}.pdf`);
  assert.ok(new TextEncoder().encode(long).length <= 200 && long.endsWith('.pdf'), long);
  assert.equal(endingOf('a.tar.gz'), 'GZ');
  assert.equal(endingOf('a.b c'), '');
});

test('a file without a word has no caption, and its line says what it is', () => {
  const bare = message({ attachments: [photo] });
  assert.equal(captionOf(bare), '');
  assert.equal(filesLine(bare), 'Photo');
  const worded = message({ content: 'the sea', attachments: [photo] });
  assert.equal(captionOf(worded), 'the sea');
  assert.equal(filesLine(worded), 'Photo · the sea');
  const paper = { ...photo, fileName: 'plan.pdf', mimeType: 'application/pdf', fileType: 'document' };
  assert.equal(filesLine(message({ content: 'plan.pdf', attachments: [paper] })), 'plan.pdf');
  assert.equal(filesLine(message({ attachments: [photo, paper] })), 'Photo and 1 more');
});

test('a message whose file is not attached yet has its place from what it says of it', () => {
  const metadata = { media_type: 'image', filename: 'sea.jpg', size: 5, width: 800, height: 600 };
  const [file] = filesOf(message({ metadata, attachments: [] }));
  assert.deepEqual([file.id, file.kind, file.width, file.height], [null, 'image', 800, 600]);
  assert.equal(captionOf(message({ metadata, attachments: [] })), '');
  const there = { ...photo, width: null, height: null };
  assert.equal(filesOf(message({ metadata, attachments: [there] }))[0].width, 800);
});

test('a deleted message shows nothing of its files', () => {
  const deleted = message({ isDeleted: true, attachments: [photo], metadata: { filename: 'sea.jpg' } });
  assert.deepEqual(filesOf(deleted), []);
});

test('events without attachments leave those that are known', () => {
  assert.equal(toMessage({ id: 'm' }).attachments, undefined);
  assert.deepEqual(toMessage({ id: 'm', attachments: [{ no: 'id' }] }).attachments, []);
});
