// Search of messages and conversations (REST.md §5.2, §6.3, §6.4, §12; CLIENT.md §4 row 6).
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { Server } from './harness/server.mjs';
import { people } from './harness/person.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

const query_of = (parameters) => new URLSearchParams(parameters).toString();

async function search(person, query, more = {}) {
  const answer = await person.rest.get(`messages/search?${query_of({ query, ...more })}`);
  assert.equal(answer.status, 200, answer.text);
  assert.ok(Array.isArray(answer.body), answer.text);
  return answer.body;
}
const found = async (...asked) => (await search(...asked)).map((message) => message.content);

describe('REST.md §6.4: messages/search', () => {
  test('answers a bare array of messages, newest first, over all conversations of the caller', async () => {
    const [alice, bob, carol] = people(server, 'alice', 'bob', 'carol');
    const direct = await alice.direct_with(bob);
    const group = await alice.group('Team', [bob, carol]);
    const first = await alice.send(direct.id, 'Meeting at noon');
    const second = await bob.send(group.id, 'noon is fine', { reply_to_id: undefined });
    const messages = await search(alice, 'NOON');
    assert.deepEqual(
      messages.map((one) => one.id),
      [second.id, first.id],
    );
    assert.deepEqual(Object.keys(messages[1]).sort(), Object.keys(first).sort());
    assert.equal(messages[1].conversationId, direct.id);
    assert.deepEqual(await found(carol, 'noon'), ['noon is fine']);
  });

  test('finds words from their beginning, without case and accents, in any script', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const { id } = await alice.direct_with(bob);
    const contents = [
      'Où est le café ?',
      'Straßenfest',
      '東京都に行きます',
      '안녕하세요 여러분',
      'สวัสดีครับ',
      'party 🎉🎉',
      'Привет, мир',
      'call +49-30 1234',
    ];
    for (const content of contents) await alice.send(id, content);
    for (const [query, ...expected] of [
      ['cafe', 0],
      ['CAFÉ OU', 0],
      ['caf', 0],
      ['afe'],
      ['strasse', 1],
      ['東京', 2],
      ['京都', 2],
      ['行きます', 2],
      ['す', 2],
      ['大阪'],
      ['하세요', 3],
      ['여', 3],
      ['ครับ', 4],
      ['🎉', 5],
      ['🎂'],
      ['ПРИВ', 6],
      ['1234 49', 7],
      ['party cafe'],
    ])
      assert.deepEqual(
        await found(bob, query),
        expected.map((one) => contents[one]),
        query,
      );
  });

  test('finds strings of the metadata', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const { id } = await alice.direct_with(bob);
    await alice.send(id, 'a file', {
      message_type: 'media',
      metadata: { file_name: 'Budget-2026.xlsx', nested: { tags: ['quarterly'] }, size: 77 },
    });
    for (const query of ['budget', '2026', 'quart', 'file budget xlsx'])
      assert.deepEqual(await found(bob, query), ['a file'], query);
    assert.deepEqual(await found(bob, 'file_name'), []);
    assert.deepEqual(await found(bob, '77'), []);
  });

  test('follows edits and deletions at once', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const { id } = await alice.direct_with(bob);
    const sent = await alice.send(id, 'before');
    assert.deepEqual(await found(bob, 'before'), ['before']);
    await alice.rest.put(`messages/${sent.id}`, { content: 'behind' });
    assert.deepEqual(await found(bob, 'before'), []);
    assert.deepEqual(await found(bob, 'behind'), ['behind']);
    assert.equal((await bob.rest.delete(`messages/${sent.id}`)).status, 200);
    assert.deepEqual(await found(bob, 'behind'), []);
    assert.deepEqual(await found(alice, 'behind'), ['behind']);
    assert.equal((await alice.rest.delete(`messages/${sent.id}?delete_for_everyone=true`)).status, 200);
    assert.deepEqual(await found(alice, 'behind'), []);
  });

  test('shows nothing to those who are not, or no longer, members', async () => {
    const [alice, bob, carol] = people(server, 'alice', 'bob', 'carol');
    const { id } = await alice.group('Secret', [bob]);
    await alice.send(id, 'classified');
    assert.deepEqual(await found(bob, 'classified'), ['classified']);
    assert.deepEqual(await found(carol, 'classified'), []);
    assert.equal((await alice.rest.delete(`conversations/${id}/members/${bob.id}`)).status, 204);
    assert.deepEqual(await found(bob, 'classified'), []);
    const inside = await bob.rest.get(`messages/search?${query_of({ query: 'classified', conversation_id: id })}`);
    assert.equal(inside.status, 403);
    assert.deepEqual(inside.body, { error: 'Unauthorized' });
    const nowhere = query_of({ query: 'classified', conversation_id: crypto.randomUUID() });
    assert.equal((await bob.rest.get(`messages/search?${nowhere}`)).status, 404);
  });

  test('leaves out system messages and what is encrypted end to end', async () => {
    const [alice, bob, carol] = people(server, 'alice', 'bob', 'carol');
    const { id } = await alice.group('Crypto', [bob]);
    const box = { v: 1, t: 'whispr_e2ee_v1', cipher: { nonce: 'plainword', box: 'plainword' } };
    await alice.send(id, JSON.stringify(box));
    await alice.send(id, 'plainword');
    assert.deepEqual(await found(bob, 'plainword'), ['plainword']);
    assert.deepEqual(await found(bob, 'whispr'), []);
    await alice.rest.post(`conversations/${id}/members`, { user_id: carol.id });
    const told = (await bob.history(id)).find((one) => one.messageType === 'system');
    assert.ok(told);
    assert.deepEqual(await found(bob, told.content), []);
  });

  test('filters by conversation (CLIENT.md §4 row 6)', async () => {
    const [alice, bob, carol] = people(server, 'alice', 'bob', 'carol');
    const here = await alice.direct_with(bob);
    const there = await alice.direct_with(carol);
    await alice.send(here.id, 'word here');
    await alice.send(there.id, 'word there');
    assert.deepEqual(await found(alice, 'word', { conversation_id: here.id }), ['word here']);
    assert.deepEqual(await found(alice, 'word', { conversation_id: '' }), ['word there', 'word here']);
    const bad = await alice.rest.get('messages/search?query=word&conversation_id=nonsense');
    assert.equal(bad.status, 400);
  });

  test('pages without loss or repetition, and reads numbers leniently', async () => {
    const [alice, bob, carol] = people(server, 'alice', 'bob', 'carol');
    const rooms = [await alice.direct_with(bob), await alice.direct_with(carol)];
    const expected = [];
    for (let i = 0; i < 25; ++i) {
      const content = `page number${i}`;
      await alice.send(rooms[i % 3 === 0 ? 0 : 1].id, content);
      expected.unshift(content);
    }
    const paged = [];
    for (let offset = 0; offset < 30; offset += 10)
      paged.push(...(await found(alice, 'page', { limit: '10', offset: String(offset) })));
    assert.deepEqual(paged, expected);
    const counts = [
      [{}, 25],
      [{ limit: '12abc' }, 12],
      [{ limit: 'abc' }, 25],
      [{ limit: '0' }, 1],
      [{ limit: '-7' }, 1],
      [{ limit: '999999999999999999999' }, 25],
      [{ offset: '20x' }, 5],
      [{ offset: '-3' }, 25],
      [{ offset: '99999999999999999999' }, 0],
    ];
    for (const [more, count] of counts)
      assert.equal((await search(alice, 'page', more)).length, count, JSON.stringify(more));
  });

  test('takes nothing in a query for an expression', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const { id } = await alice.direct_with(bob);
    await alice.send(id, 'apple');
    await alice.send(id, 'banana or near');
    for (const query of ['apple OR banana', 'apple NOT banana', 'words:apple banana', 'NEAR(apple banana)'])
      assert.deepEqual(await found(bob, query), [], query);
    for (const query of ['"apple', "apple'; DROP TABLE messages; --", 'appl* ^', '"apple" *', '(apple', '%apple%'])
      assert.deepEqual(await found(bob, query), query.includes('DROP') ? [] : ['apple'], query);
    for (const query of ['*', '"', '""', '%', '_', '\\', '^', '-', '(', ')', ':', ' '])
      assert.deepEqual(await found(bob, query), [], JSON.stringify(query));
    assert.deepEqual(await found(bob, 'or'), ['banana or near']);
  });

  test('is bounded, and closed to who is nobody', async () => {
    const [alice] = people(server, 'alice');
    assert.deepEqual(await search(alice, ''), []);
    assert.deepEqual((await alice.rest.get('messages/search')).body, []);
    assert.deepEqual(await search(alice, 'x'.repeat(512)), []);
    const long = await alice.rest.get(`messages/search?query=${'x'.repeat(513)}`);
    assert.equal(long.status, 422);
    assert.ok(long.body.details.query);
    for (const route of ['messages/search?query=a', `conversations/${crypto.randomUUID()}/messages/search?query=a`]) {
      const answer = await alice.rest.get(route, { authorization: '' });
      assert.equal(answer.status, 401);
      assert.deepEqual(answer.body, { error: 'Unauthorized' });
    }
  });
});

