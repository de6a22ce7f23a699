// What this tab knows, and the one place where it changes. Views listen to its events:
//   list               a conversation came, went or changed
//   messages:<id>      the timeline, the marks or the outbox of a conversation changed
//   members:<id>       name or members changed
//   progress           an upload moved; the detail is its client_random
//   typing:<id>, presence, connection, open, outbox, notice

import { Emitter } from './emitter.js';
import { Marks } from './marks.js';
import { Timeline } from './timeline.js';
import { overlay } from './wire.js';

export class Store extends Emitter {
    #conversations = new Map();
    #timelines = new Map();
    #marks = new Map();
    me;
    openId = null;
    connection = 'connecting';

    constructor(me) {
        super();
        this.me = me;
    }

    get list() {
        return [...this.#conversations.values()].sort((a, b) => activity(b) - activity(a));
    }

    conversation(id) {
        return this.#conversations.get(id);
    }

    get open() {
        return this.#conversations.get(this.openId);
    }

    timeline(id) {
        if (!this.#timelines.has(id)) this.#timelines.set(id, new Timeline());
        return this.#timelines.get(id);
    }

    marks(id) {
        if (!this.#marks.has(id)) this.#marks.set(id, new Marks());
        return this.#marks.get(id);
    }

    // The other person of a direct conversation.
    peerOf(conversation) {
        if (conversation.type !== 'direct') return null;
        const ids =
            conversation.memberIds ?? conversation.members?.map((member) => member.userId) ?? [];
        return ids.find((id) => id !== this.me) ?? this.me;
    }

    recipients(id) {
        const conversation = this.#conversations.get(id);
        const ids =
            conversation?.members?.map((member) => member.userId) ?? conversation?.memberIds ?? [];
        return ids.filter((userId) => userId !== this.me);
    }

    setConnection(connection) {
        if (this.connection === connection) return;
        this.connection = connection;
        this.emit('connection');
    }

    setOpen(id) {
        if (this.openId === id) return;
        this.openId = id;
        this.emit('open');
        this.emit('list');
    }

    // A full list: what is not in it is not ours any more.
    replaceList(conversations) {
        const ids = new Set(conversations.map((conversation) => conversation.id));
        for (const id of [...this.#conversations.keys()]) {
            if (!ids.has(id)) this.#forget(id);
        }
        this.mergeList(conversations);
    }

    // Part of the list.
    mergeList(conversations) {
        for (const conversation of conversations) this.#overlay(conversation);
        this.emit('list');
    }

    putConversation(conversation) {
        this.#overlay(conversation);
        this.emit('list');
        this.emit(`members:${conversation.id}`);
    }

    #overlay(fresh) {
        const known = this.#conversations.get(fresh.id);
        const merged = overlay(known ?? { unread: 0, last: null }, fresh);
        // Group members only come with the detail; a list entry must not make them look current.
        if (fresh.members) merged.memberIds = fresh.members.map((member) => member.userId);
        this.#conversations.set(fresh.id, merged);
    }

    #forget(id) {
        this.#conversations.delete(id);
        this.#timelines.delete(id);
        this.#marks.delete(id);
        if (this.openId === id) this.setOpen(null);
    }

    removeConversation(id) {
        if (!this.#conversations.has(id)) return;
        this.#forget(id);
        this.emit('list');
    }

    setUnread(id, unread) {
        const conversation = this.#conversations.get(id);
        if (!conversation || conversation.unread === unread) return;
        this.#conversations.set(id, { ...conversation, unread });
        this.emit('list');
    }

    // A message from a live event or from an answer to our own send. Counted as unread when it is
    // new here and somebody else's; the reader takes it off again when it is on the screen.
    putMessage(message, { counts = false } = {}) {
        const timeline = this.timeline(message.conversationId);
        const conversation = this.#conversations.get(message.conversationId);
        const isNew =
            timeline.get(message.id) === undefined && conversation?.last?.id !== message.id;
        timeline.put(message);
        if (conversation) {
            const known = timeline.get(message.id);
            const newer = !conversation.last || known.time >= conversation.last.time;
            const last = newer ? known : conversation.last;
            const unread =
                conversation.unread + (counts && isNew && message.senderId !== this.me ? 1 : 0);
            this.#conversations.set(conversation.id, { ...conversation, last, unread });
            this.emit('list');
        }
        this.emit(`messages:${message.conversationId}`);
    }

    #lastGone(conversationId, messageId) {
        const conversation = this.#conversations.get(conversationId);
        if (conversation?.last?.id !== messageId) return;
        const last = this.timeline(conversationId).newest((message) => !message.isDeleted) ?? null;
        this.#conversations.set(conversationId, { ...conversation, last });
        this.emit('list');
    }

    deleteMessage(conversationId, messageId, forEveryone) {
        const timeline = this.timeline(conversationId);
        if (forEveryone) timeline.tombstone(messageId);
        else timeline.drop(messageId);
        this.#lastGone(conversationId, messageId);
        this.emit(`messages:${conversationId}`);
    }

    react(conversationId, messageId, reaction, added, eseq) {
        if (this.timeline(conversationId).react(messageId, reaction, added, eseq)) {
            this.emit(`messages:${conversationId}`);
        }
    }

    #filesChanged(conversationId, messageId) {
        const conversation = this.#conversations.get(conversationId);
        if (conversation?.last?.id === messageId) {
            const last = this.timeline(conversationId).get(messageId);
            this.#conversations.set(conversationId, { ...conversation, last });
            this.emit('list');
        }
        this.emit(`messages:${conversationId}`);
    }

    attach(conversationId, messageId, attachment, eseq) {
        if (this.timeline(conversationId).attach(messageId, attachment, eseq))
            this.#filesChanged(conversationId, messageId);
    }

    detach(conversationId, messageId, attachmentId, eseq) {
        if (this.timeline(conversationId).detach(messageId, attachmentId, eseq))
            this.#filesChanged(conversationId, messageId);
    }

    notice(text) {
        this.emit('notice', text);
    }
}

function activity(conversation) {
    return Math.max(conversation.last?.time ?? 0, conversation.created ?? 0);
}
