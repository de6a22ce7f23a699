// Uploads of the page that do not go through in one: slow, cancelled, cut, killed, reloaded.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server } from '../harness/server.mjs';
import { eventually, launch_browser } from './browser.mjs';
import { FileVisitor } from './file_visitor.mjs';
import { digest, paper, picture } from './sample_files.mjs';

const megabyte = 1024 * 1024;
const uploads = (url) => /\/attachments\/uploads(\/|$)/.test(url.pathname);
let server;
let browser;
let alice;
let bob;

// What the page asks of the server about uploads: [method, offset].
function watch(visitor) {
  const seen = [];
  visitor.page.on('request', (request) => {
    if (uploads(new URL(request.url()))) seen.push([request.method(), request.headers()['upload-offset']]);
  });
  return seen;
}

before(async () => {
  server = await Server.start({ dev: true });
  browser = await launch_browser();
  alice = await FileVisitor.sign_in(browser, server, 'Alice');
  bob = await FileVisitor.sign_in(browser, server, 'Bob');
  await alice.start_direct('Bob');
  await alice.say('Files are coming');
  await bob.open('Alice');
});

after(async () => {
  await browser?.close();
  await server?.discard();
});

test('one sees how far a file is, and what is written after it waits for it', async () => {
  const film = paper('film.pdf', 6 * megabyte);
  await alice.upload_at(2 * megabyte);
  await alice.send_files([film, picture('still.png', 400, 300)]);
  await alice.progress_passes(film.name, 20);
  const at = await alice.progress_of(film.name);
  assert.ok(at < 100, `it is at ${at} %`);
  await alice.file(film.name).getByText(/ of 6 MB/).waitFor();
  await alice.say('After the film');
  await alice.screenshot('files-sending');
  assert.equal(await alice.tick_of('After the film'), 'pending');
  assert.equal(await bob.message('After the film').count(), 0);
  await alice.progress_passes(film.name, at + 1);
  await bob.sees('After the film');
  await alice.upload_at(Infinity);
  const rows = await bob.at('message').evaluateAll((all) => all.slice(-3).map((row) => row.textContent));
  assert.match(rows[0], /film\.pdf/);
  assert.match(rows[2], /After the film/);
  await bob.sees_picture('still.png');
  assert.deepEqual(await bob.download(film.name), { name: film.name, digest: digest(film.buffer) });
});

test('another conversation does not wait for it', async () => {
  await alice.upload_at(megabyte);
  await alice.send_files([paper('slow.pdf', 5 * megabyte)]);
  await alice.start_direct('Carol');
  await alice.say('Hello Carol');
  await alice.tick_becomes('Hello Carol', 'sent');
  await alice.open('Bob');
  assert.equal(await alice.tick_of_file('slow.pdf'), 'pending');
  await alice.upload_at(Infinity);
  await alice.file_arrives('slow.pdf', 'read');
});

test('a cancelled upload is gone, on the server too', async () => {
  const seen = watch(alice);
  await alice.upload_at(megabyte);
  await alice.send_files([paper('mistake.pdf', 5 * megabyte)]);
  await alice.progress_passes('mistake.pdf', 10);
  const removed = alice.page.waitForResponse((answer) => answer.request().method() === 'DELETE');
  await alice.file('mistake.pdf').getByTestId('cancel-upload').click();
  const answer = await removed;
  assert.ok(answer.status() < 300, `the removal was answered with ${answer.status()}`);
  await alice.file('mistake.pdf').waitFor({ state: 'detached' });
  await alice.upload_at(Infinity);
  await alice.say('That was a mistake');
  await bob.sees('That was a mistake');
  assert.equal(await bob.file('mistake.pdf').count(), 0);
  assert.equal(seen.at(-1)[0], 'DELETE');
});

test('what was refused can be tried again', async () => {
  const refusal = { status: 413, contentType: 'application/json', body: '{"error":"Your quota of 1 MB is used up"}' };
  await alice.page.route(uploads, (route) =>
    route.request().method() === 'POST' ? route.fulfill(refusal) : route.fallback(),
  );
  await alice.send_files([paper('again.pdf', 2_000)]);
  await alice.file('again.pdf').getByText('Your quota of 1 MB is used up').waitFor();
  await alice.becomes('banner', /1 message not sent/);
  await alice.page.unroute(uploads);
  await alice.file('again.pdf').getByTestId('retry').click();
  await bob.file('again.pdf').waitFor();
});

test('connections that break in the middle are taken up where they were', async () => {
  const seen = watch(alice);
  let broken = 0;
  await alice.page.route(uploads, (route) => {
    if (route.request().method() !== 'PATCH' || broken >= 2) return route.fallback();
    if (seen.filter(([method]) => method === 'PATCH').length % 2 === 1) return route.fallback();
    broken += 1;
    return route.abort('connectionreset');
  });
  const book = paper('book.pdf', 11 * megabyte);
  await alice.send_files([book]);
  await bob.file(book.name).waitFor();
  await alice.page.unroute(uploads);
  assert.equal(broken, 2);
  assert.equal(seen.filter(([method]) => method === 'POST').length, 1, 'it was begun once');
  assert.deepEqual(await bob.download(book.name), { name: book.name, digest: digest(book.buffer) });
});

