// Reports: filing one, one's own, and what moderators do with them.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { Server } from './harness/server.mjs';
import { Person, people } from './harness/person.mjs';
import { Rest } from './harness/rest.mjs';

const warden_id = crypto.randomUUID();
const microseconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
let server;
let warden;
before(async () => {
  server = await Server.start({ env: { ADMIN_USER_IDS: warden_id } });
  warden = new Person(server, 'warden', warden_id);
});
after(() => server?.discard());

const report = (by, body) => by.rest.post('reports', body);
const about = (whom, more = {}) => ({ reported_user_id: whom.id, category: 'spam', ...more });

async function filed(by, body) {
  const answer = await report(by, body);
  assert.equal(answer.status, 201, answer.text);
  return answer.body.data;
}

describe('filing a report (REST.md §10)', () => {
  test('answers the report with the message as evidence', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const chat = await alice.direct_with(bob);
    const message = await bob.send(chat.id, 'you fool ☀', { metadata: { some_key: { a: 1 } } });
    const answer = await report(alice, {
      reported_user_id: bob.id,
      category: 'harassment',
      conversation_id: chat.id,
      message_id: message.id,
      description: 'he says bad things',
    });
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.body.message, 'Report submitted successfully');
    const data = answer.body.data;
    assert.deepEqual(Object.keys(data), [
      'id',
      'reporter_id',
      'reported_user_id',
      'conversation_id',
      'message_id',
      'category',
      'description',
      'evidence',
      'status',
      'resolution',
      'auto_escalated',
      'created_at',
      'updated_at',
    ]);
    assert.equal(data.reporter_id, alice.id);
    assert.equal(data.reported_user_id, bob.id);
    assert.equal(data.conversation_id, chat.id);
    assert.equal(data.message_id, message.id);
    assert.equal(data.category, 'harassment');
    assert.equal(data.description, 'he says bad things');
    assert.equal(data.status, 'pending');
    assert.equal(data.resolution, null);
    assert.equal(data.auto_escalated, false);
    assert.match(data.created_at, microseconds);
    assert.equal(data.updated_at, data.created_at);
    const { captured_at, ...evidence } = data.evidence;
    assert.match(captured_at, microseconds);
    assert.deepEqual(evidence, {
      message_id: message.id,
      sender_id: bob.id,
      conversation_id: chat.id,
      message_type: 'text',
      content_snapshot: Buffer.from('you fool ☀').toString('base64'),
      metadata: { some_key: { a: 1 } },
      sent_at: message.sentAt,
    });
  });

  test('takes camelCase names, and has another path', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const chat = await alice.direct_with(bob);
    const message = await bob.send(chat.id, 'x');
    const body = { reportedUserId: bob.id, category: 'other', conversationId: chat.id, messageId: message.id };
    const answer = await alice.rest.post('/api/v1/moderation/report', body);
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.body.data.message_id, message.id);
    assert.equal(answer.body.data.conversation_id, chat.id);
    assert.equal(answer.body.data.description, null);
  });

  test('without a message has no evidence', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const data = await filed(alice, about(bob));
    assert.deepEqual(data.evidence, {});
    assert.equal(data.conversation_id, null);
    assert.equal(data.message_id, null);
  });

  test('says of every field what is wrong (REST.md §1.7)', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const wrong = async (body, error) => {
      const answer = await report(alice, body);
      assert.equal(answer.status, 400, answer.text);
      assert.deepEqual(answer.body, { error });
    };
    await wrong({ reported_user_id: bob.id, category: 'rude' }, { category: ['is invalid'] });
    await wrong({ reported_user_id: bob.id, category: 7 }, { category: ['is invalid'] });
    await wrong({}, { reported_user_id: ["can't be blank"], category: ["can't be blank"] });
    await wrong(about(alice), { reported_user_id: ['cannot report yourself'] });
    await wrong({ reported_user_id: 'bob', category: 'spam' }, { reported_user_id: ['is invalid'] });
    await wrong(about(bob, { message_id: 'x' }), { message_id: ['is invalid'] });
    await wrong(about(bob, { message_id: crypto.randomUUID() }), { message_id: ['does not exist'] });
    await wrong(about(bob, { conversation_id: crypto.randomUUID() }), { conversation_id: ['does not exist'] });
    await wrong(about(bob, { description: 'x'.repeat(4097) }), {
      description: ['should be at most 4096 byte(s)'],
    });
    await wrong(about(bob, { description: 7 }), { description: ['is invalid'] });
  });

  test('gives no hint at what the reporter may not see', async () => {
    const [alice, bob, carol] = people(server, 'alice', 'bob', 'carol');
    const secret = await bob.direct_with(carol);
    const message = await bob.send(secret.id, 'secret');
    const hidden = await report(alice, about(bob, { message_id: message.id }));
    const missing = await report(alice, about(bob, { message_id: crypto.randomUUID() }));
    assert.equal(hidden.status, 400);
    assert.equal(hidden.text, missing.text);
    assert.deepEqual((await report(alice, about(bob, { conversation_id: secret.id }))).body, {
      error: { conversation_id: ['does not exist'] },
    });
  });

  test('is for known callers', async () => {
    const [bob] = people(server, 'bob');
    const answer = await new Rest(server).post('reports', about(bob));
    assert.equal(answer.status, 401);
  });

  test('happens at most five times an hour, and once for a message', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const chat = await alice.direct_with(bob);
    const message = await bob.send(chat.id, 'x');
    await filed(alice, about(bob, { message_id: message.id }));
    const again = await report(alice, about(bob, { message_id: message.id }));
    assert.equal(again.status, 409);
    assert.deepEqual(again.body, { error: 'You have already reported this message recently.' });
    for (let i = 0; i < 4; i++) await filed(alice, about(bob));
    const sixth = await report(alice, about(bob));
    assert.equal(sixth.status, 429);
    assert.deepEqual(sixth.body, { error: 'Too many reports. Please wait before submitting another.' });
    assert.equal(sixth.headers['retry-after'], undefined);
  });

  test('under one Idempotency-Key happens once', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const first = await alice.rest.post('reports', about(bob), headers);
    const second = await alice.rest.post('reports', about(bob), headers);
    assert.equal(second.status, 201);
    assert.equal(second.body.data.id, first.body.data.id);
  });
});

