// The figures that an app may show, and the probes word by word.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { people } from './harness/person.mjs';
import { eventually } from './harness/patience.mjs';
import { exchange } from './harness/rest.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const api = '/messaging/api/v1';
const get = (path) => exchange(server.url, { path, headers: { accept: 'application/json' } });
const keys = (object) => Object.keys(object).sort();

describe('REST.md §12: monitoring', () => {
  test('is for people who sign in', async () => {
    for (const name of ['health', 'metrics', 'queues']) {
      const answer = await get(`${api}/monitoring/${name}`);
      assert.deepEqual([answer.status, answer.body], [401, { error: 'Unauthorized' }], name);
    }
  });

  test('tells health, what was done, and what waits', async (t) => {
    const [alice, bob] = people(server, 'alice', 'bob');
    t.after(() => alice.disconnect());
    await alice.connect();
    const read = async (name) => {
      const answer = await alice.rest.get(`monitoring/${name}`);
      assert.equal(answer.status, 200, answer.text);
      assert.match(answer.body.data.timestamp, iso);
      assert.equal(answer.body.data.service, 'whispr-messaging');
      assert.ok(Number.isInteger(answer.body.data.uptime_seconds));
      return answer.body.data;
    };
    const health = await read('health');
    assert.equal(health.status, 'healthy');
    assert.equal(health.checks.database.status, 'healthy');
    assert.equal(health.connections, 1);

    const before_it = await read('metrics');
    const conversation = await alice.direct_with(bob);
    await alice.send(conversation.id, 'one');
    await alice.send(conversation.id, 'two');
    const after_it = await read('metrics');
    assert.equal(after_it.messages_sent - before_it.messages_sent, 2);
    // A command is counted after its answer, and the index has commands of its own.
    await eventually('three commands', async () => (await read('metrics')).engine.commands - before_it.engine.commands >= 3);
    assert.equal(after_it.http.answered_2xx - before_it.http.answered_2xx, 4);
    assert.equal(after_it.socket.joins, 1);
    for (const group of ['http', 'socket', 'engine'])
      for (const [name, figure] of Object.entries(after_it[group])) assert.ok(Number.isInteger(figure), name);

    const queues = await read('queues');
    assert.deepEqual(queues.commands, { waiting: 0, capacity: 16_384 });
    assert.deepEqual(queues.reads, { waiting: 0, capacity: 16_384 });
    assert.deepEqual(queues.refused, { overloaded: 0 });
  });
});

describe('REST.md §3: the probes', () => {
  const memory_keys = ['count', 'limit', 'memory_usage', 'run_queue', 'usage_percent'];

  test('/health has exactly its members, and two short forms', async () => {
    const { status, body } = await get(`${api}/health`);
    assert.equal(status, 200);
    assert.deepEqual(keys(body), ['checks', 'memory', 'service', 'status', 'timestamp', 'uptime', 'version']);
    assert.equal(body.status, 'ok');
    assert.equal(body.service, 'whispr-messaging');
    assert.match(body.timestamp, iso);
    assert.deepEqual(body.checks, { database: 'ok', redis: 'ok' });
    assert.deepEqual(keys(body.uptime), ['human', 'seconds']);
    assert.match(body.uptime.human, /^((\d+d )?(\d+h )?\d+m )?\d+s$/);
    assert.deepEqual(keys(body.memory), memory_keys);
    assert.deepEqual(keys(body.memory.memory_usage), [
      ...['atom_mb', 'binary_mb', 'ets_mb', 'processes_mb', 'total_mb'],
    ]);
    const live = (await get(`${api}/health?type=live`)).body;
    assert.deepEqual(keys(live), ['service', 'status', 'timestamp', 'type']);
    assert.deepEqual([live.status, live.type], ['ok', 'liveness']);
    const ready = (await get(`${api}/health?type=ready`)).body;
    assert.deepEqual(keys(ready), ['checks', 'service', 'status', 'timestamp', 'type']);
    assert.deepEqual([ready.status, ready.type], ['ready', 'readiness']);
    assert.deepEqual(ready.checks, { database: 'ok', redis: 'ok' });
    assert.equal((await get(`${api}/health?type=zzz`)).body.status, 'ok');
  });

  test('/health/detailed has exactly its members', async () => {
    const { body } = await get(`${api}/health/detailed`);
    assert.deepEqual(keys(body), [
      ...['checks', 'memory', 'metrics', 'process_info', 'service', 'status', 'timestamp', 'uptime', 'version'],
    ]);
    const figures = ['atom', 'binary', 'ets', 'processes', 'system', 'total'];
    assert.deepEqual(
      keys(body.memory),
      [...figures.flatMap((one) => [`${one}_bytes`, `${one}_mb`]), 'available_mb', 'used_mb'].sort(),
    );
    assert.deepEqual(keys(body.process_info), ['memory_usage', 'process_count', 'process_limit', 'run_queue']);
    assert.deepEqual(keys(body.metrics), ['active_connections', 'active_conversations']);
  });

  test('/live says nothing of the database, /ready says how it is', async () => {
    for (const path of ['/live', `${api}/health/live`]) {
      const { status, body } = await get(path);
      assert.equal(status, 200);
      assert.deepEqual(keys(body), ['memory', 'service', 'status', 'timestamp', 'uptime', 'version']);
      assert.equal(body.status, 'alive');
      assert.deepEqual(keys(body.memory), memory_keys);
    }
    for (const path of ['/ready', `${api}/health/ready`]) {
      const { status, body } = await get(path);
      assert.equal(status, 200);
      assert.deepEqual(keys(body), ['checks', 'service', 'status', 'timestamp']);
      assert.equal(body.status, 'ready');
      for (const name of ['database', 'cache']) {
        assert.equal(body.checks[name].status, 'healthy');
        assert.ok(Number.isInteger(body.checks[name].response_time_ms));
      }
    }
  });
});
