// The clock of one of three servers is ten minutes off. Messages keep their order and the database's time, what is
// scheduled comes when it is due, once, and nobody is lost or haunts the place.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Person, conversation_topic } from './harness/person.mjs';
import { eventually, patience_ms, pause } from './harness/patience.mjs';
import { shifted_time, time_cannot_be_shifted } from './harness/shifted_time.mjs';
import { ThreeNodes, survive } from './harness/three_nodes.mjs';

const missing = time_cannot_be_shifted() ?? false;
const near = (text, moment, seconds = 30) => Math.abs(Date.parse(text) - moment) < seconds * 1000;

async function start(t, seconds) {
  const on = await ThreeNodes.start({ standby: false, env: { 1: shifted_time(seconds) } });
  t.after(() => on.discard());
  const { headers } = await fetch(`${on.nodes[1].url}/live`);
  if (headers.get('date')) assert.ok(near(headers.get('date'), Date.now() + seconds * 1000), 'its clock is not off');
  return on;
}

for (const seconds of [600, -600]) {
  test(`a clock that is ${seconds} seconds off`, { skip: missing }, async (t) => {
    const on = await start(t, seconds);
    const { room } = await survive(t, on, `${seconds} s`, async (there, load) => {
      await there.stir();
      await load.goes_on(20);
      await pause(17_000); // longer than a lease
      await there.stir();
    });
    for (const { conversation, people } of room.places) {
      for (const message of await room.history(people[0], conversation)) {
        assert.ok(near(message.sentAt, Date.now(), 120), `${message.sentAt} is not the database's time`);
      }
    }
  });

  test(`what the others say is told without Redis by a server whose clock is ${seconds} seconds off`, { skip: missing }, async (t) => {
    const on = await start(t, seconds);
    await survive(t, on, `${seconds} s, Redis`, async (room, load) => {
      await on.redis.stop();
      await load.goes_on();
      await room.stir();
      await load.goes_on();
      await on.redis.launch();
    });
    // A conversation of which the server has heard nothing yet.
    const [ann, eve] = [new Person(on.nodes[0], 'ann'), new Person(on.nodes[1], 'eve')];
    t.after(() => eve.disconnect());
    await on.redis.stop();
    const health = async () => (await fetch(`${on.nodes[1].url}/messaging/api/v1/health`)).json();
    await eventually('it notices', async () => (await health()).checks.redis === 'failed');
    const conversation = await ann.direct_with(eve);
    const topic = conversation_topic(conversation);
    const connection = await eve.connect();
    await connection.join(topic);
    const sent = await ann.send(conversation.id, 'is it heard');
    await connection.next(topic, 'new_message', ({ message }) => message.id === sent.id);
    await on.redis.launch();
  });

  test(`what is scheduled comes when it is due with a clock that is ${seconds} seconds off`, { skip: missing }, async (t) => {
    const on = await start(t, seconds);
    const room = await on.room();
    t.after(() => room.leave());
    const due = Date.now() + 65_000;
    for (const person of room.people.slice(0, 3)) {
      const body = { conversation_id: room.big.id, content: `due ${person.name}`, message_type: 'text', scheduled_at: new Date(due).toISOString() };
      const answer = await person.rest.post('messages/scheduled', body);
      assert.equal(answer.status, 201, answer.text);
    }
    // What lives for five minutes is there for everybody, although it is over by a clock that is ahead.
    const short = await room.people[1].send(room.big.id, 'for a while', { expires_at: new Date(Date.now() + 300_000).toISOString() });
    const shown = await room.history(room.people[1], room.big);
    assert.ok(shown.some((one) => one.id === short.id), 'it is over too early');
    const texts = async () => (await room.history(room.people[0], room.big)).filter((one) => one.content?.startsWith('due '));
    while (Date.now() < due - 1000) {
      assert.equal((await texts()).length, 0, 'one came too early');
      await pause(1000);
    }
    await eventually('they come', async () => (await texts()).length === 3, 3 * patience_ms);
    await pause(3000);
    const came = await texts();
    assert.equal(came.length, 3, 'one came twice');
    for (const message of came) assert.ok(Date.parse(message.sentAt) >= due - 1000, 'one came too early');
  });
}