describe('REST.md §12: conversations/:id/messages/search', () => {
  test('answers the messages of one conversation under data', async () => {
    const [alice, bob, carol] = people(server, 'alice', 'bob', 'carol');
    const here = await alice.direct_with(bob);
    const there = await alice.direct_with(carol);
    for (const content of ['word one', 'word two', 'other']) await alice.send(here.id, content);
    await alice.send(there.id, 'word elsewhere');
    const route = `conversations/${here.id}/messages/search`;
    const answer = await bob.rest.get(`${route}?query=word&limit=50`);
    assert.equal(answer.status, 200);
    assert.deepEqual(Object.keys(answer.body), ['data']);
    assert.deepEqual(
      answer.body.data.map((one) => one.content),
      ['word two', 'word one'],
    );
    assert.equal((await bob.rest.get(`${route}?query=word&limit=1`)).body.data.length, 1);
    assert.deepEqual((await bob.rest.get(route)).body, { data: [] });
    assert.equal((await carol.rest.get(`${route}?query=word`)).status, 403);
    assert.equal((await carol.rest.get(`conversations/${crypto.randomUUID()}/messages/search?query=a`)).status, 404);
    assert.equal((await carol.rest.get('conversations/nonsense/messages/search?query=a')).status, 400);
  });
});

