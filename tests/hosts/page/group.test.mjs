// A group in the page: members come and go, its name changes, everybody's ticks.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server } from '../harness/server.mjs';
import { Visitor, launch_browser } from './browser.mjs';

let server;
let browser;
let alice;
let bob;
let carol;

before(async () => {
  server = await Server.start({ dev: true });
  browser = await launch_browser();
  alice = await Visitor.sign_in(browser, server, 'Alice');
  bob = await Visitor.sign_in(browser, server, 'Bob');
  carol = await Visitor.sign_in(browser, server, 'Carol', {
    options: { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true },
  });
});

after(async () => {
  await browser?.close();
  await server?.discard();
});

test('a new group appears at its members, with names on the messages', async () => {
  await alice.start_group('Hut', ['Bob', 'Carol']);
  await alice.say('Hello all');
  await bob.open('Hut');
  await bob.sees('Hello all');
  await bob.message('Hello all').getByText('Alice').waitFor();
  await carol.conversation('Hut').tap();
  await carol.sees('Hello all');
  await alice.tick_becomes('Hello all', 'read');
});

test('typing shows who', async () => {
  await bob.at('composer').pressSequentially('I');
  await alice.becomes('chat-line', /Bob is typing/);
  await bob.at('composer').fill('');
  await alice.becomes('chat-line', /Bob.*Carol|Carol.*Bob/);
});

test('a new name reaches everybody', async () => {
  await alice.at('info').click();
  await alice.at('rename-field').fill('Mountain hut');
  await alice.at('rename').click();
  await alice.becomes('chat-title', /^Mountain hut$/);
  await alice.at('dialog-close').click();
  await bob.becomes('chat-title', /^Mountain hut$/);
});

test('somebody who is added sees the group, somebody who is removed does not', async () => {
  const dave = await Visitor.sign_in(browser, server, 'Dave');
  await alice.at('info').click();
  await alice.at('add-people').click();
  await alice.at('person-Dave').click();
  await alice.at('add-chosen').click();
  await alice.at('member-Dave').waitFor();
  await dave.open('Mountain hut');
  await dave.sees('Hello all');
  await dave.say('Thanks for having me');
  await bob.sees('Thanks for having me');
  await alice.at('remove-Dave').click();
  await alice.at('member-Dave').waitFor({ state: 'detached' });
  await dave.conversation('Mountain hut').waitFor({ state: 'detached' });
  await dave.at('composer').waitFor({ state: 'hidden' });
  await alice.at('dialog-close').click();
  dave.assert_content();
});

test('one can leave', async () => {
  await bob.at('info').click();
  await bob.at('leave').click();
  await bob.at('confirm-leave').click();
  await bob.conversation('Mountain hut').waitFor({ state: 'detached' });
  await alice.at('info').click();
  await alice.at('member-Bob').waitFor({ state: 'detached' });
  await alice.at('dialog-close').click();
});

test('on a phone one goes from list to chat and back', async () => {
  await carol.at('composer').waitFor();
  assert.equal(await carol.conversation('Mountain hut').isVisible(), false);
  await carol.at('back').tap();
  await carol.conversation('Mountain hut').waitFor();
  await carol.conversation('Mountain hut').tap();
  await carol.say('From my phone');
  await alice.sees('From my phone');
  await carol.page.goBack();
  await carol.conversation('Mountain hut').waitFor();
  const wide = await carol.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(wide, false, 'nothing is wider than the screen');
});

test('none of this raised an error in a page', () => {
  alice.assert_content();
  carol.assert_content();
  // What his page was about to read when he left may be refused, which browsers report by themselves.
  assert.deepEqual(bob.content_with(/^(?!.*status of 403)/s), []);
});
