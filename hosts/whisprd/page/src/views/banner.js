// Says that the connection is gone and what waits for it. A cut of a moment is not worth a word.

import { coalesce } from '../emitter.js';
import { el, setText } from '../dom.js';

const graceMs = 1_200;

function plural(count, word) {
    return `${count} ${word}${count === 1 ? '' : 's'}`;
}

export class Banner {
    #app;
    #words = el('span');
    #discard = el('button', {
        type: 'button',
        class: 'text-button',
        text: 'Discard',
        data: { testid: 'banner-discard' },
    });
    #button = el('button', {
        type: 'button',
        class: 'text-button',
        data: { testid: 'banner-retry' },
    });
    #since = 0;
    #timer = 0;
    element;

    constructor(app) {
        this.#app = app;
        this.element = el(
            'div',
            { class: 'banner', role: 'status', hidden: true, data: { testid: 'banner' } },
            this.#words,
            this.#button,
            this.#discard,
        );
        this.#discard.addEventListener('click', () =>
            this.#lost().forEach((entry) => app.outbox.discard(entry.clientRandom)),
        );
        this.#button.addEventListener('click', () => {
            app.outbox.retryAll();
            app.uploads.wake();
            app.link.retryNow();
        });
        const draw = coalesce(() => this.#draw());
        for (const event of ['connection', 'outbox']) app.store.on(event, draw);
        for (const event of ['online', 'offline'])
            window.addEventListener(event, draw, { signal: app.listening });
        draw();
    }

    #draw() {
        const { store, outbox } = this.#app;
        const { pending, failed } = outbox.counts();
        const cut = store.connection !== 'online' || outbox.stuck || !navigator.onLine;
        if (!cut) this.#since = 0;
        else if (!this.#since) this.#since = Date.now();
        clearTimeout(this.#timer);
        const left = graceMs - (Date.now() - this.#since);
        if (cut && left > 0) this.#timer = setTimeout(() => this.#draw(), left);
        const shown = (cut && left <= 0) || failed > 0;
        this.element.hidden = !shown;
        if (!shown) return;
        this.element.classList.toggle('cut', cut);
        setText(
            this.#words,
            cut ? this.#offlineText(pending, failed) : `${plural(failed, 'message')} not sent.`,
        );
        setText(this.#button, cut ? 'Try now' : 'Retry');
        this.#discard.hidden = this.#lost().length === 0;
    }

    // Refused ones of conversations one is no longer in: no other place shows them.
    #lost() {
        const { store, outbox } = this.#app;
        return outbox.entries.filter(
            ({ error, conversationId }) => error && !store.conversation(conversationId),
        );
    }

    #offlineText(pending, failed) {
        const reason = navigator.onLine ? 'No connection to the server.' : 'You are offline.';
        const waits =
            pending > 0 ? ` ${plural(pending, 'message')} will be sent when it is back.` : '';
        const refused = failed > 0 ? ` ${plural(failed, 'message')} not sent.` : '';
        return `${reason}${waits}${refused}`;
    }
}

// Short notices at the edge of the screen.
export class Notices {
    element = el('div', {
        class: 'notices',
        role: 'status',
        'aria-live': 'polite',
        data: { testid: 'notices' },
    });

    constructor(store) {
        store.on('notice', (text) => this.#show(text));
    }

    #show(text) {
        const notice = el('div', { class: 'notice', text });
        this.element.replaceChildren(notice);
        setTimeout(() => notice.remove(), 4_500);
    }
}
