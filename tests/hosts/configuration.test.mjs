// Wrong configuration: the server says which key and why, and does not start.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { eventually } from './harness/patience.mjs';
import { Issuer } from './harness/tokens.mjs';
import { Server, run_to_end, scratch_folder } from './harness/server.mjs';

let dir;
let jwks;
let other_file;
before(() => {
  dir = scratch_folder();
  jwks = path.join(dir, 'jwks.json');
  other_file = path.join(dir, 'other.txt');
  fs.writeFileSync(jwks, JSON.stringify(new Issuer().jwks()));
  fs.writeFileSync(other_file, 'not what was asked for');
});
after(() => fs.rmSync(dir, { recursive: true, force: true }));

const base = () => ['serve', '--listen', '127.0.0.1:0', '--admin-listen', 'off', '--data-dir', dir, '--jwks', jwks];
const dev_base = () => ['serve', '--admin-listen', 'off', '--data-dir', dir, '--dev'];

async function refused(args, pattern, env = {}, expected = 2) {
  const { code, output } = await run_to_end(args, { env });
  assert.equal(code, expected, `exit ${code}: ${output}`);
  assert.match(output, pattern);
  assert.ok(!/listening on/.test(output), output);
}

describe('a wrong flag', () => {
  const flags = {
    listen: ['nonsense', '127.0.0.1:99999', '127.0.0.1', ':', '127.0.0.1:-1'],
    store: ['nonsense', 'postgres://localhost/x?password=y', 'mysql:x', 'sqlite:'],
    'admin-listen': ['nonsense'],
    'max-frame-size': ['abc', '-1', '1'],
    'idle-timeout': ['soon', '0', '-5s'],
    'messages-per-minute': ['many', '-1'],
    'log-level': ['loud'],
    'log-format': ['xml'],
    'io-threads': ['-1', 'x', '100000'],
    'trusted-proxies': ['nonsense', '1.2.3.4/99'],
    'admin-user-ids': ['not-a-uuid'],
  };
  for (const [flag, values] of Object.entries(flags)) {
    test(`--${flag} is named with its value`, async () => {
      for (const value of values) {
        const known = base();
        const at = known.indexOf(`--${flag}`);
        if (at >= 0) known.splice(at, 2);
        await refused([...known, `--${flag}=${value}`], new RegExp(`${flag}|${flag.replaceAll('-', '_')}`));
      }
    });
  }

  test('that does not exist is named', () => refused([...base(), '--frobnicate', '1'], /frobnicate/));
  test('no command, or one that does not exist, is explained', async () => {
    const { code, output } = await run_to_end(['frobnicate']);
    assert.notEqual(code, 0);
    assert.match(output, /frobnicate|serve/);
  });
});

describe('keys to check tokens with', () => {
  test('have to be given', () =>
    refused(['serve', '--listen', '127.0.0.1:0', '--admin-listen', 'off', '--data-dir', dir], /jwks/));
  test('have to be in the file', async () => {
    for (const file of [path.join(dir, 'missing.json'), other_file, dir])
      await refused([...base().slice(0, -1), file], /jwks/);
    const empty = path.join(dir, 'empty.json');
    for (const content of ['{}', '{"keys":[]}', '{"keys":[{"kty":"RSA"}]}', '[]']) {
      fs.writeFileSync(empty, content);
      await refused([...base().slice(0, -1), empty], /jwks/);
    }
  });
});

describe('development mode', () => {
  test('is for this machine only', async () => {
    for (const listen of ['0.0.0.0:0', '[::]:0', '192.0.2.1:4000'])
      await refused([...dev_base(), '--listen', listen], /dev/);
  });
  test('excludes keys and proxies', async () => {
    await refused([...dev_base(), '--listen', '127.0.0.1:0', '--jwks', jwks], /jwks/);
    await refused([...dev_base(), '--listen', '127.0.0.1:0', '--trusted-proxies', '10.0.0.0/8'], /trusted.proxies/);
  });
});

