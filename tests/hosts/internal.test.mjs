// What sibling services ask (CHANNELS.md §1, §3, §8; REST.md §12; DATA.md §10), and sockets that
// end because a key is gone (RULINGS 29).
import assert from 'node:assert/strict';
import http from 'node:http';
import test, { after, before, describe } from 'node:test';

import { eventually } from './harness/patience.mjs';
import { people, Person } from './harness/person.mjs';
import { Rest } from './harness/rest.mjs';
import { Server } from './harness/server.mjs';
import { Issuer } from './harness/tokens.mjs';
import { internal_token } from './harness/user_service.mjs';

const with_token = {
  env: { INTERNAL_API_TOKEN: internal_token },
};
let server;
let sibling;
before(async () => {
  server = await Server.start(with_token);
  sibling = new Sibling(server);
});
after(() => server?.discard());

class Sibling {
  constructor(to, token = internal_token) {
    this.rest = new Rest(to);
    this.token = token;
  }
  post(path, body, headers = {}) {
    return this.rest.post(`/internal/v1/${path}`, body, { 'x-internal-token': this.token, ...headers });
  }
}

const all_routes = (user) => [
  [`users/${user}/events`, { event: 'incoming_call', payload: {} }],
  [`users/${user}/disconnect`, {}],
  ['backups/restore', { userId: user, backupId: 'b', data: {} }],
];

describe('the internal token', () => {
  test('is needed for every route, whole and exact', async () => {
    const [alice] = people(server, 'alice');
    for (const [path, body] of all_routes(alice.id)) {
      for (const token of [
        '',
        'wrong',
        internal_token.slice(0, -1),
        `${internal_token}x`,
        internal_token.toUpperCase(),
      ]) {
        const answer = await new Sibling(server, token).post(path, body, { 'x-user-id': alice.id });
        assert.equal(answer.status, 401, `${path} with "${token}"`);
        assert.deepEqual(answer.body, { error: 'Unauthorized' });
      }
      const bearer = await alice.rest.post(`/internal/v1/${path}`, body);
      assert.equal(bearer.status, 401, 'a user is no sibling');
      assert.equal(bearer.headers['access-control-allow-origin'], undefined, 'browsers have no business here');
    }
  });

  test('not configured: there are no such routes', async (t) => {
    const without = await Server.start();
    t.after(() => without.discard());
    const [alice] = people(without, 'alice');
    for (const [path, body] of all_routes(alice.id)) {
      for (const token of ['', internal_token]) {
        const answer = await new Sibling(without, token).post(path, body, { 'x-user-id': alice.id });
        assert.equal(answer.status, 404, path);
      }
    }
  });

  test('is never shown', async (t) => {
    const own = await Server.start({ ...with_token, args: ['--log-level', 'debug'] });
    t.after(() => own.discard());
    await new Sibling(own).post(`users/${people(own, 'x')[0].id}/disconnect`, {});
    assert.ok(!own.log.includes(internal_token));
  });
});

