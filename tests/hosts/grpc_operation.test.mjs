// The gRPC service as an operator sees it: health, metrics, settings, the log, TLS.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import grpc from '@grpc/grpc-js';
import { Grpc, client, codes, fails } from './harness/grpc.mjs';
import { people } from './harness/person.mjs';
import { Server, run_to_end, scratch_folder } from './harness/server.mjs';
import { eventually } from './harness/patience.mjs';

let server;
before(async () => {
  server = await Server.start({ grpc: true });
});
after(() => server?.discard());

describe('operation', () => {
  test('health says whether it serves, and is open to everyone', async () => {
    const health = await health_of(server.grpc_listen);
    assert.equal(health, 1);
  });

  test('calls and streams are counted', async () => {
    const [alice] = people(server, 'alice');
    const stream = await client(alice).connect();
    await client(alice).call('ConversationService', 'ListConversations');
    await client(alice).code('ConversationService', 'ShowConversation');
    const metrics = await eventually('the metrics', async () => {
      const said = await (await fetch(`${server.admin_url}/metrics`)).text();
      return /whispr_grpc_streams_open [1-9]/.test(said) && said;
    });
    assert.match(metrics, /whispr_grpc_calls_total\{outcome="ok"\} [1-9]/);
    assert.match(metrics, /whispr_grpc_calls_total\{outcome="refused"\} [1-9]/);
    assert.match(metrics, /whispr_grpc_call_seconds_count [1-9]/);
    stream.cancel();
  });

  test('a wrong setting is named, and the server does not start', async () => {
    const dir = scratch_folder();
    const serve = (...args) => run_to_end(['serve', '--data-dir', dir, '--dev', '--listen', '127.0.0.1:0', '--admin-listen', 'off', ...args]);
    const wrong = [
      [['--grpc', '0.0.0.0:0'], /grpc/],
      [['--grpc', 'nowhere'], /--grpc/],
      [['--grpc', '127.0.0.1:0', '--grpc-tls-cert', '/no/such/file'], /grpc_tls_key/],
      [['--grpc', '127.0.0.1:0', '--grpc-client-ca', '/no/such/file'], /grpc_client_ca/],
      [['--grpc', '127.0.0.1:0', '--grpc-tls-cert', '/no/such/file', '--grpc-tls-key', '/no/such/file'], /cannot read \/no\/such\/file/],
      [['--grpc', server.grpc_listen], /cannot listen on/],
    ];
    for (const [args, words] of wrong) {
      const { code, output } = await serve(...args);
      assert.notEqual(code, 0, args.join(' '));
      assert.match(output, words);
    }
    fs.rmSync(dir, { recursive: true, force: true });
  });

  test('the log has the method and the code, never a token', async (t) => {
    const own = await Server.start({ grpc: true, args: ['--log-level', 'debug'] });
    t.after(() => own.discard());
    const [alice] = people(own, 'alice');
    await client(alice).code('ConversationService', 'ShowConversation', { conversation_id: crypto.randomUUID() });
    await eventually('a line of the log', () => /ConversationService\/ShowConversation/.test(own.log));
    assert.ok(!own.log.includes(alice.token));
  });
});

function health_of(address, credentials = grpc.credentials.createInsecure()) {
  const raw = new grpc.Client(address, credentials);
  return new Promise((resolve, reject) => {
    const same = (bytes) => bytes;
    raw.makeUnaryRequest('/grpc.health.v1.Health/Check', same, same, Buffer.alloc(0), (error, answer) => {
      raw.close();
      if (error) reject(error);
      else resolve(answer[1]); // the only field: 1 is SERVING
    });
  });
}

describe('TLS', () => {
  let dir;
  const file = (name) => path.join(dir, name);
  const openssl = (...args) => execFileSync('openssl', args, { stdio: 'ignore', cwd: dir });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  before(() => {
    dir = scratch_folder();
    openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=ca');
    for (const name of ['server', 'client']) {
      fs.writeFileSync(file('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
      openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
      openssl('x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names', '-out', `${name}.pem`);
    }
  });
  after(() => fs.rmSync(dir, { recursive: true, force: true }));
  const read = (name) => fs.readFileSync(file(name));

  test('with a certificate of its own, and with that of REST', async (t) => {
    const given = [
      ['--grpc-tls-cert', file('server.pem'), '--grpc-tls-key', file('server.key')],
      ['--tls-cert', file('server.pem'), '--tls-key', file('server.key')],
    ];
    for (const args of given) {
      const own = await Server.start({ grpc: true, args });
      t.after(() => own.discard());
      const [alice] = people(own, 'alice');
      await client(alice, { credentials: grpc.credentials.createSsl(read('ca.pem')) }).call('ConversationService', 'ListConversations');
      const plain = client(alice).code('ConversationService', 'ListConversations', {}, { deadline_ms: 1500 });
      assert.notEqual(await plain, 0);
    }
  });

  test('clients without a certificate are turned away when one is asked for', async (t) => {
    const args = ['--grpc-tls-cert', file('server.pem'), '--grpc-tls-key', file('server.key'), '--grpc-client-ca', file('ca.pem')];
    const own = await Server.start({ grpc: true, args });
    t.after(() => own.discard());
    const [alice] = people(own, 'alice');
    const mutual = grpc.credentials.createSsl(read('ca.pem'), read('client.key'), read('client.pem'));
    await client(alice, { credentials: mutual }).call('ConversationService', 'ListConversations');
    const without = client(alice, { credentials: grpc.credentials.createSsl(read('ca.pem')) });
    assert.notEqual(await without.code('ConversationService', 'ListConversations', {}, { deadline_ms: 1500 }), 0);
    // A certificate does not replace the token.
    await fails(new Grpc(own, undefined, { credentials: mutual }).call('ConversationService', 'ListConversations'), codes.UNAUTHENTICATED);
  });
});
