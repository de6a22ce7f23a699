// Where one writes: new messages, replies and edits.

import { el, setText } from '../dom.js';
import { icon } from '../icons.js';
import { TypingNotice } from '../reading.js';
import { chooseFiles } from './choose_files.js';
import { openEmojiPicker } from './emoji_picker.js';
import { contentLine } from './preview.js';
import { Tray } from './tray.js';

const draftKey = 'whispr.drafts';
const maxHeight = 200;

function keptDrafts() {
    try {
        return new Map(Object.entries(JSON.parse(sessionStorage.getItem(draftKey)) ?? {}));
    } catch {
        return new Map();
    }
}

export class Composer {
    #app;
    #log;
    #typing;
    #drafts = keptDrafts();
    #conversationId = null;
    #reply = null;
    #editing = null;
    #title = el('span', { class: 'strip-title' });
    #line = el('span', { class: 'strip-line', dir: 'auto' });
    #strip;
    #tray;
    #field;
    #attach;
    #send;
    element;

    constructor(app, log) {
        this.#app = app;
        this.#log = log;
        this.#typing = new TypingNotice(app.link);
        this.#strip = this.#newStrip();
        this.#tray = new Tray(app, { changed: () => this.#fit(), emptied: () => this.focus() });
        this.#field = el('textarea', {
            class: 'write',
            rows: '1',
            dir: 'auto',
            placeholder: 'Message',
            'aria-label': 'Message',
            autocomplete: 'off',
            enterkeyhint: 'send',
            data: { testid: 'composer' },
            on: {
                input: () => this.#typed(),
                keydown: (event) => this.#keys(event),
                blur: () => this.#typing.done(),
            },
        });
        this.#attach = this.#button('clip', 'Attach files', 'attach', () => this.#choose());
        const emoji = this.#button('smile', 'Emoji', 'composer-emoji', () =>
            openEmojiPicker(emoji, (sign) => this.#insert(sign)),
        );
        this.#send = this.#button('send', 'Send', 'send', () => this.submit());
        this.#send.classList.add('send');
        const bar = el('div', { class: 'bar' }, this.#attach, emoji, this.#field, this.#send);
        this.element = el('div', { class: 'composer' }, this.#tray.element, this.#strip, bar);
    }

    async #choose() {
        await this.addFiles(await chooseFiles({ many: true }));
    }

    // An edited message keeps the files it has.
    get takesFiles() {
        return this.#conversationId !== null && this.#editing === null;
    }

    async addFiles(files) {
        if (!this.takesFiles || files.length === 0) return;
        await this.#tray.add(files);
        if (matchMedia('(pointer: fine)').matches) this.focus();
    }

    #button(sign, label, testid, click) {
        const options = {
            type: 'button',
            class: 'icon-button',
            'aria-label': label,
            title: label,
            data: { testid },
            on: { click },
        };
        return el('button', options, icon(sign));
    }

    #newStrip() {
        const cancel = this.#button('close', 'Cancel', 'strip-cancel', () => this.cancel());
        const words = el('div', { class: 'strip-words' }, this.#title, this.#line);
        return el(
            'div',
            { class: 'strip', hidden: true, data: { testid: 'strip' } },
            words,
            cancel,
        );
    }

    open(conversationId) {
        this.#keepDraft();
        this.#typing.done();
        this.#conversationId = conversationId;
        this.#reply = null;
        this.#editing = null;
        this.#field.value = this.#drafts.get(conversationId) ?? '';
        this.#drawStrip();
        this.#tray.open(conversationId);
    }

    close() {
        this.open(null);
    }

    focus() {
        this.#field.focus({ preventScroll: true });
    }

    #keepDraft() {
        if (!this.#conversationId || this.#editing) return;
        const text = this.#field.value;
        if (text.trim()) this.#drafts.set(this.#conversationId, text);
        else this.#drafts.delete(this.#conversationId);
        sessionStorage.setItem(draftKey, JSON.stringify(Object.fromEntries(this.#drafts)));
    }

    reply(message) {
        if (this.#editing) this.cancel();
        this.#reply = message;
        this.#drawStrip();
        this.focus();
    }

    edit(message) {
        this.#keepDraft();
        this.#reply = null;
        this.#editing = message;
        this.#field.value = message.content;
        this.#drawStrip();
        this.#fit();
        this.focus();
        this.#field.setSelectionRange(message.content.length, message.content.length);
    }

    // Returns whether there was something to cancel.
    cancel() {
        if (!this.#reply && !this.#editing) return this.#tray.clear();
        if (this.#editing) this.#field.value = this.#drafts.get(this.#conversationId) ?? '';
        this.#reply = null;
        this.#editing = null;
        this.#drawStrip();
        this.#fit();
        this.focus();
        return true;
    }

    #drawStrip() {
        const message = this.#editing ?? this.#reply;
        this.#strip.hidden = !message;
        if (message) {
            const { people } = this.#app;
            const name =
                message.senderId === people.me ? 'yourself' : people.name(message.senderId);
            setText(this.#title, this.#editing ? 'Edit message' : `Reply to ${name}`);
            setText(this.#line, contentLine(message, people));
        }
        this.#attach.hidden = Boolean(this.#editing);
        this.#tray.element.classList.toggle('resting', Boolean(this.#editing));
        const label = this.#editing ? 'Save' : 'Send';
        this.#send.setAttribute('aria-label', label);
        this.#send.replaceChildren(icon(this.#editing ? 'check' : 'send'));
        this.#send.title = label;
    }

    #typed() {
        this.#fit();
        if (this.#editing) return;
        this.#keepDraft();
        if (this.#field.value.trim() === '') this.#typing.done();
        else this.#typing.typed(this.#conversationId);
    }

    // Grows with the text; reading the height needs the old one out of the way.
    #fit() {
        this.#field.style.height = 'auto';
        this.#field.style.height = `${Math.min(this.#field.scrollHeight, maxHeight)}px`;
        const files = this.#editing ? 0 : this.#tray.count;
        this.#send.disabled = this.#field.value.trim() === '' && files === 0;
        const words = files > 0 ? 'Add a caption' : 'Message';
        this.#field.placeholder = words;
        this.#field.setAttribute('aria-label', words);
    }

    #insert(sign) {
        const { selectionStart, selectionEnd } = this.#field;
        this.#field.setRangeText(sign, selectionStart, selectionEnd, 'end');
        this.#typed();
        this.focus();
    }

    #keys(event) {
        // Enter that confirms an input method's choice is not ours.
        if (event.isComposing || event.keyCode === 229) return;
        if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
            event.preventDefault();
            this.submit();
        } else if (event.key === 'ArrowUp' && this.#field.value === '') {
            const message = this.#lastOwn();
            if (!message) return;
            event.preventDefault();
            this.edit(message);
        }
    }

    #lastOwn() {
        const { actions, store } = this.#app;
        return store.timeline(this.#conversationId).newest((message) => actions.mayEdit(message));
    }

    submit() {
        const content = this.#field.value.trim();
        const files = this.#editing ? 0 : this.#tray.count;
        if ((content === '' && files === 0) || !this.#conversationId) return;
        this.#typing.done();
        if (this.#editing) this.#saveEdit(content);
        else if (files > 0) this.#sendFiles(content);
        else if (this.#app.actions.send(this.#conversationId, content, this.#reply?.id ?? null))
            this.#sent();
    }

    async #sendFiles(caption) {
        const { actions } = this.#app;
        const conversationId = this.#conversationId;
        const replyToId = this.#reply?.id ?? null;
        if (!actions.maySay(caption)) return;
        const files = await this.#tray.take();
        actions.sendFiles(conversationId, files, caption, replyToId);
        if (this.#conversationId === conversationId) this.#sent();
    }

    #sent() {
        this.#field.value = '';
        this.#reply = null;
        this.#keepDraft();
        this.#drawStrip();
        this.#fit();
        this.focus();
        this.#log.clearDivider();
        this.#log.toEnd();
    }

    async #saveEdit(content) {
        const message = this.#editing;
        if (content === message.content) {
            this.cancel();
            return;
        }
        this.#send.disabled = true;
        try {
            await this.#app.actions.edit(message, content);
            if (this.#editing === message) this.cancel();
        } catch (error) {
            this.#app.store.notice(`Not changed: ${error.message}`);
        } finally {
            this.#fit();
        }
    }
}