describe('POST /internal/v1/users/:id/events', () => {
  test("is told on the user's topic to every device of that user, and to nobody else", async (t) => {
    const [alice, bob] = people(server, 'alice', 'bob');
    t.after(() => [alice, bob].forEach((one) => one.disconnect()));
    const devices = [await alice.connect(), await alice.connect()];
    const at_bob = await bob.connect();
    const told = [
      ['incoming_call', { call_id: 'c1', initiator_id: bob.id, type: 'video', caller_name: 'Bob "B"\n' }],
      ['call_ended', {}],
      ['inbox:new', { id: 'n1', event_type: 'mention', payload: { a: [1, null] }, read_at: null }],
      ['blocked_image_decision', { messageTempId: 't', decision: 'approved' }],
    ];
    for (const [event, payload] of told) {
      const answer = await sibling.post(`users/${alice.id}/events`, { event, payload });
      assert.equal(answer.status, 202, answer.text);
      assert.deepEqual(answer.body, { data: { userId: alice.id, event } });
      for (const device of devices) {
        assert.deepEqual((await device.next(`user:${alice.id}`, event)).payload, payload);
      }
    }
    await sibling.post(`users/${bob.id}/events`, { event: 'call_ended' });
    assert.deepEqual((await at_bob.next(`user:${bob.id}`, 'call_ended')).payload, {});
    assert.deepEqual(
      at_bob.heard.filter((one) => told.some(([event]) => one.event === event)).map((one) => one.event),
      ['call_ended'],
    );
  });

  test('for a user who is not there is accepted all the same', async () => {
    const [nobody] = people(server, 'nobody');
    assert.equal((await sibling.post(`users/${nobody.id}/events`, { event: 'call_ended' })).status, 202);
  });

  test('refuses names that are ours or no names, payloads that are no objects or too large, and ids that are none', async () => {
    const [alice] = people(server, 'alice');
    const refused = async (body, field) => {
      const answer = await sibling.post(`users/${alice.id}/events`, body);
      assert.equal(answer.status, 422, `${JSON.stringify(body).slice(0, 80)}: ${answer.text}`);
      assert.ok(answer.body.details[field], answer.text);
    };
    for (const event of [
      'new_message',
      'phx_close',
      'phx_reply',
      'presence_diff',
      'message_deleted',
      'message:expired',
      'conversation_summaries',
      'delivery_status',
      'moderation:user_kicked',
      '',
      'a b',
      'a"b',
      'é',
      'x'.repeat(65),
      5,
      null,
      undefined,
    ]) {
      await refused({ event, payload: {} }, 'event');
    }
    for (const payload of ['text', 5, [], 'x']) await refused({ event: 'call_ended', payload }, 'payload');
    await refused({ event: 'call_ended', payload: { x: 'x'.repeat(65_536) } }, 'payload');
    assert.equal((await sibling.post('users/not-a-uuid/events', { event: 'call_ended' })).status, 400);
    assert.equal((await sibling.post(`users/${alice.id}/events`, '{"event":')).status, 400);
  });
});

describe('POST /internal/v1/users/:id/disconnect', () => {
  test("ends all the user's sockets with a normal close, and nobody else's", async (t) => {
    const [alice, bob] = people(server, 'alice', 'bob');
    t.after(() => [alice, bob].forEach((one) => one.disconnect()));
    const devices = [await alice.connect(), await alice.connect({ join_user: false })];
    const at_bob = await bob.connect();
    const answer = await sibling.post(`users/${alice.id}/disconnect`, { reason: 'banned' });
    assert.equal(answer.status, 202, answer.text);
    assert.deepEqual(answer.body, { data: { userId: alice.id, reason: 'banned' } });
    for (const device of devices) {
      const { code, reason } = await device.closed();
      assert.equal(code, 1000);
      assert.equal(reason, 'banned');
    }
    await at_bob.push_ok(`user:${bob.id}`, 'update_status', { status: 'busy' });
    assert.deepEqual(at_bob.closes, []);
  });

  test('may be about one device', async (t) => {
    const [alice] = people(server, 'alice');
    const on = (device) => {
      const person = new Person(server, device, alice.id);
      person.token = server.issuer.token(alice.id, { deviceId: device });
      t.after(() => person.disconnect());
      return person.connect();
    };
    const [phone, laptop] = [await on('phone'), await on('laptop')];
    assert.equal((await sibling.post(`users/${alice.id}/disconnect`, { device_id: 'phone' })).status, 202);
    assert.equal((await phone.closed()).code, 1000);
    await laptop.push_ok(`user:${alice.id}`, 'update_status', { status: 'busy' });
    assert.deepEqual(laptop.closes, []);
  });

  test('refuses what is malformed', async () => {
    const [alice] = people(server, 'alice');
    for (const body of [
      { reason: 5 },
      { reason: '' },
      { reason: 'x'.repeat(101) },
      { device_id: '' },
      { device_id: 5 },
    ]) {
      assert.equal((await sibling.post(`users/${alice.id}/disconnect`, body)).status, 422, JSON.stringify(body));
    }
    assert.equal((await sibling.post('users/1/disconnect', {})).status, 400);
  });
});