test('a server that is killed in the middle goes on with it after its restart', async () => {
  const seen = watch(alice);
  const atlas = paper('atlas.pdf', 12 * megabyte);
  await alice.upload_at(4 * megabyte);
  await alice.send_files([atlas]);
  await alice.progress_passes(atlas.name, 45);
  await server.kill();
  await alice.file(atlas.name).getByText(/No connection/).waitFor();
  await alice.screenshot('files-no-connection');
  await alice.upload_at(Infinity);
  await server.launch();
  await bob.file(atlas.name).waitFor();
  assert.equal(seen.filter(([method]) => method === 'POST').length, 1, 'it was begun once');
  const resumed = seen.findLastIndex(([method]) => method === 'HEAD');
  const offset = Number(seen.slice(resumed).find(([method]) => method === 'PATCH')[1]);
  assert.ok(offset >= 4 * megabyte, `it went on at ${offset}`);
  await alice.file_arrives(atlas.name, 'read');
  assert.deepEqual(await bob.download(atlas.name), { name: atlas.name, digest: digest(atlas.buffer) });
});

test('what is sent offline waits and goes by itself', async () => {
  await alice.context.setOffline(true);
  await alice.send_files([picture('offline.png', 640, 480, 1)], 'taken in the tunnel');
  await alice.at('banner').waitFor();
  assert.equal(await alice.tick_of_file('offline.png'), 'pending');
  await alice.context.setOffline(false);
  await bob.sees_picture('offline.png');
  await bob.file('offline.png').getByText('taken in the tunnel').waitFor();
});

test('an upload goes on after a reload of the page', async () => {
  const thesis = paper('thesis.pdf', 10 * megabyte);
  await alice.upload_at(2 * megabyte);
  await alice.send_files([thesis]);
  await alice.say('It is done');
  await alice.progress_passes(thesis.name, 45);
  const seen = watch(alice);
  await alice.page.reload();
  await alice.upload_at(Infinity);
  await bob.sees('It is done');
  const asked = seen.filter(([method]) => method === 'HEAD' || method === 'POST');
  assert.deepEqual(asked, [['HEAD', undefined]], 'it was not begun again');
  const offset = Number(seen.find(([method]) => method === 'PATCH')[1]);
  assert.ok(offset >= 4 * megabyte, `it went on at ${offset}`);
  assert.deepEqual(await bob.download(thesis.name), { name: thesis.name, digest: digest(thesis.buffer) });
});

test('a file that the browser did not keep is chosen again, and only the same one is taken', async () => {
  const lost = paper('lost.pdf', 5 * megabyte);
  await alice.upload_at(megabyte);
  await alice.send_files([lost]);
  await alice.progress_passes(lost.name, 10);
  await alice.page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase('whispr.files');
        request.onsuccess = resolve;
        request.onerror = reject;
      }),
  );
  await alice.page.reload();
  await alice.upload_at(Infinity);
  await alice.file(lost.name).getByText('no longer at hand').waitFor();
  const choose_again = async (file) => {
    const button = alice.file(lost.name).getByTestId('choose-again');
    const [chooser] = await Promise.all([alice.page.waitForEvent('filechooser'), button.click()]);
    await chooser.setFiles(file);
  };
  await choose_again(paper('another.pdf', 5 * megabyte));
  await alice.page.getByText('This is another file').waitFor();
  await choose_again(lost);
  await bob.file(lost.name).waitFor();
  assert.deepEqual(await bob.download(lost.name), { name: lost.name, digest: digest(lost.buffer) });
});

test('two tabs of one person send a file once', async () => {
  await alice.upload_at(megabyte / 4);
  await alice.send_files([paper('once.pdf', 5 * megabyte)]);
  const second = await FileVisitor.sign_in(browser, server, 'Alice', { context: alice.context });
  await second.open('Bob');
  const seen = watch(second);
  await second.file('once.pdf').getByText('Sending in another tab').waitFor();
  await alice.upload_at(Infinity);
  await second.file_arrives('once.pdf');
  await alice.file_arrives('once.pdf', 'read');
  assert.equal(await bob.file('once.pdf').count(), 1);
  // It may ask how far the upload is, when it hears of the end late.
  assert.deepEqual(seen.filter(([method]) => ['POST', 'PATCH'].includes(method)), []);
  second.assert_content();
  await second.page.close();
});

test('none of this raised an error in a page', () => {
  const unexpected = (text) => !/status of 413/.test(text);
  assert.deepEqual(alice.complaints.filter(unexpected), []);
  bob.assert_content();
});
