// Clients in three languages, which are the examples, and one of Python that looks closer.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Server, binary } from './harness/server.mjs';
import { people } from './harness/person.mjs';

const run = promisify(execFile);
const at = (relative) => fileURLToPath(new URL(relative, import.meta.url));
let server;
before(async () => {
  server = await Server.start({ grpc: true });
});
after(() => server?.discard());

// A python3 that comes first in the path may be without the package that Debian has for its own.
let python;
for (const candidate of ['python3', '/usr/bin/python3']) {
  const works = run(candidate, ['-c', 'import grpc, shutil, sys; sys.exit(not shutil.which("grpc_python_plugin"))']);
  if (!python && (await works.then(() => true, () => false))) python = candidate;
}
const without_python = python ? false : 'python3-grpcio or protobuf-compiler-grpc is not installed';

async function chats(program, args, options) {
  const [alice, bob] = people(server, 'alice', 'bob');
  const { stdout } = await run(program, [...args, server.grpc_listen, alice.token, bob.id, 'hé'], { timeout: 60_000, ...options });
  assert.equal(stdout, 'heard: hé\n');
  const { id } = (await bob.rest.get('conversations')).body.data[0];
  assert.deepEqual((await bob.history(id)).map((one) => one.content), ['hé']);
}

test('the example in Node', () =>
  chats(process.execPath, [at('../../examples/grpc_node/chat.cjs')], { env: { ...process.env, NODE_PATH: at('node_modules') } }));

test('the example in Python', { skip: without_python }, () => chats(python, [at('../../examples/grpc_python/chat.py')]));

const built = path.join(path.dirname(binary()), 'grpc_chat');
test('the example in C++', { skip: fs.existsSync(built) ? false : 'grpc_chat is not built' }, () => chats(built, []));

test('a client in Python: errors and their details, health, reflection, a stream that resumes', { skip: without_python }, async () => {
  const [alice, bob] = people(server, 'alice', 'bob');
  const { stdout } = await run(python, [at('grpc_client.py'), server.grpc_listen, alice.token, bob.token, bob.id], { timeout: 60_000 });
  assert.match(stdout, /^all is well\n$/);
});
