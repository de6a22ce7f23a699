// Messages that were written but not yet acknowledged. They live in localStorage, one entry each,
// so they survive a reload and two tabs of one user never overwrite each other. The client_random
// is chosen once, when the message is written: sending it again can never make a second message.
// A message with a file is sent when its upload is done, and holds up what was written after it in
// the same conversation.

import { RestError } from './rest.js';
import { byteLength } from './text.js';
import { toAttachment, toMessage } from './wire.js';

const maxContentBytes = 65_536;
const retryDelaysMs = [1_000, 2_000, 5_000, 10_000, 30_000];

export function drawClientRandom() {
    const [high, low] = crypto.getRandomValues(new Uint32Array(2));
    return (high & 0x1f_ffff) * 2 ** 32 + low;
}

export class Outbox {
    #store;
    #rest;
    #gone;
    #prefix;
    #entries = new Map();
    #draining = false;
    #attempt = 0;
    #timer = 0;
    #stopped = false;

    // `gone(entry, { sent })` is called when an entry has left.
    constructor(store, rest, gone = () => {}) {
        this.#store = store;
        this.#rest = rest;
        this.#gone = gone;
        this.#prefix = `whispr.outbox.${store.me}.`;
        this.#load();
        window.addEventListener('storage', this.#onStorage);
    }

    stop() {
        this.#stopped = true;
        clearTimeout(this.#timer);
        window.removeEventListener('storage', this.#onStorage);
    }

    get entries() {
        return [...this.#entries.values()].sort((a, b) => a.time - b.time || a.order - b.order);
    }

    get(clientRandom) {
        return this.#entries.get(clientRandom);
    }

    of(conversationId) {
        return this.entries.filter((entry) => entry.conversationId === conversationId);
    }

    // Something waits, and the last attempt did not get through.
    get stuck() {
        return this.#attempt > 0 && this.#next() !== undefined;
    }

    counts() {
        const failed = this.entries.filter((entry) => entry.error).length;
        return { failed, pending: this.#entries.size - failed };
    }

    // Returns why the text cannot be sent at all, or an empty text.
    refusal(content) {
        if (content.trim() === '') return 'There is nothing to send.';
        if (byteLength(content) > maxContentBytes) return 'This message is too long.';
        return '';
    }

    // `file` describes what is uploaded under this `clientRandom`: { name, chosenName, type, size,
    // kind, width, height, duration }.
    add(conversationId, content, replyToId, { file, clientRandom = drawClientRandom() } = {}) {
        const order = Math.max(0, ...this.entries.map((entry) => entry.order)) + 1;
        const entry = {
            clientRandom,
            conversationId,
            content,
            replyToId,
            time: Date.now(),
            order,
            error: '',
            ...(file ? { file } : {}),
        };
        this.#put(entry);
        this.drain();
        return entry;
    }

    // Lays `edit` over an entry that is still there.
    change(clientRandom, edit) {
        const entry = this.#entries.get(clientRandom);
        if (entry) this.#put({ ...entry, ...edit });
    }

    // It cannot be sent as it is; `lost` when its file is not there any more.
    refuse(clientRandom, error, { lost = false } = {}) {
        this.change(clientRandom, { error: error || 'This did not work.', lost });
        this.drain();
    }

    retry(clientRandom) {
        this.change(clientRandom, { error: '', lost: false });
        this.drain();
    }

    retryAll() {
        for (const { clientRandom, error } of this.entries) {
            if (error) this.change(clientRandom, { error: '', lost: false });
        }
        this.drain();
    }

    discard(clientRandom) {
        this.#remove(clientRandom, { sent: false });
    }

    // The message has been seen on the server's side, by whichever way.
    arrived(message) {
        if (message.senderId !== this.#store.me || message.clientRandom === undefined) return;
        const entry = this.#entries.get(Number(message.clientRandom));
        if (entry?.conversationId !== message.conversationId) return;
        // One whose file is not attached yet is not done.
        if (!entry.file || message.attachments?.length > 0) this.#remove(entry.clientRandom);
    }

    // Sends what is pending, oldest first. One that the server refuses is marked and the others
    // go on; one that did not get through stops the round, so that order is kept.
    async drain() {
        if (this.#draining || this.#stopped) return;
        this.#draining = true;
        clearTimeout(this.#timer);
        try {
            for (let entry = this.#next(); entry && !this.#stopped; entry = this.#next()) {
                if (!(await this.#send(entry))) break;
                this.#attempt = 0;
            }
        } finally {
            this.#draining = false;
        }
    }

    #next() {
        const held = new Set();
        for (const entry of this.entries) {
            if (entry.error || held.has(entry.conversationId)) continue;
            if (!entry.file || entry.upload?.fileId) return entry;
            held.add(entry.conversationId);
        }
        return undefined;
    }

    async #send(entry) {
        try {
            const message = toMessage(await this.#rest.send(entry.conversationId, entry));
            if (entry.file) await this.#attach(entry, message);
            this.#store.putMessage({
                ...message,
                reactions: undefined,
                clientRandom: entry.clientRandom,
            });
            this.#remove(entry.clientRandom);
            return true;
        } catch (error) {
            return this.#failed(entry, error);
        }
    }

    // The second half of a message with a file. It is repeated when its answer was lost; an upload
    // that the server has forgotten meanwhile is made anew, twice at most.
    async #attach(entry, message) {
        const { clientRandom, anew = 0 } = entry;
        this.change(clientRandom, { messageId: message.id });
        try {
            message.attachments = [toAttachment(await this.#rest.attach(message.id, entry))];
        } catch (error) {
            if (error.status !== 404 || anew >= 2) throw error;
            this.change(clientRandom, { upload: undefined, anew: anew + 1 });
            throw new RestError(0, 'The server has forgotten the file.');
        }
    }

    #failed(entry, error) {
        if (error.status === 401) return false;
        if (error.transient || error.status === undefined) {
            const delay = retryDelaysMs[Math.min(this.#attempt, retryDelaysMs.length - 1)];
            this.#attempt += 1;
            this.#timer = setTimeout(() => this.drain(), delay * (0.5 + Math.random() / 2));
            this.#store.emit('outbox');
            return false;
        }
        // Seen on servers that answer a repeat like this: it had arrived the first time.
        if (error.status === 422 && error.details?.sender_id) this.#remove(entry.clientRandom);
        else this.change(entry.clientRandom, { error: error.message });
        return true;
    }

    #load() {
        for (let index = 0; index < localStorage.length; index += 1) {
            const key = localStorage.key(index);
            if (key.startsWith(this.#prefix)) this.#read(localStorage.getItem(key));
        }
    }

    #read(text) {
        try {
            const entry = JSON.parse(text);
            if (Number.isSafeInteger(entry?.clientRandom))
                this.#entries.set(entry.clientRandom, entry);
        } catch {
            // Not written by this page; it is left alone.
        }
    }

    #onStorage = ({ key, newValue }) => {
        if (!key?.startsWith(this.#prefix)) return;
        if (newValue === null) this.#left(Number(key.slice(this.#prefix.length)));
        else this.#read(newValue);
        this.#tell();
    };

    // Another tab has sent or discarded it, and has done what is to be done about it.
    #left(clientRandom) {
        const entry = this.#entries.get(clientRandom);
        this.#entries.delete(clientRandom);
        if (entry) this.#gone(entry, { sent: true });
    }

    #put(entry) {
        this.#entries.set(entry.clientRandom, entry);
        try {
            localStorage.setItem(this.#prefix + entry.clientRandom, JSON.stringify(entry));
        } catch {
            this.#store.notice('This browser has no room left to keep unsent messages.');
        }
        this.#tell(entry.conversationId);
    }

    #remove(clientRandom, { sent = true } = {}) {
        const entry = this.#entries.get(clientRandom);
        if (!entry) return;
        this.#entries.delete(clientRandom);
        localStorage.removeItem(this.#prefix + clientRandom);
        this.#gone(entry, { sent });
        this.#tell(entry.conversationId);
    }

    #tell(conversationId = this.#store.openId) {
        this.#store.emit(`messages:${conversationId}`);
        this.#store.emit('outbox');
    }
}
