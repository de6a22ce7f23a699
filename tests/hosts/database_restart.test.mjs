// PostgreSQL is restarted while two servers use it: nobody is told anything wrong meanwhile, and all goes on by itself.
import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { Postgres } from './harness/postgres.mjs';
import { eventually } from './harness/patience.mjs';
import { exchange } from './harness/rest.mjs';
import { TwoNodes } from './harness/two_nodes.mjs';

let on;
after(() => on?.discard());

async function check_unavailable(node, person, conversation) {
  const path = `conversations/${conversation.id}/messages`;
  const calls = [
    () => person.rest.get(path),
    () => person.rest.get('conversations'),
    () => person.rest.post(path, { content: 'not now', message_type: 'text' }),
  ];
  for (const call of calls) {
    const answer = await call();
    assert.equal(answer.status, 503, answer.text);
    assert.match(answer.headers['retry-after'], /^[1-9][0-9]*$/);
    assert.match(answer.text, /temporary_unavailable/);
  }
  for (const open of ['/live', '/']) {
    const answer = await exchange(node.url, { path: open });
    assert.equal(answer.status, 200, `${open}: ${answer.text}`);
  }
}

test('a restart of PostgreSQL loses nothing and no connection', async (t) => {
  on = await TwoNodes.start({ database: await Postgres.start() });
  for (const signal of ['SIGINT', 'SIGQUIT']) {
    await t.test(signal, async () => {
      const room = await on.room();
      const load = room.load();
      await load.goes_on();
      await on.database.stop(signal);
      for (const [i, node] of on.nodes.entries()) await check_unavailable(node, room.writers[i], room.group);
      const refused = load.refusals.length;
      await eventually('senders are refused', () => load.refusals.length > refused);
      await on.database.launch();
      await load.goes_on();
      await load.stop();
      await room.check(load, signal);
      assert.equal(room.closed_sockets(), 0);
      for (const { status, retry_after } of load.refusals.filter((one) => typeof one.status === 'number')) {
        assert.equal(status, 503);
        assert.ok(Number(retry_after) > 0);
      }
    });
  }
});
