// Brings the files of unsent messages to the server, resumable: after a lost connection, a restart
// of the server or a reload of the page an upload goes on where the server is. The entries of the
// outbox say what is to be done; `upload` in them says how far it is: { url, fileId }, where the id
// is there when all of it is on the server.

import { coalesce } from './emitter.js';
import { RestError } from './rest.js';
import { lookInto } from './pictures.js';
import { Tus } from './tus.js';

const atOnce = 2;
const pieceBytes = 4 * 1024 * 1024;
const anewAtMost = 3;
const patienceMs = 1_000;
const settleMs = 3_000;
const retryDelaysMs = [1_000, 2_000, 5_000, 10_000, 30_000];

export const lostFile = 'The file is no longer at hand.';

class Lost extends Error {}

// Why an upload is not begun at all.
class Refused extends Error {}

// Other answers to a piece that only mean: ask how far you are.
function worthAnotherTry(error) {
    if (!(error instanceof RestError)) return false;
    return error.transient || [404, 409, 410, 423, 460].includes(error.status);
}

export class Uploads {
    #store;
    #outbox;
    #rest;
    #tus;
    #shelf;
    #pictures;
    #files = new Map();
    #jobs = new Map();
    #limits = null;
    #settling = 0;
    #stopped = false;

    constructor({ store, outbox, rest, shelf, pictures }) {
        this.#store = store;
        this.#outbox = outbox;
        this.#rest = rest;
        this.#tus = new Tus(rest);
        this.#shelf = shelf;
        this.#pictures = pictures;
    }

    start() {
        this.#store.on(
            'outbox',
            coalesce(() => this.#look()),
        );
        const waiting = this.#outbox.entries.filter(({ file }) => file);
        this.#shelf.sweep(waiting.map(({ clientRandom }) => clientRandom));
        for (const entry of waiting) this.#picture(entry);
        this.#look();
    }

