// Pictures and files between two people: chosen, dropped, pasted, sent, shown, looked at, deleted.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server } from '../harness/server.mjs';
import { eventually, launch_browser } from './browser.mjs';
import { FileVisitor } from './file_visitor.mjs';
import { digest, paper, picture, sound, video } from './sample_files.mjs';

const largest = 2 * 1024 * 1024;
const sea = picture('Evening by the sea.png');
const tower = picture('tower.png', 420, 800, 1);
const report = paper('Report of the third quarter, final version 2 (approved).pdf', 250_000);
let server;
let browser;
let alice;
let bob;

before(async () => {
  server = await Server.start({ dev: true, args: ['--max-attachment-size', '2MiB'] });
  browser = await launch_browser();
  alice = await FileVisitor.sign_in(browser, server, 'Alice');
  bob = await FileVisitor.sign_in(browser, server, 'Bob');
  await alice.start_direct('Bob');
  await alice.say('Look what I have found');
});

after(async () => {
  await browser?.close();
  await server?.discard();
});

test('several files are chosen, looked at, one is taken out again, the others are sent with a caption', async () => {
  await alice.choose([sea, tower, report]);
  await eventually(
    'both pictures are shown in the tray',
    async () => (await alice.page.locator('.chosen-image').count()) === 2,
  );
  await alice.screenshot('files-tray');
  await alice.at('chosen').nth(1).getByTestId('chosen-remove').click();
  assert.equal(await alice.at('chosen').count(), 2);
  await alice.at('composer').fill('From the ridge, and what you asked for');
  await alice.at('send').click();
  await alice.at('tray').waitFor({ state: 'hidden' });
  await alice.file_arrives(sea.name);
  await alice.file_arrives(report.name);
  assert.equal(await alice.file(tower.name).count(), 0);
});

test('they come to the other in their order, and the list says what they are', async () => {
  await bob
    .conversation('Alice')
    .getByTestId('preview')
    .getByText(`${report.name} · From the ridge, and what you asked for`)
    .waitFor();
  await bob.open('Alice');
  await bob.sees_picture(sea.name);
  await bob.file(report.name).getByText('From the ridge, and what you asked for').waitFor();
  await bob.file(report.name).getByText('244 KB').waitFor();
  const rows = await bob.at('message').evaluateAll((all) => all.map((row) => row.textContent));
  assert.match(rows.at(-1), /Report/);
  assert.equal(rows.length, 3);
  await alice.file_arrives(report.name, 'read');
});

test('what is downloaded is what was sent', async () => {
  assert.deepEqual(await bob.download(report.name), { name: report.name, digest: digest(report.buffer) });
});

test('a picture has its room before it is there, and nothing jumps when it comes', async () => {
  await bob.page.goto(`${server.url}/#`);
  let let_through;
  const allowed = new Promise((resolve) => (let_through = resolve));
  const pictures = (url) => /\/(thumbnail|download)$/.test(url.pathname);
  await bob.page.route(pictures, async (route) => {
    await allowed;
    await route.continue();
  });
  await bob.open('Alice');
  const frame = () => bob.file(sea.name).locator('.frame').boundingBox();
  const size_before = await frame();
  assert.ok(Math.abs(size_before.width / size_before.height - 960 / 600) < 0.02, JSON.stringify(size_before));
  let_through();
  await bob.sees_picture(sea.name);
  assert.deepEqual(await frame(), size_before);
  await bob.page.unroute(pictures);
});

test('a file that is dropped and a picture that is pasted are taken; pasted text stays text', async () => {
  await bob.drop([tower], 'dragenter');
  await bob.at('drop').waitFor();
  await bob.screenshot('files-drop');
  await bob.drop([tower]);
  await bob.at('drop').waitFor({ state: 'hidden' });
  await bob.at('chosen').waitFor();
  await bob.paste(picture('image.png', 300, 200, 2));
  await eventually('both are in the tray', async () => (await bob.at('chosen').count()) === 2);
  await bob.paste(sea, 'words that were copied with a picture of themselves');
  assert.equal(await bob.at('chosen').count(), 2);
  await bob.at('send').click();
  await bob.file_arrives(tower.name);
  await alice.sees_picture(tower.name);
  await alice.page.locator('[aria-label^="Photo Pasted "]').waitFor();
});

