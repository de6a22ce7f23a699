// A Redis with Sentinels loses the server that takes writes: the nodes find the next one by themselves.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Cluster } from './harness/cluster.mjs';
import { conversation_topic } from './harness/person.mjs';
import { eventually, patience_ms } from './harness/patience.mjs';
import { WatchedRedis } from './harness/redis.mjs';

const limit = 40;
let cluster;
before(async () => {
  cluster = await Cluster.start({ redis: await WatchedRedis.start(), args: ['--requests-per-minute', String(limit)] });
});
after(() => cluster?.discard());

const health = async (node) => (await fetch(`${node.url}/messaging/api/v1/health`)).json();
const metric = async (node, name) =>
  Number(new RegExp(`^${name} (.*)$`, 'm').exec(await (await fetch(`${node.admin_url}/metrics`)).text())?.[1]);
const all_are = (what, status, shared) =>
  eventually(
    what,
    async () => {
      for (const node of cluster.nodes) {
        if ((await health(node)).status !== status) return false;
        if ((await metric(node, 'whispr_rates_shared')) !== shared) return false;
      }
      return true;
    },
    4 * patience_ms,
  );
const remaining = async (person) => Number((await person.rest.get('conversations')).headers['x-ratelimit-remaining']);

test('the bus, the limits and what sibling services say move to the next server, and no message is lost', async (t) => {
  await all_are('everything works', 'ok', 1);
  const [alice, bob] = [cluster.person(0, 'alice'), cluster.person(1, 'bob')];
  t.after(() => [alice, bob].forEach((one) => one.disconnect()));
  const conversation = await alice.direct_with(bob);
  const topic = conversation_topic(conversation);
  const [at_alice, at_bob] = [await alice.connect(), await bob.connect()];
  await at_alice.join(topic);
  await at_bob.join(topic);
  const sent = [];
  const send = async () => {
    sent.push(`number ${sent.length}`);
    await at_alice.push(topic, 'new_message', { content: sent.at(-1), message_type: 'text', client_random: 1000 + sent.length });
  };
  await send();

  // Alice goes on writing while the server dies and another takes its place.
  let moving = true;
  const writes = (async () => {
    while (moving) {
      await send();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  const killed = await cluster.redis.fail_over();
  await all_are('everything works again', 'ok', 1);
  moving = false;
  await writes;
  await send();

  const heard = [];
  while (heard.length < sent.length) heard.push((await at_bob.next(topic, 'new_message')).payload.message.content);
  assert.deepEqual(heard, sent);
  const stored = (await bob.whole_history(conversation.id)).map((message) => message.content);
  assert.deepEqual(stored, sent);

  // On the other server now, and by it: what comes without the store, and what only Redis knows.
  at_bob.tell(topic, 'user_typing', { typing: true });
  assert.equal((await at_alice.next(topic, 'user_typing')).payload.userId, bob.id);
  const next = cluster.redis.master;
  next.ask('PUBLISH', 'whispr:user_events', JSON.stringify({ user_id: bob.id, event: 'inbox:new', payload: { n: 2 } }));
  assert.deepEqual((await at_bob.next(`user:${bob.id}`, 'inbox:new')).payload, { n: 2 });
  await eventually('both nodes count one user down', async () => {
    const carol = cluster.person(0, 'carol');
    const clients = [carol, cluster.person(1, 'carol', carol.id)];
    return (await remaining(clients[0])) === limit - 1 && (await remaining(clients[1])) === limit - 2;
  });
  assert.ok(next.ask('KEYS', '{whispr:rates}:*').includes('rates'));

  // The old one comes back and follows; nothing is to be noticed of it.
  await killed.launch();
  await eventually('it follows', () => killed.ask('ROLE').startsWith('slave'), 4 * patience_ms);
  await send();
  assert.equal((await at_bob.next(topic, 'new_message')).payload.message.content, sent.at(-1));

  // An operator moves it by hand: the old server lives on, and takes no more writes.
  // It wants to have seen the other one follow for a moment.
  const failover = () => cluster.redis.sentinels[0].ask('SENTINEL', 'FAILOVER', 'main') === 'OK';
  await eventually('it may be moved', failover, 4 * patience_ms);
  await eventually('it has moved', () => cluster.redis.master === killed && killed.ask('ROLE').startsWith('master'), 4 * patience_ms);
  await eventually('the old one follows', () => next.ask('ROLE').startsWith('slave'), 4 * patience_ms);
  await all_are('everything works once more', 'ok', 1);
  await send();
  assert.equal((await at_bob.next(topic, 'new_message')).payload.message.content, sent.at(-1));
  await eventually('both nodes listen to the new one', () =>
    Number(killed.ask('PUBSUB', 'NUMSUB', 'whispr:events').split('\n')[1]) === 2, 4 * patience_ms);
  await eventually('limits are counted there', () => killed.ask('CLIENT', 'LIST').includes('cmd=evalsha'));
});
