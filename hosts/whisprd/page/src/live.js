// Live events of both kinds of channels, applied to the store. The same event may come twice, once
// per topic, and in any order with what REST answers; applying it again changes nothing.

import { camelised, toAttachment, toMessage } from './wire.js';

export class Live {
    #store;
    #outbox;
    #presence;
    #refresh;

    // `refresh`: { list({ full }), detail(id), ticks(id) } ask the server again, soon.
    constructor({ store, outbox, presence, refresh }) {
        this.#store = store;
        this.#outbox = outbox;
        this.#presence = presence;
        this.#refresh = refresh;
    }

    attach(topic, channel) {
        const [kind, id] = topic.split(':');
        const on = (events, handle) => {
            for (const event of events)
                channel.on(event, (payload) => handle.call(this, camelised(payload), id));
        };
        on(['new_message', 'message_created'], this.#created);
        on(['message_edited', 'message_updated'], this.#edited);
        on(['message_deleted', 'message:expired'], this.#deleted);
        on(['delivery_status'], this.#delivery);
        if (kind === 'conversation') this.#attachConversation(on, channel, id);
        else this.#attachUser(on);
    }

    #attachConversation(on, channel, id) {
        on(['message_read'], this.#read);
        on(['reaction_added'], (event) => this.#reaction(event, id, true));
        on(['reaction_removed'], (event) => this.#reaction(event, id, false));
        on(['user_typing'], (event) =>
            this.#presence.heardTyping(id, event.userId, Boolean(event.typing)),
        );
        on(['attachment_added'], this.#attached);
        on(['attachment_removed'], ({ messageId, attachmentId, eseq }) =>
            this.#store.detach(id, messageId, attachmentId, eseq),
        );
        const changes = [
            'member_added',
            'member_role_changed',
            'settings_updated',
            'conversation_updated',
        ];
        on(changes, () => this.#refresh.detail(id));
        on(['member_removed'], (event) => this.#memberRemoved({ ...event, conversationId: id }));
        on(['conversation_removed'], () => this.#refresh.list({ full: true }));
        on(['conversation_read'], (event) =>
            this.#conversationRead({ ...event, conversationId: id }),
        );
        this.#presence.follow(id, channel);
    }

    #attachUser(on) {
        on(['conversation_read'], this.#conversationRead);
        on(
            [
                'conversation_added',
                'conversation_updated',
                'conversation_archived',
                'conversation_settings_updated',
                'member_added',
                'message_unread',
            ],
            () => this.#refresh.list(),
        );
        on(['member_removed'], this.#memberRemoved);
        on(['conversation_removed'], () => this.#refresh.list({ full: true }));
    }

    #memberRemoved({ conversationId, userId }) {
        if (userId !== this.#store.me) {
            this.#refresh.detail(conversationId);
            return;
        }
        this.#store.removeConversation(conversationId);
        this.#refresh.list({ full: true });
    }

    #messageIn(event) {
        return toMessage(event.message ?? event);
    }

    #created(event) {
        const message = this.#messageIn(event);
        if (!message?.conversationId) return;
        if (!this.#store.conversation(message.conversationId)) this.#refresh.list();
        this.#store.putMessage(message, { counts: true });
        this.#outbox.arrived(message);
        if (message.senderId)
            this.#presence.heardTyping(message.conversationId, message.senderId, false);
        if (message.type === 'system') this.#refresh.detail(message.conversationId);
    }

    #edited(event) {
        const message = this.#messageIn(event);
        if (!message?.conversationId) return;
        const { id, conversationId } = message;
        const known = this.#store.timeline(conversationId).get(id);
        const isLast = this.#store.conversation(conversationId)?.last?.id === id;
        // An edit of something that is not loaded must not tear a hole into the timeline.
        if (known || isLast) this.#store.putMessage(message);
    }

    #deleted(event, topicId) {
        const conversationId = event.conversationId ?? topicId;
        const messageId = event.messageId ?? event.id;
        if (!messageId) return;
        this.#store.deleteMessage(conversationId, messageId, event.deleteForEveryone !== false);
        this.#refresh.list();
    }

    #known(conversationId, messageId) {
        const timeline = this.#store.timeline(conversationId);
        if (!messageId) return timeline.newest();
        const last = this.#store.conversation(conversationId)?.last;
        return timeline.get(messageId) ?? (last?.id === messageId ? last : undefined);
    }

    #mark(status, userId, conversationId, messageId) {
        const message = this.#known(conversationId, messageId);
        if (!message || userId === this.#store.me) return;
        if (!this.#store.marks(conversationId).note(status, userId, message)) return;
        this.#store.emit(`messages:${conversationId}`);
        this.#store.emit('list');
        const recipients = this.#store.recipients(conversationId);
        if (message.senderId !== this.#store.me || recipients.length === 1) return;
        const shown = this.#store.marks(conversationId).statusOf(message, recipients);
        if (shown !== 'read') this.#refresh.ticks(conversationId);
    }

    #delivery(event, topicId) {
        this.#mark(event.status, event.userId, event.conversationId ?? topicId, event.messageId);
    }

    #read(event, topicId) {
        const conversationId = event.conversationId ?? topicId;
        if (event.userId === this.#store.me) this.#refresh.list();
        else this.#mark('read', event.userId, conversationId, event.messageId);
    }

    #conversationRead(event) {
        if (event.userId !== this.#store.me) {
            if (event.conversationId) this.#mark('read', event.userId, event.conversationId, null);
            return;
        }
        if (event.conversationId) this.#store.setUnread(event.conversationId, 0);
        this.#refresh.list();
    }

    #attached({ attachment: source, messageId, eseq }, conversationId) {
        const attachment = toAttachment(source);
        if (attachment) this.#store.attach(conversationId, messageId, attachment, eseq);
    }

    // Two shapes are in use: flat, and with the reaction as an object of its own.
    #reaction(event, conversationId, added) {
        const nested = camelised(event.reaction);
        const userId = event.userId ?? nested.userId;
        const reaction = nested.reaction ?? event.reaction;
        if (typeof reaction !== 'string' || !userId) return;
        const entry = { userId, reaction };
        this.#store.react(conversationId, event.messageId, entry, added, event.eseq);
    }
}
