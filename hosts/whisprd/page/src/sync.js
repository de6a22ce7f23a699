// Asks REST for lists and pages, and puts together what was missed after a cut.

import { filesOf } from './attached.js';
import { toConversation, toMessage } from './wire.js';

const pageSize = 50;
const catchUpPages = 6;
const searchPages = 20;
const listPages = 50;

export class Sync {
    #store;
    #rest;
    #outbox;
    #listTimer = 0;
    #fullList = false;
    #tickTimers = new Map();
    #loadingOlder = new Map();
    #detailTimers = new Map();

    constructor({ store, rest, outbox }) {
        this.#store = store;
        this.#rest = rest;
        this.#outbox = outbox;
    }

    stop() {
        clearTimeout(this.#listTimer);
        const timers = [...this.#detailTimers.values(), ...this.#tickTimers.values()];
        for (const timer of timers) clearTimeout(timer);
    }

    // Soon, and once for a burst of reasons.
    refreshList({ full = false } = {}) {
        this.#fullList ||= full;
        clearTimeout(this.#listTimer);
        this.#listTimer = setTimeout(
            () => this.loadList({ full: this.#fullList }).catch(() => {}),
            120,
        );
    }

    // The ticks of a group depend on everybody; who had read before we came, only the server knows.
    refreshTicks(id) {
        if (this.#tickTimers.has(id)) return;
        const refresh = async () => {
            this.#tickTimers.delete(id);
            if (this.#store.openId === id) await this.catchUp(id);
            await this.loadList();
        };
        this.#tickTimers.set(
            id,
            setTimeout(() => refresh().catch(() => {}), 800),
        );
    }

    refreshDetail(id) {
        clearTimeout(this.#detailTimers.get(id));
        this.#detailTimers.set(
            id,
            setTimeout(() => this.loadDetail(id).catch(() => {}), 120),
        );
    }

    // Only a complete list can tell what is gone; the first page tells what is new.
    async loadList({ full = false } = {}) {
        const rows = [];
        let hasMore = true;
        for (let page = 0; hasMore && (page === 0 || full) && page < listPages; page += 1) {
            const reply = await this.#rest.conversations(rows.length);
            rows.push(...reply.conversations);
            hasMore = reply.hasMore && reply.conversations.length > 0;
        }
        if (full) this.#fullList = false;
        const conversations = rows.map(toConversation).filter((entry) => entry?.isActive);
        if (hasMore) this.#store.mergeList(conversations);
        else this.#store.replaceList(conversations);
    }

    async loadDetail(id) {
        if (!this.#store.conversation(id)) return;
        const { unread, last, ...detail } = toConversation(await this.#rest.conversation(id));
        // The detail has no real unread count and no last message; the list is the one to ask.
        if (this.#store.conversation(id)) this.#store.putConversation(detail);
    }

    async #page(id, before) {
        const reply = await this.#rest.messages(id, { before, limit: pageSize });
        const messages = reply.messages.map(toMessage).filter(Boolean);
        for (const message of messages) this.#outbox.arrived(message);
        return { messages, hasMore: reply.hasMore };
    }

    // The first page of a conversation, and as many as its unread messages need.
    async open(id) {
        const timeline = this.#store.timeline(id);
        if (timeline.loaded) return;
        const unread = this.#store.conversation(id)?.unread ?? 0;
        await this.catchUp(id);
        for (
            let page = 1;
            page < catchUpPages && timeline.size < unread + 5 && timeline.hasMore;
            page += 1
        ) {
            await this.older(id);
        }
    }

    // Reads the newest page and goes on backwards until what was loaded before is covered. What
    // lies beyond is forgotten and comes back by scrolling.
    async catchUp(id) {
        const timeline = this.#store.timeline(id);
        const known = timeline.ids();
        const floor = timeline.loaded ? (timeline.all[0]?.time ?? Infinity) : Infinity;
        const collected = [];
        let hasMore = true;
        for (let page = 0; page < catchUpPages && hasMore; page += 1) {
            const reply = await this.#page(id, collected.at(-1)?.sentAt);
            collected.push(...reply.messages);
            hasMore = reply.hasMore && reply.messages.length > 0;
            if (!hasMore || collected.at(-1).time <= floor) break;
        }
        timeline.takePage(collected, { newest: true, before: known, exhausted: !hasMore, hasMore });
        if (hasMore && collected.length > 0) timeline.dropOlderThan(collected.at(-1).time);
        this.#store.emit(`messages:${id}`);
    }

    // One more page towards the beginning; calls while one is on its way share it.
    older(id) {
        if (!this.#loadingOlder.has(id)) {
            const loading = this.#older(id).finally(() => this.#loadingOlder.delete(id));
            this.#loadingOlder.set(id, loading);
        }
        return this.#loadingOlder.get(id);
    }

    async #older(id) {
        const timeline = this.#store.timeline(id);
        const oldest = timeline.all[0];
        if (!timeline.hasMore || !oldest) return;
        const known = timeline.ids();
        const { messages, hasMore } = await this.#page(id, oldest.sentAt);
        timeline.takePage(messages, {
            newest: false,
            before: known,
            exhausted: false,
            hasMore: hasMore && messages.length > 0,
        });
        this.#store.emit(`messages:${id}`);
    }

    // A page of what was sent besides words, newest first; the timeline is left as it is.
    async filePage(id, before) {
        const { messages, hasMore } = await this.#page(id, before);
        return {
            messages: messages.filter((message) => filesOf(message).length > 0),
            hasMore: hasMore && messages.length > 0,
            before: messages.at(-1)?.sentAt,
        };
    }

    // True once the message is loaded; it may be gone, or too far away.
    async reach(id, messageId) {
        const timeline = this.#store.timeline(id);
        for (
            let page = 0;
            page < searchPages && timeline.hasMore && !timeline.get(messageId);
            page += 1
        ) {
            await this.older(id);
        }
        return timeline.get(messageId) !== undefined;
    }

    // After a cut: the list, and the open conversation. Others that are loaded are marked as not
    // loaded, so that opening them asks again.
    async resume() {
        await this.loadList({ full: true });
        for (const { id } of this.#store.list) {
            if (id !== this.#store.openId) this.#store.timeline(id).loaded = false;
        }
        const { openId } = this.#store;
        if (!openId) return;
        await Promise.all([this.catchUp(openId), this.loadDetail(openId)]);
    }
}
