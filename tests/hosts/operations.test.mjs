// What an operator sees: health, metrics, development mode, one owner per file, an orderly end.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import crypto from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { Server, binary, clean_environment, run_to_end } from './harness/server.mjs';
import { Frames } from './harness/frames.mjs';
import { Rest, exchange } from './harness/rest.mjs';
import { conversation_topic, people } from './harness/person.mjs';
import { eventually } from './harness/patience.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

const json = { accept: 'application/json' };
const get = (path_name, headers = json, on = server) => exchange(on.url, { path: path_name, headers });

describe('health', () => {
  test('is told under every name, in the shapes the probes know', async () => {
    for (const name of ['/live', '/messaging/api/v1/health/live']) {
      const { status, body } = await get(name);
      assert.equal(status, 200);
      assert.equal(body.status, 'alive');
      assert.equal(body.service, 'whispr-messaging');
      assert.ok(!('database' in body) && !('checks' in body));
      assert.equal(typeof body.uptime.seconds, 'number');
    }
    for (const name of ['/ready', '/messaging/api/v1/health/ready']) {
      const { status, body } = await get(name);
      assert.equal(status, 200);
      assert.equal(body.status, 'ready');
      assert.equal(body.checks.database.status, 'healthy');
      assert.equal(body.checks.cache.status, 'healthy');
    }
    assert.equal((await get('/messaging/api/v1/health')).body.status, 'ok');
    assert.equal((await get('/messaging/api/v1/health?type=live')).body.type, 'liveness');
    assert.equal((await get('/messaging/api/v1/health?type=ready')).body.type, 'readiness');
    const detailed = (await get('/messaging/api/v1/health/detailed')).body;
    for (const part of ['memory', 'process_info', 'metrics', 'checks', 'uptime'])
      assert.equal(typeof detailed[part], 'object', part);
  });

  test('counts connections', async (t) => {
    const frames = await Frames.open(server, server.issuer.token(crypto.randomUUID()));
    t.after(() => frames.close());
    await eventually(
      'the connection is counted',
      async () => (await get('/messaging/api/v1/health/detailed')).body.metrics.active_connections >= 1,
    );
  });
});

