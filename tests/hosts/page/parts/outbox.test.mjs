import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { beforeEach, test } from 'node:test';
import { RestError } from '../../../../hosts/whisprd/page/src/rest.js';

globalThis.window = new EventTarget();
globalThis.crypto ??= webcrypto; // Node 18 has none of its own
globalThis.localStorage = {
  kept: new Map(),
  get length() {
    return this.kept.size;
  },
  key(index) {
    return [...this.kept.keys()][index];
  },
  getItem(key) {
    return this.kept.get(key) ?? null;
  },
  setItem(key, value) {
    this.kept.set(key, value);
  },
  removeItem(key) {
    this.kept.delete(key);
  },
};
const { Outbox } = await import('../../../../hosts/whisprd/page/src/outbox.js');
const turn = () => new Promise((resolve) => setImmediate(resolve));
const file = { name: 'a.pdf', chosenName: 'a.pdf', type: 'application/pdf', size: 9, kind: 'file' };
const done = { url: 'https://whispr.test/messaging/api/v1/attachments/uploads/u1', fileId: 'f1' };

let sent;
let attached;
let gone;
let refuse_attaching;
let outbox;

const store = { me: 'me', openId: null, emit() {}, notice() {}, putMessage() {} };
const rest = {
  async send(conversation, { content }) {
    sent.push(`${conversation} ${content}`);
    return { id: `m ${content}`, conversationId: conversation, content };
  },
  async attach(id, { upload }) {
    attached.push([id, upload.fileId]);
    const error = refuse_attaching.shift();
    if (error) throw error;
    return { id: 'a1', fileName: 'a.pdf' };
  },
};

beforeEach(() => {
  localStorage.kept.clear();
  sent = [];
  attached = [];
  gone = [];
  refuse_attaching = [];
  outbox = new Outbox(store, rest, ({ clientRandom }, how) => gone.push([clientRandom, how.sent]));
});

test('what is written after a file waits for it, but not in other conversations', async () => {
  const { clientRandom } = outbox.add('c1', 'a.pdf', null, { file });
  outbox.add('c1', 'after it', null);
  outbox.add('c2', 'elsewhere', null);
  await turn();
  assert.deepEqual(sent, ['c2 elsewhere']);
  outbox.change(clientRandom, { upload: done });
  outbox.drain();
  await turn();
  assert.deepEqual(sent, ['c2 elsewhere', 'c1 a.pdf', 'c1 after it']);
  assert.deepEqual(attached, [['m a.pdf', 'f1']]);
  assert.deepEqual(outbox.entries, []);
});

test('a file that is refused holds nothing up, and leaves when it is discarded', async () => {
  const { clientRandom } = outbox.add('c1', 'a.pdf', null, { file });
  outbox.add('c1', 'after it', null);
  outbox.refuse(clientRandom, 'too large');
  await turn();
  assert.deepEqual(sent, ['c1 after it']);
  assert.equal(outbox.get(clientRandom).error, 'too large');
  outbox.discard(clientRandom);
  assert.deepEqual(gone.at(-1), [clientRandom, false]);
});

test('the message alone does not end it: its file has to be attached', async () => {
  const { clientRandom } = outbox.add('c1', 'a.pdf', null, { file });
  const message = { senderId: 'me', conversationId: 'c1', clientRandom, attachments: [] };
  outbox.arrived(message);
  assert.ok(outbox.get(clientRandom));
  outbox.arrived({ ...message, attachments: [{ id: 'a1' }] });
  assert.equal(outbox.get(clientRandom), undefined);
  assert.deepEqual(gone.at(-1), [clientRandom, true]);
});

test('an upload that the server has forgotten is made anew, not for ever', async (t) => {
  t.mock.method(globalThis, 'setTimeout', () => 0);
  refuse_attaching = [1, 2, 3].map(() => new RestError(404, 'Resource not found'));
  const { clientRandom } = outbox.add('c1', 'a.pdf', null, { file });
  for (let round = 1; round <= 2; round += 1) {
    outbox.change(clientRandom, { upload: done });
    await outbox.drain();
    assert.equal(outbox.get(clientRandom).upload, undefined, `round ${round}`);
    assert.equal(outbox.get(clientRandom).error, '');
  }
  outbox.change(clientRandom, { upload: done });
  await outbox.drain();
  assert.equal(outbox.get(clientRandom).error, 'Resource not found');
});