describe('REST.md §6.3: the search parameter of a page', () => {
  test('keeps the page to what holds the words, before a moment', async () => {
    const [alice, bob, carol] = people(server, 'alice', 'bob', 'carol');
    const { id } = await alice.direct_with(bob);
    const sent = [];
    for (let i = 0; i < 6; ++i) sent.push(await alice.send(id, i % 2 === 0 ? `even ${i}` : `odd ${i}`));
    await alice.send(id, 'photo', { message_type: 'media', metadata: { media_id: 'm-1' } });
    const page = async (parameters) => {
      const answer = await bob.rest.get(`conversations/${id}/messages?${query_of(parameters)}`);
      assert.equal(answer.status, 200, answer.text);
      return answer.body;
    };
    const all = await page({ search: 'even' });
    assert.deepEqual(
      all.data.map((one) => one.content),
      ['even 4', 'even 2', 'even 0'],
    );
    assert.deepEqual(all.meta, { count: 3, conversationId: id, hasMore: false });
    const two = await page({ search: 'even', limit: '2' });
    assert.deepEqual(two.meta, { count: 2, conversationId: id, hasMore: true });
    const rest = await page({ search: 'even', limit: '2', before: two.data.at(-1).sentAt });
    assert.deepEqual(
      rest.data.map((one) => one.content),
      ['even 0'],
    );
    assert.equal(rest.meta.hasMore, false);
    assert.deepEqual(
      (await page({ search: 'm-1' })).data.map((one) => one.content),
      ['photo'],
    );
    assert.equal((await page({ search: '' })).data.length, 7);
    const stranger = await carol.rest.get(`conversations/${id}/messages?search=even`);
    assert.equal(stranger.status, 403);
    assert.equal((await bob.rest.get(`conversations/${id}/messages?search=even&before=nonsense`)).status, 400);
  });
});