describe('the environment', () => {
  test('is checked like flags, and named', async () => {
    await refused(
      base().filter((_, i) => i !== 1 && i !== 2),
      /WHISPR_LISTEN/,
      { WHISPR_LISTEN: 'nonsense' },
    );
    await refused(base(), /MAX_MESSAGE_SIZE/, { MAX_MESSAGE_SIZE: 'huge' });
    await refused(base(), /JWT_JWKS_REFRESH_MS/, { JWT_JWKS_REFRESH_MS: 'often' });
  });
  test('that asks for PostgreSQL is never answered with SQLite', async () => {
    for (const env of [
      { DATABASE_URL: 'ecto://me:hunter2@127.0.0.1:1/x' },
      { DB_HOST: '127.0.0.1', DB_PORT: '1', DB_NAME: 'x', DB_PASSWORD: 'hunter2' },
    ])
      await refused(base(), /^(?!.*hunter2).*database x at 127\.0\.0\.1:1/m, env, 1);
  });
  test('of the old service is understood', async (t) => {
    const server = await Server.start({
      env: {
        MAX_MESSAGE_SIZE: '100',
        JWT_AUDIENCE: 'chat',
        JWT_ISSUER: 'me',
        PHX_HOST: 'example.org',
        REDIS_HOST: '127.0.0.1',
        REDIS_PORT: '1',
        GRPC_PORT: '50052',
        LOGGER: 'x',
      },
    });
    t.after(() => server.discard());
    const { Person } = await import('./harness/person.mjs');
    const [alice, bob] = [new Person(server, 'alice'), new Person(server, 'bob')];
    assert.equal((await alice.rest.get('conversations')).status, 401, 'the audience and issuer are others now');
    for (const one of [alice, bob]) one.rest.token = server.issuer.token(one.id, { aud: 'chat', iss: 'me' });
    const direct = await alice.direct_with(bob);
    const answer = await alice.rest.post(`conversations/${direct.id}/messages`, {
      content: 'x'.repeat(101),
      message_type: 'text',
      client_random: 1,
    });
    assert.deepEqual(answer.body, {
      error: 'Validation failed',
      details: { content: ['exceeds maximum size of 100 bytes'] },
    });
    assert.match(server.log, /GRPC_PORT/, 'what is not used is said');
    await eventually('Redis is missed', () => /Redis at 127.0.0.1:1/.test(server.log));
  });
});

describe('a configuration file', () => {
  test('is checked and named', async () => {
    const file = path.join(dir, 'whispr.toml');
    for (const [content, pattern] of [
      ['listen = "nonsense"', /listen/],
      ['frobnicate = 1', /frobnicate/],
      ['listen = ', /whispr\.toml/],
      ['max_frame_size = "x"', /max_frame_size/],
      ['max_topics = []', /max_topics/],
    ]) {
      fs.writeFileSync(file, content);
      await refused(
        base()
          .filter((_, i) => i !== 1 && i !== 2)
          .concat('--config', file),
        pattern,
      );
    }
    await refused([...base(), '--config', path.join(dir, 'missing.toml')], /missing\.toml/);
  });
});

describe('what the machine refuses', () => {
  test('a port in use is said in words', async (t) => {
    const taken = net.createServer();
    await new Promise((resolve) => taken.listen(0, '127.0.0.1', resolve));
    t.after(() => taken.close());
    const { port } = taken.address();
    const args = base();
    args[2] = `127.0.0.1:${port}`;
    const { code, output } = await run_to_end(args);
    assert.notEqual(code, 0);
    assert.ok(output.includes(String(port)), output);
    assert.match(output, /in use/i);
  });
  test('a data directory that cannot be made is said in words', async () => {
    const args = base();
    args[args.indexOf('--data-dir') + 1] = path.join(other_file, 'below');
    const { code, output } = await run_to_end(args);
    assert.notEqual(code, 0);
    assert.ok(output.includes(other_file), output);
  });
});

test('--help and --version answer and end with 0', async () => {
  const help = await run_to_end(['--help']);
  assert.equal(help.code, 0);
  assert.match(help.output, /serve/);
  const serve = await run_to_end(['serve', '--help']);
  assert.equal(serve.code, 0);
  for (const flag of [
    '--listen',
    '--store',
    '--data-dir',
    '--jwks',
    '--dev',
    '--tls-cert',
    '--tls-key',
    '--admin-listen',
  ])
    assert.ok(serve.output.includes(flag), flag);
  const version = await run_to_end(['--version']);
  assert.equal(version.code, 0);
  assert.match(version.output, /\d+\.\d+\.\d+/);
});
