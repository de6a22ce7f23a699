// Coming in: the people of the development mode, a token, and going out again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server } from '../harness/server.mjs';
import { Visitor, launch_browser } from './browser.mjs';

const alice_id = '11111111-1111-4111-8111-000000000001';
let browser;

before(async () => {
  browser = await launch_browser();
});

after(async () => {
  await browser?.close();
});

test('two tabs of one browser are two people, and signing out ends only one of them', async () => {
  const server = await Server.start({ dev: true });
  const alice = await Visitor.sign_in(browser, server, 'Alice');
  const bob = await Visitor.sign_in(browser, server, 'Bob', { context: alice.context });
  await alice.becomes('me', /Alice/);
  await bob.becomes('me', /Bob/);
  await alice.at('me').click();
  await alice.at('sign-out').click();
  await alice.at('sign-in').waitFor();
  await alice.page.reload();
  await alice.at('sign-in').waitFor();
  await bob.page.reload();
  await bob.becomes('me', /Bob/);
  alice.assert_content();
  bob.assert_content();
  await alice.context.close();
  await server.discard();
});

test('without the development mode one signs in with a token', async () => {
  const server = await Server.start();
  const visitor = await Visitor.arrive(browser, server);
  await visitor.at('token').fill('not a token');
  await visitor.at('token-sign-in').click();
  await visitor.page.getByText('does not look like a token').waitFor();
  await visitor.at('token').fill(server.issuer.expired(alice_id));
  await visitor.at('token-sign-in').click();
  await visitor.page.getByText('sign-in has expired').waitFor();
  await visitor.at('token').fill(server.issuer.token(alice_id));
  await visitor.at('token-sign-in').click();
  await visitor.becomes('me', /User 11111111/);
  assert.equal(await visitor.at('sign-in').count(), 0);
  const unexpected = (text) => !/status of (401|404)/.test(text);
  assert.deepEqual(visitor.complaints.filter(unexpected), []);
  await visitor.context.close();
  await server.discard();
});

test('the page may run nothing but its own files, and no other page may frame it', async () => {
  const server = await Server.start({ dev: true });
  const answer = await fetch(server.url, { headers: { accept: 'text/html' } });
  assert.equal(answer.status, 200);
  const policy = answer.headers.get('content-security-policy') ?? '';
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]) {
    assert.ok(policy.includes(part), `the policy lacks ${part}: ${policy}`);
  }
  assert.doesNotMatch(policy, /unsafe/);
  const html = await answer.text();
  assert.doesNotMatch(html, /https?:\/\//, 'nothing comes from elsewhere');
  const info = await fetch(server.url, { headers: { accept: 'application/json' } });
  assert.equal((await info.json()).status, 'running');
  await server.discard();
});
