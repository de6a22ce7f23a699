// The messages of the open conversation.

import { coalesce } from '../emitter.js';
import { el, reconcile, setText } from '../dom.js';
import { icon } from '../icons.js';
import { Reading } from '../reading.js';
import { logRows } from './log_rows.js';
import { LogScroll } from './log_scroll.js';
import { dayRow, dividerRow, drawProgress, fillMessageRow, newMessageRow } from './message_row.js';

const keptWhenLong = 200;
const tooLong = 500;

export class LogView {
    #app;
    #content = el('div', { class: 'rows' });
    #status = el('div', { class: 'log-status', 'aria-hidden': 'true' });
    #scroller = el(
        'div',
        {
            class: 'log',
            role: 'log',
            'aria-label': 'Messages',
            tabindex: '0',
            data: { testid: 'log' },
        },
        this.#status,
        this.#content,
    );
    #count = el('span', { class: 'badge', hidden: true });
    #endButton;
    #scroll;
    #rows = new Map();
    #dividerBefore = null;
    #followed = null;
    #opening = false;
    #stopFollowing = () => {};
    element;

    constructor(app) {
        this.#app = app;
        this.#endButton = el(
            'button',
            {
                type: 'button',
                class: 'to-end',
                hidden: true,
                'aria-label': 'Newest messages',
                data: { testid: 'to-end' },
                on: { click: () => this.#scroll.toEnd({ smooth: true }) },
            },
            icon('down'),
            this.#count,
        );
        this.element = el('div', { class: 'log-frame' }, this.#scroller, this.#endButton);
        this.#scroll = new LogScroll(this.#scroller, this.#content, () => this.#moved());
        this.#scroller.addEventListener('keydown', (event) => this.#keys(event));
        app.store.on('progress', (clientRandom) => {
            const known = this.#rows.get(`w${clientRandom}`);
            if (known) drawProgress(known.element);
        });
    }

    get scroller() {
        return this.#scroller;
    }

    entryOf(row) {
        return this.#rows.get(row?.dataset.key)?.entry;
    }

    close() {
        this.#stopFollowing();
        this.#followed = null;
        this.#rows.clear();
        this.#content.replaceChildren();
    }

    // Shows a conversation: where one left off if there is something unread, else at the end.
    async open(id) {
        this.close();
        const { store, sync } = this.#app;
        this.#followed = id;
        this.#dividerBefore = null;
        const unread = store.conversation(id)?.unread ?? 0;
        this.#opening = true;
        this.#setStatus('Loading…');
        const draw = coalesce(() => this.#followed === id && !this.#opening && this.#changed());
        const stops = [store.on(`messages:${id}`, draw), store.on(`members:${id}`, draw)];
        this.#stopFollowing = () => stops.forEach((stop) => stop());
        try {
            if (!store.timeline(id).loaded) await sync.open(id);
        } catch (error) {
            if (this.#followed === id) this.#setStatus(error.message);
        }
        if (this.#followed !== id) return;
        this.#opening = false;
        this.#dividerBefore = this.#firstUnread(unread);
        this.#scroll.toEnd();
        this.#draw();
        this.#toDivider();
        this.#moved();
    }

    // The divider stands before the n-th message from the end that is not one's own.
    #firstUnread(unread) {
        if (unread === 0) return null;
        const { store } = this.#app;
        const others = store
            .timeline(this.#followed)
            .all.filter(
                (message) =>
                    message.senderId !== store.me &&
                    message.type !== 'system' &&
                    !message.isDeleted,
            );
        return others.at(-Math.min(unread, others.length))?.id ?? null;
    }

    #toDivider() {
        const divider = this.#content.querySelector('.divider');
        if (!divider) return;
        const room = this.#scroller.clientHeight;
        const below = this.#scroller.scrollHeight - divider.offsetTop;
        if (below > room) this.#scroll.toRow(divider, 'start');
    }

    clearDivider() {
        if (!this.#dividerBefore) return;
        this.#dividerBefore = null;
        this.#changed();
    }

    #changed() {
        this.#noteArrival();
        this.#draw();
        this.#moved();
    }

    // What arrives while nobody looks gets a divider as well.
    #noteArrival() {
        const { store } = this.#app;
        if (this.#dividerBefore || Reading.attentive() || !store.timeline(this.#followed).loaded)
            return;
        const drawn = [...this.#rows.values()].map(({ entry }) => entry.time ?? 0);
        if (drawn.length === 0) return;
        const newest = Math.max(...drawn);
        const isNew = (message) =>
            message.senderId !== store.me && message.time > newest && !message.isDeleted;
        this.#dividerBefore = store.timeline(this.#followed).all.find(isNew)?.id ?? null;
    }

    #draw() {
        const { store, outbox } = this.#app;
        const conversation = store.conversation(this.#followed);
        if (!conversation) return;
        this.#trim();
        const rows = logRows(store, outbox, conversation, this.#dividerBefore);
        this.#scroll.keeping(() => {
            reconcile(
                this.#content,
                rows.map((row) => this.#element(row)),
            );
            this.#drawStatus(rows.length);
        });
        const keys = new Set(rows.map(({ key }) => key));
        for (const key of [...this.#rows.keys()]) {
            if (!keys.has(key)) this.#rows.delete(key);
        }
    }

    #drawStatus(count) {
        const timeline = this.#app.store.timeline(this.#followed);
        if (!timeline.loaded) return;
        if (timeline.hasMore) this.#setStatus('Loading earlier messages…');
        else this.#setStatus(count === 0 ? 'No messages yet. Say hello.' : '');
    }

    #setStatus(text) {
        setText(this.#status, text);
    }

    // A long stretch that is not being read is cut at its beginning, which comes back by scrolling.
    #trim() {
        const timeline = this.#app.store.timeline(this.#followed);
        if (timeline.size <= tooLong || !this.#scroll.atEnd) return;
        timeline.dropOlderThan(timeline.all.at(-keptWhenLong).time);
    }

    #element({ key, kind, entry }) {
        const known = this.#rows.get(key);
        const signature = JSON.stringify(entry);
        if (known?.signature === signature) {
            known.entry = entry;
            return known.element;
        }
        if (kind === 'day' || kind === 'divider') {
            const element = kind === 'day' ? dayRow(entry.label) : dividerRow();
            this.#rows.set(key, { element, signature, entry });
            return element;
        }
        const element = known?.element ?? newMessageRow(key);
        const hadFocus = element.contains(document.activeElement);
        element.dataset.id = entry.id;
        fillMessageRow(element, entry, this.#app);
        if (hadFocus) element.focus({ preventScroll: true });
        this.#rows.set(key, { element, signature, entry });
        return element;
    }

    #moved() {
        const { store, reading, sync } = this.#app;
        const id = this.#followed;
        if (!id || store.openId !== id) return;
        const timeline = store.timeline(id);
        this.#endButton.hidden = this.#scroll.atEnd;
        const unread = store.conversation(id)?.unread ?? 0;
        this.#count.hidden = unread === 0;
        setText(this.#count, String(unread));
        if (!timeline.loaded) return;
        const last = this.#scroll.atEnd
            ? timeline.newest()
            : this.entryOf(this.#scroll.lastVisible());
        reading.saw(last?.pending ? timeline.newest() : last);
        if (this.#scroll.nearStart && timeline.hasMore) this.#loadOlder(id);
    }

    async #loadOlder(id) {
        if (this.#scroller.ariaBusy === 'true') return;
        this.#scroller.ariaBusy = 'true';
        try {
            await this.#app.sync.older(id);
        } catch (error) {
            this.#setStatus(error.message);
        } finally {
            this.#scroller.ariaBusy = 'false';
        }
    }

    toEnd() {
        this.#scroll.toEnd();
    }

    // Goes to a message, loading back to it if need be, and lights it up.
    async jumpTo(messageId) {
        const { sync, store } = this.#app;
        const id = this.#followed;
        const found = await sync.reach(id, messageId);
        if (this.#followed !== id) return;
        if (!found) {
            store.notice('The original message is not here any more.');
            return;
        }
        this.#draw();
        const row = this.#content.querySelector(`[data-id="${CSS.escape(messageId)}"]`);
        if (!row) return;
        this.#scroll.toRow(row);
        row.classList.remove('lit');
        requestAnimationFrame(() => row.classList.add('lit'));
        row.focus({ preventScroll: true });
    }

    #keys(event) {
        if (
            event.target.closest('button, a, input') ||
            event.ctrlKey ||
            event.metaKey ||
            event.altKey
        )
            return;
        const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (!step) return;
        const rows = [...this.#content.querySelectorAll('.row')];
        const at = rows.indexOf(document.activeElement);
        const next = at < 0 ? rows.at(-1) : rows[Math.min(rows.length - 1, Math.max(0, at + step))];
        if (!next) return;
        event.preventDefault();
        next.focus({ preventScroll: true });
        next.scrollIntoView({ block: 'nearest' });
    }
}
