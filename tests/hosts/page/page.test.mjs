// Two people talk through the page that whisprd serves.
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
});

after(async () => {
  await browser?.close();
  await server?.discard();
});

test('a new direct conversation appears at the other person, unread', async () => {
  await alice.start_direct('Bob');
  await alice.say('Hello Bob');
  await alice.say('Are you there?');
  await bob.conversation('Alice').getByTestId('preview').getByText('Are you there?').waitFor();
  await eventually(
    'the badge counts two',
    async () => (await bob.conversation('Alice').getByTestId('unread-badge').textContent()) === '2',
  );
});

test('opening it shows the divider, clears the badge and turns the ticks to read', async () => {
  await bob.open('Alice');
  await bob.sees('Hello Bob');
  await bob.at('unread-divider').waitFor();
  await bob.conversation('Alice').getByTestId('unread-badge').waitFor({ state: 'detached' });
  await alice.tick_becomes('Hello Bob', 'read');
  await alice.tick_becomes('Are you there?', 'read');
});

test('answers arrive, in order, once', async () => {
  await bob.say('Yes');
  await bob.say('What is it?');
  await alice.sees('What is it?');
  assert.deepEqual(await alice.texts(), ['Hello Bob', 'Are you there?', 'Yes', 'What is it?']);
  await bob.tick_becomes('What is it?', 'read');
});

test('both see each other online, and typing while it lasts', async () => {
  await alice.becomes('chat-line', /^online$/);
  await bob.at('composer').pressSequentially('some');
  await alice.becomes('chat-line', /typing/);
  await bob.at('composer').fill('');
  await alice.becomes('chat-line', /^online$/);
});

test('the arrow key edits the last own message, for both', async () => {
  await bob.at('composer').press('ArrowUp');
  assert.equal(await bob.at('composer').inputValue(), 'What is it?');
  await bob.at('composer').fill('What is it about?');
  await bob.at('composer').press('Enter');
  await alice.sees('What is it about?');
  await alice.message('What is it about?').getByTestId('edited').waitFor();
  await bob.sees('What is it about?');
  await bob.sees_nothing_of('What is it?');
});

test('a reaction comes and goes at both', async () => {
  await alice.menu('Yes');
  await alice.at('menu').getByRole('button', { name: '❤️' }).click();
  await bob.message('Yes').getByTestId('reaction').getByText('❤️').waitFor();
  await alice.message('Yes').getByTestId('reaction').click();
  await bob.message('Yes').getByTestId('reaction').waitFor({ state: 'detached' });
  await alice.menu('Yes');
  await alice.at('menu-react').click();
  await alice.at('emoji-field').fill('🦜');
  await alice.at('emoji-field').press('Enter');
  await bob.message('Yes').getByTestId('reaction').getByText('🦜').waitFor();
});

test('a reply quotes its original and leads back to it', async () => {
  await alice.message('Yes').hover();
  await alice.message('Yes').getByTestId('tool-reply').click();
  await alice.say('That was quick');
  const quote = bob.message('That was quick').getByTestId('quote');
  await quote.getByText('Yes').waitFor();
  await quote.click();
  await eventually('the original has the focus', () =>
    bob.page.evaluate(() => document.activeElement?.querySelector('[data-testid=text]')?.textContent === 'Yes'),
  );
});

test('what is deleted for everyone is gone for everyone, for me only for me', async () => {
  await alice.say('A mistake');
  await bob.sees('A mistake');
  await alice.menu('A mistake');
  await alice.at('menu-delete').click();
  await alice.at('delete-for-everyone').click();
  await bob.sees_nothing_of('A mistake');
  await bob.sees('Message deleted');
  await bob.menu('Hello Bob');
  await bob.at('menu-delete').click();
  assert.equal(await bob.at('delete-for-everyone').count(), 0);
  await bob.at('delete-for-me').click();
  await bob.sees_nothing_of('Hello Bob');
  await alice.sees('Hello Bob');
});

test('text stays text, links are safe, and right-to-left text is laid out as such', async () => {
  const markup = '<img src=x onerror=alert(1)> & <b>bold</b>';
  await alice.say(markup);
  await bob.sees(markup);
  await alice.say('See https://example.org/a_(b)?c=d. And javascript:alert(1)');
  const link = bob.at('text').locator('a');
  await link.first().waitFor();
  assert.equal(await link.count(), 1);
  assert.equal(await link.getAttribute('href'), 'https://example.org/a_(b)?c=d');
  assert.match(await link.getAttribute('rel'), /noopener/);
  await alice.say('مرحبا بالعالم');
  const body = bob.message('مرحبا بالعالم').locator('.body');
  assert.equal(await body.evaluate((element) => getComputedStyle(element).direction), 'rtl');
  await alice.say('🎉🎉');
  await bob.page.locator('.row.large').waitFor();
});

test('a second tab of the same person follows along', async () => {
  const second = await Visitor.sign_in(browser, server, 'Alice', { context: alice.context });
  await second.open('Bob');
  await second.sees('That was quick');
  await alice.say('From the first tab');
  await second.sees('From the first tab');
  await second.say('From the second tab');
  await alice.sees('From the second tab');
  assert.equal(await alice.message('From the first tab').count(), 1);
  await second.page.close();
  await bob.becomes('chat-line', /^online$/);
  second.assert_content();
});

test('reading in one tab clears the badge in the other', async () => {
  const second = await Visitor.sign_in(browser, server, 'Bob', { context: bob.context });
  await alice.say('For both tabs of Bob');
  await bob.sees('For both tabs of Bob');
  await second.conversation('Alice').getByTestId('preview').getByText('For both tabs of Bob').waitFor();
  await second.conversation('Alice').getByTestId('unread-badge').waitFor({ state: 'detached' });
  await second.page.close();
});

test('a reload keeps everything, the open conversation too', async () => {
  const texts = await alice.texts();
  await alice.page.reload();
  await alice.sees('For both tabs of Bob');
  await alice.sees('That was quick');
  const kept = texts.filter((text) => text !== 'Message deleted');
  assert.deepEqual(
    (await alice.texts()).filter((text) => text !== 'Message deleted'),
    kept,
  );
  await alice.message('What is it about?').getByTestId('edited').waitFor();
  await alice.message('Yes').getByTestId('reaction').getByText('🦜').waitFor();
  await alice.tick_becomes('For both tabs of Bob', 'read');
});

test('pictures of it, in light, in dark and on a phone', async () => {
  await alice.screenshot('page-light');
  await alice.page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await alice.screenshot('page-dark');
  await alice.page.setViewportSize({ width: 390, height: 780 });
  await alice.screenshot('page-phone-chat');
  await alice.at('back').click();
  await alice.conversation('Bob').waitFor({ state: 'visible' });
  assert.equal(await alice.at('composer').isVisible(), false);
  await alice.screenshot('page-phone-list');
});

test('neither page broke its own security policy or raised an error', () => {
  alice.assert_content();
  bob.assert_content();
});
