// The messages of one conversation that this tab holds: one unbroken stretch up to the newest.

import { higherStatus, overlay } from './wire.js';

// The server's numbers decide; time only serves rows that come without a number.
function order(a, b) {
    if (a.mseq !== undefined && b.mseq !== undefined) return a.mseq - b.mseq;
    return a.time - b.time || (a.id < b.id ? -1 : 1);
}

// What a tombstone does not speak of any more.
const gone = { isDeleted: true, attachments: [], metadata: {} };

function sameReaction(a, b) {
    return a.userId === b.userId && a.reaction === b.reaction;
}

export class Timeline {
    #byId = new Map();
    #sorted = null;
    loaded = false;
    hasMore = true;

    get all() {
        this.#sorted ??= [...this.#byId.values()].sort(order);
        return this.#sorted;
    }

    get size() {
        return this.#byId.size;
    }

    get(id) {
        return this.#byId.get(id);
    }

    ids() {
        return new Set(this.#byId.keys());
    }

    newest(matches = () => true) {
        return this.all.findLast(matches);
    }

    #put(message) {
        this.#byId.set(message.id, message);
        this.#sorted = null;
    }

    // Applies a message from any source. What is older than what we have changes only its ticks.
    put(fresh) {
        const known = this.#byId.get(fresh.id);
        if (!known) {
            this.#put(fresh);
            return;
        }
        const status = higherStatus(known.status, fresh.status);
        const late =
            known.eseq !== undefined && fresh.eseq !== undefined && fresh.eseq < known.eseq;
        if (known.isDeleted || late) {
            if (status !== known.status) this.#put({ ...known, status });
            return;
        }
        this.#put({ ...overlay(known, fresh), status });
    }

    change(id, edit) {
        const known = this.#byId.get(id);
        if (known) this.#put({ ...known, ...edit });
        return Boolean(known);
    }

    drop(id) {
        this.#sorted = null;
        return this.#byId.delete(id);
    }

    tombstone(id) {
        return this.change(id, { ...gone, content: '', reactions: [] });
    }

    react(id, reaction, added, eseq) {
        const message = this.#byId.get(id);
        if (!message || message.isDeleted) return false;
        const others = (message.reactions ?? []).filter((entry) => !sameReaction(entry, reaction));
        const reactions = added ? [...others, reaction] : others;
        const latest = Math.max(message.eseq ?? 0, eseq ?? 0) || undefined;
        return this.change(id, { reactions, eseq: latest });
    }

    attach(id, attachment, eseq) {
        return this.#changeFiles(id, eseq, (files) => [
            ...files.filter((known) => known.id !== attachment.id),
            attachment,
        ]);
    }

    detach(id, attachmentId, eseq) {
        return this.#changeFiles(id, eseq, (files) =>
            files.filter((known) => known.id !== attachmentId),
        );
    }

    #changeFiles(id, eseq, edit) {
        const message = this.#byId.get(id);
        if (!message || message.isDeleted) return false;
        const latest = Math.max(message.eseq ?? 0, eseq ?? 0) || undefined;
        return this.change(id, { attachments: edit(message.attachments ?? []), eseq: latest });
    }

    // Takes in a page that was asked for while `before` were the known ids. The page is complete
    // for the time it spans: what we knew in there and it lacks has been deleted. Tombstones stay,
    // so that a deletion somebody watches does not make the text jump away.
    takePage(messages, { newest, hasMore, before, exhausted }) {
        const page = new Set(messages.map((message) => message.id));
        const from = exhausted ? -Infinity : Math.min(...messages.map((message) => message.time));
        const to = newest ? Infinity : Math.max(...messages.map((message) => message.time));
        for (const known of this.all) {
            // Strictly inside: at the edges there may be rows of the same millisecond beyond the page.
            const spanned = known.time > from && known.time < to;
            if (spanned && before.has(known.id) && !page.has(known.id) && !known.isDeleted) {
                this.drop(known.id);
            }
        }
        for (const message of messages) this.put(message);
        this.loaded = true;
        if (hasMore !== undefined) this.hasMore = hasMore;
    }

    // Forgets what is older, keeping one unbroken stretch.
    dropOlderThan(time) {
        for (const message of this.all) {
            if (message.time < time) this.drop(message.id);
        }
        this.hasMore = true;
    }
}
