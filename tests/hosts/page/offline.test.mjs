// The server is killed while two people talk, and comes back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server } from '../harness/server.mjs';
import { Visitor, eventually, launch_browser } from './browser.mjs';

let server;
let browser;
let alice;
let bob;

before(async () => {
  server = await Server.start({ dev: true });
  browser = await launch_browser();
  alice = await Visitor.sign_in(browser, server, 'Alice');
  bob = await Visitor.sign_in(browser, server, 'Bob');
  await alice.start_direct('Bob');
  await alice.say('Before');
  await bob.open('Alice');
  await bob.say('Understood');
  await alice.sees('Understood');
});

after(async () => {
  await browser?.close();
  await server?.discard();
});

test('while the server is away the page says so and keeps what is written', async () => {
  await server.kill();
  await alice.at('banner').waitFor();
  await alice.say('Written offline, one');
  await alice.say('Written offline, two');
  await alice.tick_becomes('Written offline, one', 'pending');
  await alice.becomes('banner', /2 messages will be sent/);
  await alice.screenshot('page-offline');
});

test('after a restart everything is there, and what waited arrives once and in order', async () => {
  await server.launch();
  const expected = ['Before', 'Understood', 'Written offline, one', 'Written offline, two'];
  await eventually('Bob has all of it', async () => (await bob.texts()).length >= expected.length);
  assert.deepEqual(await bob.texts(), expected);
  await alice.tick_becomes('Written offline, two', 'read');
  assert.deepEqual(await alice.texts(), expected);
  await alice.at('banner').waitFor({ state: 'hidden' });
});

test('what was written offline survives a reload of the page', async () => {
  await server.kill();
  await alice.at('banner').waitFor();
  await alice.say('Kept in the browser');
  // The reload is the first thing that finds the server again.
  await alice.page.route('**/messaging/**', (route) => route.abort());
  await server.launch();
  await alice.page.reload();
  await alice.page.unroute('**/messaging/**');
  await bob.sees('Kept in the browser');
  await alice.tick_becomes('Kept in the browser', 'read');
  assert.equal(await bob.message('Kept in the browser').count(), 1);
  await bob.page.reload();
  await bob.sees('Kept in the browser');
  assert.equal(await bob.message('Kept in the browser').count(), 1);
});

test('a send whose answer was lost is sent again and still arrives once', async () => {
  let lost = 0;
  await alice.page.route('**/conversations/*/messages', async (route) => {
    if (route.request().method() !== 'POST' || lost > 0) return route.fallback();
    lost += 1;
    await route.fetch();
    return route.abort();
  });
  // Without the echo of the socket the page cannot know that the first send arrived.
  await alice.page.evaluate(() => {
    const original = WebSocket.prototype.send;
    WebSocket.prototype.send = function send(...frame) {
      this.onmessage = () => {};
      return original.apply(this, frame);
    };
  });
  await alice.at('composer').fill('Sent twice');
  await alice.at('composer').press('Enter');
  await bob.sees('Sent twice');
  await eventually('the second send is answered', async () => (await alice.tick_of('Sent twice')) !== 'pending');
  assert.equal(lost, 1);
  await alice.page.unroute('**/conversations/*/messages');
  await alice.page.reload();
  await alice.sees('Sent twice');
  assert.equal(await alice.message('Sent twice').count(), 1);
  assert.equal(await bob.message('Sent twice').count(), 1);
});

test('a refused message stays with its reason, does not hold up others, and can be sent again', async () => {
  let refuse = true;
  await alice.page.route('**/conversations/*/messages', (route) => {
    const body = route.request().postData() ?? '';
    if (!refuse || !body.includes('Refused')) return route.fallback();
    return route.fulfill({ status: 403, contentType: 'application/json', body: '{"error":"you are muted"}' });
  });
  await alice.say('Refused at first');
  await alice.message('Refused at first').getByText('you are muted').waitFor();
  await alice.tick_becomes('Refused at first', 'failed');
  await alice.say('Another one');
  await bob.sees('Another one');
  await alice.page.reload();
  await alice.tick_becomes('Refused at first', 'failed');
  refuse = false;
  await alice.message('Refused at first').getByTestId('retry').click();
  await bob.sees('Refused at first');
  assert.equal(await bob.message('Refused at first').count(), 1);
});

test('none of this raised an error in a page', () => {
  const unexpected = (text) => !/status of 403/.test(text);
  assert.deepEqual(alice.complaints.filter(unexpected), []);
  assert.deepEqual(bob.complaints.filter(unexpected), []);
});
