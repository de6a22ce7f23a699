// Which tokens are believed, on REST and on the socket, and what the rest of them is answered.
import test, { after, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import crypto from 'node:crypto';
import { Server } from './harness/server.mjs';
import { Issuer } from './harness/tokens.mjs';
import { Rest } from './harness/rest.mjs';
import { Frames, socket_url } from './harness/frames.mjs';
import { eventually, within } from './harness/patience.mjs';

let server;
before(async () => (server = await Server.start()));
after(() => server?.discard());

const user = crypto.randomUUID();
const now_s = () => Math.floor(Date.now() / 1000);

async function rest_status(on, token) {
  return (await new Rest(on, token).get('conversations')).status;
}

async function socket_status(on, token) {
  const frames = new Frames(socket_url(on, token));
  const outcome = await within(frames.outcome, 'the handshake');
  if (outcome.upgraded) await frames.close();
  else if (outcome.status === 403) assert.equal(outcome.body, '');
  return outcome.status;
}

describe('a token', () => {
  const refused = {
    expired: (issuer) => issuer.expired(user),
    'without an end': (issuer) => issuer.token(user, { exp: undefined }),
    'whose end is a text': (issuer) => issuer.token(user, { exp: String(now_s() + 3600) }),
    'whose end is null': (issuer) => issuer.token(user, { exp: null }),
    'of another issuer': (issuer) => issuer.token(user, { iss: 'someone-else' }),
    'for another audience': (issuer) => issuer.token(user, { aud: 'elsewhere' }),
    'for no audience of ours': (issuer) => issuer.token(user, { aud: ['a', 'b'] }),
    'without a user': (issuer) => issuer.token(undefined),
    'with an empty user': (issuer) => issuer.token(''),
    'whose user is a number': (issuer) => issuer.token(5),
    'whose user is no UUID': (issuer) => issuer.token('not-a-uuid'),
    'without a signature': (issuer) => issuer.unsigned(user),
    'signed by the public key as a secret': (issuer) => issuer.hmac(user),
    'of an unknown key': (issuer) => issuer.token(user, {}, { kid: 'unknown' }),
    'of another key under a known name': (issuer) => new Issuer(issuer.kid).token(user),
    'with the claims of another token': (issuer) => issuer.tampered(user, crypto.randomUUID()),
    'that says RS256': (issuer) => issuer.token(user, {}, { alg: 'RS256' }),
    'with a header that is no JSON': (issuer) => `bm9wZQ.${issuer.token(user).split('.').slice(1).join('.')}`,
    'cut in half': (issuer) => issuer.token(user).slice(0, 60),
    'of two parts': (issuer) => issuer.token(user).split('.').slice(0, 2).join('.'),
    'of four parts': (issuer) => `${issuer.token(user)}.x`,
    'that is one word': () => 'x',
    'of 100 KiB': () => `${'a'.repeat(4000)}.${'b'.repeat(4000)}.c`,
    'with padding': (issuer) => `${issuer.token(user)}==`,
  };
  for (const [what, mint] of Object.entries(refused)) {
    test(`${what} is refused`, async () => {
      assert.equal(await rest_status(server, mint(server.issuer)), 401);
      assert.equal(await socket_status(server, encodeURIComponent(mint(server.issuer))), 403);
    });
  }

  test('that is missing or empty is refused', async () => {
    assert.equal(await rest_status(server, undefined), 401);
    assert.equal(await socket_status(server, undefined), 403);
    assert.equal(await socket_status(server, ''), 403);
  });

  test('that is good is believed on both', async () => {
    for (const claims of [
      {},
      { aud: undefined, iss: undefined },
      { deviceId: 'd', scope: 'user', fingerprint: 'f', jti: 'x' },
    ]) {
      const token = server.issuer.token(user, claims);
      assert.equal(await rest_status(server, token), 200);
      assert.equal(await socket_status(server, token), 101);
    }
  });

  test('for the audience ws is believed on the socket alone', async () => {
    for (const aud of ['ws', ['ws'], ['other', 'ws']]) {
      const token = server.issuer.token(user, { aud });
      assert.equal(await rest_status(server, token), 401, JSON.stringify(aud));
      assert.equal(await socket_status(server, token), 101, JSON.stringify(aud));
    }
    assert.equal(await socket_status(server, server.issuer.token(user, { aud: ['other', 'whispr'] })), 101);
  });

  test('that expires does not end an open socket', async (t) => {
    const frames = await Frames.open(server, server.issuer.token(user, { exp: now_s() + 2 }));
    t.after(() => frames.close());
    await new Promise((resolve) => setTimeout(resolve, 3000));
    assert.equal((await frames.heartbeat()).status, 'ok');
  });
});

describe('the authorization header', () => {
  test('is one, begins with Bearer and has one blank', async () => {
    const token = server.issuer.token(user);
    const status = async (authorization) => (await new Rest(server).get('conversations', { authorization })).status;
    assert.equal(await status(`Bearer ${token}`), 200);
    for (const wrong of [
      `bearer ${token}`,
      `Bearer  ${token}`,
      `Bearer${token}`,
      `Token ${token}`,
      token,
      'Bearer ',
      'Bearer',
      `Basic ${token}`,
      `Bearer ${token} x`,
    ]) {
      assert.equal(await status(wrong), 401, wrong.slice(0, 12));
    }
    assert.equal(await status([`Bearer ${token}`, `Bearer ${token}`]), 401, 'twice');
  });

  test('of x-user-id is not believed from anyone', async () => {
    const anonymous = new Rest(server);
    for (const headers of [
      { 'x-user-id': user },
      { 'x-user-id': user, 'x-forwarded-for': '10.0.0.1' },
      { 'x-user-id': user, authorization: 'Bearer x' },
    ]) {
      assert.equal((await anonymous.get('conversations', headers)).status, 401);
    }
    const other = crypto.randomUUID();
    const answer = await new Rest(server, server.issuer.token(user)).get('conversations', { 'x-user-id': other });
    assert.equal(answer.body.meta.userId, user, 'the token counts, not the header');
  });

  test('of x-user-id is believed from a trusted proxy', async (t) => {
    const behind = await Server.start({ args: ['--trusted-proxies', '127.0.0.1/32'] });
    t.after(() => behind.discard());
    const answer = await new Rest(behind).get('conversations', { 'x-user-id': user });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.body.meta.userId, user);
  });
});

