// Signed messages and the keys they are signed with: REST.md §6.2, CHANNELS.md §4.3, DATA.md §8.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { Person, conversation_topic, fresh_random, people } from './harness/person.mjs';
import { Signer } from './harness/signer.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

const refused_text = 'Invalid message signature';
const revoke = (person, signer) => person.rest.delete(`keys/${encodeURIComponent(signer.public_key)}`);
const post = (person, conversation, body) => person.rest.post(`conversations/${conversation.id}/messages`, body);

// The same user on a device that its token names.
function on_device(person, device) {
  const other = new Person(server, `${person.name} on ${device}`, person.id);
  other.token = server.issuer.token(person.id, { deviceId: device });
  other.rest.token = other.token;
  return other;
}

async function pair(t) {
  const [alice, bob] = people(server, 'alice', 'bob');
  const conversation = await alice.direct_with(bob);
  t.after(() => [alice, bob].forEach((one) => one.disconnect()));
  return { alice, bob, conversation, phone: new Signer() };
}

async function refused(person, conversation, body) {
  const answer = await post(person, conversation, body);
  assert.equal(answer.status, 422, answer.text);
  assert.deepEqual(answer.body, { error: refused_text });
}

describe('REST.md §6.2', () => {
  test('a signature over content, conversation and client_random is accepted and shown', async (t) => {
    const { alice, bob, conversation, phone } = await pair(t);
    for (const [content, random] of [
      ['hello', fresh_random()],
      ['déjà vu 👋🏽', fresh_random()],
      ['beyond 32 bits', 2 ** 40 + 7],
      ['the largest of 32 bits', 2 ** 32 - 1],
    ]) {
      const body = phone.message(conversation.id, content, random);
      const answer = await post(alice, conversation, body);
      assert.equal(answer.status, 201, answer.text);
      const shown = (await bob.rest.get(`messages/${answer.body.data.id}`)).body.data;
      assert.equal(shown.signature, body.signature);
      assert.equal(shown.senderPublicKey, phone.public_key);
    }
  });

  test('every other byte that is signed makes the signature invalid', async (t) => {
    const { alice, conversation, phone } = await pair(t);
    const random = fresh_random();
    const good = phone.message(conversation.id, 'hello', random);
    const elsewhere = await alice.group('others', people(server, 'carol'));
    await refused(alice, conversation, { ...good, content: 'hello!' });
    await refused(alice, conversation, { ...good, client_random: random + 1 });
    await refused(alice, elsewhere, good);
    await refused(alice, conversation, { ...good, sender_public_key: new Signer().public_key });
    assert.deepEqual(await alice.history(conversation.id), []);
  });

  test('one field alone, bad base64, missing padding and wrong lengths are refused with one text', async (t) => {
    const { alice, conversation, phone } = await pair(t);
    const good = phone.message(conversation.id, 'hello', fresh_random());
    const url_safe = good.signature.replaceAll('+', '-').replaceAll('/', '_');
    for (const wrong of [
      { signature: undefined },
      { sender_public_key: undefined },
      { sender_public_key: null },
      { signature: 'AAAA' },
      { signature: '!!!', sender_public_key: '???' },
      { sender_public_key: 'AAAA' },
      { signature: good.signature.slice(0, -2) },
      { sender_public_key: good.sender_public_key.slice(0, -1) },
      { signature: Buffer.alloc(64).toString('base64') },
      { signature: 5 },
      ...(url_safe === good.signature ? [] : [{ signature: url_safe }]),
    ]) {
      await refused(alice, conversation, { ...good, ...wrong });
    }
  });

  test('401, 404 and 403 come before the signature, and the signature before the other fields', async (t) => {
    const { alice, conversation, phone } = await pair(t);
    const [erin] = people(server, 'erin');
    const bad = phone.message(conversation.id, 'hello', fresh_random(), { signature: 'AAAA' });
    const anonymous = await alice.rest.call('POST', `conversations/${conversation.id}/messages`, bad, {
      authorization: '',
    });
    assert.equal(anonymous.status, 401);
    assert.equal((await post(alice, { id: '99999999-9999-4999-8999-999999999999' }, bad)).status, 404);
    assert.equal((await post(erin, conversation, bad)).status, 403);
    await refused(alice, conversation, { ...bad, content: 'x'.repeat(65537) });
    await refused(alice, conversation, { ...bad, reply_to_id: '99999999-9999-4999-8999-999999999999' });
    await refused(alice, conversation, { content: '', message_type: 'text', client_random: 1, signature: 'AAAA' });
  });

  test('a send that is repeated stays a repeat, even after its key was revoked', async (t) => {
    const { alice, conversation, phone } = await pair(t);
    const body = phone.message(conversation.id, 'once', fresh_random());
    const first = await post(alice, conversation, body);
    await revoke(alice, phone);
    const again = await post(alice, conversation, body);
    assert.equal(again.status, 201, again.text);
    assert.equal(again.headers['x-whispr-duplicate'], 'true');
    assert.equal(again.body.data.id, first.body.data.id);
  });

  test('an edited message has no signature any more (REST.md §6.6)', async (t) => {
    const { alice, bob, conversation, phone } = await pair(t);
    const sent = (await post(alice, conversation, phone.message(conversation.id, 'old', fresh_random()))).body.data;
    assert.equal((await alice.rest.put(`messages/${sent.id}`, { content: 'new' })).status, 200);
    const shown = (await bob.rest.get(`messages/${sent.id}`)).body.data;
    assert.ok(!shown.signature);
    assert.ok(!shown.senderPublicKey);
  });
});

