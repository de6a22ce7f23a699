// whisprd is killed with SIGKILL under load, CRASH_ROUNDS times on the same data. After each start every acknowledged
// message is there exactly once, in order, without a hole in its numbers; what was not acknowledged is there at most once.
import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from '../hosts/harness/server.mjs';
import { people } from '../hosts/harness/person.mjs';
import { eventually, pause } from '../hosts/harness/patience.mjs';
import { Changer, RestSender, SocketSender } from './load.mjs';
import { check_changes, check_complete, check_sends, send_again } from './checks.mjs';

const rounds = Number(process.env.CRASH_ROUNDS ?? '50');
const no_limits = ['--messages-per-minute', '0', '--requests-per-minute', '0', '--joins-per-second', '0'];
let server;
after(() => server?.discard());

// Fresh people and conversations, so that a round is checked by itself and the data grows.
async function begin() {
  const writers = people(server, 'ann', 'ben', 'cat', 'dan');
  const [ann, ben, cat, dan] = writers;
  const group = await ann.group('Crash', [ben, cat, dan]);
  const direct = await ann.direct_with(ben);
  const mixed = await cat.group('Changes', [dan]);
  const plain = [
    {
      conversation: group,
      senders: [
        ...writers.map((one) => new SocketSender(one, group)),
        new RestSender(ann, group),
        new RestSender(dan, group),
      ],
    },
    { conversation: direct, senders: [new SocketSender(ann, direct), new RestSender(ben, direct)] },
  ];
  return { reader: ben, plain, changer: new Changer(cat, mixed), mixed_reader: dan, mixed };
}

async function load_and_kill({ plain, changer }, round) {
  const senders = [...plain.flatMap((one) => one.senders), changer];
  const runs = Promise.all(senders.map((one) => one.run()));
  const acked = () => senders.reduce((sum, one) => sum + one.sent.filter((entry) => entry.acked).length, 0);
  const busy = eventually('the load is running', () => acked() > 20 + (round % 7) * 15);
  await Promise.race([busy, runs]);
  await pause((round * 37) % 90); // a different moment of a batch each time
  for (const one of senders) one.stopped = true;
  await server.kill();
  for (const one of senders) one.stop();
  await runs;
  return acked();
}

async function check(room, round) {
  for (const { conversation, senders } of room.plain) {
    check_sends(await room.reader.whole_history(conversation.id), senders, round);
    await send_again(senders);
    check_complete(await room.reader.whole_history(conversation.id), senders, round);
  }
  await check_changes(room.mixed_reader, await room.mixed_reader.whole_history(room.mixed.id), room.changer, round);
}

const snapshot = async (room) =>
  JSON.stringify(await Promise.all(room.plain.map(({ conversation }) => room.reader.whole_history(conversation.id))));

test(`nothing acknowledged is lost in ${rounds} crashes`, async (t) => {
  server = await Server.start({ args: no_limits });
  const past = [];
  let acknowledged = 0;
  let unacknowledged = 0;
  for (let round = 1; round <= rounds; ++round) {
    const room = await begin();
    acknowledged += await load_and_kill(room, round);
    unacknowledged += room.plain
      .flatMap((one) => one.senders)
      .reduce((sum, one) => sum + one.sent.filter((entry) => !entry.acked).length, 0);
    await server.launch();
    await check(room, round);
    past.push({ room, seen: await snapshot(room) });
    const older = past[(round * 13) % past.length];
    assert.equal(await snapshot(older.room), older.seen, `round ${round} changed an earlier conversation`);
  }
  for (const [i, { room, seen }] of past.entries())
    assert.equal(await snapshot(room), seen, `the conversations of round ${i + 1} changed later`);
  t.diagnostic(
    `${rounds} crashes, ${acknowledged} acknowledged sends kept, ${unacknowledged} unanswered ones stored at most once`,
  );
  assert.ok(acknowledged > rounds * 20, 'the server was not under load');
});

test('an orderly end under load loses nothing either', async () => {
  const room = await begin();
  const senders = room.plain.flatMap((one) => one.senders);
  const runs = Promise.all(senders.map((one) => one.run()));
  await eventually('the load is running', () =>
    senders.some((one) => one.sent.filter((entry) => entry.acked).length > 20),
  );
  for (const one of senders) one.stopped = true;
  await server.stop();
  for (const one of senders) one.stop();
  await runs;
  await server.launch();
  for (const { conversation, senders: own } of room.plain)
    check_sends(await room.reader.whole_history(conversation.id), own, 'orderly');
});