    stop() {
        this.#stopped = true;
        clearTimeout(this.#settling);
        for (const { controller } of this.#jobs.values()) controller.abort();
    }

    // The largest file in bytes that the server takes; null when it has not said so yet. Nobody
    // waits long for that: the server refuses what is too large by itself.
    async largest() {
        this.#limits ??= this.#tus.limits().catch(() => {
            this.#limits = null;
            return { maxBytes: null };
        });
        const late = new Promise((resolve) => setTimeout(resolve, patienceMs, { maxBytes: null }));
        return (await Promise.race([this.#limits, late])).maxBytes;
    }

    // The file of an entry that is about to be in the outbox.
    take(clientRandom, file) {
        this.#files.set(clientRandom, file);
        this.#shelf.put(clientRandom, file);
    }

    // A file that was chosen once more. Returns whether it is the one.
    retake(entry, file) {
        const { size, chosenName, lastModified } = entry.file;
        if (file.size !== size || file.name !== chosenName) return false;
        // It may be another version of it: then nothing of the old one is of use.
        if (file.lastModified !== lastModified && entry.upload) {
            this.#remove(entry.upload).catch(() => {});
            this.#outbox.change(entry.clientRandom, { upload: undefined });
        }
        this.take(entry.clientRandom, file);
        this.#picture(entry);
        this.#outbox.retry(entry.clientRandom);
        return true;
    }

    // { loaded, state }, where state is waiting, active, paused (no connection), again (the server
    // did not take it this time) or elsewhere (in another tab).
    progressOf({ clientRandom, upload, file }) {
        if (upload?.fileId) return { loaded: file.size, state: 'active' };
        const job = this.#jobs.get(clientRandom);
        return { loaded: job?.loaded ?? 0, state: job?.state ?? 'waiting' };
    }

    // The connection may be back.
    wake() {
        for (const job of this.#jobs.values()) job.wake?.();
    }

    // The entry has left the outbox. What was not sent is removed from the server as well.
    forget(entry, { sent }) {
        const { clientRandom, upload } = entry;
        this.#jobs.get(clientRandom)?.controller.abort();
        this.#files.delete(clientRandom);
        this.#shelf.remove(clientRandom);
        if (sent) return;
        this.#pictures.drop(clientRandom);
        if (upload) this.#remove(upload).catch(() => {});
    }

    // A file that no message has taken is forgotten by the server in time; this is sooner.
    async #remove({ url, fileId }) {
        if (fileId) await this.#rest.removeFile(fileId);
        else await this.#tus.remove(url);
    }

    #look() {
        if (this.#stopped) return;
        for (const entry of this.#outbox.entries) {
            const busy = [...this.#jobs.values()].filter(({ state }) => state !== 'elsewhere');
            if (busy.length >= atOnce) return;
            const { clientRandom, file, upload, error } = entry;
            const wanted = file && !upload?.fileId && !error && !this.#jobs.has(clientRandom);
            if (wanted && !this.#isAnothers(entry)) this.#run(clientRandom);
        }
    }

    // Another tab has just written it, and holds its file; it is to come first.
    #isAnothers({ clientRandom, time }) {
        const age = Date.now() - time;
        if (this.#files.has(clientRandom) || age > settleMs || age < 0) return false;
        clearTimeout(this.#settling);
        this.#settling = setTimeout(() => this.#look(), settleMs);
        return true;
    }

    async #run(clientRandom) {
        const job = { controller: new AbortController(), loaded: 0, attempt: 0, state: 'active' };
        this.#jobs.set(clientRandom, job);
        try {
            await this.#alone(clientRandom, job, () => this.#upload(clientRandom, job));
        } catch (error) {
            if (!job.controller.signal.aborted && error.status !== 401) {
                const lost = error instanceof Lost;
                this.#outbox.refuse(clientRandom, error.message, { lost });
            }
        } finally {
            this.#jobs.delete(clientRandom);
            this.#look();
        }
    }

    // Two tabs of one person share the outbox; one of them uploads, the other waits.
    async #alone(clientRandom, job, work) {
        const { locks } = navigator;
        if (!locks) {
            await work();
            return;
        }
        const name = `whispr.upload.${this.#store.me}.${clientRandom}`;
        const free = await locks.request(name, { ifAvailable: true }, async (lock) => {
            if (lock) await work();
            return lock !== null;
        });
        if (free) return;
        this.#tell(clientRandom, job, { state: 'elsewhere' });
        this.#look();
        await locks.request(name, { signal: job.controller.signal }, () => {});
    }

    async #upload(clientRandom, job) {
        let anew = 0;
        for (;;) {
            const entry = this.#outbox.get(clientRandom);
            if (!entry || entry.error || entry.upload?.fileId || this.#stopped) return;
            const file = await this.#fileOf(entry);
            try {
                const upload = await this.#attempt(entry, file, job);
                this.#outbox.change(clientRandom, { upload });
                this.#outbox.drain();
                return;
            } catch (error) {
                if (job.controller.signal.aborted) return;
                if (!worthAnotherTry(error)) throw error;
                if (error.status === 404 || error.status === 410) {
                    anew += 1;
                    if (anew >= anewAtMost) throw error;
                }
                await this.#pause(clientRandom, job, error.status === 0 ? 'paused' : 'again');
            }
        }
    }

    async #fileOf({ clientRandom }) {
        if (!this.#files.has(clientRandom)) {
            const kept = await this.#shelf.get(clientRandom);
            if (kept) this.#files.set(clientRandom, kept);
        }
        const file = this.#files.get(clientRandom);
        try {
            // It may have changed or gone from the disk; then it cannot be read.
            await file.slice(0, 1).arrayBuffer();
            return file;
        } catch {
            this.#files.delete(clientRandom);
            throw new Lost(lostFile);
        }
    }

    // Begins the upload, or asks how far it is.
    async #begin({ clientRandom, conversationId, file, upload }, signal) {
        const known = upload?.url ? await this.#tus.offset(upload.url, signal) : null;
        if (known) return { url: upload.url, ...known };
        const fields = {
            filename: file.name,
            filetype: file.type,
            conversation_id: conversationId,
        };
        const url = await this.#create(file.size, fields, signal);
        this.#outbox.change(clientRandom, { upload: { url } });
        return { url, offset: 0, fileId: '' };
    }

    async #create(size, fields, signal) {
        try {
            return await this.#tus.create(size, fields, signal);
        } catch (error) {
            if (error.transient || error.status === 401 || signal.aborted) throw error;
            throw new Refused(error.message);
        }
    }

    async #attempt(entry, file, job) {
        const { clientRandom } = entry;
        const { signal } = job.controller;
        let { url, offset, fileId } = await this.#begin(entry, signal);
        this.#tell(clientRandom, job, { loaded: offset, state: 'active' });
        while (!fileId) {
            const from = offset;
            const piece = file.slice(from, from + pieceBytes);
            const progress = (loaded) => {
                const known = Math.min(file.size, from + Math.min(loaded, piece.size));
                this.#tell(clientRandom, job, { loaded: known });
            };
            ({ offset, fileId } = await this.#tus.append(url, piece, from, { signal, progress }));
            if (!(offset > from)) throw new RestError(502, 'The server did not take the file.');
            job.attempt = 0;
            this.#tell(clientRandom, job, { loaded: offset });
        }
        return { url, fileId };
    }

    // Until the delay is over or there is a reason to hope.
    async #pause(clientRandom, job, state) {
        const delay = retryDelaysMs[Math.min(job.attempt, retryDelaysMs.length - 1)];
        job.attempt += 1;
        this.#tell(clientRandom, job, { state });
        await new Promise((resolve) => {
            const timer = setTimeout(resolve, delay * (0.5 + Math.random() / 2));
            job.wake = () => {
                clearTimeout(timer);
                resolve();
            };
            job.controller.signal.addEventListener('abort', job.wake, { once: true });
        });
        job.wake = null;
        this.#tell(clientRandom, job, { state: 'active' });
    }

    #tell(clientRandom, job, change) {
        Object.assign(job, change);
        this.#store.emit('progress', clientRandom);
    }

    // After a reload: the small picture of what waits.
    async #picture({ clientRandom, conversationId, file }) {
        if (file.kind === 'file' || this.#pictures.of(clientRandom)) return;
        const kept = this.#files.get(clientRandom) ?? (await this.#shelf.get(clientRandom));
        if (!kept || this.#stopped) return;
        const { picture } = await lookInto(kept);
        if (!picture || !this.#outbox.get(clientRandom)) return;
        this.#pictures.put(clientRandom, picture);
        this.#store.emit(`messages:${conversationId}`);
    }
}