describe('the root', () => {
  test('is information for programs and a page for browsers', async () => {
    const info = await get('/');
    assert.equal(info.status, 200);
    assert.equal(info.headers['content-type'], 'application/json; charset=utf-8');
    assert.equal(info.body.service, 'Whispr Messaging Service');
    assert.equal(info.body.status, 'running');
    assert.equal(info.body.endpoints.health, '/messaging/api/v1/health');
    const page = await get('/', { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' });
    assert.equal(page.status, 200);
    assert.match(page.headers['content-type'], /^text\/html/);
    assert.match(page.text, /<!doctype html>/i);
    const policy = page.headers['content-security-policy'];
    assert.ok(policy, 'the page has a content security policy');
    assert.ok(!/unsafe-inline|unsafe-eval/.test(policy), policy);
    assert.equal(page.headers['x-content-type-options'], 'nosniff');
    assert.match(page.headers.vary ?? '', /accept/i, 'a cache must not mix the two');
  });
});

describe('CORS', () => {
  const preflight = (on, origin) =>
    exchange(on.url, {
      method: 'OPTIONS',
      path: '/messaging/api/v1/conversations',
      headers: { origin, 'access-control-request-method': 'POST' },
    });

  test('lets every origin in by default, without both wildcard and credentials', async () => {
    const { status, text, headers } = await preflight(server, 'https://app.example');
    assert.equal(status, 204);
    assert.equal(text, '');
    assert.equal(headers['access-control-allow-methods'], 'GET, POST, PUT, PATCH, DELETE, OPTIONS');
    assert.match(headers['access-control-allow-headers'], /authorization, content-type, accept, x-user-id/);
    assert.equal(headers['access-control-max-age'], '86400');
    const wildcard = headers['access-control-allow-origin'] === '*';
    assert.ok(
      wildcard
        ? headers['access-control-allow-credentials'] === undefined
        : headers['access-control-allow-origin'] === 'https://app.example',
    );
    assert.equal((await exchange(server.url, { method: 'OPTIONS', path: '/nope', headers: {} })).status, 204);
  });

  test('keeps to the list it was given', async (t) => {
    const strict = await Server.start({ env: { CORS_ALLOWED_ORIGINS: 'https://a.example, https://b.example' } });
    t.after(() => strict.discard());
    const allowed = (await preflight(strict, 'https://b.example')).headers;
    assert.equal(allowed['access-control-allow-origin'], 'https://b.example');
    assert.match(allowed.vary ?? '', /origin/i);
    for (const origin of ['https://evil.example', 'https://a.example.evil', 'null', 'https://A.example:444']) {
      assert.equal((await preflight(strict, origin)).headers['access-control-allow-origin'], undefined, origin);
    }
  });
});

describe('metrics', () => {
  test('are on the operator address alone, in the format of Prometheus, and count', async () => {
    assert.equal((await get('/metrics')).status, 404);
    const read = async () => (await exchange(server.admin_url, { path: '/metrics', headers: {} })).text;
    const answer = await exchange(server.admin_url, { path: '/metrics', headers: {} });
    assert.equal(answer.status, 200);
    assert.match(answer.headers['content-type'], /^text\/plain/);
    const lines = answer.text.split('\n').filter((line) => line && !line.startsWith('#'));
    assert.ok(lines.length > 10);
    for (const line of lines)
      assert.match(line, /^[a-zA-Z_:][a-zA-Z0-9_:]*(\{[^}]*\})? (-?[\d.e+-]+|\+Inf|NaN)$/, line);
    const sum = (text) =>
      text
        .split('\n')
        .filter((line) => /^whispr\w*messages?\w*(_total)?(\{.*\})? /.test(line))
        .reduce((all, line) => all + Number(line.split(' ').at(-1)), 0);
    const before_send = sum(await read());
    const [alice, bob] = people(server, 'alice', 'bob');
    await alice.send((await alice.direct_with(bob)).id, 'counted');
    await eventually('the message is counted', async () => sum(await read()) > before_send);
  });
});

describe('the store', () => {
  test('belongs to one process, and a second one says so and goes', async () => {
    const jwks = path.join(server.dir, 'jwks.json');
    const { code, output } = await run_to_end([
      'serve',
      '--listen',
      '127.0.0.1:0',
      '--admin-listen',
      'off',
      '--data-dir',
      server.dir,
      '--jwks',
      jwks,
    ]);
    assert.notEqual(code, 0);
    assert.match(output, /(in use|already|another|locked)/i, output);
    assert.ok(output.includes(server.dir) || output.includes('whispr.db'), output);
    assert.equal((await get('/live')).status, 200);
  });

  test('that is no database is refused in words and left as it was', async (t) => {
    const broken = new Server();
    t.after(() => broken.discard());
    const file = path.join(broken.dir, 'whispr.db');
    const bytes = Buffer.from('this is not a database '.repeat(200));
    fs.writeFileSync(file, bytes);
    await assert.rejects(broken.launch(), /whispr\.db|not a database|corrupt|malformed/);
    assert.deepEqual(fs.readFileSync(file), bytes);
  });

  test('is found again after a restart, with everything in it', async (t) => {
    const own = await Server.start();
    t.after(() => own.discard());
    const [alice, bob] = people(own, 'alice', 'bob');
    const direct = await alice.direct_with(bob);
    const first = await alice.send(direct.id, 'first');
    await bob.rest.post(`messages/${first.id}/reactions`, { reaction: '👍' });
    await alice.rest.put(`messages/${first.id}`, { content: 'edited' });
    const all = async () => [
      await bob.history(direct.id),
      (await bob.rest.get(`messages/${first.id}/reactions`)).body,
      await bob.listed(direct.id),
    ];
    const wanted = await all();
    await own.restart();
    assert.deepEqual(await all(), wanted);
  });
});

describe('an orderly end', () => {
  test('tells sockets 1012, finishes what was begun and exits with 0', async (t) => {
    const own = await Server.start();
    t.after(() => own.discard());
    const [alice, bob] = people(own, 'alice', 'bob');
    const direct = await alice.direct_with(bob);
    const frames = await Frames.open(own, alice.token);
    await frames.ask('1', '1', conversation_topic(direct), 'phx_join');
    const sends = Array.from({ length: 30 }, (_, i) =>
      alice.rest
        .post(`conversations/${direct.id}/messages`, { content: `m${i}`, message_type: 'text', client_random: i })
        .catch(() => undefined),
    );
    const ending = own.stop();
    assert.equal((await frames.closed()).code, 1012);
    assert.equal((await ending).code, 0);
    const stored = (await Promise.all(sends))
      .filter((answer) => answer?.status === 201)
      .map((answer) => answer.body.data.id);
    await own.launch();
    const history = (await bob.whole_history(direct.id)).map((one) => one.id);
    for (const id of stored) assert.ok(history.includes(id), 'an acknowledged message is not there');
  });

  test('follows SIGINT as well', async () => {
    const own = await Server.start();
    assert.equal((await own.stop('SIGINT')).code, 0);
    await own.discard();
  });
});

describe('before the end', () => {
  test('it says not ready and serves everybody for as long as it was told', async (t) => {
    const own = await Server.start({ args: ['--shutdown-delay', '3s', '--shutdown-grace', '1s'] });
    t.after(() => own.discard());
    const [alice, bob] = people(own, 'alice', 'bob');
    const direct = await alice.direct_with(bob);
    const ending = own.stop();
    await eventually('not ready', async () => (await get('/ready', json, own)).status === 503);
    assert.equal((await get('/ready', json, own)).body.status, 'stopping');
    assert.equal((await get('/messaging/api/v1/health?type=ready', json, own)).status, 503);
    assert.equal((await exchange(own.admin_url, { path: '/ready', headers: {} })).status, 503);
    for (const path_name of ['/live', '/messaging/api/v1/health']) assert.equal((await get(path_name, json, own)).status, 200);
    await alice.send(direct.id, 'still there');
    const frames = await Frames.open(own, alice.token);
    assert.equal((await frames.closed()).code, 1012);
    assert.equal((await ending).code, 0);
  });

  test('a second signal ends it at once', async (t) => {
    const own = await Server.start({ args: ['--shutdown-delay', '10m'] });
    t.after(() => own.discard());
    const ending = own.stop();
    await eventually('not ready', async () => (await get('/ready', json, own)).status === 503);
    own.child.kill('SIGTERM');
    assert.equal((await ending).code, 1);
  });
});

describe('development mode', () => {
  let dev;
  before(async () => (dev = await Server.start({ dev: true })));
  after(() => dev?.discard());

  test('is loud, makes a key only its owner can read, and gives out tokens', async () => {
    assert.match(dev.log, /development mode/i);
    const key = path.join(dev.dir, 'dev-key.pem');
    assert.equal(fs.statSync(key).mode & 0o777, 0o600);
    const { data } = (await get('/dev/people', json, dev)).body;
    assert.ok(data.length >= 2);
    const user_id = data[0].id ?? data[0].user_id;
    const answer = await new Rest(dev).post('/dev/token', { user_id });
    assert.equal(answer.status, 200, answer.text);
    const list = await new Rest(dev, answer.body.data.token).get('conversations');
    assert.equal(list.body.meta.userId, user_id);
    assert.ok(!dev.log.includes(answer.body.data.token), 'a token in the log');
  });

  test('keeps its key over a restart', async () => {
    const { data } = (await new Rest(dev).post('/dev/token', { user_id: crypto.randomUUID() })).body;
    await dev.restart();
    assert.equal((await new Rest(dev, data.token).get('conversations')).status, 200);
  });

  test('has a command that prints a token', async () => {
    const command = path.join(path.dirname(binary()), 'whispr');
    const user = crypto.randomUUID();
    const token = execFileSync(command, ['token', '--data-dir', dev.dir, '--user', user], {
      env: clean_environment(),
      encoding: 'utf8',
    }).trim();
    assert.equal((await new Rest(dev, token).get('conversations')).body.meta.userId, user);
  });

  test('is refused behind a proxy', async () => {
    for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'x-forwarded-host']) {
      for (const route of ['/dev/people', '/messaging/api/v1/conversations']) {
        const { status } = await get(route, { ...json, [name]: '203.0.113.7' }, dev);
        assert.ok(status === 403 || status === 401 || status === 404, `${name} ${route}: ${status}`);
      }
    }
    const forwarded = await new Rest(dev).post(
      '/dev/token',
      { user_id: crypto.randomUUID() },
      { 'x-forwarded-for': '203.0.113.7' },
    );
    assert.notEqual(forwarded.status, 200);
  });

  test('does not exist otherwise', async () => {
    assert.equal((await get('/dev/people')).status, 404);
    assert.equal((await new Rest(server).post('/dev/token', { user_id: crypto.randomUUID() })).status, 404);
    assert.ok(!fs.existsSync(path.join(server.dir, 'dev-key.pem')));
  });
});