test('what is too large, empty or a folder is not taken, and the limit is named', async () => {
  const huge = paper('huge.pdf', largest + 1);
  const refused = async (files, words) => {
    const [chooser] = await Promise.all([alice.page.waitForEvent('filechooser'), alice.at('attach').click()]);
    await chooser.setFiles(files);
    await alice.page.getByText(words).waitFor();
    assert.equal(await alice.at('chosen').count(), 0);
  };
  await refused(huge, '“huge.pdf” has 2 MB; the limit is 2 MB.');
  await refused({ name: 'nothing.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) }, '“nothing.txt” is empty.');
});

test('what the server refuses stays with its reason, holds nothing up, and can be discarded', async () => {
  const program = { name: 'setup.exe', mimeType: 'application/x-msdownload', buffer: Buffer.alloc(900, 1) };
  await alice.send_files([program]);
  await alice.file(program.name).getByText('File type not supported').waitFor();
  await eventually('it is marked', async () => (await alice.tick_of_file(program.name)) === 'failed');
  await alice.say('That one cannot go');
  await bob.sees('That one cannot go');
  await alice.file(program.name).getByTestId('discard').click();
  await alice.file(program.name).waitFor({ state: 'detached' });
  assert.equal(await bob.file(program.name).count(), 0);
});

test('names are text, whatever is in them', async () => {
  const evil = paper('<img src=x onerror=alert(1)>\u202Efdp.exe.pdf', 600);
  const shown = '<img src=x onerror=alert(1)>fdp.exe.pdf';
  await alice.send_files([evil]);
  await bob.file(shown).waitFor();
  assert.equal(await bob.page.locator('.file-row img').count(), 0);
  await bob.conversation('Alice').getByTestId('preview').getByText(shown).waitFor();
});

test('what is encrypted end to end is a file that is saved, whatever it was', async () => {
  const secret = picture('secret.png', 64, 64);
  await alice.send_encrypted(secret);
  await bob.file(secret.name).getByText(/^Encrypted file · /).waitFor();
  assert.equal(await bob.file(secret.name).getByTestId('photo').count(), 0);
  assert.deepEqual(await bob.download(secret.name), { name: secret.name, digest: digest(secret.buffer) });
});

test('the viewer goes through the pictures by the keyboard, and gives the focus back', async () => {
  await bob.at('log').focus();
  const photo = bob.file(sea.name).getByTestId('photo');
  await photo.focus();
  await bob.page.keyboard.press('Enter');
  await bob.at('viewer').waitFor();
  await bob.at('viewer').getByText(/^1 of 3/).waitFor();
  await eventually('the whole picture is shown', () =>
    bob.at('viewer-image').evaluate((image) => image.naturalWidth === 960),
  );
  await bob.screenshot('files-viewer');
  await bob.page.keyboard.press('ArrowRight');
  await bob.at('viewer').getByText(/^2 of 3/).waitFor();
  await bob.becomes('viewer-name', /^You$/);
  await bob.page.keyboard.press('ArrowLeft');
  const [saved] = await Promise.all([bob.page.waitForEvent('download'), bob.at('viewer-download').click()]);
  assert.equal(saved.suggestedFilename(), sea.name);
  await bob.page.keyboard.press('Escape');
  await bob.at('viewer').waitFor({ state: 'detached' });
  assert.ok(await photo.evaluate((button) => button === document.activeElement));
});

test('a long press on a picture opens its menu, and letting go does not open the viewer', async () => {
  const photo = bob.file(sea.name).getByTestId('photo');
  await photo.scrollIntoViewIfNeeded();
  await photo.dispatchEvent('pointerdown', { pointerType: 'touch', bubbles: true });
  await bob.at('menu-download').waitFor();
  await photo.dispatchEvent('pointerup', { pointerType: 'touch', bubbles: true });
  await photo.dispatchEvent('click', { bubbles: true });
  assert.equal(await bob.at('viewer').count(), 0);
  await bob.page.keyboard.press('Escape');
  await bob.at('menu').waitFor({ state: 'detached' });
});

test('sound and video play in place; a tick that changes does not stop them', async () => {
  const memo = sound('Voice memo.wav');
  const clip = await video(alice.page, 'ball.mp4');
  await alice.send_files([memo, clip]);
  await bob.file(clip.name).waitFor();
  await bob.file(memo.name).getByTestId('audio-play').click();
  await bob.file(memo.name).getByText(/^0:0[1-5] \/ 0:05$/).waitFor();
  await bob.screenshot('files-sound-and-video');
  await alice.file_arrives(clip.name, 'read');
  await alice.file(clip.name).getByTestId('video-start').click();
  const element = await alice.at('video').elementHandle();
  const place = () => element.evaluate((playing) => [playing.isConnected, playing.currentTime]);
  await eventually('it plays', async () => (await place())[1] > 0);
  await alice.file(clip.name).getByTestId('bubble').click({ button: 'right', position: { x: 30, y: 2 } });
  await alice.at('menu').getByRole('button', { name: '👍' }).click();
  await alice.file(clip.name).getByTestId('reaction').waitFor();
  assert.equal((await place())[0], true);
});

test('all of it is together in the conversation’s own list', async () => {
  await bob.at('info').click();
  await bob.at('shared-files').click();
  const shared = bob.at('shared-list');
  await eventually('three pictures', async () => (await shared.getByTestId('photo').count()) === 3);
  await bob.screenshot('files-shared');
  await shared.getByTestId('photo').first().click();
  await bob.at('viewer').getByText(/^3 of 3/).waitFor();
  await bob.page.keyboard.press('Escape');
  await bob.at('shared-videos').click();
  await shared.getByTestId('video-start').waitFor();
  await bob.at('shared-files').waitFor();
  await bob.page.getByRole('tab', { name: 'Files' }).click();
  await shared.getByText(report.name).waitFor();
  await shared.getByTestId('audio').waitFor();
  await bob.page.keyboard.press('Escape');
});

test('a deleted message shows nothing of its file, also in the viewer', async () => {
  await bob.file(sea.name).getByTestId('photo').click();
  await bob.at('viewer').waitFor();
  await alice.file(sea.name).getByTestId('bubble').click({ button: 'right', position: { x: 8, y: 8 } });
  await alice.at('menu-delete').click();
  await alice.at('delete-for-everyone').click();
  await bob.at('viewer').getByText(/^1 of 2/).waitFor();
  await bob.page.keyboard.press('Escape');
  await bob.file(sea.name).waitFor({ state: 'detached' });
  await alice.file(sea.name).waitFor({ state: 'detached' });
});

test('a reload shows all of it again', async () => {
  await alice.page.reload();
  await alice.sees_picture(tower.name);
  await alice.file(report.name).waitFor();
});

test('pictures of it, in light, in dark and on a phone', async () => {
  await alice.send_files([picture('Morning.png', 1200, 700, 2), paper('Map.pdf', 3_000)]);
  await bob.sees_picture('Morning.png');
  await bob.screenshot('files-light');
  await bob.page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await bob.screenshot('files-dark');
  await bob.page.setViewportSize({ width: 390, height: 780 });
  await bob.screenshot('files-phone');
  const wide = await bob.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(wide, false, 'nothing is wider than the screen');
  await bob.choose([picture('On the phone.png', 500, 500, 1), paper('Note.pdf', 900)]);
  await bob.screenshot('files-phone-tray');
  await bob.at('send').click();
  await bob.file_arrives('Note.pdf');
  await bob.file('On the phone.png').getByTestId('photo').click();
  await bob.at('viewer').waitFor();
  await bob.screenshot('files-phone-viewer');
  await bob.at('viewer-close').click();
});

test('neither page broke its own security policy or raised an error', () => {
  // What the server refused, and what was deleted while it was looked at, browsers report by themselves.
  const unexpected = (text) => !/status of (404|415)/.test(text);
  assert.deepEqual(alice.complaints.filter(unexpected), []);
  assert.deepEqual(bob.complaints.filter(unexpected), []);
});
