// What people do with files in the page.
import fs from 'node:fs';
import { Visitor, eventually } from './browser.mjs';
import { digest } from './sample_files.mjs';

export class FileVisitor extends Visitor {
  // The message with the file of this name: it says so in its row, or on its picture.
  file(name) {
    const shown = this.page.getByTestId('file-name').getByText(name, { exact: true });
    const labels = ['Photo', 'Play video', 'Video'].map((kind) => `[aria-label="${kind} ${name}"]`);
    const named = this.page.locator(labels.join());
    return this.at('log')
      .getByTestId('message')
      .filter({ has: shown.or(named) });
  }

  async choose(files) {
    const before = await this.at('chosen').count();
    const [chooser] = await Promise.all([this.page.waitForEvent('filechooser'), this.at('attach').click()]);
    await chooser.setFiles(files);
    const wanted = before + [files].flat().length;
    await eventually(`${wanted} files are chosen`, async () => (await this.at('chosen').count()) === wanted);
  }

  async send_files(files, caption = '') {
    await this.choose(files);
    if (caption) await this.at('composer').fill(caption);
    await this.at('send').click();
    await this.at('tray').waitFor({ state: 'hidden' });
  }

  async tick_of_file(name) {
    return this.file(name).getByTestId('tick').getAttribute('data-status', { timeout: 1000 });
  }

  async file_arrives(name, status = 'sent') {
    const order = ['pending', 'sent', 'delivered', 'read'];
    await eventually(
      `the file ${name} is ${status}`,
      async () => order.indexOf(await this.tick_of_file(name)) >= order.indexOf(status),
    );
  }

  async progress_of(name) {
    const meter = this.file(name).getByTestId('progress');
    return Number(await meter.getAttribute('aria-valuenow', { timeout: 1000 }));
  }

  async progress_passes(name, percent) {
    await eventually(`${percent} % of ${name} are sent`, async () => (await this.progress_of(name)) >= percent);
  }

  // Uploads go at so many bytes a second; Infinity for as fast as they can.
  async upload_at(rate) {
    this.devtools ??= await this.context.newCDPSession(this.page);
    await this.devtools.send('Network.enable');
    await this.devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: rate === Infinity ? -1 : rate,
    });
  }

  // As a client would that encrypts: the page itself sends nothing like it.
  async send_encrypted({ name, buffer }) {
    await this.page.evaluate(
      async ({ name, base64 }) => {
        const { token } = JSON.parse(sessionStorage.getItem('whispr.session'));
        const conversation = location.hash.split('/').at(-1);
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const ask = async (method, path, headers, body) => {
          const sent = { authorization: `Bearer ${token}`, 'tus-resumable': '1.0.0', ...headers };
          const answer = await fetch(`/messaging/api/v1/${path}`, { method, headers: sent, body });
          if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}`);
          return answer;
        };
        const json = { 'content-type': 'application/json' };
        const words = `filename ${btoa(name)},encrypted ${btoa('true')}`;
        const begun = { 'upload-length': bytes.length, 'upload-metadata': words };
        const place = (await ask('POST', 'attachments/uploads', begun)).headers.get('location').split('/').at(-1);
        const piece = { 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' };
        const done = await ask('PATCH', `attachments/uploads/${place}`, piece, bytes);
        const random = Math.floor(Math.random() * 2 ** 31);
        const message = { content: name, message_type: 'media', client_random: random, metadata: {} };
        const path = `conversations/${conversation}/messages`;
        const { data } = await (await ask('POST', path, json, JSON.stringify(message))).json();
        const file = { media_id: done.headers.get('x-whispr-media-id') };
        await ask('POST', `messages/${data.id}/attachments`, json, JSON.stringify(file));
      },
      { name, base64: buffer.toString('base64') },
    );
  }

  // What a click on the file saves: { name, digest }.
  async download(name) {
    const button = this.file(name).getByTestId('file');
    const [saved] = await Promise.all([this.page.waitForEvent('download'), button.click()]);
    return { name: saved.suggestedFilename(), digest: digest(fs.readFileSync(await saved.path())) };
  }

  // A real drag cannot be made from outside; its events can.
  async drop(files, event = 'drop') {
    const transfer = await this.page.evaluateHandle(
      (given) => {
        const data = new DataTransfer();
        for (const { name, type, base64 } of given) {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          data.items.add(new File([bytes], name, { type }));
        }
        return data;
      },
      files.map(({ name, mimeType, buffer }) => ({ name, type: mimeType, base64: buffer.toString('base64') })),
    );
    await this.at('log').dispatchEvent(event, { dataTransfer: transfer });
    return transfer;
  }

  async paste({ buffer, mimeType }, text) {
    await this.at('composer').focus();
    await this.page.evaluate(
      ({ base64, type, words }) => {
        const data = new DataTransfer();
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        data.items.add(new File([bytes], 'image.png', { type }));
        if (words) data.setData('text/plain', words);
        const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
        document.activeElement.dispatchEvent(event);
      },
      { base64: buffer.toString('base64'), type: mimeType, words: text },
    );
  }

  // Until the small picture itself is on the screen.
  async sees_picture(name) {
    await this.file(name).scrollIntoViewIfNeeded();
    await eventually(`${this.name} sees the picture ${name}`, () =>
      this.file(name)
        .locator('img.photo-image')
        .evaluate((image) => image.complete && image.naturalWidth > 0, undefined, { timeout: 1000 }),
    );
  }
}
