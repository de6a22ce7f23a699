// A long history in the page: paging up, the unread divider, jumping back, the keyboard.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server } from '../harness/server.mjs';
import { Visitor, eventually, launch_browser } from './browser.mjs';

const length = 120;
let server;
let browser;
let alice;
let bob;

const line = (number) => `Line ${String(number).padStart(3, '0')}`;

// Written through the API as the signed-in person: the limit is a hundred a minute, so two take turns.
async function write_history() {
  await alice.start_direct('Bob');
  const id = /#\/c\/(.+)$/.exec(alice.page.url())[1];
  const send = ({ id, from, to }) => {
    const { token } = JSON.parse(sessionStorage.getItem('whispr.session'));
    const one = (number) =>
      fetch(`/messaging/api/v1/conversations/${id}/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          content: `Line ${String(number).padStart(3, '0')}`,
          message_type: 'text',
          client_random: 1000 + number,
        }),
      }).then((response) => response.status);
    const all = async () => {
      const statuses = [];
      for (let number = from; number <= to; number += 1) statuses.push(await one(number));
      return statuses;
    };
    return all();
  };
  for (let from = 1; from <= length; from += 20) {
    const author = from % 40 === 1 ? bob : alice;
    const statuses = await author.page.evaluate(send, { id, from, to: from + 19 });
    assert.ok(
      statuses.every((status) => status === 201),
      `sending was answered with ${statuses}`,
    );
  }
}

before(async () => {
  server = await Server.start({ dev: true, args: ['--messages-per-minute', '0'] }); // they write a lot
  browser = await launch_browser();
  alice = await Visitor.sign_in(browser, server, 'Alice');
  bob = await Visitor.sign_in(browser, server, 'Bob');
  await write_history();
});

after(async () => {
  await browser?.close();
  await server?.discard();
});

test('history pages in while scrolling up, without a hole and without moving what is read', async () => {
  await alice.page.reload();
  await alice.sees(line(length));
  assert.ok((await alice.texts()).length < length, 'the first page is not the whole history');
  const jumps = await alice.page.evaluate(async () => {
    const log = document.querySelector('[data-testid=log]');
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const moved = [];
    for (let step = 0; step < 200 && log.scrollTop > 0; step += 1) {
      log.scrollTop -= 400;
      await frame();
      const top = log.getBoundingClientRect().top;
      const row = [...log.querySelectorAll('.row')].find((one) => one.getBoundingClientRect().bottom > top + 20);
      const at = row.getBoundingClientRect().top;
      await frame();
      await frame();
      moved.push(Math.abs(row.getBoundingClientRect().top - at));
    }
    return Math.max(...moved);
  });
  assert.ok(jumps < 3, `what was being read jumped by ${jumps} pixels`);
  await alice.sees(line(1));
  const expected = Array.from({ length }, (_, index) => line(index + 1));
  assert.deepEqual(await alice.texts(), expected);
});

test('the text stays where it is also when the top is reached before the earlier messages are in', async () => {
  const { page } = alice;
  await page.reload();
  await alice.sees(line(length));
  const older = (url) => url.searchParams.has('before');
  let let_through;
  const reached = new Promise((resolve) => (let_through = resolve));
  await page.route(older, async (route) => {
    await reached;
    await route.continue();
  });
  const before_it = await page.evaluate(async () => {
    const log = document.querySelector('[data-testid=log]');
    log.scrollTop = 0;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const row = log.querySelector('.row');
    return { text: row.querySelector('[data-testid=text]').textContent, top: row.getBoundingClientRect().top };
  });
  let_through();
  await eventually('there are earlier messages', async () => (await alice.texts())[0] < before_it.text);
  const top = await alice.message(before_it.text).evaluate((row) => row.getBoundingClientRect().top);
  await page.unroute(older);
  assert.ok(Math.abs(top - before_it.top) < 3, `${before_it.text} moved from ${before_it.top} to ${top}`);
});

test('away from the end new messages do not move the text, and a button leads down', async () => {
  const top = () => alice.page.evaluate(() => document.querySelector('[data-testid=log]').scrollTop);
  const before_it = await top();
  await bob.open('Alice');
  await bob.say('News');
  await alice.sees('News');
  assert.ok(Math.abs((await top()) - before_it) < 3);
  await alice.at('to-end').getByText('1').waitFor();
  await alice.conversation('Bob').getByTestId('unread-badge').waitFor();
  await alice.at('to-end').click();
  await alice.conversation('Bob').getByTestId('unread-badge').waitFor({ state: 'detached' });
  await bob.tick_becomes('News', 'read');
});

test('many unread messages open at the divider, and are read as they come into view', async () => {
  await bob.page.goto(`${server.url}#`);
  await bob.at('composer').waitFor({ state: 'hidden' });
  for (let number = 1; number <= 30; number += 1) {
    await alice.at('composer').fill(`Unread ${number}`);
    await alice.at('composer').press('Enter');
  }
  await alice.tick_becomes('Unread 30', 'delivered');
  await eventually(
    'the badge counts thirty',
    async () => (await bob.conversation('Alice').getByTestId('unread-badge').textContent()) === '30',
  );
  await bob.open('Alice');
  await bob.at('unread-divider').waitFor();
  const visible = await bob.page.evaluate(() => {
    const log = document.querySelector('[data-testid=log]').getBoundingClientRect();
    const divider = document.querySelector('[data-testid=unread-divider]').getBoundingClientRect();
    return divider.top >= log.top - 2 && divider.top < log.top + log.height / 2;
  });
  assert.ok(visible, 'the divider is in the upper half of the window');
  await alice.tick_becomes('Unread 3', 'read');
  assert.notEqual(await alice.tick_of('Unread 30'), 'read');
  await bob.at('to-end').click();
  await alice.tick_becomes('Unread 30', 'read');
});

test('a quote leads to an original that has to be loaded first', async () => {
  await alice.page.reload();
  await alice.sees('Unread 30');
  await alice.page.evaluate(() => {
    document.querySelector('[data-testid=log]').scrollTop = 0;
  });
  await alice.message(line(80)).waitFor();
  await alice.message(line(80)).scrollIntoViewIfNeeded();
  await alice.menu(line(80));
  await alice.at('menu-reply').click();
  await alice.say('About that one');
  await bob.page.reload();
  await bob.sees('About that one');
  assert.equal(await bob.message(line(80)).count(), 0);
  await bob.message('About that one').getByTestId('quote').click();
  await eventually('the original has the focus', () =>
    bob.page.evaluate(
      (text) => document.activeElement?.querySelector('[data-testid=text]')?.textContent === text,
      line(80),
    ),
  );
});

test('the keyboard alone is enough', async () => {
  const { page } = alice;
  await page.keyboard.press('Escape');
  await alice.at('composer').waitFor({ state: 'hidden' });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('bob');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await alice.at('composer').waitFor();
  await eventually('the composer has the focus', () =>
    page.evaluate(() => document.activeElement?.dataset.testid === 'composer'),
  );
  await page.keyboard.type('First');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('second');
  await page.keyboard.press('Enter');
  await eventually('both lines are one message', async () => (await alice.texts()).at(-1) === 'First\nsecond');
  await alice.at('log').focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await alice.at('menu').waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Escape');
  await alice.at('menu').waitFor({ state: 'detached' });
  await eventually('the focus is back on the message', () =>
    page.evaluate(() => document.activeElement?.dataset.testid === 'message'),
  );
});

test('none of this raised an error in a page', () => {
  alice.assert_content();
  bob.assert_content();
});
