// Three servers on one PostgreSQL with a standby and one Redis: whatever of these ends, stands still or is replaced under
// load, what was acknowledged is there once, everywhere, in one order, and everybody sees who is there.
import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { Line } from './harness/line.mjs';
import { conversation_topic } from './harness/person.mjs';
import { Postgres, signal_all } from './harness/postgres.mjs';
import { eventually, patience_ms, pause } from './harness/patience.mjs';
import { ThreeNodes, survive } from './harness/three_nodes.mjs';

const all = [];
after(async () => {
  for (const on of all) await on.discard();
});
async function start(options) {
  const on = await ThreeNodes.start(options);
  all.push(on);
  return on;
}

let shared;
const on_shared = async () => (shared ??= await start({ synchronous: true }));

test('what one says on one node is heard, seen and typed on all', async (t) => {
  const on = await on_shared();
  const { room } = await survive(t, on, 'no fault', (r) => r.stir());
  const [ann] = room.people;
  const topic = conversation_topic(room.big);
  room.followers[0].connection.tell(topic, 'user_typing', { typing: true });
  const typed = ({ userId, typing }) => userId === ann.id && typing;
  for (const { connection } of room.followers) await connection.next(topic, 'user_typing', typed);
});

for (const i of [0, 1, 2]) {
  test(`node ${i} is killed under load`, async (t) => {
    const on = await on_shared();
    const killed = async (room, load) => {
      await on.nodes[i].kill();
      const others = [0, 1, 2].filter((other) => other !== i);
      await load.goes_on(10, room.senders_on(load, ...others));
      await on.nodes[i].launch();
    };
    await survive(t, on, `node ${i} killed`, killed, { closed: [i] });
  });
}

for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL']) {
  test(`PostgreSQL is ended by ${signal} and started again`, async (t) => {
    const on = await on_shared();
    await survive(t, on, signal, async (room, load) => {
      await on.database.stop(signal);
      await room.stir();
      const refused = load.refusals.length;
      await eventually('senders are refused', () => load.refusals.length > refused);
      await on.database.launch();
    });
  });
}

test('an outage of PostgreSQL of half a minute keeps the sockets', async (t) => {
  const on = await on_shared();
  await survive(t, on, 'outage', async () => {
    await on.database.stop();
    await pause(30_000);
    await on.database.launch();
  });
});

for (const [what, fault] of [
  ['stands still for ten seconds', async (redis, room) => {
    redis.signal('SIGSTOP');
    await room.stir();
    await pause(10_000);
    redis.signal('SIGCONT');
  }],
  ['is killed and comes back empty', async (redis, room) => {
    await redis.stop();
    await room.stir();
    await pause(2000);
    await redis.launch();
  }],
  ['is away for longer than a lease', async (redis, room) => {
    await redis.stop();
    await room.stir();
    await pause(20_000);
    await redis.launch();
  }],
  ['is emptied', async (redis, room) => {
    assert.equal(redis.ask('FLUSHALL'), 'OK');
    await room.stir();
  }],
  ['loses its connections', async (redis, room) => {
    await room.stir();
    redis.ask('CLIENT', 'KILL', 'TYPE', 'pubsub');
    redis.ask('CLIENT', 'KILL', 'TYPE', 'normal');
  }],
]) {
  test(`Redis ${what}`, async (t) => {
    const on = await on_shared();
    await survive(t, on, `Redis ${what}`, async (room) => fault(on.redis, room));
    await on.healthy();
  });
}

test('a server that stands still for longer than a lease is missed, and found again', async (t) => {
  const on = await on_shared();
  await survive(t, on, 'SIGSTOP', async (room, load) => {
    on.nodes[1].child.kill('SIGSTOP');
    const sees = ({ kept }) => kept.get(conversation_topic(room.big)).online;
    const here = room.followers.filter(({ person }) => person.server !== on.nodes[1]);
    await eventually('its people are gone', () => here.every((one) => !sees(one).has(room.people[1].id)), 5 * patience_ms);
    await load.goes_on(10, room.senders_on(load, 0, 2));
    on.nodes[1].child.kill('SIGCONT');
  });
});