describe('CHANNELS.md §4.3', () => {
  test('a signed message is accepted on the socket and told with its signature', async (t) => {
    const { alice, bob, conversation, phone } = await pair(t);
    const topic = conversation_topic(conversation);
    const [at_alice, at_bob] = [await alice.connect(), await bob.connect()];
    await Promise.all([at_alice.join(topic), at_bob.join(topic)]);
    const body = phone.message(conversation.id, 'signed', fresh_random());
    const { message } = await at_alice.push_ok(topic, 'new_message', body);
    assert.equal(message.signature, body.signature);
    const told = (await at_bob.next(topic, 'new_message')).payload.message;
    assert.equal(told.senderPublicKey, phone.public_key);
  });

  test('any trouble with it is invalid_signature, and the channel stays', async (t) => {
    const { alice, conversation, phone } = await pair(t);
    const topic = conversation_topic(conversation);
    const at_alice = await alice.connect();
    await at_alice.join(topic);
    const good = phone.message(conversation.id, 'signed', fresh_random());
    for (const wrong of [
      { content: 'other' },
      { signature: undefined },
      { sender_public_key: 'AAAA' },
      { signature: 7 },
    ]) {
      const { status, response } = await at_alice.push(topic, 'new_message', { ...good, ...wrong });
      assert.equal(status, 'error');
      assert.deepEqual(response, { reason: 'invalid_signature' });
    }
    await at_alice.push_ok(topic, 'new_message', good);
  });
});

