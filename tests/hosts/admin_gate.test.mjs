// Who is a moderator: those of the configuration, and those of whom the user-service says so.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import http from 'node:http';
import { Server } from './harness/server.mjs';
import { Person, people } from './harness/person.mjs';
import { Rest } from './harness/rest.mjs';
import { eventually } from './harness/patience.mjs';

// Answers GET /user/v1/roles/me with the role of the token that it is sent.
class UserService {
  constructor() {
    this.roles = new Map(); // Authorization header to role
    this.asked = [];
    this.broken = false;
    this.held = null; // an array: requests wait in it
    this.server = http.createServer((request, response) => {
      this.asked.push({ path: request.url, authorization: request.headers.authorization });
      const answer = () => {
        response.statusCode = this.broken ? 500 : 200;
        response.end(JSON.stringify({ role: this.roles.get(request.headers.authorization) ?? 'user' }));
      };
      if (this.held) this.held.push(answer);
      else answer();
      this.on_request?.();
    });
  }

  async start() {
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }

  // Until so many requests wait.
  held_requests(count) {
    return new Promise((resolve) => {
      this.on_request = () => this.held?.length >= count && resolve();
      this.on_request();
    });
  }

  give(person, role) {
    this.roles.set(`Bearer ${person.token}`, role);
  }
}

const moderator_routes = [
  ['GET', 'reports/queue'],
  ['GET', 'reports/stats'],
  ['PUT', `reports/${crypto.randomUUID()}/resolve`],
  ['GET', 'reports/analytics/dashboard'],
  ['GET', 'reports/analytics/summary'],
  ['GET', 'reports/analytics/trends'],
  ['GET', 'reports/analytics/trends/hourly'],
  ['GET', 'reports/analytics/top-reported'],
  ['GET', 'reports/analytics/categories'],
  ['GET', 'reports/analytics/resolution'],
  ['POST', `conversations/${crypto.randomUUID()}/sanctions`],
  ['DELETE', `conversations/${crypto.randomUUID()}/sanctions/${crypto.randomUUID()}`],
];
const refusal = { error: 'Admin or moderator role required' };

describe('without a user-service (REST.md §1.6)', () => {
  const warden_id = crypto.randomUUID();
  let server;
  before(async () => (server = await Server.start({ env: { ADMIN_USER_IDS: `${crypto.randomUUID()},${warden_id}` } })));
  after(() => server?.discard());

  test('moderators are those of ADMIN_USER_IDS; all others get 403, and unknown ones 401 (CLIENT.md §5.12)', async () => {
    const warden = new Person(server, 'warden', warden_id);
    const [alice] = people(server, 'alice');
    for (const [method, path] of moderator_routes) {
      const body = method === 'GET' ? undefined : {};
      const refused = await alice.rest.call(method, path, body);
      assert.equal(refused.status, 403, path);
      assert.deepEqual(refused.body, refusal);
      assert.equal((await new Rest(server).call(method, path, body)).status, 401, path);
      const status = (await warden.rest.call(method, path, body)).status;
      assert.ok(![401, 403].includes(status), `${path} answers ${status}`);
    }
  });
});

describe('with a user-service (REST.md §1.6)', () => {
  let service;
  let server;
  before(async () => {
    service = await new UserService().start();
    server = await Server.start({ env: { USER_SERVICE_HTTP_URL: service.url } });
  });
  after(async () => {
    await server?.discard();
    service?.stop();
  });

  const status = async (who) => (await who.rest.get('reports/queue')).status;

  test('the caller’s token is forwarded, and the role is remembered', async () => {
    const [admin, moderator, user] = people(server, 'admin', 'moderator', 'user');
    service.give(admin, 'admin');
    service.give(moderator, 'moderator');
    service.asked = [];
    assert.equal(await status(admin), 200);
    assert.equal(await status(moderator), 200);
    const refused = await user.rest.get('reports/queue');
    assert.equal(refused.status, 403);
    assert.deepEqual(refused.body, refusal);
    assert.deepEqual(service.asked, [
      { path: '/user/v1/roles/me', authorization: `Bearer ${admin.token}` },
      { path: '/user/v1/roles/me', authorization: `Bearer ${moderator.token}` },
      { path: '/user/v1/roles/me', authorization: `Bearer ${user.token}` },
    ]);
    service.give(user, 'admin');
    assert.equal(await status(user), 403);
    assert.equal(await status(admin), 200);
    assert.equal(service.asked.length, 3);
  });

  test('requests of one user at the same time share one look-up', async () => {
    const [admin] = people(server, 'admin');
    service.give(admin, 'admin');
    service.asked = [];
    service.held = [];
    const answers = Array.from({ length: 5 }, () => status(admin));
    await service.held_requests(1);
    // What needs no role is answered while the others wait.
    assert.equal((await admin.rest.get('reports')).status, 200);
    for (const answer of service.held.splice(0)) answer();
    service.held = null;
    assert.deepEqual(await Promise.all(answers), [200, 200, 200, 200, 200]);
    assert.equal(service.asked.length, 1);
  });

  test('a request’s body is not forgotten while it waits', async () => {
    const [admin, alice, bob] = people(server, 'admin', 'alice', 'bob');
    service.give(admin, 'admin');
    const group = await alice.group('Club', [bob]);
    service.held = [];
    const sanction = admin.rest.post(`conversations/${group.id}/sanctions`, {
      user_id: bob.id,
      type: 'mute',
      reason: 'because',
    });
    await service.held_requests(1);
    for (let i = 0; i < 5; i++) await alice.send(group.id, 'meanwhile');
    for (const answer of service.held.splice(0)) answer();
    service.held = null;
    const answer = await sanction;
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.body.data.user_id, bob.id);
    assert.equal(answer.body.data.reason, 'because');
  });

  test('a reporter sees his report without anybody being asked', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const filed = await alice.rest.post('reports', { reported_user_id: bob.id, category: 'spam' });
    service.asked = [];
    assert.equal((await alice.rest.get(`reports/${filed.body.data.id}`)).status, 200);
    assert.equal(service.asked.length, 0);
    service.give(bob, 'moderator');
    assert.equal((await bob.rest.get(`reports/${filed.body.data.id}`)).status, 200);
    assert.equal(service.asked.length, 1);
  });

  test('a service that does not answer is a refusal, which is not remembered', async () => {
    const [admin] = people(server, 'admin');
    service.give(admin, 'admin');
    service.broken = true;
    assert.equal(await status(admin), 403);
    service.broken = false;
    assert.equal(await status(admin), 200);
  });

  test('a service that fails five times is left alone for a while', async () => {
    service.broken = true;
    service.asked = [];
    for (const one of people(server, ...'abcdefgh')) assert.equal(await status(one), 403);
    service.broken = false;
    assert.equal(service.asked.length, 5);
    await eventually('the log says so', () => /a service does not answer and is left alone/.test(server.log));
  });
});

test('a server that waits for the user-service still ends', async () => {
  const service = await new UserService().start();
  const server = await Server.start({ env: { USER_SERVICE_HTTP_URL: service.url }, args: ['--shutdown-grace', '100ms'] });
  try {
    service.held = [];
    const [admin] = people(server, 'admin');
    const cut = admin.rest.get('reports/queue').catch((error) => error);
    await service.held_requests(1);
    assert.equal((await server.stop()).code, 0);
    await cut;
  } finally {
    await server.discard();
    service.stop();
  }
});
