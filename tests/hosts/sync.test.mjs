// A device that was away asks which of its conversations changed, page by page.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { people } from './harness/person.mjs';

let server;
before(async () => (server = await Server.start({ args: ['--messages-per-minute', '0', '--requests-per-minute', '0'] })));
after(() => server?.discard());

const ask = async (person, cursor = '', limit = 100) => {
  const answer = await person.rest.get(`sync/conversations?limit=${limit}&cursor=${cursor}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
};
const ids = ({ data }) => data.map((one) => one.conversationId);

describe('GET /sync/conversations', () => {
  test('lists what changed since the cursor, and nothing else', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const groups = [];
    for (let i = 0; i < 3; ++i) groups.push(await alice.group(`Group ${i}`, [bob]));
    const first = await ask(bob);
    assert.deepEqual(ids(first).sort(), groups.map((one) => one.id).sort());
    assert.deepEqual(Object.keys(first.meta).sort(), ['complete', 'cursor', 'epoch', 'reconcile', 'useq']);
    assert.deepEqual(Object.keys(first.data[0]).sort(), ['active', 'conversationId', 'eseq', 'mseq', 'useq']);
    assert.equal(first.meta.complete, true);
    assert.equal(first.meta.reconcile, false);
    assert.deepEqual((await ask(bob, first.meta.cursor)).data, []);

    const sent = await alice.send(groups[1].id, 'hello');
    const second = await ask(bob, first.meta.cursor);
    assert.deepEqual(second.data, [{ conversationId: groups[1].id, active: true, eseq: sent.eseq, mseq: sent.mseq, useq: 0 }]);

    await bob.rest.post(`conversations/${groups[2].id}/archive`);
    const third = await ask(bob, second.meta.cursor);
    assert.deepEqual(ids(third), [groups[2].id]);
    assert.equal(third.meta.useq, second.meta.useq + 1);
  });

  test('goes page by page, and loses nothing that changes meanwhile', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const groups = [];
    for (let i = 0; i < 5; ++i) groups.unshift((await alice.group(`Group ${i}`, [bob])).id);
    const seen = [];
    let page = { meta: { cursor: '' } };
    for (let i = 0; i < 2; ++i) {
      page = await ask(bob, page.meta.cursor, 2);
      assert.equal(page.meta.complete, i === 1);
      seen.push(...ids(page));
      if (i === 0) await alice.send(groups[4], 'now the newest');
    }
    assert.deepEqual(seen, groups.slice(0, 4));
    assert.deepEqual(ids(await ask(bob, page.meta.cursor)), [groups[4]]);
  });

  test('outlives the server', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const group = await alice.group('Kept', [bob]);
    await alice.group('Quiet', [bob]);
    const { meta } = await ask(bob);
    await alice.send(group.id, 'before');
    await server.restart();
    assert.deepEqual(ids(await ask(bob, meta.cursor)), [group.id]);
    await alice.send(group.id, 'after');
    const found = await ask(bob, meta.cursor);
    assert.deepEqual(ids(found), [group.id]);
    assert.equal(found.meta.reconcile, false);
  });

  test('refuses what it has not given, and who is nobody', async () => {
    const [alice] = people(server, 'alice');
    for (const cursor of ['x', 'a00ff', '%00', '%F0%9F%91%8D', 'a'.repeat(3000)]) {
      const { status, text } = await alice.rest.get(`sync/conversations?cursor=${cursor}`);
      assert.equal(status, 422, text);
      assert.match(text, /cursor/);
    }
    const { status } = await alice.rest.get('sync/conversations', { authorization: 'Bearer nobody' });
    assert.equal(status, 401);
  });
});
