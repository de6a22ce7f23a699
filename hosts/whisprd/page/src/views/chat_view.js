// The open conversation: its head, the log and the composer.

import { coalesce } from '../emitter.js';
import { el, setText } from '../dom.js';
import { icon } from '../icons.js';
import { titleOf } from '../people.js';
import { avatar } from './avatar.js';
import { Composer } from './composer.js';
import { openConversationInfo } from './conversation_info.js';
import { Drop } from './drop.js';
import { LogView } from './log_view.js';
import { MessageMenu } from './message_menu.js';

const namesInHead = 3;

export class ChatView {
    #app;
    #log;
    #composer;
    #face = el('span', { class: 'face-slot' });
    #title = el('h2', { class: 'chat-title', dir: 'auto', data: { testid: 'chat-title' } });
    #line = el('p', { class: 'chat-line', data: { testid: 'chat-line' }, 'aria-live': 'polite' });
    #chat;
    #nothing;
    #openedId = null;
    element;

    constructor(app) {
        this.#app = app;
        this.#log = new LogView(app);
        this.#composer = new Composer(app, this.#log);
        this.menu = new MessageMenu(app, this.#log, this.#composer);
        this.#chat = el(
            'section',
            { class: 'chat-inner', hidden: true },
            this.#head(),
            this.#log.element,
            this.#composer.element,
        );
        this.#nothing = el(
            'div',
            { class: 'nothing-open' },
            el('img', { src: 'page/icon.svg', alt: '', width: '88', height: '88' }),
            el('p', { text: 'Choose a conversation, or start a new one.' }),
        );
        this.element = el(
            'main',
            { class: 'chat', data: { testid: 'chat' } },
            this.#nothing,
            this.#chat,
        );
        const drop = new Drop(this.#chat, {
            ready: () => this.#composer.takesFiles,
            take: (files) => this.#composer.addFiles(files),
            notice: (text) => app.store.notice(text),
            signal: app.listening,
        });
        this.#chat.append(drop.element);
        const draw = coalesce(() => this.#drawHead());
        for (const event of ['presence', 'typing', 'connection', 'list']) app.store.on(event, draw);
        app.store.on('open', () => this.#opened());
    }

    #head() {
        const button = (sign, label, testid, click, className = '') =>
            el(
                'button',
                {
                    type: 'button',
                    class: `icon-button ${className}`,
                    'aria-label': label,
                    title: label,
                    data: { testid },
                    on: { click },
                },
                icon(sign),
            );
        const info = () => this.#app.store.open && openConversationInfo(this.#app);
        return el(
            'header',
            { class: 'chat-head' },
            button('back', 'Back to the list', 'back', () => this.#app.back(), 'back'),
            this.#face,
            el('div', { class: 'chat-names' }, this.#title, this.#line),
            button('info', 'About this conversation', 'info', info),
        );
    }

    #opened() {
        const { store, sync } = this.#app;
        const id = store.openId;
        if (id === this.#openedId) return;
        this.#openedId = id;
        this.#nothing.hidden = id !== null;
        this.#chat.hidden = id === null;
        this.#composer.open(id);
        if (id === null) {
            this.#log.close();
            return;
        }
        this.#drawHead();
        this.#log.open(id);
        sync.loadDetail(id).catch(() => {});
        // On a phone the keyboard must not cover the text one came to read.
        if (matchMedia('(pointer: fine)').matches) this.#composer.focus();
    }

    focus() {
        this.#composer.focus();
    }

    // Escape: first what the composer holds. Returns whether there was something.
    cancel() {
        return this.#composer.cancel();
    }

    #drawHead() {
        const { store, people, presence } = this.#app;
        const conversation = store.open;
        if (!conversation) return;
        const title = titleOf(conversation, store, people);
        const peer = store.peerOf(conversation);
        const online = peer !== null && peer !== store.me && presence.isOnline(peer);
        setText(this.#title, title);
        const key = JSON.stringify([conversation.id, title, online]);
        if (this.#face.dataset.key !== key) {
            this.#face.dataset.key = key;
            this.#face.replaceChildren(
                avatar(peer ?? conversation.id, title, {
                    group: peer === null,
                    online,
                    small: true,
                }),
            );
        }
        const typing = this.#typingText(conversation);
        this.#line.classList.toggle('typing', typing !== '');
        setText(this.#line, typing || this.#presenceText(conversation, peer, online));
    }

    #typingText(conversation) {
        const { people, presence } = this.#app;
        const typists = presence.typingIn(conversation.id);
        if (typists.length === 0) return '';
        if (conversation.type === 'direct') return 'typing…';
        if (typists.length > 2) return `${typists.length} people are typing…`;
        return `${people.list(typists)} ${typists.length === 1 ? 'is' : 'are'} typing…`;
    }

    #presenceText(conversation, peer, online) {
        const { store, people, presence } = this.#app;
        if (store.connection !== 'online') return 'connecting…';
        if (peer === store.me) return 'only you';
        if (peer !== null) return online ? 'online' : 'offline';
        const ids = conversation.memberIds ?? [];
        if (ids.length === 0) return '';
        const others = ids.filter((id) => id !== store.me);
        const present = others.filter((id) => presence.isOnline(id)).length;
        const names = others.slice(0, namesInHead).map((id) => people.name(id));
        const more = others.length > namesInHead ? ` and ${others.length - namesInHead} more` : '';
        return `You, ${names.join(', ')}${more}${present > 0 ? ` · ${present} online` : ''}`;
    }
}
