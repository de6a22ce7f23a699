// What a person can do, each as one function: it asks the server and applies the answer.

import { el } from './dom.js';
import { safeName } from './file_kinds.js';
import { drawClientRandom } from './outbox.js';
import { oneLine } from './text.js';
import { toConversation, toMessage } from './wire.js';

export const editWindowMs = 86_400_000;
export const deleteWindowMs = 172_800_000;

export class Actions {
    #store;
    #rest;
    #sync;
    #outbox;
    #uploads;
    #pictures;
    #links;

    constructor({ store, rest, sync, outbox, uploads, pictures, links }) {
        this.#links = links;
        this.#uploads = uploads;
        this.#pictures = pictures;
        this.#store = store;
        this.#rest = rest;
        this.#sync = sync;
        this.#outbox = outbox;
    }

    // For actions without a dialog of their own: a failure becomes a short notice.
    async attempt(work) {
        try {
            return await work();
        } catch (error) {
            this.#store.notice(error.message || 'This did not work.');
            return undefined;
        }
    }

    async #started(raw) {
        const conversation = toConversation(raw);
        await this.#sync.loadList();
        if (!this.#store.conversation(conversation.id)) this.#store.putConversation(conversation);
        return conversation.id;
    }

    async startDirect(userId) {
        return this.#started(await this.#rest.createDirect(userId));
    }

    async startGroup(name, userIds) {
        return this.#started(await this.#rest.createGroup(name, userIds));
    }

    async rename(id, name) {
        await this.#rest.rename(id, name);
        await this.#sync.loadDetail(id);
    }

    async addMember(id, userId) {
        await this.#rest.addMember(id, userId);
        await this.#sync.loadDetail(id);
    }

    async removeMember(id, userId) {
        await this.#rest.removeMember(id, userId);
        await this.#sync.loadDetail(id);
    }

    async leave(id) {
        await this.#rest.leave(id);
        this.#store.removeConversation(id);
    }

    async hide(id) {
        await this.#rest.hide(id);
        this.#store.removeConversation(id);
    }

    // `files`: { file, facts: { kind, width, height, duration }, picture }. Each is a message of
    // its own; the text goes with the last, the reply with the first.
    sendFiles(conversationId, files, caption, replyToId) {
        files.forEach(({ file, facts, picture }, index) => {
            const clientRandom = drawClientRandom();
            const name = safeName(file.name);
            const { size, type, lastModified } = file;
            this.#uploads.take(clientRandom, file);
            this.#pictures.put(clientRandom, picture);
            const content = (index === files.length - 1 && caption) || name;
            this.#outbox.add(conversationId, content, index === 0 ? replyToId : null, {
                clientRandom,
                file: { name, chosenName: file.name, size, type, lastModified, ...facts },
            });
        });
    }

    // Whether a text may go with files; if not, the reason is shown.
    maySay(caption) {
        const refusal = caption ? this.#outbox.refusal(caption) : '';
        if (refusal) this.#store.notice(refusal);
        return refusal === '';
    }

    // Takes back what waits to be sent, also when all but its file is there already.
    async discard({ clientRandom, conversationId, messageId }) {
        this.#outbox.discard(clientRandom);
        if (messageId) await this.remove({ id: messageId, conversationId }, true);
    }

    async download(file) {
        const { file: href } = await this.#links.of(file);
        el('a', { href, download: safeName(file.name) }).click();
    }

    // Returns whether the text was taken; it is then on its way or waits in the outbox.
    send(conversationId, content, replyToId) {
        const refusal = this.#outbox.refusal(content);
        if (refusal) {
            this.#store.notice(refusal);
            return false;
        }
        this.#outbox.add(conversationId, content, replyToId);
        return true;
    }

    async edit(message, content) {
        const refusal = this.#outbox.refusal(content);
        if (refusal) throw new Error(refusal);
        const edited = await this.#rest.edit(message.id, message.conversationId, content);
        // The answer to a change does not speak of reactions.
        this.#store.putMessage({ ...toMessage(edited), reactions: undefined });
    }

    async remove(message, forEveryone) {
        await this.#rest.remove(message.id, message.conversationId, forEveryone);
        this.#store.deleteMessage(message.conversationId, message.id, forEveryone);
        this.#sync.refreshList();
    }

    // Shown at once, taken back if the server says no.
    async toggleReaction(message, reaction) {
        const own = { userId: this.#store.me, reaction };
        const added = !(message.reactions ?? []).some(
            (entry) => entry.userId === own.userId && entry.reaction === reaction,
        );
        const show = (shown) => this.#store.react(message.conversationId, message.id, own, shown);
        show(added);
        try {
            if (added) await this.#rest.react(message.id, reaction);
            else await this.#rest.unreact(message.id, reaction);
        } catch (error) {
            // Another tab was faster: what was wanted is already so.
            const already = added ? error.details?.message_id : error.status === 404;
            if (already) return;
            show(!added);
            throw error;
        }
    }

    mayEdit(message, now = Date.now()) {
        const own = message.senderId === this.#store.me && message.type === 'text';
        return own && !message.isDeleted && now - message.time < editWindowMs;
    }

    mayDeleteForEveryone(message, now = Date.now()) {
        const own = message.senderId === this.#store.me && message.type !== 'system';
        return own && !message.isDeleted && now - message.time < deleteWindowMs;
    }

    async copy(message) {
        await navigator.clipboard.writeText(message.content);
        this.#store.notice(`Copied “${oneLine(message.content, 30)}”`);
    }
}
