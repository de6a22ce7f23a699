// One of three servers is cut off from PostgreSQL, from its standby too, or from Redis: silently, or with a refusal. The
// others go on, and it does as soon as it can. Needs root, for a network of its own.
import test, { after } from 'node:test';
import { conversation_topic } from './harness/person.mjs';
import { eventually, patience_ms, pause } from './harness/patience.mjs';
import { Namespace } from './harness/namespace.mjs';
import { ThreeNodes, survive } from './harness/three_nodes.mjs';

const missing = Namespace.missing();
const longer_than_a_lease = 20_000;
const [to_database, to_standby, to_redis] = [1, 2, 3];
let on;
after(() => on?.discard());

async function started(t) {
  on ??= await ThreeNodes.start({ apart: true, synchronous: true });
  t.after(() => on.space.heal());
}

for (const how of ['drop', 'reject']) {
  test(`a server without Redis (${how}) tells its people what the others say`, { skip: missing ?? false }, async (t) => {
    await started(t);
    await survive(t, on, `Redis, ${how}`, async (room, load) => {
      on.space.cut(on.space.at(to_redis), how);
      const cat = room.followers[2];
      const far = room.followers[0];
      const seen = (one, who) => one.kept.get(conversation_topic(room.big)).online.has(who.id);
      await load.goes_on();
      await room.stir();
      await eventually('its people are gone for the others', () => !seen(far, cat.person), 5 * patience_ms);
      await load.goes_on();
      on.space.heal();
    });
    await on.healthy();
  });

  test(`a server that is without Redis (${how}) for less than a lease sees who came and went`, { skip: missing ?? false }, async (t) => {
    await started(t);
    await survive(t, on, `Redis for short, ${how}`, async (room, load) => {
      on.space.cut(on.space.at(to_redis), how);
      await eventually('it notices', () => /Redis cannot be used[^]*$/.test(on.nodes[2].log.slice(-2000)));
      await room.stir();
      await load.goes_on();
      on.space.heal();
    });
    await on.healthy();
  });

  test(`a server without PostgreSQL (${how}) refuses, and the others go on`, { skip: missing ?? false }, async (t) => {
    await started(t);
    await survive(t, on, `PostgreSQL, ${how}`, async (room, load) => {
      const begun = Date.now();
      for (const service of [to_database, to_standby]) on.space.cut(on.space.at(service), how);
      await load.goes_on(10, room.senders_on(load, 0, 1));
      t.diagnostic(`the others went on within ${Date.now() - begun} ms`);
      await room.stir();
      const refused = () => room.senders_on(load, 2).some((sender) => sender.refusals.some((one) => one.status === 503));
      await eventually('its people are refused', refused, 6 * patience_ms);
      await pause(Math.max(0, begun + longer_than_a_lease - Date.now()));
      on.space.heal();
    });
    await on.healthy();
  });
}
