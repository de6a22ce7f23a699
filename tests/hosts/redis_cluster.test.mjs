// Two nodes on a Redis Cluster: on one of its shards, or on all of its nodes; and what happens when the shard moves.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Cluster } from './harness/cluster.mjs';
import { conversation_topic } from './harness/person.mjs';
import { eventually, patience_ms } from './harness/patience.mjs';
import { RedisCluster } from './harness/redis.mjs';

const limit = 200;

async function usable(cluster) {
  await eventually(
    'the nodes can use it',
    async () => {
      for (const node of cluster.nodes) {
        const metrics = await (await fetch(`${node.admin_url}/metrics`)).text();
        const health = await (await fetch(`${node.url}/messaging/api/v1/health`)).json();
        if (!/^whispr_rates_shared 1/m.test(metrics) || health.status !== 'ok') return false;
      }
      return true;
    },
    4 * patience_ms,
  );
}

async function pair(cluster, t) {
  const alice = cluster.person(0, 'alice');
  const bob = cluster.person(1, 'bob');
  const conversation = await alice.direct_with(bob);
  const topic = conversation_topic(conversation);
  const [at_alice, at_bob] = [await alice.connect(), await bob.connect()];
  await at_alice.join(topic);
  await at_bob.join(topic);
  t.after(() => [alice, bob].forEach((one) => one.disconnect()));
  return { alice, bob, conversation, topic, at_alice, at_bob };
}

// A message, presence and typing, which come through Redis alone; siblings' events from each node of the cluster; a limit.
async function works(cluster, t) {
  await usable(cluster);
  const { alice, bob, conversation, topic, at_alice, at_bob } = await pair(cluster, t);
  await at_alice.next(topic, 'presence_diff', (diff) => Boolean(diff.joins[bob.id]));
  const sent = await alice.send(conversation.id, 'hello');
  assert.equal((await at_bob.next(topic, 'new_message')).payload.message.id, sent.id);
  at_bob.tell(topic, 'user_typing', { typing: true });
  assert.equal((await at_alice.next(topic, 'user_typing')).payload.userId, bob.id);
  for (const [n, node] of cluster.redis.nodes.entries()) {
    node.ask('PUBLISH', 'whispr:user_events', JSON.stringify({ user_id: bob.id, event: 'inbox:new', payload: { n } }));
    await at_bob.next(`user:${bob.id}`, 'inbox:new', (payload) => payload.n === n);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await eventually('both nodes count one user down', async () => {
    const carol = cluster.person(0, 'carol');
    const clients = [carol, cluster.person(1, 'carol', carol.id)];
    const left = [];
    for (const client of clients) left.push(Number((await client.rest.get('conversations')).headers['x-ratelimit-remaining']));
    return left[0] === limit - 1 && left[1] === limit - 2;
  });
}

const subscribers = (node, kind, channel) => Number(node.ask('PUBSUB', kind, channel).split('\n')[1] ?? 0);

for (const [name, count, args] of [
  ['a cluster of one node, one shard', 1, ['--redis-sharded']],
  ['a cluster of three nodes, all of them', 3, []],
]) {
  describe(name, () => {
    let cluster;
    before(async () => {
      const redis = await RedisCluster.start(count);
      cluster = await Cluster.start({ redis, args: ['--requests-per-minute', String(limit), ...args] });
    });
    after(() => cluster?.discard());
    test('two nodes are one server', (t) => works(cluster, t));
  });
}

describe('a cluster of three nodes, one shard', () => {
  let cluster;
  let redis;
  before(async () => {
    redis = await RedisCluster.start();
    cluster = await Cluster.start({ redis, args: ['--requests-per-minute', String(limit), '--redis-sharded'] });
  });
  after(() => cluster?.discard());

  test('two nodes are one server, and talk on the node that owns the shard', async (t) => {
    await works(cluster, t);
    const owner = redis.owner('whispr:events');
    for (const node of redis.nodes) {
      assert.equal(subscribers(node, 'SHARDNUMSUB', 'whispr:events'), node === owner ? 2 : 0);
      assert.equal(subscribers(node, 'NUMSUB', 'whispr:events'), 0);
    }
  });

  test('what moderators are told is heard on whatever node of the cluster', async (t) => {
    const { alice, bob, conversation } = await pair(cluster, t);
    const listening = [];
    const { spawn } = await import('node:child_process');
    for (const node of redis.nodes) {
      const child = spawn('redis-cli', ['-p', String(node.port), 'SUBSCRIBE', 'whispr:moderation:report_created']);
      t.after(() => child.kill());
      const heard = { text: '' };
      child.stdout.on('data', (bytes) => (heard.text += bytes));
      listening.push(heard);
      await eventually('it listens', () => heard.text.includes('subscribe'));
    }
    const sent = await alice.send(conversation.id, 'bad');
    const report = await bob.rest.post('reports', {
      reported_user_id: alice.id, conversation_id: conversation.id, message_id: sent.id, category: 'spam',
    });
    assert.equal(report.status, 201, report.text);
    for (const heard of listening) await eventually('it is told', () => heard.text.includes(report.body.data.id));
  });

  test('a shard that moves to another node is followed, and nothing is lost', async (t) => {
    const { alice, bob, conversation, topic, at_alice, at_bob } = await pair(cluster, t);
    const sent = [];
    const send = async () => {
      sent.push(`number ${sent.length}`);
      await alice.send(conversation.id, sent.at(-1));
    };
    await send();
    for (const name of ['whispr:events', '{whispr:rates}:']) {
      const to = redis.nodes.find((node) => node !== redis.owner(name));
      redis.move(name, to);
      await send();
      if (name === 'whispr:events') {
        await eventually('both nodes listen there', () => subscribers(to, 'SHARDNUMSUB', name) === 2, 4 * patience_ms);
      }
      await send();
    }
    await usable(cluster);
    const heard = [];
    while (heard.length < sent.length) heard.push((await at_bob.next(topic, 'new_message')).payload.message.content);
    assert.deepEqual(heard, sent);
    at_bob.tell(topic, 'user_typing', { typing: true });
    assert.equal((await at_alice.next(topic, 'user_typing')).payload.userId, bob.id);
  });

  test('a node of the cluster that dies is missed, and nothing is lost', async (t) => {
    const { alice, conversation, topic, at_bob } = await pair(cluster, t);
    await redis.nodes[0].stop();
    await alice.send(conversation.id, 'while it is away');
    await at_bob.next(topic, 'new_message', (payload) => payload.message.content === 'while it is away');
    await redis.nodes[0].launch();
    await usable(cluster);
    await alice.send(conversation.id, 'after');
    await at_bob.next(topic, 'new_message', (payload) => payload.message.content === 'after');
  });
});