describe('REST.md §5.2: conversations/search', () => {
  const named = async (person, q, more = {}) => {
    const answer = await person.rest.get(`conversations/search?${query_of({ q, ...more })}`);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.body.meta.count, answer.body.data.length);
    assert.equal(answer.body.meta.query, q);
    return answer.body.data.map((one) => one.id);
  };

  test('finds groups by a part of their name', async () => {
    const [alice, bob, carol] = people(server, 'alice', 'bob', 'carol');
    const trip = await alice.group('Été à Tōkyō', [bob]);
    const sale = await alice.group('100%_off', [bob]);
    await carol.group('Tokyo too', [bob]);
    assert.deepEqual(await named(alice, 'TOKYO'), [trip.id]);
    assert.deepEqual(await named(alice, 'ete'), [trip.id]);
    assert.deepEqual(await named(alice, '%'), [sale.id]);
    assert.deepEqual(await named(alice, '0%_o'), [sale.id]);
    assert.deepEqual(await named(alice, ' off '), [sale.id]);
    assert.deepEqual(await named(alice, 'nothing'), []);
    assert.equal((await alice.rest.delete(`conversations/${trip.id}/members/${alice.id}`)).status, 204);
    assert.deepEqual(await named(alice, 'tokyo'), []);
  });

  test('finds conversations by another member, latest change first', async () => {
    const [alice, bob, carol] = people(server, 'alice', 'bob', 'carol');
    const direct = await alice.direct_with(bob);
    const group = await alice.group('Both', [bob, carol]);
    assert.deepEqual(await named(alice, bob.id), [group.id, direct.id]);
    assert.deepEqual(await named(alice, bob.id.toUpperCase()), [group.id, direct.id]);
    assert.deepEqual(await named(alice, bob.id, { limit: '1' }), [group.id]);
    assert.deepEqual(await named(alice, crypto.randomUUID()), []);
    assert.equal((await alice.rest.delete(`conversations/${group.id}/members/${bob.id}`)).status, 204);
    assert.deepEqual(await named(alice, bob.id), [direct.id]);
    const { body } = await alice.rest.get(`conversations/search?q=${bob.id}`);
    assert.deepEqual([...body.data[0].memberUserIds].sort(), [alice.id, bob.id].sort());
    assert.equal(body.data[0].lastMessage, null);
    assert.equal(body.data[0].unreadCount, 0);
  });

  test('asks for q, and for who asks', async () => {
    const [alice] = people(server, 'alice');
    for (const route of ['conversations/search', 'conversations/search?q=', 'conversations/search?q=%20%09']) {
      const answer = await alice.rest.get(route);
      assert.equal(answer.status, 400);
      assert.deepEqual(answer.body, { error: 'Missing required parameter: q' });
    }
    const nobody = await alice.rest.get('conversations/search?q=a', { authorization: '' });
    assert.equal(nobody.status, 401);
    assert.deepEqual(nobody.body, { error: 'Unauthorized' });
  });
});

test('what was sent is found after the server was killed right behind it', async (t) => {
  const own = await Server.start();
  t.after(() => own.discard());
  const [alice, bob] = people(own, 'alice', 'bob');
  const { id } = await alice.direct_with(bob);
  const sent = [];
  for (let i = 0; i < 30; ++i) sent.push((await alice.send(id, `survivor ${i}`)).content);
  await own.restart('SIGKILL');
  assert.deepEqual(await found(bob, 'survivor'), sent.reverse());
  await alice.send(id, 'survivor again');
  assert.equal((await found(bob, 'survivor'))[0], 'survivor again');
});
