// The .proto files: buf's standard rules (names, packages, enum zeros, requests and responses, comments everywhere), and
// what buf does not look at.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { proto_folder } from './harness/grpc.mjs';

const buf = fileURLToPath(new URL('node_modules/.bin/buf', import.meta.url));
const lint = (folder) => spawnSync(buf, ['lint', folder], { encoding: 'utf8', timeout: 60_000 });

test('pass buf lint, and would not if a comment were missing', () => {
  const { status, stdout, stderr } = lint(proto_folder);
  assert.equal(status, 0, stdout + stderr);
  const copy = fs.mkdtempSync('/tmp/whispr-protos-');
  fs.cpSync(proto_folder, copy, { recursive: true });
  const file = path.join(copy, 'whispr/v1/reactions.proto');
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('  // UUID.\n', ''));
  const broken = lint(copy);
  fs.rmSync(copy, { recursive: true });
  assert.notEqual(broken.status, 0);
  assert.match(broken.stdout, /reactions\.proto:.*comment/);
});

test('the answer to a command has its number, and is the response of the call of the same name', () => {
  const root = new protobuf.Root();
  root.resolvePath = (_, target) => (path.isAbsolute(target) ? target : path.join(proto_folder, target));
  root.loadSync(path.join(proto_folder, 'whispr/v1/sync.proto'), { keepCase: true });
  const oneof = (type, name) => root.lookupType(`whispr.v1.${type}`).oneofs[name].fieldsArray;
  const commands = oneof('ConnectRequest', 'command').map((one) => [one.name, one.id, one.type]);
  const answers = oneof('Answer', 'answer').map((one) => [one.name, one.id, one.type.replace(/Response$/, 'Request')]);
  assert.deepEqual(answers, commands);
});
