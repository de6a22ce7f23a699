// Reading history and lists page by page while others write: nothing is lost, nothing comes twice, everything is in order.
import crypto from 'node:crypto';
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { people } from './harness/person.mjs';

let server;
before(async () => (server = await Server.start({ args: ['--messages-per-minute', '0', '--requests-per-minute', '0'] })));
after(() => server?.discard());

async function history(count) {
  const [alice, bob] = people(server, 'alice', 'bob');
  const conversation = await alice.direct_with(bob);
  const all = [];
  for (let i = 1; i <= count; ++i) all.push(await (i % 2 ? alice : bob).send(conversation.id, String(i)));
  return { alice, bob, conversation, all };
}

const numbers = (page) => page.map((one) => one.mseq);
const down = (from, to) => Array.from({ length: from - to + 1 }, (_, i) => from - i);

async function page_of(person, conversation, query) {
  const answer = await person.rest.get(`conversations/${conversation.id}/messages?${query}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
}

// Writes as fast as it can until it is stopped.
function writer(person, conversation) {
  let going = true;
  const done = (async () => {
    for (let i = 0; going; ++i) await person.send(conversation.id, `${person.name} writes ${i}`);
  })();
  return () => {
    going = false;
    return done;
  };
}

describe('REST.md §6.3: history with cursors by number', () => {
  test('is paged both ways', async () => {
    const { alice, conversation } = await history(9);
    const at = async (query) => numbers((await page_of(alice, conversation, query)).data);
    assert.deepEqual(await at('limit=3'), [9, 8, 7]);
    assert.deepEqual(await at('limit=3&before_mseq=7'), [6, 5, 4]);
    assert.deepEqual(await at('limit=3&after_mseq=0'), [3, 2, 1]);
    assert.deepEqual(await at('limit=3&after_mseq=7'), [9, 8]);
    assert.deepEqual(await at('after_mseq=2&before_mseq=6'), [5, 4, 3]);
    assert.deepEqual(await at('before_mseq=1'), []);
    assert.deepEqual(await at('before_mseq=-5'), []);
    assert.deepEqual(await at('after_mseq=9223372036854775807'), []);
    for (const query of ['before_mseq=x', 'after_mseq=1.5', 'before_mseq=99999999999999999999']) {
      const answer = await alice.rest.get(`conversations/${conversation.id}/messages?${query}`);
      assert.deepEqual([answer.status, answer.body], [400, { errors: { detail: 'Bad Request' } }], query);
    }
  });
});

describe('a page around a message', () => {
  test('has it in its middle and says where history goes on', async () => {
    const { alice, conversation, all } = await history(12);
    const around = async (mseq, limit) => {
      const { data, meta } = await page_of(alice, conversation, `around=${all[mseq - 1].id}&limit=${limit}`);
      return [numbers(data), meta.hasMore, meta.hasNewer, meta.count];
    };
    assert.deepEqual(await around(6, 5), [[8, 7, 6, 5, 4], true, true, 5]);
    assert.deepEqual(await around(1, 5), [[3, 2, 1], false, true, 3]);
    assert.deepEqual(await around(12, 5), [[12, 11, 10], true, false, 3]);
    assert.deepEqual(await around(6, 50), [down(12, 1), false, false, 12]);
    assert.equal((await page_of(alice, conversation, 'limit=3')).meta.hasNewer, undefined);
  });

  test('of what cannot be seen is a constant 404, and of no id a 400', async () => {
    const { alice, bob, conversation, all } = await history(5);
    const [carol] = people(server, 'carol');
    const elsewhere = await alice.send((await alice.direct_with(carol)).id, 'elsewhere');
    await alice.rest.delete(`messages/${all[1].id}`);
    await bob.rest.delete(`messages/${all[3].id}?delete_for_everyone=true`);
    for (const id of [elsewhere.id, all[1].id, all[3].id, crypto.randomUUID()]) {
      const answer = await alice.rest.get(`conversations/${conversation.id}/messages?around=${id}`);
      assert.deepEqual([answer.status, answer.body], [404, { error: 'Resource not found' }]);
    }
    assert.deepEqual(numbers((await page_of(bob, conversation, `around=${all[1].id}`)).data), [5, 3, 2, 1]);
    for (const id of ['zzz', '5', `${all[0].id}x`]) {
      const answer = await alice.rest.get(`conversations/${conversation.id}/messages?around=${id}`);
      assert.deepEqual([answer.status, answer.body], [400, { errors: { detail: 'Bad Request' } }], id);
    }
    const refused = await carol.rest.get(`conversations/${conversation.id}/messages?around=${all[0].id}`);
    assert.deepEqual([refused.status, refused.body], [403, { error: 'Unauthorized' }]);
  });
});

describe('while others write', () => {
  // Every way to go through a history from end to end, as pages newest first.
  const ways = {
    'back by time': async (person, conversation) => {
      const all = [];
      for (let query = ''; ; ) {
        const { data, meta } = await page_of(person, conversation, `limit=7${query}`);
        all.push(...data);
        if (!meta.hasMore) return all;
        query = `&before=${encodeURIComponent(data.at(-1).sentAt)}`;
      }
    },
    'back by number': async (person, conversation) => {
      const all = [];
      for (let query = ''; ; ) {
        const { data, meta } = await page_of(person, conversation, `limit=7${query}`);
        all.push(...data);
        if (!meta.hasMore) return all;
        query = `&before_mseq=${data.at(-1).mseq}`;
      }
    },
    'forward by time': async (person, conversation) => {
      let all = [];
      for (let after = '2000-01-01T00:00:00Z'; ; ) {
        const { data, meta } = await page_of(person, conversation, `limit=9&after=${encodeURIComponent(after)}`);
        all = [...data, ...all];
        if (!meta.hasMore) return all;
        after = data[0].sentAt;
      }
    },
    'forward by number': async (person, conversation) => {
      let all = [];
      for (let after = 0; ; ) {
        const { data, meta } = await page_of(person, conversation, `limit=9&after_mseq=${after}`);
        all = [...data, ...all];
        if (!meta.hasMore) return all;
        after = data[0].mseq;
      }
    },
    'from the middle': async (person, conversation, all) => {
      const middle = all[Math.floor(all.length / 2)];
      const { data, meta } = await page_of(person, conversation, `limit=6&around=${middle.id}`);
      let found = data;
      for (let more = meta.hasMore; more; ) {
        const older = await page_of(person, conversation, `limit=7&before_mseq=${found.at(-1).mseq}`);
        found = [...found, ...older.data];
        more = older.meta.hasMore;
      }
      for (let more = meta.hasNewer; more; ) {
        const newer = await page_of(person, conversation, `limit=9&after_mseq=${found[0].mseq}`);
        found = [...newer.data, ...found];
        more = newer.meta.hasMore;
      }
      return found;
    },
  };
  for (const [way, read] of Object.entries(ways)) {
    test(`a history read ${way} is whole`, async () => {
      const { alice, bob, conversation, all } = await history(60);
      const stops = [writer(alice, conversation), writer(bob, conversation)];
      const found = await read(alice, conversation, all);
      await Promise.all(stops.map((stop) => stop()));
      // What was there before, and a run of what came meanwhile, in order and without a hole.
      assert.ok(found.length >= 60, String(found.length));
      assert.deepEqual(numbers(found), down(found.length, 1));
      for (let i = 1; i < found.length; ++i) assert.ok(found[i].sentAt < found[i - 1].sentAt);
    });
  }

  test('what is deleted and hidden meanwhile costs nothing else', async () => {
    const { alice, bob, conversation, all } = await history(60);
    const gone = new Set(all.filter((one) => one.mseq % 3 === 0).map((one) => one.id));
    const deleting = (async () => {
      for (const one of all) {
        if (!gone.has(one.id)) continue;
        const author = one.mseq % 2 ? alice : bob;
        await author.rest.delete(`messages/${one.id}?delete_for_everyone=${one.mseq % 2 === 0}`);
      }
    })();
    const found = await ways['back by time'](alice, conversation);
    await deleting;
    const kept = all.filter((one) => !gone.has(one.id)).map((one) => one.id);
    const seen = found.map((one) => one.id);
    assert.deepEqual(
      kept.filter((id) => !seen.includes(id)),
      [],
    );
    assert.equal(new Set(seen).size, seen.length);
  });
});

describe('the list of conversations', () => {
  test('read by offset while nothing happens is whole and in order', async () => {
    const [alice] = people(server, 'alice');
    const others = people(server, ...Array.from({ length: 23 }, (_, i) => `other ${i}`));
    const made = [];
    for (const other of others) made.push((await alice.direct_with(other)).id);
    for (const id of [...made].sort()) await alice.send(id, 'hello');
    const found = [];
    for (let more = true; more; ) {
      const { body } = await alice.rest.get(`conversations?limit=5&offset=${found.length}`);
      found.push(...body.data.map((one) => one.id));
      more = body.meta.hasMore;
    }
    assert.deepEqual(found, [...made].sort().reverse());
  });

  test('moved by new messages loses none that did not move', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const made = [];
    for (let i = 0; i < 20; ++i) made.push((await alice.group(`Group ${i}`, [bob])).id);
    const busy = made[3];
    const stop = writer(bob, { id: busy });
    const found = [];
    // What moves to the front pushes the others back, so a page may repeat one and never skips one.
    for (let offset = 0, more = true; more; ) {
      const { body } = await alice.rest.get(`conversations?limit=4&offset=${offset}`);
      found.push(...body.data.map((one) => one.id));
      more = body.meta.hasMore;
      offset += body.data.length;
    }
    await stop();
    const missing = made.filter((id) => id !== busy && !found.includes(id));
    assert.deepEqual(missing, []);
    // And within what did not move the order is kept.
    const still = [...new Set(found)].filter((id) => id !== busy);
    assert.deepEqual(still, made.filter((id) => id !== busy).reverse());
  });
});