describe('reading reports (REST.md §10)', () => {
  test('of oneself: newest first, by page', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const ids = [];
    for (let i = 0; i < 3; i++) ids.unshift((await filed(alice, about(bob))).id);
    const list = async (query) => (await alice.rest.get(`reports${query}`)).body.data.map((one) => one.id);
    assert.deepEqual(await list(''), ids);
    assert.deepEqual(await list('?limit=1&offset=1'), [ids[1]]);
    assert.deepEqual(await list('?limit=-1&offset=-5'), ids);
    assert.deepEqual((await bob.rest.get('reports')).body, { data: [] });
    assert.equal((await new Rest(server).get('reports')).status, 401);
  });

  test('one is seen by its reporter and by moderators, and is not there for others', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const { id } = await filed(alice, about(bob));
    assert.equal((await alice.rest.get(`reports/${id}`)).body.data.id, id);
    assert.equal((await warden.rest.get(`reports/${id}`)).body.data.id, id);
    for (const [who, what] of [
      [bob, id],
      [warden, crypto.randomUUID()],
      [alice, crypto.randomUUID()],
    ]) {
      const answer = await who.rest.get(`reports/${what}`);
      assert.equal(answer.status, 404);
      assert.deepEqual(answer.body, { error: 'Report not found' });
    }
    assert.equal((await alice.rest.get('reports/x')).status, 400);
    assert.equal((await new Rest(server).get(`reports/${id}`)).status, 401);
  });

  test('the queue shows what waits, by status and category', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const nudity = await filed(alice, about(bob, { category: 'nudity' }));
    const spam = await filed(alice, about(bob));
    const queue = async (query) => (await warden.rest.get(`reports/queue${query}`)).body.data.map((one) => one.id);
    const all = await queue('?limit=100');
    assert.ok(all.indexOf(spam.id) < all.indexOf(nudity.id));
    assert.ok(all.includes(nudity.id));
    const of_category = await queue('?category=nudity&limit=100');
    assert.ok(of_category.includes(nudity.id) && !of_category.includes(spam.id));
    assert.ok(!(await queue('?status=under_review')).includes(spam.id));
    const wrong = await warden.rest.get('reports/queue?status=late&category=rude');
    assert.equal(wrong.status, 400);
    assert.deepEqual(wrong.body, { error: { status: ['is invalid'], category: ['is invalid'] } });
  });
});

