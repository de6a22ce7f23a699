// Two servers on one PostgreSQL and one Redis behind the balancer whose configuration is shipped (WHISPR_TEST_BALANCER: haproxy, nginx).
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Balancer } from './harness/balancer.mjs';
import { Frames } from './harness/frames.mjs';
import { eventually, pause } from './harness/patience.mjs';
import { conversation_topic, fresh_random, people } from './harness/person.mjs';
import { Postgres } from './harness/postgres.mjs';
import { Redis } from './harness/redis.mjs';
import { Server } from './harness/server.mjs';
import { exchange } from './harness/rest.mjs';
import { Issuer } from './harness/tokens.mjs';

const kind = process.env.WHISPR_TEST_BALANCER ?? 'haproxy';
const checks_health = kind === 'haproxy';
const delay_ms = 4000;

let database;
let redis;
let servers;
let balancer;
before(async () => {
  database = await Postgres.start();
  const store = database.database('balanced');
  // With a password, as make-secrets gives it one.
  process.env.REDISCLI_AUTH = 'secret';
  redis = await Redis.start({ args: ['--requirepass', process.env.REDISCLI_AUTH] });
  const issuer = new Issuer();
  const args = [
    '--store', store, '--redis', `redis://:secret@127.0.0.1:${redis.port}`,
    '--handshakes-per-second', '0', '--requests-per-minute', '0', '--messages-per-minute', '0',
    '--shutdown-delay', `${delay_ms}ms`, '--shutdown-grace', '2s',
  ];
  servers = [await Server.start({ issuer, args }), await Server.start({ issuer, args })];
  balancer = await Balancer.start(kind, servers);
});
after(async () => {
  await balancer?.stop();
  for (const server of servers ?? []) await server.discard();
  await redis?.stop();
  database?.end();
});

// How many requests the balancer's log has for each of the servers.
const served = () =>
  servers.map((server, index) => {
    const name = checks_health ? `whisprd/whisprd-${index + 1} ` : `127.0.0.1:${server.port} `;
    return balancer.log.split(name).length - 1;
  });

// Calls one after the other until told to stop, each on whatever connection is open; keeps every answer that is not good.
function stream_of(call) {
  const stream = { good: 0, bad: [], going: true };
  stream.over = (async () => {
    while (stream.going) {
      try {
        const { status, text } = await call();
        if (status < 300) stream.good += 1;
        else stream.bad.push(`${status} ${text.slice(0, 200)}`);
      } catch (error) {
        stream.bad.push(error.message);
      }
      await pause(5);
    }
  })();
  return stream;
}

