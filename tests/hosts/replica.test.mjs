// Reads on a standby: whoever asks sees what was acknowledged before, on whichever server it was written, whether the
// standby keeps up, stands still, is gone, or is none any more.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Postgres, free_port } from './harness/postgres.mjs';
import { eventually } from './harness/patience.mjs';
import { Person } from './harness/person.mjs';
import { exchange } from './harness/rest.mjs';
import { Server } from './harness/server.mjs';

const no_limits = ['--messages-per-minute', '0', '--requests-per-minute', '0', '--joins-per-second', '0'];

let primary;
let standby;
let reading;
let writing;

const figure = async (name, server = reading) => {
  const { text } = await exchange(server.admin_url, { path: '/metrics', headers: {} });
  const line = new RegExp(`^whispr_store_replica_${name} (\\S+)$`, 'm').exec(text);
  assert.ok(line, `no ${name} in the metrics`);
  return Number(line[1]);
};
const is_used = (server = reading) => eventually('the replica is used', async () => (await figure('usable', server)) === 1);
const is_not_used = (server = reading) => eventually('the replica is not used', async () => (await figure('usable', server)) === 0);
const detail = async (server = reading) =>
  (await exchange(server.url, { path: '/messaging/api/v1/health/detailed', headers: {} })).body.replica;

// Everything that was sent, by a reader on the server with the replica, right after each send on either server.
async function write_and_read(rounds, { there } = {}) {
  const [ann, ben] = [new Person(reading, 'ann'), new Person(writing, 'ben')];
  const group = await ann.group('Replica', [ben]);
  const before = await figure('reads_total');
  let expected = [];
  for (let i = 0; i < rounds; ++i) {
    const sent = await (i % 2 ? ann : ben).send(group.id, `message ${i}`);
    expected = [sent.id, ...expected];
    const seen = (await ann.history(group.id)).filter((one) => one.messageType === 'text').map((one) => one.id);
    assert.deepEqual(seen, expected, `after message ${i}`);
    assert.equal((await ann.listed(group.id)).lastMessage.id, sent.id);
  }
  const reads = (await figure('reads_total')) - before;
  if (there === true) assert.ok(reads > rounds, `${reads} reads on the replica`);
  if (there === false) assert.equal(reads, 0);
}

before(async () => {
  primary = await Postgres.start();
  const store = primary.database('replicated');
  writing = await Server.start({ args: ['--store', store, ...no_limits] });
  standby = await primary.standby('follower');
  reading = await Server.start({
    args: ['--store', store, '--store-replica', standby.url('replicated'), ...no_limits],
    issuer: writing.issuer,
  });
});
after(async () => {
  for (const server of [reading, writing]) await server?.discard();
});

describe('reads with a replica', () => {
  test('see what was acknowledged, and the replica answers', async () => {
    await is_used();
    await write_and_read(30, { there: true });
    assert.equal((await detail()).status, 'used');
    assert.match(reading.log, /the replica answers reads/);
  });

  test('go to the primary while the replica stands still', async () => {
    standby.sql('SELECT pg_wal_replay_pause()');
    await eventually('it stands still', () => standby.sql('SELECT pg_get_wal_replay_pause_state()')[0] === 'paused');
    const before = await figure('passed_on_total');
    await write_and_read(10, { there: false });
    assert.ok((await figure('passed_on_total')) >= before + 10);
    await eventually('its lag is said', async () => (await figure('lag_bytes')) > 0);
    standby.sql('SELECT pg_wal_replay_resume()');
    await eventually('it has no lag', async () => (await figure('lag_bytes')) === 0);
    await write_and_read(10, { there: true });
  });

  test('go on when its connections are cut, and when it is gone', async () => {
    standby.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'whispr'");
    await write_and_read(3);
    await is_used();
    await write_and_read(10, { there: true });

    await standby.stop('SIGKILL');
    const [ann] = [new Person(reading, 'ann')];
    const group = await ann.group('Alone', [new Person(writing, 'ben')]);
    const sent = await ann.send(group.id, 'hello');
    assert.equal((await ann.history(group.id))[0].id, sent.id);
    await is_not_used();
    assert.equal((await detail()).status, 'not_used');
    await write_and_read(5, { there: false });
    assert.match(reading.log, /the replica is not used, the primary answers: /);
    await standby.launch();
    await is_used();
    await write_and_read(10, { there: true });
  });

  test('go to the primary when the replica is promoted', async () => {
    standby.promote();
    await is_not_used();
    // What is written there is nobody's.
    standby.sql("UPDATE whispr.messages SET deleted = true", 'replicated');
    await write_and_read(10, { there: false });
  });

  test('go to the primary where the replica is of another history, or the primary itself', async () => {
    const other = await Postgres.start();
    const elsewhere = await Server.start({ args: ['--store', other.database('replicated'), ...no_limits] });
    await elsewhere.stop();
    const follower = await other.standby('other');
    for (const url of [follower.url('replicated'), primary.url('replicated'), `postgres://x@127.0.0.1:${await free_port()}/x`]) {
      const server = await Server.start({
        args: ['--store', primary.url('replicated'), '--store-replica', url, ...no_limits],
        issuer: writing.issuer,
      });
      const ann = new Person(server, 'ann');
      const group = await ann.group('Foreign', [new Person(writing, 'ben')]);
      const sent = await ann.send(group.id, 'hello');
      assert.equal((await ann.history(group.id))[0].id, sent.id);
      await eventually('it says why', () => /the replica is not used, the primary answers: /.test(server.log));
      assert.equal((await detail(server)).status, 'not_used');
      await server.discard();
    }
    await elsewhere.discard();
  });
});
