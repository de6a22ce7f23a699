// The column of conversations.

import { coalesce } from '../emitter.js';
import { listLabel, exactLabel } from '../dates.js';
import { arrowKeys, el, reconcile } from '../dom.js';
import { titleOf } from '../people.js';
import { folded } from '../text.js';
import { avatar } from './avatar.js';
import { waitingMessage } from './log_rows.js';
import { contentLine } from './preview.js';
import { tick } from './tick.js';

export class ListView {
    #app;
    #list = el('ul', {
        class: 'conversations',
        role: 'list',
        'aria-label': 'Conversations',
        data: { testid: 'conversation-list' },
    });
    #empty = el('div', { class: 'list-empty' });
    #rows = new Map();
    #filter = '';
    #loaded = false;
    element;

    constructor(app) {
        this.#app = app;
        this.element = el(
            'nav',
            { class: 'list-scroll', 'aria-label': 'Conversations' },
            this.#list,
            this.#empty,
        );
        arrowKeys(this.#list, () => this.#buttons());
        const draw = coalesce(() => this.draw());
        for (const event of ['list', 'typing', 'presence', 'outbox']) app.store.on(event, draw);
    }

    #buttons() {
        return [...this.#list.querySelectorAll('button')];
    }

    focusFirst() {
        this.#buttons()[0]?.focus();
    }

    focusCurrent() {
        (this.#list.querySelector('[aria-current="true"]') ?? this.#buttons()[0])?.focus();
    }

    openFirst() {
        this.#buttons()[0]?.click();
    }

    filter(text) {
        this.#filter = folded(text.trim());
        this.draw();
    }

    loaded() {
        this.#loaded = true;
        this.draw();
    }

    draw() {
        const { store, people } = this.#app;
        const rows = store.list
            .map((conversation) => this.#facts(conversation))
            .filter(
                (facts) =>
                    !this.#filter ||
                    folded(`${facts.title} ${facts.members}`).includes(this.#filter),
            )
            .map((facts) => this.#row(facts));
        reconcile(this.#list, rows);
        this.#empty.hidden = rows.length > 0 || !this.#loaded;
        this.#empty.textContent = this.#filter
            ? 'Nothing found.'
            : 'No conversations yet. Start one with +.';
        const unread = store.list.reduce((sum, { unread: count }) => sum + count, 0);
        const name = people.name(store.me);
        document.title = unread > 0 ? `(${unread}) Whispr · ${name}` : `Whispr · ${name}`;
    }

    // Everything a row shows, as plain values: equal facts need no new row.
    #facts(conversation) {
        const { store, people, presence, outbox } = this.#app;
        const peer = store.peerOf(conversation);
        const waiting = outbox.of(conversation.id).at(-1);
        const { last } = conversation;
        const typists = presence.typingIn(conversation.id);
        const own = last?.senderId === store.me;
        const names = (conversation.memberIds ?? []).map((id) => people.name(id));
        return {
            id: conversation.id,
            group: conversation.type === 'group',
            peer,
            title: titleOf(conversation, store, people),
            members: conversation.type === 'group' ? names.join(' ') : '',
            online: peer !== null && peer !== store.me && presence.isOnline(peer),
            unread: conversation.unread,
            current: conversation.id === store.openId,
            time: waiting?.time ?? last?.time ?? conversation.created,
            typing: typists.length === 0 ? '' : this.#typingText(conversation, typists),
            status: this.#status(conversation, waiting, own),
            ...this.#line(conversation, waiting, own),
        };
    }

    #typingText(conversation, typists) {
        return conversation.type === 'group'
            ? `${this.#app.people.name(typists[0])} is typing…`
            : 'typing…';
    }

    #status(conversation, waiting, own) {
        const { store } = this.#app;
        if (waiting) return waiting.error ? 'failed' : 'pending';
        if (!own || !conversation.last || conversation.last.type === 'system') return '';
        return store
            .marks(conversation.id)
            .statusOf(conversation.last, store.recipients(conversation.id));
    }

    #line(conversation, waiting, own) {
        const { people } = this.#app;
        const { last } = conversation;
        if (waiting) return { author: '', line: contentLine(waitingMessage(waiting), people) };
        if (!last) return { author: '', line: '' };
        const named = conversation.type === 'group' && !own && last.type !== 'system';
        return { author: named ? people.name(last.senderId) : '', line: contentLine(last, people) };
    }

    #row(facts) {
        const key = JSON.stringify(facts);
        const known = this.#rows.get(facts.id);
        if (known?.key === key) return known.row;
        const row = known?.row ?? this.#newRow(facts.id);
        this.#rows.set(facts.id, { key, row });
        const button = row.firstElementChild;
        button.classList.toggle('unread', facts.unread > 0);
        if (facts.current) button.setAttribute('aria-current', 'true');
        else button.removeAttribute('aria-current');
        button.dataset.title = facts.title;
        button.replaceChildren(...this.#parts(facts));
        return row;
    }

    #newRow(id) {
        const open = () => this.#app.navigate(id);
        const button = el('button', {
            type: 'button',
            class: 'conversation',
            data: { testid: 'conversation', id },
            on: { click: open },
        });
        return el('li', {}, button);
    }

    #parts(facts) {
        const preview = facts.typing
            ? el('span', {
                  class: 'preview typing',
                  text: facts.typing,
                  data: { testid: 'typing-preview' },
              })
            : el(
                  'span',
                  { class: 'preview', dir: 'auto', data: { testid: 'preview' } },
                  facts.author
                      ? el('span', { class: 'preview-author', text: `${facts.author}: ` })
                      : null,
                  facts.line,
              );
        const badge =
            facts.unread > 0
                ? el('span', {
                      class: 'badge',
                      text: facts.unread > 999 ? '999+' : String(facts.unread),
                      'aria-label': `${facts.unread} unread`,
                      data: { testid: 'unread-badge' },
                  })
                : null;
        const time = el('time', {
            class: 'when',
            text: listLabel(facts.time),
            title: facts.time ? exactLabel(facts.time) : undefined,
        });
        return [
            avatar(facts.peer ?? facts.id, facts.title, {
                group: facts.group,
                online: facts.online,
            }),
            el('span', { class: 'title', dir: 'auto', text: facts.title }),
            time,
            el(
                'span',
                { class: 'line' },
                facts.status && !facts.typing ? tick(facts.status) : null,
                preview,
                badge,
            ),
        ];
    }
}