describe('resolving a report (REST.md §10)', () => {
  test('happens once, and says by whom and when', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    const { id } = await filed(alice, about(bob));
    const answer = await warden.rest.put(`reports/${id}/resolve`, { action: 'dismiss', notes: 'nothing in it' });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.body.message, 'Report resolved');
    assert.equal(answer.body.data.status, 'resolved_dismissed');
    const { resolved_at, ...resolution } = answer.body.data.resolution;
    assert.match(resolved_at, microseconds);
    assert.deepEqual(resolution, { action: 'dismiss', resolved_by: warden_id, notes: 'nothing in it' });
    assert.equal(answer.body.data.updated_at, resolved_at);
    const again = await warden.rest.put(`reports/${id}/resolve`, { action: 'ban' });
    assert.equal(again.status, 409);
    assert.deepEqual(again.body, { error: 'Report already resolved' });
    assert.equal((await alice.rest.get(`reports/${id}`)).body.data.status, 'resolved_dismissed');
  });

  test('with any other action, or none, means that something was done', async () => {
    const [alice, bob] = people(server, 'alice', 'bob');
    for (const body of [{ action: 'ban' }, { action: null }, {}]) {
      const { id } = await filed(alice, about(bob));
      const answer = await warden.rest.put(`reports/${id}/resolve`, body);
      assert.equal(answer.body.data.status, 'resolved_action');
      assert.equal(answer.body.data.resolution.action, body.action ?? null);
      assert.equal(answer.body.data.resolution.notes, null);
    }
  });

  test('needs a report and a text', async () => {
    const missing = await warden.rest.put(`reports/${crypto.randomUUID()}/resolve`, { action: 'warn' });
    assert.equal(missing.status, 404);
    assert.deepEqual(missing.body, { error: 'Report not found' });
    const wrong = await warden.rest.put(`reports/${crypto.randomUUID()}/resolve`, { action: 7 });
    assert.equal(wrong.status, 400);
    assert.deepEqual(wrong.body, { error: { action: ['is invalid'] } });
    assert.equal((await warden.rest.put('reports/x/resolve', {})).status, 400);
  });
});

describe('figures (REST.md §10, §10.1)', () => {
  // A server of its own, so that they can be told in advance.
  let quiet;
  let clerk;
  before(async () => {
    quiet = await Server.start({ env: { ADMIN_USER_IDS: warden_id } });
    clerk = new Person(quiet, 'clerk', warden_id);
    const [alice, bob, carol] = people(quiet, 'alice', 'bob', 'carol');
    const chat = await alice.direct_with(bob);
    await filed(alice, about(bob, { category: 'nudity', conversation_id: chat.id }));
    await filed(carol, about(bob));
    const { id } = await filed(carol, about(alice));
    await clerk.rest.put(`reports/${id}/resolve`, { action: 'dismiss' });
    Object.assign(quiet, { alice, bob, carol, chat });
  });
  after(() => quiet?.discard());

  const data_of = async (path) => {
    const answer = await clerk.rest.get(`reports/${path}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.body.data;
  };

  test('of the queue', async () => {
    assert.deepEqual(await data_of('stats'), {
      pending: 2,
      under_review: 0,
      resolved_today: 1,
      by_category: { spam: 1, nudity: 1 },
    });
  });

  test('of all analytics routes', async () => {
    const shares = [
      { category: 'spam', count: 2, percentage: 66.7 },
      { category: 'nudity', count: 1, percentage: 33.3 },
    ];
    const status_distribution = { pending: 2, resolved_dismissed: 1 };
    const resolution = {
      avg_resolution_hours: 0,
      median_resolution_hours: 0,
      resolution_rate_pct: 33.3,
      status_distribution,
    };
    const reported = [
      { user_id: quiet.bob.id, unique_reporters: 2, total_reports: 2 },
      { user_id: quiet.alice.id, unique_reporters: 1, total_reports: 1 },
    ];
    const total = (periods) => periods.reduce((sum, one) => sum + one.count, 0);
    assert.deepEqual(await data_of('analytics/summary'), {
      total_reports_30d: 3,
      total_reports_24h: 3,
      pending_reports: 2,
      resolution_rate_pct: 33.3,
    });
    assert.deepEqual(await data_of('analytics/categories'), shares);
    assert.deepEqual(await data_of('analytics/categories?days=7&status=resolved_dismissed'), [
      { category: 'spam', count: 1, percentage: 100 },
    ]);
    assert.deepEqual(await data_of('analytics/resolution'), resolution);
    assert.deepEqual(await data_of('analytics/top-reported'), reported);
    assert.deepEqual(await data_of('analytics/top-reported?limit=0'), reported.slice(0, 1));
    const days = await data_of('analytics/trends?days=99999');
    assert.equal(total(days), 3);
    assert.match(days[0].date, /^\d{4}-\d\d-\d\d$/);
    const hours = await data_of('analytics/trends/hourly?hours=x');
    assert.equal(total(hours), 3);
    assert.match(hours[0].hour, /^\d{4}-\d\d-\d\dT\d\d:00:00\.000000Z$/);
    const { daily_counts, hourly_counts, top_reporters, ...board } = await data_of('analytics/dashboard');
    assert.equal(total(daily_counts), 3);
    assert.equal(total(hourly_counts), 3);
    assert.deepEqual(top_reporters[0], { reporter_id: quiet.carol.id, report_count: 2, categories: ['spam'] });
    assert.deepEqual(board, {
      category_breakdown: shares.map(({ category, count }) => ({ category, count })),
      category_percentages: shares,
      top_reported: reported,
      ...resolution,
      conversation_hotspots: [{ conversation_id: quiet.chat.id, report_count: 1 }],
    });
  });

  test('are refused with a wrong status', async () => {
    const answer = await clerk.rest.get('reports/analytics/categories?status=late');
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.body, { error: { status: ['is invalid'] } });
  });
});
