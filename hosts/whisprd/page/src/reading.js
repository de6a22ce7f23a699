// Tells the server what has been read: what was on the screen of an open conversation while its
// window was in front.

const repeatTypingMs = 3_000;
const typingPauseMs = 3_000;

function notAfter(a, b) {
    return a.mseq !== undefined && b.mseq !== undefined ? a.mseq <= b.mseq : a.time <= b.time;
}

export class Reading {
    #store;
    #link;
    #told = new Map();
    #seen = null;

    constructor(store, link) {
        this.#store = store;
        this.#link = link;
        this.look = this.look.bind(this);
        window.addEventListener('focus', this.look);
        document.addEventListener('visibilitychange', this.look);
    }

    stop() {
        window.removeEventListener('focus', this.look);
        document.removeEventListener('visibilitychange', this.look);
    }

    static attentive() {
        return document.visibilityState === 'visible' && document.hasFocus();
    }

    // `message` is the last one on the screen.
    saw(message) {
        this.#seen = message ?? null;
        this.look();
    }

    look() {
        const conversation = this.#store.open;
        if (!conversation || !this.#seen || !Reading.attentive()) return;
        if (this.#seen.conversationId !== conversation.id) return;
        const incoming = this.#store
            .timeline(conversation.id)
            .all.filter((message) => message.senderId !== this.#store.me && !message.isDeleted);
        const at = incoming.findLastIndex((message) => notAfter(message, this.#seen));
        if (at < 0) return;
        const left = incoming.length - 1 - at;
        this.#tell(conversation, incoming[at], Math.min(conversation.unread, left));
    }

    #tell({ id, unread }, message, left) {
        const told = this.#told.get(id);
        if (told && notAfter(message, told) && (left > 0 || unread === 0)) return;
        const push = this.#link.push(`conversation:${id}`, 'message_read', {
            message_id: message.id,
        });
        if (!push) return;
        this.#told.set(id, message);
        this.#store.setUnread(id, left);
        push.receive('error', () => this.#told.delete(id)).receive('timeout', () =>
            this.#told.delete(id),
        );
    }
}

// Tells the others that one is typing: at the start, again while it goes on, and at the end.
export class TypingNotice {
    #link;
    #conversationId = null;
    #toldAt = 0;
    #pause = 0;

    constructor(link) {
        this.#link = link;
    }

    typed(conversationId, now = Date.now()) {
        if (this.#conversationId !== conversationId) this.done();
        clearTimeout(this.#pause);
        this.#pause = setTimeout(() => this.done(), typingPauseMs);
        if (this.#conversationId === conversationId && now - this.#toldAt < repeatTypingMs) return;
        this.#conversationId = conversationId;
        this.#toldAt = now;
        this.#link.push(`conversation:${conversationId}`, 'user_typing', { typing: true });
    }

    done() {
        clearTimeout(this.#pause);
        if (!this.#conversationId) return;
        this.#link.push(`conversation:${this.#conversationId}`, 'user_typing', { typing: false });
        this.#conversationId = null;
    }
}
