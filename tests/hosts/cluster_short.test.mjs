// One fault of each kind, in less than a minute: three servers on one PostgreSQL with a standby that is waited for, and one
// Redis. The long suites (cluster_faults, cluster_partitions, cluster_disk, cluster_clocks) have all of them.
import test, { after } from 'node:test';
import { eventually, patience_ms } from './harness/patience.mjs';
import { Namespace } from './harness/namespace.mjs';
import { ThreeNodes, survive } from './harness/three_nodes.mjs';

const missing = Namespace.missing();
let on;
after(() => on?.discard());

test('three servers lose nothing', async (t) => {
  on = await ThreeNodes.start({ synchronous: true, apart: !missing });
  const refused = (load) => {
    const before = load.refusals.length;
    return eventually('senders are refused', () => load.refusals.length > before, 3 * patience_ms);
  };
  const faults = {
    'when a server is killed': [{ closed: [1] }, async (room, load) => {
      await on.nodes[1].kill();
      await load.goes_on(5, room.senders_on(load, 0, 2));
      await on.nodes[1].launch();
    }],
    'when Redis is killed and comes back empty': [{}, async (room, load) => {
      await on.redis.stop();
      await room.stir();
      await load.goes_on();
      await on.redis.launch();
    }],
    'when PostgreSQL crashes': [{}, async (room, load) => {
      await on.database.stop('SIGQUIT');
      await room.stir();
      await refused(load);
      await on.database.launch();
    }],
    ...(missing ? {} : {
      'when a server is cut off from Redis': [{}, async (room, load) => {
        on.space.cut(on.space.at(3));
        await eventually('it notices', async () => (await (await fetch(`${on.nodes[2].url}/messaging/api/v1/health`)).json()).checks.redis === 'failed', 3 * patience_ms);
        await room.stir();
        await load.goes_on();
        on.space.heal();
      }],
    }),
    'when the standby takes over': [{}, async (room) => {
      await on.database.stop('SIGQUIT');
      await room.stir();
      on.standby.promote();
    }],
  };
  for (const [name, [expected, fault]] of Object.entries(faults)) {
    await t.test(name, (inner) => survive(inner, on, name, fault, expected));
  }
  if (missing) t.diagnostic(`not cut off from Redis: ${missing}`);
});
