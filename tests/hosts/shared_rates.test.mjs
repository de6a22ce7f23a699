// Limits of a user are those of all nodes together (REST.md §1.10 sane), as long as there is a Redis; without one every
// node counts by itself, and nobody waits.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Cluster } from './harness/cluster.mjs';
import { conversation_topic, fresh_random } from './harness/person.mjs';
import { eventually } from './harness/patience.mjs';

const body = () => ({ content: 'x', message_type: 'text', client_random: fresh_random() });
const number = (answer, name) => Number(answer.headers[`x-ratelimit-${name}`]);
const limit = 12;
let cluster;
before(async () => (cluster = await Cluster.start({ args: ['--requests-per-minute', String(limit)] })));
after(() => cluster?.discard());

async function metric(node, name) {
  const text = await (await fetch(`${node.admin_url}/metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
}
const all_share = () =>
  eventually('the nodes count together', async () => {
    const shared = await Promise.all(cluster.nodes.map((node) => metric(node, 'whispr_rates_shared')));
    return shared.every((one) => one === 1);
  });
const none_shares = () =>
  eventually('the nodes count by themselves', async () => {
    const shared = await Promise.all(cluster.nodes.map((node) => metric(node, 'whispr_rates_shared')));
    return shared.every((one) => one === 0);
  });

// A user's clients at both nodes.
function user(name) {
  const first = cluster.person(0, name);
  return [first, cluster.person(1, name, first.id)];
}

// A machine that is held up for longer than the nodes wait for Redis lets them count by themselves, as it should: such a
// run proves nothing, and another user tries again.
async function undisturbed(attempt) {
  const late = async () => (await Promise.all(cluster.nodes.map((node) => metric(node, 'whispr_rates_late_total')))).join();
  for (let i = 0; ; i += 1) {
    await all_share();
    const before_it = await late();
    try {
      await attempt();
    } catch (error) {
      if (i < 5 && (await late()) !== before_it) continue;
      throw error;
    }
    return;
  }
}

const ask = async (clients, times) => {
  const answers = [];
  for (let i = 0; i < times; i += 1) answers.push(await clients[i % clients.length].rest.get('conversations'));
  return answers;
};

describe('with Redis', () => {
  test('two nodes count one user down together, to the last request', () =>
    undisturbed(async () => {
      const clients = user('alice');
      for (const [i, answer] of (await ask(clients, limit)).entries()) {
        assert.equal(answer.status, 200);
        assert.deepEqual([number(answer, 'limit'), number(answer, 'remaining')], [limit, limit - 1 - i]);
      }
      for (const answer of await ask(clients, 4)) {
        assert.equal(answer.status, 429, answer.text);
        assert.equal(number(answer, 'remaining'), 0);
        const seconds = answer.body.retry_after;
        assert.ok(Number.isInteger(seconds) && seconds >= 1 && seconds <= 60, answer.text);
        assert.equal(answer.body.message, `Rate limit exceeded. Please retry after ${seconds} seconds.`);
        assert.equal(answer.headers['retry-after'], String(seconds));
      }
      assert.equal((await ask(user('somebody else'), 1))[0].status, 200);
    }));

  test('at once, too: no more are served than may be', () =>
    undisturbed(async () => {
      const clients = user('bob');
      const answers = (await Promise.all(clients.map((client) => Promise.all(Array.from({ length: limit }, () => ask([client], 1)))))).flat(2);
      assert.equal(answers.filter((answer) => answer.status === 200).length, limit);
      assert.deepEqual(
        answers.filter((answer) => answer.status === 200).map((answer) => number(answer, 'remaining')).sort((a, b) => a - b),
        Array.from({ length: limit }, (_, i) => i),
      );
    }));

  test('what is kept is small, and goes by itself', async () => {
    await ask(user('carol'), 6);
    const keys = cluster.redis.ask('KEYS', '{whispr:rates}:*').split('\n');
    assert.ok(keys.length >= 1);
    for (const key of keys) {
      const seconds = Number(cluster.redis.ask('TTL', key));
      assert.ok(seconds > 0 && seconds <= 62, `${key} is kept for ${seconds} s`);
    }
  });

  test('a Redis that forgets everything, or the script, is asked all the same', () =>
    undisturbed(async () => {
      const clients = user('dora');
      for (const answer of await ask(clients, 4)) assert.equal(answer.status, 200);
      cluster.redis.ask('SCRIPT', 'FLUSH');
      const [next] = await ask(clients, 1);
      assert.equal(number(next, 'remaining'), limit - 5);
      cluster.redis.ask('FLUSHALL');
      cluster.redis.ask('SCRIPT', 'FLUSH');
      // What a node has served itself, it still knows.
      const [after_it] = await ask(clients, 1);
      assert.equal(after_it.status, 200);
      for (let i = 0; i < 2; i += 1) await ask([clients[i]], limit);
      for (const client of clients) assert.equal((await ask([client], 1))[0].status, 429);
    }));
});

describe('messages', () => {
  let messages;
  before(async () => (messages = await Cluster.start({ redis: cluster.redis })));
  after(async () => {
    for (const node of messages?.nodes ?? []) await node.discard();
  });

  test('a hundred a minute are those of both nodes, on sockets and through REST', async (t) => {
    const alice = messages.person(0, 'alice');
    const too = messages.person(1, 'alice', alice.id);
    const bob = messages.person(1, 'bob');
    t.after(() => [alice, too].forEach((one) => one.disconnect()));
    const conversation = await alice.direct_with(bob);
    const topic = conversation_topic(conversation);
    const sockets = [await alice.connect(), await too.connect()];
    for (const socket of sockets) await socket.join(topic);
    let sent = 0;
    for (let i = 0; i < 90; i += 1) {
      const reply = await sockets[i % 2].push(topic, 'new_message', body());
      assert.equal(reply.status, 'ok', JSON.stringify(reply));
      sent += 1;
    }
    let refused;
    const path = `conversations/${conversation.id}/messages`;
    let before_it = 100;
    while (!refused) {
      const answer = await [alice, too][sent % 2].rest.post(path, body());
      if (answer.status === 429) refused = answer;
      else {
        assert.equal(answer.status, 201);
        assert.equal(number(answer, 'limit'), 100);
        assert.ok(number(answer, 'remaining') <= before_it, 'it goes down, though the last of the other node may lack');
        before_it = number(answer, 'remaining');
        sent += 1;
      }
      assert.ok(sent <= 110, 'nobody counts');
    }
    // A message is told the others a moment after it was sent.
    assert.ok(sent >= 100 && sent <= 103, `${sent} messages within a minute`);
    assert.equal(number(refused, 'limit'), 100);
    await eventually('both refuse', async () => {
      const replies = await Promise.all(sockets.map((socket) => socket.push(topic, 'new_message', body())));
      return replies.every((reply) => reply.response.reason === 'rate_limited');
    });
  });
});

describe('without Redis', () => {
  // Every answer comes; how long the slowest took is told where it goes wrong.
  async function serves(clients, times) {
    const begun = Date.now();
    for (const answer of await ask(clients, times)) assert.equal(answer.status, 200, answer.text);
    return Date.now() - begun;
  }

  test('a Redis that stands still holds nobody up, and counts again afterwards', async () => {
    const clients = user('erin');
    await all_share();
    cluster.redis.signal('SIGSTOP');
    try {
      // The first of each node waits for 30 ms, no other does.
      const took = await serves(clients, 2 * limit);
      assert.ok(took < 4000, `${took} ms`);
      for (const answer of await ask(clients, 2)) assert.equal(answer.status, 429, 'each node counts by itself');
    } finally {
      cluster.redis.signal('SIGCONT');
    }
    await undisturbed(async () => {
      const again = user('frank');
      assert.deepEqual((await ask(again, 4)).map((answer) => number(answer, 'remaining')), [limit - 1, limit - 2, limit - 3, limit - 4]);
    });
  });

  test('nor does one that dies', async () => {
    const clients = user('gina');
    await all_share();
    await cluster.redis.stop();
    await serves(clients, 2 * limit);
    await none_shares();
    for (const answer of await ask(clients, 2)) assert.equal(answer.status, 429, 'each node counts by itself');
    await cluster.redis.launch();
    await undisturbed(async () => {
      const again = user('hans');
      assert.deepEqual((await ask(again, 4)).map((answer) => number(answer, 'remaining')), [limit - 1, limit - 2, limit - 3, limit - 4]);
    });
  });
});