describe(`behind ${kind}`, () => {
  test('REST and sockets reach both servers', async () => {
    const [alice, bob] = people(balancer, 'alice', 'bob');
    const conversation = await alice.direct_with(bob);
    for (let count = 0; count < 20; count += 1) await alice.send(conversation.id, `message ${count}`);
    assert.equal((await bob.whole_history(conversation.id)).length, 20);
    const topic = conversation_topic(conversation);
    for (let count = 0; count < 4; count += 1) {
      const device = await alice.connect();
      await device.join(topic);
      const content = `from device ${count}`;
      await device.push_ok(topic, 'new_message', { content, message_type: 'text', client_random: fresh_random() });
      await device.next(topic, 'new_message', (payload) => JSON.stringify(payload).includes(content));
    }
    const devices = [];
    for (let count = 0; count < 4; count += 1) devices.push(await bob.connect());
    for (const device of devices) await device.join(topic);
    await alice.send(conversation.id, 'to every device');
    const heard = (payload) => JSON.stringify(payload).includes('to every device');
    await Promise.all(devices.map((device) => device.next(topic, 'new_message', heard)));
    alice.disconnect();
    bob.disconnect();
    await eventually('both served', () => served().every((count) => count > 0));
  });

  test('a large body goes through, and one beyond the limit is refused', async () => {
    const [alice, bob] = people(balancer, 'alice', 'bob');
    const conversation = await alice.direct_with(bob);
    const sent = await alice.send(conversation.id, 'x'.repeat(60_000));
    assert.equal(sent.content.length, 60_000);
    const path = `conversations/${conversation.id}/messages`;
    const refused = await alice.rest.post(path, 'x'.repeat(8_000_001)).catch((error) => error);
    assert.ok(refused instanceof Error || refused.status === 413, `${refused.status}`);
  });

  test('nobody is believed for a header, and what services ask of each other is not to be reached', async () => {
    const [alice] = people(balancer, 'alice');
    const claimed = { accept: 'application/json', 'x-user-id': alice.id, 'x-internal-token': 'guessed' };
    assert.equal((await exchange(balancer.url, { path: '/messaging/api/v1/conversations', headers: claimed })).status, 401);
    for (const path of ['/internal/v1/backups/restore', '//internal/v1/backups/restore']) {
      const { status } = await exchange(balancer.url, { method: 'POST', path, headers: claimed, body: '{}' });
      assert.equal(status, 404, path);
    }
  });

  test('a server that is stopped costs no request and no message', async () => {
    const [alice, bob] = people(balancer, 'alice', 'bob');
    const conversation = await alice.direct_with(bob);
    const topic = conversation_topic(conversation);
    const devices = [];
    for (let count = 0; count < 6; count += 1) devices.push(await bob.connect({ reconnect: true }));
    for (const device of devices) await device.join(topic);

    const sent = [];
    const streams = [0, 1, 2].map(() => stream_of(() => bob.rest.get(`conversations/${conversation.id}/messages?limit=1`)));
    // nginx does not repeat what may have been done; only a health check takes a server out before it closes its port.
    if (checks_health) {
      streams.push(
        stream_of(async () => {
          const content = `number ${sent.length}`;
          sent.push(content);
          const body = { content, message_type: 'text', client_random: fresh_random() };
          return alice.rest.post(`conversations/${conversation.id}/messages`, body);
        }),
      );
    }
    await pause(300);
    const stopping = servers[0].stop();
    if (checks_health) {
      await eventually('the health check takes it out', () => /whisprd\/whisprd-1 is DOWN/.test(balancer.log));
      assert.ok(servers[0].alive, 'before it has ended');
      const before_pause = served()[0];
      await pause(500);
      const late = served()[0] - before_pause;
      assert.ok(late <= streams.length, `${late} requests reached it after it was taken out`);
    }
    assert.deepEqual(await stopping, { code: 0, signal: null });
    await pause(500);
    for (const stream of streams) stream.going = false;
    for (const stream of streams) {
      await stream.over;
      assert.deepEqual(stream.bad, []);
      assert.ok(stream.good > 50, `${stream.good} requests`);
    }
    const stored = (await bob.whole_history(conversation.id)).map((message) => message.content);
    assert.deepEqual(stored, sent);

    // Everybody is on the server that is left, and hears what is said.
    await eventually('everybody is back', () => devices.every((device) => device.channels.get(topic).state === 'joined'));
    await alice.send(conversation.id, 'after all');
    const heard = (payload) => JSON.stringify(payload).includes('after all');
    await Promise.all(devices.map((device) => device.next(topic, 'new_message', heard)));
    bob.disconnect();
  });

  test('a server that is started again is used again', async () => {
    const before_start = served()[0];
    await servers[0].launch();
    const [alice] = people(balancer, 'alice');
    await eventually('it serves', async () => {
      assert.equal((await alice.rest.get('conversations')).status, 200);
      return served()[0] > before_start + 2;
    }, 20_000);
  });

  test('tokens are in no log of it', async () => {
    const [alice] = people(balancer, 'alice');
    const frames = await Frames.open(balancer, alice.token);
    frames.close?.();
    await exchange(balancer.url, { path: `/socket/websocket?token=${alice.token}&vsn=2.0.0` });
    await eventually('it is logged', () => balancer.log.includes('/socket/websocket'));
    assert.ok(!/eyJ|token=/.test(balancer.log), 'a token');
  });
});