describe('keys from a URL', () => {
  async function key_service(t, keys) {
    const service = { keys, asked: 0 };
    service.http = http.createServer((request, response) => {
      ++service.asked;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ keys: service.keys }));
    });
    await new Promise((resolve) => service.http.listen(service.port ?? 0, '127.0.0.1', resolve));
    service.url = `http://127.0.0.1:${service.http.address().port}/auth/.well-known/jwks.json`;
    t.after(() => service.http.close());
    return service;
  }

  test('are fetched, and fetched again when they change', async (t) => {
    const [old, fresh] = [new Issuer('old'), new Issuer('fresh')];
    const service = await key_service(t, old.jwks().keys);
    const own = await Server.start({ jwks: service.url, issuer: old, args: ['--jwt-refresh', '1s'] });
    t.after(() => own.discard());
    await eventually('the first key is known', async () => (await rest_status(own, old.token(user))) === 200);
    service.keys = fresh.jwks().keys;
    await eventually('the new key is known', async () => (await rest_status(own, fresh.token(user))) === 200);
    await eventually('the old key is not any more', async () => (await rest_status(own, old.token(user))) === 401);
    service.keys = [];
    const asked = service.asked;
    await eventually('an empty answer was given', () => service.asked > asked + 1);
    assert.equal(await rest_status(own, fresh.token(user)), 200, 'an empty set does not replace a good one');
  });

  test('that never came make 503, not 403, and are waited for without blocking', async (t) => {
    const silent = http.createServer(() => {});
    await new Promise((resolve) => silent.listen(0, '127.0.0.1', resolve));
    t.after(() => silent.closeAllConnections());
    t.after(() => silent.close());
    const issuer = new Issuer();
    const own = await Server.start({ jwks: `http://127.0.0.1:${silent.address().port}/`, issuer });
    t.after(() => own.discard());
    assert.equal(await socket_status(own, issuer.token(user)), 503);
    assert.equal(await rest_status(own, issuer.token(user)), 503);
    assert.equal((await new Rest(own).get('/live')).status, 200);
    assert.equal(await socket_status(own, ''), 403, 'no token is no token, with or without keys');
  });
});
