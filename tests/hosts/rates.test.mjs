// How fast a user may ask, and what is said of it (REST.md §1.10 sane).
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Rest } from './harness/rest.mjs';
import { Server } from './harness/server.mjs';
import { conversation_topic, fresh_random, people } from './harness/person.mjs';

const body = () => ({ content: 'x', message_type: 'text', client_random: fresh_random() });
const number = (answer, name) => Number(answer.headers[`x-ratelimit-${name}`]);

function has_limit(answer, limit) {
  assert.equal(number(answer, 'limit'), limit, answer.text);
  const remaining = number(answer, 'remaining');
  assert.ok(remaining >= 0 && remaining < limit, `${remaining} remaining`);
  const ahead = number(answer, 'reset') - Date.now() / 1000;
  assert.ok(ahead > 30 && ahead <= 61, `reset in ${ahead} s`);
}

function is_too_fast(answer, limit) {
  assert.equal(answer.status, 429, answer.text);
  const seconds = answer.body.retry_after;
  assert.ok(Number.isInteger(seconds) && seconds >= 1 && seconds <= 60, answer.text);
  assert.deepEqual(answer.body, {
    error: 'Too Many Requests',
    message: `Rate limit exceeded. Please retry after ${seconds} seconds.`,
    retry_after: seconds,
  });
  assert.equal(answer.headers['retry-after'], String(seconds));
  has_limit(answer, limit);
  assert.equal(number(answer, 'remaining'), 0);
}

describe('by default', () => {
  let server;
  before(async () => (server = await Server.start()));
  after(() => server?.discard());

  test('every answer to a user says what is left, refusals too, and browsers may read it', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const conversation = await alice.direct_with(bob);
    for (const answer of [
      await alice.rest.get('conversations'),
      await alice.rest.get('conversations/not-a-uuid'),
      await alice.rest.get('messages/99999999-9999-4999-8999-999999999999'),
      await alice.rest.post('conversations', { type: 'neither' }),
    ]) {
      has_limit(answer, 6000);
      const exposed = answer.headers['access-control-expose-headers'];
      for (const name of ['limit', 'remaining', 'reset']) assert.ok(exposed.includes(`x-ratelimit-${name}`), exposed);
    }
    // Sending has the narrower limit, so that is the one that is told.
    has_limit(await alice.rest.post(`conversations/${conversation.id}/messages`, body()), 100);
    const first = number(await alice.rest.get('conversations'), 'remaining');
    for (let i = 0; i < 20; ++i) await alice.rest.get('conversations');
    assert.ok(number(await alice.rest.get('conversations'), 'remaining') < first);
  });

  test('nobody in particular has no limit to be told', async () => {
    for (const answer of [await new Rest(server).get('conversations'), await new Rest(server).get('health')]) {
      assert.equal(answer.headers['x-ratelimit-limit'], undefined);
    }
  });

  test('a burst of 150 requests is answered', async () => {
    const [alice] = people(server, 'alice');
    const answers = await Promise.all(Array.from({ length: 150 }, () => alice.rest.get('conversations')));
    assert.ok(answers.every((answer) => answer.status === 200));
  });
});

test('too many requests are refused with 429, one user without the others', async (t) => {
  const server = await Server.start({ args: ['--requests-per-minute', '3'] });
  t.after(() => server.discard());
  const [alice, bob] = people(server, 'alice', 'bob');
  for (let i = 0; i < 3; ++i) {
    const answer = await alice.rest.get('conversations');
    assert.equal(answer.status, 200);
    assert.equal(number(answer, 'remaining'), 2 - i);
  }
  is_too_fast(await alice.rest.get('conversations'), 3);
  assert.equal((await bob.rest.get('conversations')).status, 200);
});

test('too many messages are refused with 429 and rate_limited, while reading goes on', async (t) => {
  const server = await Server.start({ args: ['--messages-per-minute', '2'] });
  t.after(() => server.discard());
  const [alice, bob] = people(server, 'alice', 'bob');
  t.after(() => alice.disconnect());
  const conversation = await alice.direct_with(bob);
  const path = `conversations/${conversation.id}/messages`;
  for (let i = 0; i < 2; ++i) assert.equal((await alice.rest.post(path, body())).status, 201);
  const refused = await alice.rest.post(path, body());
  is_too_fast(refused, 2);
  assert.equal((refused.text.match(/retry_after/g) ?? []).length, 1);
  assert.equal((await alice.history(conversation.id)).length, 2);
  const at_alice = await alice.connect();
  await at_alice.join(conversation_topic(conversation));
  assert.deepEqual(await at_alice.push(conversation_topic(conversation), 'new_message', body()), {
    status: 'error',
    response: { reason: 'rate_limited' },
  });
});

test('without limits nothing is said of them', async (t) => {
  const server = await Server.start({ args: ['--requests-per-minute', '0', '--messages-per-minute', '0'] });
  t.after(() => server.discard());
  const [alice] = people(server, 'alice');
  assert.equal((await alice.rest.get('conversations')).headers['x-ratelimit-limit'], undefined);
});