test('PostgreSQL is slow', async (t) => {
  const database = await Postgres.start();
  const line = await Line.to(database.port);
  t.after(() => line.close());
  const on = await start({ database, line, standby: false });
  await survive(t, on, 'slow', async (room, load) => {
    line.delay_ms = 150;
    await load.goes_on(3);
    await room.stir();
    await load.goes_on(3);
    line.delay_ms = 0;
  });
});

test('a row that somebody else holds refuses its conversation alone', async (t) => {
  const on = await on_shared();
  await survive(t, on, 'held', async (room, load) => {
    const [held] = room.places.slice(1);
    const others = load.senders.filter((sender) => sender.conversation !== held.conversation);
    const sql = `SELECT 1 FROM whispr.conversations WHERE id = '${held.conversation.id}' FOR UPDATE; SELECT pg_sleep(25)`;
    const holding = on.database.sql_later(`BEGIN; ${sql}; COMMIT`, 'three');
    await eventually('it is refused', () => load.refusals.length > 0, 5 * patience_ms);
    await load.goes_on(5, others);
    await holding;
  });
});

const epoch_seen_by = async (person, conversation) => {
  const connection = await person.connect();
  const { epoch } = await connection.join(conversation_topic(conversation));
  connection.close();
  return epoch;
};

test('a standby that was waited for takes over, and nothing is lost', async (t) => {
  const on = await on_shared();
  let epoch;
  const { room } = await survive(t, on, 'synchronous', async (there) => {
    epoch = await epoch_seen_by(there.people[0], there.big);
    await on.database.stop('SIGQUIT');
    await there.stir();
    on.standby.promote();
  });
  for (const person of room.people) assert.notEqual(await epoch_seen_by(person, room.big), epoch);
});

test('a standby that lags takes over: what is lost is said, and what comes then is told to all', async (t) => {
  const on = await start();
  const room = await on.room();
  t.after(() => room.leave());
  const [first] = room.people;
  const earlier = room.load();
  await earlier.goes_on();
  await earlier.stop();
  await room.check(earlier, 'before');
  const epoch = await epoch_seen_by(first, room.big);
  const caught_up = 'SELECT pg_current_wal_lsn() = replay_lsn FROM pg_stat_replication';
  await eventually('the standby has caught up', () => on.database.sql(caught_up)[0] === 't');
  signal_all(on.database.backends('walsender'), 'SIGSTOP');
  const lost = [];
  for (let i = 0; i < 20; ++i) lost.push(await room.people[i % 3].send(room.big.id, `lost ${i}`));
  const has = (id) => ({ kept }) => kept.get(conversation_topic(room.big)).messages.has(id);
  await eventually('it was heard', () => room.followers.every(has(lost.at(-1).id)));
  await on.database.stop('SIGKILL');
  on.standby.promote();
  const load = room.load();
  await load.goes_on();
  await load.stop();
  await eventually('everybody is told', () => room.followers.every((one) => one.told_epoch));
  const told = room.followers.map((one) => one.told_epoch);
  assert.notEqual(told[0], epoch);
  assert.equal(new Set(told).size, 1, 'the nodes disagree');
  for (const person of room.people) assert.equal(await epoch_seen_by(person, room.big), told[0]);
  for (const node of on.nodes) assert.match(node.log, /another history than before/);
  // Whoever kept the socket heard all that came after the loss, although its numbers were given out before.
  const history = await room.history(first, room.big);
  for (const one of lost) assert.ok(!history.some((other) => other.id === one.id), 'the loss was not one');
  for (const { person, connection, closes } of room.followers) {
    assert.equal(closes, 0);
    const senders = load.senders.filter((sender) => sender.conversation === room.big);
    for (const { acked } of senders.flatMap((sender) => sender.sent).filter((entry) => entry.acked)) {
      const heard = () => connection.count(conversation_topic(room.big), 'new_message', ({ message }) => message.id === acked.id);
      await eventually(`${person.name} hears ${acked.content}`, () => heard() > 0);
      assert.equal(heard(), 1);
    }
  }
});
