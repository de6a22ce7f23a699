// Sanctions within a conversation: who may issue them, what they do, and who hears of it.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { Server } from './harness/server.mjs';
import { Person, conversation_topic, fresh_random, people } from './harness/person.mjs';
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

async function club(t) {
  const [alice, bob, carol] = people(server, 'alice', 'bob', 'carol');
  const group = await alice.group('Club', [bob, carol]);
  t.after(() => [alice, bob, carol].forEach((one) => one.disconnect()));
  return { alice, bob, carol, group, topic: conversation_topic(group) };
}

const path = (group) => `conversations/${group.id}/sanctions`;
const issue = (group, whom, type, more = {}) =>
  warden.rest.post(path(group), { user_id: whom.id, type, reason: 'because', ...more });

async function issued(group, whom, type, more) {
  const answer = await issue(group, whom, type, more);
  assert.equal(answer.status, 201, answer.text);
  return answer.body.data;
}

const try_send = (by, group) =>
  by.rest.post(`conversations/${group.id}/messages`, {
    content: 'x',
    message_type: 'text',
    client_random: fresh_random(),
  });
const content = (text) => (payload) => payload.message.content === text;

describe('a mute (REST.md §11)', () => {
  test('refuses to send, over REST and sockets, and is told to the conversation (CHANNELS.md §4.5)', async (t) => {
    const { alice, bob, group, topic } = await club(t);
    const at_alice = await alice.connect();
    const at_bob = await bob.connect();
    await Promise.all([at_alice.join(topic), at_bob.join(topic)]);
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const sanction = await issued(group, bob, 'mute', { expires_at });
    assert.deepEqual(Object.keys(sanction), [
      'id',
      'conversation_id',
      'user_id',
      'type',
      'reason',
      'issued_by',
      'expires_at',
      'active',
      'created_at',
    ]);
    assert.equal(sanction.conversation_id, group.id);
    assert.equal(sanction.user_id, bob.id);
    assert.equal(sanction.type, 'mute');
    assert.equal(sanction.reason, 'because');
    assert.equal(sanction.issued_by, warden_id);
    assert.equal(sanction.active, true);
    assert.match(sanction.created_at, microseconds);
    assert.equal(Date.parse(sanction.expires_at), Date.parse(expires_at));
    const told = await at_alice.next(topic, 'moderation:user_muted');
    const { eseq, ...payload } = told.payload;
    assert.ok(eseq > 0);
    assert.deepEqual(payload, { user_id: bob.id, reason: 'because', expires_at: sanction.expires_at });

    const refused = await try_send(bob, group);
    assert.equal(refused.status, 403);
    assert.deepEqual(refused.body, { error: 'muted' });
    const pushed = await at_bob.push(topic, 'new_message', {
      content: 'x',
      message_type: 'text',
      client_random: fresh_random(),
    });
    assert.deepEqual(pushed, { status: 'error', response: { reason: 'muted' } });
    assert.equal((await try_send(alice, group)).status, 201);

    const lifted = await warden.rest.delete(`${path(group)}/${sanction.id}`);
    assert.equal(lifted.status, 200);
    assert.deepEqual(lifted.body, { message: 'Sanction lifted' });
    const over = await at_alice.next(topic, 'moderation:sanction_lifted');
    assert.deepEqual(over.payload, { user_id: bob.id, sanction_type: 'mute', eseq: over.payload.eseq });
    assert.ok(over.payload.eseq > eseq);
    assert.equal((await try_send(bob, group)).status, 201);
    const again = await warden.rest.delete(`${path(group)}/${sanction.id}`);
    assert.equal(again.status, 409);
    assert.deepEqual(again.body, { error: 'Sanction already lifted' });
  });

  test('outlives a restart', async (t) => {
    const { bob, group } = await club(t);
    await issued(group, bob, 'mute');
    await server.restart();
    assert.equal((await try_send(bob, group)).status, 403);
    assert.equal((await warden.rest.get(path(group))).body.data.length, 1);
  });
});

describe('a kick (REST.md §11)', () => {
  test('ends the membership, after saying why', async (t) => {
    const { alice, bob, group, topic } = await club(t);
    const at_alice = await alice.connect();
    const at_bob = await bob.connect();
    await Promise.all([at_alice.join(topic), at_bob.join(topic)]);
    const sanction = await issued(group, bob, 'kick');
    assert.equal(sanction.expires_at, null);
    const { eseq, ...payload } = (await at_bob.next(topic, 'moderation:user_kicked')).payload;
    assert.ok(eseq > 0);
    assert.deepEqual(payload, { user_id: bob.id, reason: 'because' });
    await at_bob.next(topic, 'phx_close');
    await at_alice.next(topic, 'member_removed', (payload) => payload.userId === bob.id);
    assert.equal((await bob.rest.get(`conversations/${group.id}`)).status, 403);
    assert.equal((await issue(group, bob, 'kick')).status, 404);
  });
});