describe('POST /internal/v1/backups/restore (REST.md §12)', () => {
  const body = (user) => ({ userId: user, backupId: 'backup-1', data: { contacts: [] } });

  test('is acknowledged with 202 and says that nothing was restored', async () => {
    const [alice] = people(server, 'alice');
    const answer = await sibling.post('backups/restore', body(alice.id), { 'x-user-id': alice.id });
    assert.equal(answer.status, 202, answer.text);
    assert.deepEqual(answer.body, {
      data: { userId: alice.id, backupId: 'backup-1', status: 'acknowledged', restored: 0 },
    });
    await eventually('the log says so', () => /nothing restored/.test(server.log));
  });

  test('is for the user that the header names', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    for (const headers of [{ 'x-user-id': bob.id }, {}, { 'x-user-id': 'x' }]) {
      const answer = await sibling.post('backups/restore', body(alice.id), headers);
      assert.equal(answer.status, 403, answer.text);
    }
  });

  test('refuses what is incomplete, malformed or too large', async () => {
    const [alice] = people(server, 'alice');
    for (const wrong of [
      { userId: undefined },
      { userId: 'x' },
      { backupId: undefined },
      { backupId: '' },
      { backupId: 'x'.repeat(256) },
      { data: undefined },
      { data: null },
    ]) {
      const answer = await sibling.post('backups/restore', { ...body(alice.id), ...wrong }, { 'x-user-id': alice.id });
      assert.equal(answer.status, 422, JSON.stringify(wrong));
    }
    const large = { ...body(alice.id), data: 'x'.repeat(8_000_000) };
    assert.equal((await sibling.post('backups/restore', large, { 'x-user-id': alice.id })).status, 413);
  });

  test('is accepted from a trusted proxy that names the user, as user-service calls it', async (t) => {
    const proxied = await Server.start({ args: ['--trusted-proxies', '127.0.0.1'] });
    t.after(() => proxied.discard());
    const [alice, bob] = people(proxied, 'alice', 'bob');
    const restore = (user, named) =>
      new Sibling(proxied, '').post('backups/restore', body(user), { 'x-user-id': named });
    assert.equal((await restore(alice.id, alice.id)).status, 202);
    assert.equal((await restore(alice.id, bob.id)).status, 403);
  });
});

describe('RULINGS 29: key revocation', () => {
  test('sockets whose token key left the key set end; others stay', async (t) => {
    const [old_issuer, new_issuer] = [new Issuer('old'), new Issuer('new')];
    let keys = [...old_issuer.jwks().keys, ...new_issuer.jwks().keys];
    const published = http.createServer((request, response) => response.end(JSON.stringify({ keys })));
    await new Promise((resolve) => published.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      published.closeAllConnections();
      published.close();
    });
    const jwks = `http://127.0.0.1:${published.address().port}/jwks.json`;
    const own = await Server.start({ jwks, issuer: old_issuer, args: ['--jwt-refresh', '1s'] });
    t.after(() => own.discard());
    const [alice] = people(own, 'alice');
    own.issuer = new_issuer;
    const [bob] = people(own, 'bob');
    t.after(() => [alice, bob].forEach((one) => one.disconnect()));
    await eventually('keys are loaded', async () => (await alice.rest.get('conversations')).status === 200);
    const [at_alice, at_bob] = [await alice.connect(), await bob.connect()];
    keys = new_issuer.jwks().keys;
    const { code } = await at_alice.closed();
    assert.equal(code, 1000);
    assert.equal((await alice.rest.get('conversations')).status, 401);
    await at_bob.push_ok(`user:${bob.id}`, 'update_status', { status: 'busy' });
    assert.deepEqual(at_bob.closes, []);
  });
});
