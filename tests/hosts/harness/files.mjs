// Files as clients send them: forms, resumable uploads, pictures.
import crypto from 'node:crypto';
import http from 'node:http';
import zlib from 'node:zlib';
import assert from 'node:assert/strict';
import { api } from './rest.mjs';
import { patience_ms } from './patience.mjs';

export const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');
export const text_file = (size) => Buffer.alloc(size, 'whispr file \n');

// Resolves to {status, headers, bytes}; `body` may be a buffer or an iterable of buffers.
export function raw(server, { method = 'GET', path, token, headers = {}, body, agent }) {
  return new Promise((resolve, reject) => {
    const all = { ...headers };
    if (token) all.authorization = `Bearer ${token}`;
    if (Buffer.isBuffer(body)) all['content-length'] ??= body.length;
    const request = http.request(
      {
        host: server.host,
        port: server.port,
        method,
        agent,
        path: path.startsWith('/') ? path : `${api}/${path}`,
        headers: all,
        timeout: patience_ms,
      },
      (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(parts);
          let json;
          try {
            json = JSON.parse(bytes.toString());
          } catch {
            json = undefined;
          }
          resolve({ status: response.statusCode, headers: response.headers, bytes, body: json });
        });
      },
    );
    request.on('timeout', () => request.destroy(new Error(`no answer to ${method} ${path}`)));
    request.on('error', reject);
    request.end(body);
  });
}

// A form's bytes and headers. Values are texts, or {name, type, bytes} for files.
export function form(fields, boundary = `cut${crypto.randomUUID()}`) {
  const parts = [];
  for (const [name, value] of fields) {
    const file = value?.bytes !== undefined;
    let head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`;
    if (file) head += `; filename="${value.name ?? 'a.txt'}"`;
    if (file && value.type) head += `\r\nContent-Type: ${value.type}`;
    parts.push(Buffer.from(`${head}\r\n\r\n`), file ? value.bytes : Buffer.from(value), Buffer.from('\r\n'));
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`));
  return { body: Buffer.concat(parts), headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } };
}

export function upload(person, path, fields, headers = {}) {
  const made = form(fields);
  return raw(person.server, {
    method: 'POST',
    path,
    token: person.token,
    headers: { ...made.headers, ...headers },
    body: made.body,
  });
}

// Stores a file that no message has; answers what the server says of it.
export async function stored(person, file) {
  const answer = await upload(person, 'attachments', [['file', file]]);
  assert.equal(answer.status, 201, answer.bytes.toString());
  return answer.body.data;
}

// A message with a file, in one go.
export async function sent_with(person, conversation, file, fields = []) {
  const message = await person.send(conversation.id, 'with a file', { message_type: 'media' });
  const answer = await upload(person, 'attachments/upload', [['message_id', message.id], ...fields, ['file', file]]);
  assert.equal(answer.status, 201, answer.bytes.toString());
  return { message, attachment: answer.body.data };
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(zlib.crc32 ? zlib.crc32(body) : crc32(body), body.length + 4);
  return whole;
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i += 1) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

// A PNG of that size; `rows` are written, the rest is missing when there are fewer than the height.
export function png(width, height, { rows = height, color = [16, 128, 240] } = {}) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.alloc(1 + width * 3);
  for (let x = 0; x < width; x += 1) row.set(color, 1 + x * 3);
  const data = zlib.deflateSync(Buffer.concat(Array(rows).fill(row)), { level: 1 });
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

// 50,000 by 50,000 black pixels in 300 KB.
export function bomb() {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(50_000, 0);
  header.writeUInt32BE(50_000, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const data = zlib.deflateSync(Buffer.alloc(50_000 * (1 + 50_000 / 8)), { level: 9 });
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

// The size a WebP picture says it has.
export function webp_size(bytes) {
  assert.equal(bytes.toString('latin1', 0, 4), 'RIFF');
  const kind = bytes.toString('latin1', 12, 16);
  if (kind === 'VP8X') return [1 + bytes.readUIntLE(24, 3), 1 + bytes.readUIntLE(27, 3)];
  if (kind === 'VP8L') {
    const bits = bytes.readUInt32LE(21);
    return [1 + (bits & 0x3fff), 1 + ((bits >> 14) & 0x3fff)];
  }
  return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff];
}

// The tus protocol, by hand.
export const tus = { 'tus-resumable': '1.0.0' };
export const encoded = (words) =>
  Object.entries(words)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');

export function begin(person, size, words = { filename: 'a.txt', filetype: 'text/plain' }, more = {}) {
  return raw(person.server, {
    method: 'POST',
    path: 'attachments/uploads',
    token: person.token,
    headers: { ...tus, 'upload-length': size, 'upload-metadata': encoded(words), 'content-length': 0, ...more },
  });
}

export function patch(person, location, offset, bytes, headers = {}) {
  return raw(person.server, {
    method: 'PATCH',
    path: location,
    token: person.token,
    headers: { ...tus, 'upload-offset': offset, 'content-type': 'application/offset+octet-stream', ...headers },
    body: bytes,
  });
}

export const state = (person, location) =>
  raw(person.server, { method: 'HEAD', path: location, token: person.token, headers: tus });
