// Reading history and lists page by page while others write: nothing is lost, nothing comes twice, everything is in order.
// What is read is held against what was acknowledged: everything acknowledged before a request is in its answer.
import crypto from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { people } from './harness/person.mjs';
import { Crowd } from './harness/crowd.mjs';
import { dice } from './harness/dice.mjs';

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
const up_to = (top) => down(top, 1).reverse();

async function page_of(person, conversation, query) {
  const answer = await person.rest.get(`conversations/${conversation.id}/messages?${query}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
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

// A history that two people go on writing, and what of it was acknowledged so far.
async function growing(count) {
  const { alice, bob, conversation, all } = await history(count);
  const crowd = new Crowd([alice, bob], [conversation]);
  return {
    ...{ alice, bob, conversation, all, crowd },
    acknowledged: () => [...all, ...crowd.acknowledged],
    newest: () => Math.max(count, ...numbers(crowd.acknowledged)),
    begun: () => count + crowd.begun,
    // All that was ever written, oldest first.
    end: async () => {
      const written = [...all, ...(await crowd.stop())].sort((a, b) => a.mseq - b.mseq);
      assert.deepEqual(numbers(written), up_to(written.length));
      return written;
    },
  };
}

const same_message = (a, b) => a.id === b.id && a.content === b.content && a.sentAt === b.sentAt;
const as_written = (found, written) => found.every((one) => same_message(one, written[one.mseq - 1]));

describe('while others write, a page', () => {
  // The first or the last of those numbers, newest first.
  const first = (list, limit) => ({ page: list.slice(0, limit).reverse(), more: list.length > limit });
  const last = (list, limit) => ({ page: limit > 0 ? list.slice(-limit).reverse() : [], more: list.length > limit });
  const time = (one) => encodeURIComponent(one.sentAt);
  // How a page beside that message is asked for, and what it is when the newest message is number `top`.
  const kinds = {
    newest: () => ['', (top, limit) => last(up_to(top), limit)],
    before: (at) => [`before=${time(at)}`, (top, limit) => last(up_to(at.mseq - 1), limit)],
    before_mseq: (at) => [`before_mseq=${at.mseq}`, (top, limit) => last(up_to(at.mseq - 1), limit)],
    after: (at) => [`after=${time(at)}`, (top, limit) => first(up_to(top).slice(at.mseq), limit)],
    after_mseq: (at) => [`after_mseq=${at.mseq}`, (top, limit) => first(up_to(top).slice(at.mseq), limit)],
    between: (at) => [
      `after_mseq=${at.mseq - 9}&before_mseq=${at.mseq}`,
      (top, limit) => first(up_to(at.mseq - 1).slice(Math.max(at.mseq - 9, 0)), limit),
    ],
    around: (at) => [
      `around=${at.id}`,
      (top, limit) => {
        const newer = first(up_to(top).slice(at.mseq), Math.floor(limit / 2));
        const older = last(up_to(at.mseq), Math.ceil(limit / 2));
        return { page: [...newer.page, ...older.page], more: older.more, newer: newer.more };
      },
    ],
  };

  async function read_pages(story, person, roll) {
    const read = [];
    while (!story.crowd.over || read.length < 50) {
      const known = story.acknowledged();
      const at = known[roll(2) === 0 ? roll(known.length) : known.length - 1 - roll(12)];
      const [kind, ask] = Object.entries(kinds)[roll(Object.keys(kinds).length)];
      const [query, expected] = ask(at);
      const limit = 1 + roll(20);
      const least = story.newest();
      const { data, meta } = await page_of(person, story.conversation, `limit=${limit}&${query}`);
      const what = `${kind} ${at.mseq}, ${limit} at most`;
      read.push({ what, limit, expected, least, most: story.begun(), data, meta });
    }
    return read;
  }

  for (const seed of [1, 2, 3]) {
    test(`(seed ${seed}) is what the history was at one moment of the request`, async () => {
      const story = await growing(20);
      const readers = [story.alice, story.bob];
      const read = await Promise.all(readers.map((one, i) => read_pages(story, one, dice(10 * seed + i))));
      const written = await story.end();
      for (const { what, limit, expected, least, most, data, meta } of read.flat()) {
        const got = { page: numbers(data), more: meta.hasMore, newer: meta.hasNewer };
        const tops = up_to(most).slice(least - 1);
        const possible = tops.some((top) => isDeepStrictEqual({ newer: undefined, ...expected(top, limit) }, got));
        assert.ok(possible, `${what}: ${JSON.stringify(got)} of ${least} to ${most}`);
        assert.ok(as_written(data, written), what);
        assert.equal(meta.count, data.length);
      }
    });
  }
});

// Every way to go through a history from end to end, as messages newest first. `ask` reads a page and notes the newest
// message that was acknowledged before; `seen` is that of the last request for newer ones.
const forward = (cursor) => async (ask) => {
  let found = [];
  for (let after = cursor(); ; ) {
    const { data, meta, newest } = await ask(after);
    found = [...data, ...found];
    if (!meta.hasMore) return { found, seen: newest };
    after = cursor(data[0]);
  }
};
const back = (cursor) => async (ask) => {
  const { data, meta, newest } = await ask('');
  const found = data;
  for (let more = meta.hasMore; more; ) {
    const older = await ask(cursor(found.at(-1)));
    found.push(...older.data);
    more = older.meta.hasMore;
  }
  return { found, seen: newest };
};
const both = (older_than, newer_than) => async (ask, middle) => {
  const { data, meta, newest } = await ask(`&around=${middle.id}`);
  let [found, seen] = [data, newest];
  for (let more = meta.hasMore; more; ) {
    const older = await ask(older_than(found.at(-1)));
    found.push(...older.data);
    more = older.meta.hasMore;
  }
  for (let more = meta.hasNewer; more; ) {
    const newer = await ask(newer_than(found[0]));
    found = [...newer.data, ...found];
    [more, seen] = [newer.meta.hasMore, newer.newest];
  }
  return { found, seen };
};
const before_time = (one) => `&before=${encodeURIComponent(one.sentAt)}`;
const after_time = (one) => `&after=${encodeURIComponent(one?.sentAt ?? '2000-01-01T00:00:00Z')}`;
const before_number = (one) => `&before_mseq=${one.mseq}`;
const after_number = (one) => `&after_mseq=${one?.mseq ?? 0}`;
const ways = {
  'back by time': back(before_time),
  'back by number': back(before_number),
  'forward by time': forward(after_time),
  'forward by number': forward(after_number),
  'from the middle by time': both(before_time, after_time),
  'from the middle by number': both(before_number, after_number),
};

describe('while others write, a history', () => {
  const asker = (story, person, roll) => async (query) => {
    if (roll(2) === 0) await story.crowd.next();
    const newest = story.newest();
    return { ...(await page_of(person, story.conversation, `limit=${1 + roll(8)}${query}`)), newest };
  };

  for (const [way, read] of Object.entries(ways)) {
    test(`read ${way} is whole`, async () => {
      const story = await growing(60);
      const { found, seen } = await read(asker(story, story.alice, dice(1)), story.all[29]);
      const written = await story.end();
      // All that had been acknowledged, a run of what came meanwhile, each once and in order.
      assert.ok(found.length >= seen, `${found.length} of ${seen}`);
      assert.deepEqual(numbers(found), down(found.length, 1));
      assert.ok(as_written(found, written));
      for (let i = 1; i < found.length; ++i) assert.ok(found[i].sentAt < found[i - 1].sentAt);
    });

    test(`read ${way} misses nothing but what is deleted or hidden meanwhile`, async () => {
      const story = await growing(60);
      const going = story.all.filter((one) => one.mseq % 3 === 0);
      // Those of odd numbers are of alice, who deletes them for everyone; bob's she hides.
      const take_away = async (some) => {
        for (const { id, mseq } of some) {
          const answer = await story.alice.rest.delete(`messages/${id}?delete_for_everyone=${mseq % 2 === 1}`);
          assert.equal(answer.status, 200, answer.text);
        }
      };
      await take_away(going.slice(0, 10));
      const taking = take_away(going.slice(10));
      const { found, seen } = await read(asker(story, story.alice, dice(2)), story.all[30]);
      await taking;
      const written = await story.end();
      const [shown, gone] = [found, going].map((list) => new Set(numbers(list)));
      const missing = up_to(seen).filter((number) => !gone.has(number) && !shown.has(number));
      assert.deepEqual(missing, []);
      assert.deepEqual(numbers(found), [...shown].sort((a, b) => b - a));
      assert.ok(as_written(found.filter((one) => !gone.has(one.mseq)), written));
      assert.deepEqual(numbers(going.slice(0, 10)).filter((number) => shown.has(number)), []);
    });
  }
});

// Goes through a list by offset, while a crowd writes between the pages; answers every item as it came.
async function by_offset(person, path, roll, { crowd, items_of = (body) => body.data } = {}) {
  const found = [];
  for (;;) {
    await crowd?.next();
    const limit = 1 + roll(6);
    const { status, text, body } = await person.rest.get(`${path}limit=${limit}&offset=${found.length}`);
    assert.equal(status, 200, text);
    const items = items_of(body);
    const ids = items.map((one) => one.id);
    assert.equal(new Set(ids).size, ids.length, 'one page holds an item twice');
    found.push(...items);
    if (body.meta ? !body.meta.hasMore : items.length < limit) return found;
  }
}
const ids_of = (list) => list.map((one) => one.id);
const once = (ids) => [...new Set(ids)];

describe('the list of conversations, read by offset', () => {
  // Groups of the two, oldest first.
  async function groups(alice, bob, count) {
    const made = [];
    for (let i = 0; i < count; ++i) made.push(await alice.group(`Group ${i}`, [bob]));
    return made;
  }

  test('is whole and in order while nothing happens', async () => {
    const [alice] = people(server, 'alice');
    const others = people(server, ...Array.from({ length: 23 }, (_, i) => `other ${i}`));
    const made = [];
    for (const other of others) made.push((await alice.direct_with(other)).id);
    for (const id of [...made].sort()) await alice.send(id, 'hello');
    const found = await by_offset(alice, 'conversations?', dice(1));
    assert.deepEqual(ids_of(found), [...made].sort().reverse());
  });

  for (const seed of [1, 2, 3]) {
    test(`(seed ${seed}) loses none that did not move, and doubles one only for each that moved past`, async () => {
      const roll = dice(seed);
      const [alice, bob] = people(server, 'alice', 'bob');
      const made = await groups(alice, bob, 24);
      const busy = new Set(Array.from({ length: 3 }, () => made[roll(made.length)].id));
      const crowd = new Crowd(
        [bob],
        made.filter((one) => busy.has(one.id)),
      );
      const found = ids_of(await by_offset(alice, 'conversations?', roll, { crowd }));
      await crowd.stop();
      const still = found.filter((id) => !busy.has(id));
      const expected = ids_of(made).filter((id) => !busy.has(id)).reverse();
      assert.deepEqual(once(still), expected);
      // What moves to the front moves the others back by one, and is in front from then on.
      assert.ok(still.length - expected.length <= busy.size, `${still.length - expected.length} came twice`);
    });
  }

  test('is exact where what moves is not in it', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const made = await groups(alice, bob, 18);
    const others = people(server, ...Array.from({ length: 9 }, (_, i) => `other ${i}`));
    const directs = [];
    for (const other of others) directs.push(await alice.direct_with(other));
    const archived = made.filter((one, i) => i % 3 !== 0);
    for (const { id } of archived) assert.equal((await alice.rest.post(`conversations/${id}/archive`)).status, 200);
    const crowd = new Crowd(
      [alice, bob],
      made.filter((one, i) => i % 3 === 0),
    );
    const read = (path) => by_offset(alice, path, dice(5), { crowd });
    const [of_type, put_away] = [await read('conversations?type=direct&'), await read('conversations/archived?')];
    await crowd.stop();
    assert.deepEqual(ids_of(of_type), ids_of(directs).reverse());
    assert.deepEqual(ids_of(put_away), ids_of(archived).reverse());
  });
});

describe('a search of messages, read by offset', () => {
  const search = (person, roll, crowd) =>
    by_offset(person, 'messages/search?query=needle&', roll, { crowd, items_of: (body) => body });

  // Needles among other things in two conversations, newest first.
  async function haystack() {
    const [alice, bob, carol] = people(server, 'alice', 'bob', 'carol');
    const rooms = [await alice.direct_with(bob), await alice.group('Both', [bob, carol])];
    const needles = [];
    for (let i = 0; i < 40; ++i) {
      const sent = await (i % 3 ? alice : bob).send(rooms[i % 2].id, i % 4 ? `needle ${i}` : `straw ${i}`);
      if (i % 4) needles.unshift(sent);
    }
    return { alice, bob, rooms, needles };
  }

  test('is exact while others write what it does not look for', async () => {
    const { alice, bob, rooms, needles } = await haystack();
    const crowd = new Crowd([alice, bob], rooms, { content: (i) => `straw ${i}` });
    const found = await search(alice, dice(7), crowd);
    await crowd.stop();
    assert.deepEqual(ids_of(found), ids_of(needles));
  });

  for (const seed of [1, 2, 3]) {
    test(`(seed ${seed}) loses none, and doubles one only for each that came`, async () => {
      const { alice, bob, rooms, needles } = await haystack();
      const crowd = new Crowd([alice, bob], rooms, { most: 60, content: (i) => `needle, too: ${i}` });
      const found = await search(bob, dice(seed), crowd);
      const begun = crowd.begun;
      const came = new Set(ids_of(await crowd.stop()));
      const known = ids_of(found).filter((id) => !came.has(id));
      assert.deepEqual(once(known), ids_of(needles));
      assert.ok(found.length - once(ids_of(found)).length <= begun, `${found.length} with ${begun} new ones`);
    });
  }
});
