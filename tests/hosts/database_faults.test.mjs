// The worst that can happen to a PostgreSQL and to the two servers on it, under load. Whatever was acknowledged is there
// once, unless the database itself has lost it, and then the servers say so.
import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { check_sends } from '../crash/checks.mjs';
import { conversation_topic } from './harness/person.mjs';
import { Postgres, signal_all } from './harness/postgres.mjs';
import { eventually, pause } from './harness/patience.mjs';
import { TwoNodes } from './harness/two_nodes.mjs';

const rounds = Number(process.env.FAULT_ROUNDS ?? '8');
const all = [];
after(async () => {
  for (const on of all) await on.discard();
});

async function start(options = {}) {
  const on = await TwoNodes.start({ database: options.database ?? (await Postgres.start()), ...options });
  all.push(on);
  return on;
}

test('restarts and crashes of PostgreSQL, one after the other', async () => {
  const on = await start();
  for (let round = 1; round <= rounds; ++round) {
    const room = await on.room();
    const load = room.load();
    await load.goes_on();
    await pause((round * 37) % 90); // a different moment of a batch each time
    await on.database.stop(['SIGINT', 'SIGQUIT', 'SIGKILL'][round % 3]);
    await on.database.launch();
    await load.goes_on();
    await load.stop();
    await room.check(load, `round ${round}`);
    assert.equal(room.closed_sockets(), 0);
  }
});

test('connections and processes of PostgreSQL that are killed', async () => {
  const on = await start();
  for (const [round, signal] of ['SIGTERM', 'SIGKILL', 'SIGTERM', 'SIGKILL'].entries()) {
    const room = await on.room();
    const load = room.load();
    await load.goes_on();
    const backends = on.database.backends();
    // The end of one process by SIGKILL is a crash of them all.
    signal_all(signal === 'SIGKILL' ? backends.slice(0, 1) : backends, signal);
    await load.goes_on();
    await load.stop();
    await room.check(load, `round ${round}, ${signal}`);
    assert.equal(room.closed_sockets(), 0);
  }
});

test('a server that is killed under load leaves the other one at work', async () => {
  const on = await start();
  const [first, second] = on.nodes;
  const room = await on.room();
  const load = room.load();
  await load.goes_on();
  await second.kill();
  await load.goes_on(
    10,
    load.senders.filter((sender) => sender.person.server === first),
  );
  await second.launch();
  await load.goes_on();
  await load.stop();
  await room.check(load, 'killed');
  const lost = room.sockets.filter((connection) => connection.closes.length > 0);
  assert.ok(lost.length > 0 && lost.length < room.sockets.length, 'sockets of the other server were lost');
});

for (const [what, chosen] of [
  ['a database stands', (database) => database.processes()],
  ['some of its connections stand', (database) => database.backends().slice(0, 4)],
]) {
  test(`nothing is lost when ${what} still for ten seconds`, async () => {
    const on = await start();
    const room = await on.room();
    const load = room.load();
    await load.goes_on();
    const stopped = chosen(on.database);
    signal_all(stopped, 'SIGSTOP');
    await pause(10_000);
    signal_all(stopped, 'SIGCONT');
    await load.goes_on();
    await load.stop();
    await room.check(load, what);
    assert.equal(room.closed_sockets(), 0);
  });
}

test('an outage of half a minute keeps the sockets', async (t) => {
  const on = await start();
  const room = await on.room(40);
  const load = room.load();
  await load.goes_on();
  await on.database.stop();
  await pause(30_000);
  await on.database.launch();
  await load.goes_on();
  await load.stop();
  await room.check(load, 'outage');
  t.diagnostic(`${room.closed_sockets()} of ${room.sockets.length} sockets were closed`);
  assert.ok(room.closed_sockets() < room.sockets.length / 10);
  // Those that stayed still hear what is said on their server.
  const said = await room.reader.send(room.group.id, 'after all');
  const heard = (connection) =>
    connection.count(conversation_topic(room.group), 'new_message', ({ message }) => message.id === said.id) === 1;
  const on_the_same = room.writers.filter((writer) => writer.server === room.reader.server);
  await eventually('they hear', () => on_the_same.every((writer) => writer.connections.every(heard)));
  for (const node of on.nodes) {
    const complaints = node.log.split('\n').filter((line) => line.includes('no connection')).length;
    t.diagnostic(`${complaints} lines in a server's log`);
    // One for each lane and what else looks, not one for each thing that was refused.
    assert.ok(complaints > 0 && complaints < 100, `${complaints} lines about one outage`);
  }
});

const epoch_seen_by = async (person, conversation) => {
  const connection = await person.connect();
  const { epoch } = await connection.join(conversation_topic(conversation));
  connection.close();
  return epoch;
};

async function start_with_standby(options) {
  const database = await Postgres.start();
  database.database('replicated');
  const standby = await database.standby('follower', options);
  return { on: await start({ database, standby, name: 'replicated' }), standby };
}

test('nothing that was acknowledged is lost with a server that waits for its standby', async () => {
  const { on, standby } = await start_with_standby({ synchronous: true });
  const room = await on.room();
  const epoch = await epoch_seen_by(room.reader, room.group);
  const load = room.load();
  await load.goes_on(20);
  await on.database.stop('SIGQUIT');
  standby.promote();
  await load.goes_on();
  await load.stop();
  await room.check(load, 'promoted');
  assert.equal(room.closed_sockets(), 0);
  for (const writer of room.writers) assert.notEqual(await epoch_seen_by(writer, room.group), epoch);
});

test('what a standby that lags has lost is said, and goes on under a new epoch', async () => {
  const { on, standby } = await start_with_standby();
  const room = await on.room();
  const epoch = await epoch_seen_by(room.reader, room.group);
  const before = room.load();
  await before.goes_on(10);
  await before.stop();
  const kept = (await room.history()).length;
  const caught_up = 'SELECT pg_current_wal_lsn() = replay_lsn FROM pg_stat_replication';
  await eventually('the standby has caught up', () => on.database.sql(caught_up)[0] === 't');
  const senders = on.database.backends('walsender');
  assert.equal(senders.length, 1);
  signal_all(senders, 'SIGSTOP');
  const lost = [];
  for (let i = 0; i < 5; ++i) lost.push(await room.reader.send(room.group.id, `lost ${i}`));
  await on.database.stop('SIGKILL');
  standby.promote();
  const after_it = room.load();
  await after_it.goes_on();
  await after_it.stop();
  const history = await room.history();
  check_sends(history, [...before.senders, ...after_it.senders], 'lagging');
  assert.equal(history.length, kept + after_it.acknowledged);
  for (const one of lost) assert.ok(!history.some((other) => other.id === one.id), 'the loss was not one');
  const epochs = new Set();
  for (const writer of room.writers) epochs.add(await epoch_seen_by(writer, room.group));
  assert.equal(epochs.size, 1, 'the servers disagree');
  assert.ok(!epochs.has(epoch));
  // Those who were connected all the time are told, once on every topic.
  const [now] = epochs;
  const topic = conversation_topic(room.group);
  for (const connection of room.sockets) {
    await eventually('they are told of it', () => connection.count(topic, 'epoch_changed', ({ epoch }) => epoch === now) === 1);
    assert.equal(connection.count(topic, 'epoch_changed'), 1);
  }
  for (const node of on.nodes) assert.match(node.log, /another history than before/);
  assert.equal(room.closed_sockets(), 0);
});