describe('a shadow restriction (REST.md §11)', () => {
  test('lets only the sender see what he sends', async (t) => {
    const { alice, bob, carol, group, topic } = await club(t);
    await alice.send(group.id, 'before');
    const [at_alice, at_bob] = [await alice.connect(), await bob.connect()];
    await Promise.all([at_alice.join(topic), at_bob.join(topic)]);
    await issued(group, bob, 'shadow_restrict');
    await at_alice.next(topic, 'advanced', (payload) => payload.conversationId === group.id);
    const hidden = await bob.send(group.id, 'hidden');
    assert.equal(hidden.deliveryStatus, 'sent');
    await at_bob.next(topic, 'new_message', content('hidden'));
    await at_bob.next(`user:${bob.id}`, 'new_message', content('hidden'));
    const advanced = await at_alice.next(topic, 'advanced', (payload) => payload.eseq === hidden.eseq);
    assert.deepEqual(Object.keys(advanced.payload), ['conversationId', 'eseq']);
    await bob.rest.put(`messages/${hidden.id}`, { content: 'hidden, edited' });
    await at_bob.next(topic, 'message_edited', content('hidden, edited'));
    await bob.rest.post(`messages/${hidden.id}/reactions`, { reaction: 'x' });
    await at_bob.next(topic, 'reaction_added', (payload) => payload.messageId === hidden.id);

    await carol.send(group.id, 'barrier');
    await at_alice.next(`user:${alice.id}`, 'new_message', content('barrier'));
    assert.equal(at_alice.heard.filter((one) => JSON.stringify(one).includes(hidden.id)).length, 0);
    assert.equal(at_alice.heard.filter((one) => JSON.stringify(one).includes('moderation:')).length, 0);

    const texts = async (who) =>
      (await who.whole_history(group.id)).filter((one) => one.messageType === 'text').map((one) => one.content);
    assert.deepEqual(await texts(bob), ['before', 'hidden, edited', 'barrier']);
    assert.deepEqual(await texts(alice), ['before', 'barrier']);
    assert.equal((await alice.rest.get(`messages/${hidden.id}`)).status, 404);
    assert.equal((await alice.rest.get(`messages/${hidden.id}/reactions`)).status, 404);
    const reply = await alice.rest.post(`conversations/${group.id}/messages`, {
      content: 'x',
      message_type: 'text',
      client_random: fresh_random(),
      reply_to_id: hidden.id,
    });
    assert.equal(reply.status, 422);
    assert.deepEqual(reply.body.details, { reply_to_id: ['referenced message does not exist'] });
    assert.equal((await carol.listed(group.id)).unreadCount, 1);
    assert.equal((await bob.rest.delete(`messages/${hidden.id}`, { delete_for_everyone: true })).status, 200);
    await at_bob.next(topic, 'message_deleted', (payload) => payload.messageId === hidden.id);
    assert.equal(at_alice.count(topic, 'message_deleted'), 0);
  });
});

describe('the list of sanctions (REST.md §11)', () => {
  test('shows those in force, newest first, to members and moderators', async (t) => {
    const { alice, bob, carol, group } = await club(t);
    const mute = await issued(group, bob, 'mute');
    const lifted = await issued(group, carol, 'mute');
    await warden.rest.delete(`${path(group)}/${lifted.id}`);
    const shadow = await issued(group, carol, 'shadow_restrict');
    const ids = async (who) => (await who.rest.get(path(group))).body.data.map((one) => one.id);
    assert.deepEqual(await ids(warden), [shadow.id, mute.id]);
    assert.deepEqual(await ids(alice), [mute.id]);
    assert.deepEqual(await ids(carol), [mute.id]);
    const [stranger] = people(server, 'stranger');
    assert.equal((await stranger.rest.get(path(group))).status, 403);
    assert.equal((await new Rest(server).get(path(group))).status, 401);
    const nowhere = await stranger.rest.get(path({ id: crypto.randomUUID() }));
    assert.equal(nowhere.status, 200);
    assert.deepEqual(nowhere.body, { data: [] });
    assert.equal((await alice.rest.get('conversations/x/sanctions')).status, 400);
  });
});

describe('issuing a sanction (REST.md §11, §1.7)', () => {
  test('takes camelCase names', async (t) => {
    const { bob, group } = await club(t);
    const expiresAt = '2099-01-01T00:00:00+02:00';
    const answer = await warden.rest.post(path(group), { userId: bob.id, type: 'mute', reason: 'x', expiresAt });
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.body.data.expires_at, '2098-12-31T22:00:00.000000Z');
  });

  test('says of every field what is wrong', async (t) => {
    const { bob, group } = await club(t);
    const wrong = async (body, error) => {
      const answer = await warden.rest.post(path(group), body);
      assert.equal(answer.status, 400, answer.text);
      assert.deepEqual(answer.body, { error });
    };
    const good = { user_id: bob.id, type: 'mute', reason: 'x' };
    await wrong({}, { user_id: ["can't be blank"], type: ["can't be blank"], reason: ["can't be blank"] });
    await wrong({ ...good, user_id: 'bob' }, { user_id: ['is invalid'] });
    await wrong({ ...good, type: 'ban' }, { type: ['is invalid'] });
    await wrong({ ...good, reason: '  ' }, { reason: ["can't be blank"] });
    await wrong({ ...good, reason: 'x'.repeat(4097) }, { reason: ['should be at most 4096 byte(s)'] });
    await wrong({ ...good, expires_at: 'tomorrow' }, { expires_at: ['is invalid'] });
    await wrong({ ...good, expires_at: '2099-01-01T00:00:00' }, { expires_at: ['is invalid'] });
    await wrong({ ...good, expires_at: '2020-01-01T00:00:00Z' }, { expires_at: ['must be in the future'] });
    assert.equal((await try_send(bob, group)).status, 201);
  });

  test('needs a conversation and a member of it', async (t) => {
    const { bob, group } = await club(t);
    const [stranger] = people(server, 'stranger');
    assert.equal((await issue({ id: crypto.randomUUID() }, bob, 'mute')).status, 404);
    assert.equal((await issue(group, stranger, 'mute')).status, 404);
    const missing = await warden.rest.delete(`${path(group)}/${crypto.randomUUID()}`);
    assert.equal(missing.status, 404);
    assert.deepEqual(missing.body, { error: 'Sanction not found' });
  });
});
