// TLS on the one port, with a certificate made for the test.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';
import { execFileSync } from 'node:child_process';
import { Server, run_to_end, scratch_folder } from './harness/server.mjs';
import { exchange } from './harness/rest.mjs';
import { Frames, socket_url } from './harness/frames.mjs';
import { Wire, request_text } from './harness/wire.mjs';
import { patience_ms, within } from './harness/patience.mjs';
import crypto from 'node:crypto';

let dir;
let files;
let server;
before(async () => {
  dir = scratch_folder();
  files = { cert: path.join(dir, 'cert.pem'), key: path.join(dir, 'key.pem') };
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      files.key,
      '-out',
      files.cert,
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost,IP:127.0.0.1',
    ],
    { stdio: 'ignore' },
  );
  server = await Server.start({ tls: files, args: ['--handshake-timeout', '1s'] });
});
after(async () => {
  await server?.discard();
  fs.rmSync(dir, { recursive: true, force: true });
});

const ca = () => fs.readFileSync(files.cert);

test('REST and sockets are served over TLS', async (t) => {
  assert.equal(server.scheme, 'https');
  const [alice, bob] = [crypto.randomUUID(), crypto.randomUUID()];
  const token = server.issuer.token(alice);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ type: 'direct', other_user_id: bob });
  const created = await exchange(server.url, {
    method: 'POST',
    path: '/messaging/api/v1/conversations',
    headers: { ...headers, 'content-length': body.length },
    body,
    ca: ca(),
  });
  assert.equal(created.status, 201);
  const frames = new Frames(socket_url(server, token), { ca: ca() });
  t.after(() => frames.close());
  await within(frames.opened, 'the socket opens over TLS');
  const topic = `conversation:${created.body.data.id}`;
  await frames.ask('1', '1', topic, 'phx_join');
  const long = 'over tls '.repeat(7000);
  const { status, response } = await frames.ask('1', '2', topic, 'new_message', {
    content: long,
    message_type: 'text',
    client_random: 1,
  });
  assert.equal(status, 'ok');
  assert.equal(response.message.content, long);
});

test('pipelined requests over TLS are answered in order', async () => {
  const wire = await Wire.open(server, { tls: { ca: ca(), servername: 'localhost' } });
  wire.send(request_text('GET', '/live') + request_text('GET', '/nope') + request_text('GET', '/live'));
  assert.deepEqual(
    (await wire.answers(3)).map((one) => one.status),
    [200, 404, 200],
  );
  wire.destroy();
});

test('plain HTTP, garbage and silence on the TLS port are cut off', async () => {
  for (const bytes of [request_text('GET', '/live'), '\x16\x03\x01\xff\xff\xff', Buffer.alloc(70_000, 0x16), '']) {
    const wire = await Wire.open(server);
    if (bytes.length) wire.send(bytes);
    await wire.closed('a peer without TLS is cut off', patience_ms * 2);
    assert.ok(!wire.received.toString('latin1').includes('200 OK'));
  }
  assert.equal((await exchange(server.url, { path: '/live', headers: {}, ca: ca() })).status, 200);
});

test('versions before 1.2 are not spoken', async () => {
  const old = tls.connect({
    host: server.host,
    port: server.port,
    ca: ca(),
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  const outcome = await within(
    new Promise((resolve) => {
      old.once('secureConnect', () => resolve('spoken'));
      old.once('error', () => resolve('refused'));
      old.once('close', () => resolve('refused'));
    }),
    'the old handshake',
  );
  old.destroy();
  assert.equal(outcome, 'refused');
});

test('a certificate without its key, or files that are none, are refused in words', async () => {
  const args = [
    'serve',
    '--listen',
    '127.0.0.1:0',
    '--admin-listen',
    'off',
    '--data-dir',
    path.join(dir, 'data'),
    '--jwks',
    path.join(server.dir, 'jwks.json'),
  ];
  const other = path.join(dir, 'other.txt');
  fs.writeFileSync(other, 'no certificate');
  for (const wrong of [
    ['--tls-cert', files.cert],
    ['--tls-key', files.key],
    ['--tls-cert', other, '--tls-key', files.key],
    ['--tls-cert', files.cert, '--tls-key', other],
    ['--tls-cert', path.join(dir, 'missing'), '--tls-key', files.key],
  ]) {
    const { code, output } = await run_to_end([...args, ...wrong]);
    assert.equal(code, 2, output);
    assert.match(output, /tls.(cert|key)/, output);
  }
});
