// Who is online and who is typing. Both are hearsay of the moment and are never stored.

import { Presence as PhoenixPresence } from 'phoenix';

const typingShownMs = 6_000;

// Those who left in this diff and did not come with another device in the same one.
function gone({ joins = {}, leaves = {} }) {
    return Object.keys(leaves).filter((userId) => {
        const left = new Set(leaves[userId].metas.map((meta) => meta.phx_ref));
        return (joins[userId]?.metas ?? []).every((meta) => left.has(meta.phx_ref));
    });
}

export class Presence {
    #trackers = new Map();
    #typing = new Map();
    #store;

    constructor(store) {
        this.#store = store;
    }

    // Follows the presence of one joined channel.
    follow(conversationId, channel) {
        const tracker = new PhoenixPresence(channel);
        tracker.onSync(() => this.#changed());
        // The server names somebody in `leaves` only when the last of his devices is gone, so the
        // entry goes as a whole, with whatever devices went before it unannounced.
        channel.on('presence_diff', (diff) => {
            if (tracker.inPendingSyncState()) return;
            for (const userId of gone(diff)) delete tracker.state[userId];
            this.#changed();
        });
        this.#trackers.set(conversationId, tracker);
    }

    unfollow(conversationId) {
        this.#trackers.delete(conversationId);
        this.#store.emit('presence');
    }

    // The connection is gone: what we heard is old.
    clear() {
        for (const tracker of this.#trackers.values()) tracker.state = Object.create(null);
        for (const conversationId of [...this.#typing.keys()]) {
            for (const userId of this.typingIn(conversationId))
                this.#stopTyping(conversationId, userId);
        }
        this.#store.emit('presence');
    }

    #changed() {
        this.#store.emit('presence');
    }

    isOnline(userId) {
        for (const tracker of this.#trackers.values()) {
            if (userId in tracker.state) return true;
        }
        return false;
    }

    typingIn(conversationId) {
        return [...(this.#typing.get(conversationId)?.keys() ?? [])];
    }

    heardTyping(conversationId, userId, typing) {
        if (userId === this.#store.me) return;
        if (!typing) {
            this.#stopTyping(conversationId, userId);
            return;
        }
        if (!this.#typing.has(conversationId)) this.#typing.set(conversationId, new Map());
        const typists = this.#typing.get(conversationId);
        clearTimeout(typists.get(userId));
        const expiry = setTimeout(() => this.#stopTyping(conversationId, userId), typingShownMs);
        typists.set(userId, expiry);
        this.#store.emit(`typing:${conversationId}`);
        this.#store.emit('typing');
    }

    #stopTyping(conversationId, userId) {
        const typists = this.#typing.get(conversationId);
        if (!typists?.has(userId)) return;
        clearTimeout(typists.get(userId));
        typists.delete(userId);
        this.#store.emit(`typing:${conversationId}`);
        this.#store.emit('typing');
    }
}