describe('DATA.md §8 sane: a set of keys per user', () => {
  test('each device signs with its own key, and the list names them with their first use', async (t) => {
    const { alice, bob, conversation, phone } = await pair(t);
    const laptop = new Signer();
    for (const [device, signer] of [
      ['phone', phone],
      ['laptop', laptop],
      ['phone', phone],
    ]) {
      const sender = on_device(alice, device);
      const answer = await post(sender, conversation, signer.message(conversation.id, device, fresh_random()));
      assert.equal(answer.status, 201, answer.text);
    }
    const listed = await alice.rest.get('keys');
    assert.equal(listed.status, 200, listed.text);
    assert.equal(listed.body.meta.count, 2);
    assert.deepEqual(
      listed.body.data.map((key) => [key.publicKey, key.device, key.revokedAt]),
      [
        [phone.public_key, 'phone', null],
        [laptop.public_key, 'laptop', null],
      ],
    );
    for (const key of listed.body.data) assert.match(key.firstUsedAt, /\.\d{6}Z$/);
    assert.deepEqual((await bob.rest.get('keys')).body.data, []);
  });

  test('a key is not registered before a signature was verified with it', async (t) => {
    const { alice, conversation, phone } = await pair(t);
    const bad = phone.message(conversation.id, 'hello', fresh_random(), { content: 'forged' });
    await refused(alice, conversation, bad);
    assert.deepEqual((await alice.rest.get('keys')).body.data, []);
  });

  test('nothing verifies with a revoked key any more', async (t) => {
    const { alice, bob, conversation, phone } = await pair(t);
    await post(alice, conversation, phone.message(conversation.id, 'one', fresh_random()));
    const answer = await revoke(alice, phone);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.body.data.publicKey, phone.public_key);
    assert.match(answer.body.data.revokedAt, /\.\d{6}Z$/);
    await refused(alice, conversation, phone.message(conversation.id, 'two', fresh_random()));
    const again = await revoke(alice, phone);
    assert.equal(again.status, 422);
    assert.deepEqual(again.body, { error: 'Key is already revoked' });
    assert.equal((await alice.rest.get('keys')).body.data.length, 1);
    // Another user's key of the same bytes is another key.
    assert.equal((await post(bob, conversation, phone.message(conversation.id, 'bob', fresh_random()))).status, 201);
  });

  test('an unknown key, none at all, and a caller without identity are refused', async (t) => {
    const { alice, bob, conversation, phone } = await pair(t);
    await post(bob, conversation, phone.message(conversation.id, 'one', fresh_random()));
    const unknown = await revoke(alice, phone);
    assert.equal(unknown.status, 404);
    assert.deepEqual(unknown.body, { error: 'Key not found' });
    assert.equal((await alice.rest.delete('keys/no%00key')).status, 400);
    for (const [method, path] of [
      ['GET', 'keys'],
      ['DELETE', `keys/${encodeURIComponent(phone.public_key)}`],
    ]) {
      const answer = await alice.rest.call(method, path, undefined, { authorization: '' });
      assert.equal(answer.status, 401, `${method} ${path}`);
      assert.deepEqual(answer.body, { error: 'Unauthorized' });
    }
  });

  test('keys outlive a restart', async (t) => {
    const own = await Server.start();
    t.after(() => own.discard());
    const [alice, bob] = people(own, 'alice', 'bob');
    const conversation = await alice.direct_with(bob);
    const phone = new Signer();
    await post(alice, conversation, phone.message(conversation.id, 'one', fresh_random()));
    await revoke(alice, phone);
    await own.restart();
    await refused(alice, conversation, phone.message(conversation.id, 'two', fresh_random()));
    assert.ok((await alice.rest.get('keys')).body.data[0].revokedAt);
  });
});

describe('RULINGS 29: a revoked signing key', () => {
  test("ends the user's sockets on other devices and nobody else's", async (t) => {
    const { alice, bob, conversation, phone } = await pair(t);
    const here = on_device(alice, 'phone');
    const there = on_device(alice, 'lost');
    const [at_here, at_there, at_bob] = [await here.connect(), await there.connect(), await bob.connect()];
    t.after(() => [here, there].forEach((one) => one.disconnect()));
    await post(there, conversation, phone.message(conversation.id, 'one', fresh_random()));
    assert.equal((await revoke(here, phone)).status, 200);
    assert.equal((await at_there.closed()).code, 1000);
    for (const stays of [at_here, at_bob]) {
      await stays.push_ok(`user:${stays === at_here ? alice.id : bob.id}`, 'update_status', { status: 'busy' });
      assert.deepEqual(stays.closes, []);
    }
  });
});
