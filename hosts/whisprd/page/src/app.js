// One signed-in person: the parts, put together, and what happens when the connection comes and goes.

import { Actions } from './actions.js';
import { el } from './dom.js';
import { coalesce } from './emitter.js';
import { FileLinks } from './file_links.js';
import { FileShelf } from './file_shelf.js';
import { Link } from './link.js';
import { Live } from './live.js';
import { Outbox } from './outbox.js';
import { People } from './people.js';
import { Pictures } from './pictures.js';
import { Presence } from './presence.js';
import { Reading } from './reading.js';
import { Rest } from './rest.js';
import { Store } from './store.js';
import { Sync } from './sync.js';
import { Uploads } from './uploads.js';
import { Banner, Notices } from './views/banner.js';
import { ChatView } from './views/chat_view.js';
import { somethingIsOpen } from './views/popover.js';
import { Sidebar } from './views/sidebar.js';

const maxJoined = 60;
const clockMs = 20_000;
const resumeDelaysMs = [1_000, 2_000, 5_000, 10_000];

export class App {
    #root;
    #session;
    #listeners = new AbortController();
    #clock = 0;
    #day = new Date().toDateString();
    #resumeTimer = 0;
    #stopped = false;

    // `signedOut(reason)` is called when this person is no longer signed in.
    constructor(root, session, directory, signedOut) {
        this.#root = root;
        this.#session = session;
        this.signedOut = signedOut;
        this.people = new People(session.userId, directory);
        this.store = new Store(session.userId);
        this.rest = new Rest(session, () => this.signOut('Your sign-in has expired.'));
        this.outbox = new Outbox(this.store, this.rest, (entry, how) => {
            if (entry.file) this.uploads.forget(entry, how);
        });
        this.shelf = new FileShelf(session.userId);
        this.pictures = new Pictures();
        this.links = new FileLinks(this.rest);
        this.uploads = new Uploads(this);
        this.sync = new Sync(this);
        this.presence = new Presence(this.store);
        this.live = new Live({
            ...{ store: this.store, outbox: this.outbox, presence: this.presence },
            refresh: {
                list: (options) => this.sync.refreshList(options),
                detail: (id) => this.sync.refreshDetail(id),
                ticks: (id) => this.sync.refreshTicks(id),
            },
        });
        this.link = new Link(session, {
            up: () => this.#up(),
            down: () => this.#down(),
            joined: (topic) => this.#joined(topic),
            closed: (topic) => this.#closed(topic),
            channel: (topic, channel) => this.live.attach(topic, channel),
        });
        this.reading = new Reading(this.store, this.link);
        this.actions = new Actions(this);
    }

    get listening() {
        return this.#listeners.signal;
    }

    start() {
        this.#build();
        this.store.on(
            'list',
            coalesce(() => this.#joinListed()),
        );
        this.store.on('open', () =>
            this.#root.firstElementChild?.setAttribute(
                'data-pane',
                this.store.openId ? 'chat' : 'list',
            ),
        );
        this.#clock = setInterval(() => this.#timePassed(), clockMs);
        this.#resume(0);
        this.link.start();
        this.outbox.drain();
        this.uploads.start();
    }

    stop() {
        this.#stopped = true;
        this.#listeners.abort();
        clearInterval(this.#clock);
        clearTimeout(this.#resumeTimer);
        this.outbox.stop();
        this.uploads.stop();
        this.pictures.clear();
        this.sync.stop();
        this.reading.stop();
        this.link.stop();
    }

    signOut(reason = '') {
        if (this.#stopped) return;
        this.stop();
        this.#session.forget();
        history.replaceState(null, '', '#');
        this.signedOut(reason);
    }

    #build() {
        const { signal } = this.#listeners;
        this.sidebar = new Sidebar(this);
        this.chat = new ChatView(this);
        const columns = el('div', { class: 'columns' }, this.sidebar.element, this.chat.element);
        const shell = el(
            'div',
            { class: 'shell', data: { pane: 'list' } },
            new Banner(this).element,
            columns,
            new Notices(this.store).element,
        );
        this.#root.replaceChildren(shell);
        window.addEventListener('hashchange', () => this.#follow(), { signal });
        document.addEventListener('keydown', (event) => this.#keys(event), { signal });
        window.addEventListener('online', () => this.#drain(), { signal });
    }

    // The address names the open conversation, so reload and the back button work.
    navigate(id) {
        const address = `#/c/${id}`;
        if (location.hash === address) this.chat.focus();
        else if (this.store.openId) location.replace(address);
        else location.hash = address;
    }

    back() {
        location.replace('#');
        this.sidebar.list.focusCurrent();
    }

    #follow() {
        const id = /^#\/c\/([0-9a-f-]{36})$/.exec(location.hash)?.[1] ?? null;
        this.store.setOpen(id && this.store.conversation(id) ? id : null);
    }

    #keys(event) {
        if ((event.ctrlKey || event.metaKey) && event.key === 'k') {
            event.preventDefault();
            this.sidebar.focusSearch();
        } else if (event.key === 'Escape' && !event.defaultPrevented && !somethingIsOpen()) {
            if (!this.chat.cancel() && this.store.openId) this.back();
        }
    }

    #up() {
        this.store.setConnection('online');
        this.#resume(0);
        this.#drain();
    }

    #drain() {
        this.outbox.drain();
        this.uploads.wake();
    }

    #down() {
        this.store.setConnection('offline');
        this.presence.clear();
    }

    // Asks for what was missed. The socket may be up before the rest of the server is ready.
    async #resume(attempt) {
        clearTimeout(this.#resumeTimer);
        try {
            await this.sync.resume();
            this.sidebar.list.loaded();
            this.#follow();
        } catch {
            if (this.#stopped) return;
            const delay = resumeDelaysMs[Math.min(attempt, resumeDelaysMs.length - 1)];
            this.#resumeTimer = setTimeout(() => this.#resume(attempt + 1), delay);
        }
    }

    #joinListed() {
        const wanted = new Set(
            this.store.list.slice(0, maxJoined).map(({ id }) => `conversation:${id}`),
        );
        if (this.store.openId) wanted.add(`conversation:${this.store.openId}`);
        for (const topic of this.link.topics()) {
            if (topic.startsWith('conversation:') && !wanted.has(topic)) {
                const id = topic.slice('conversation:'.length);
                this.link.leave(topic);
                this.presence.unfollow(id);
                // Edits and reactions are not heard from here on.
                this.store.timeline(id).loaded = false;
            }
        }
        for (const topic of wanted) this.link.join(topic);
    }

    #joined(topic) {
        // What happened between the last page and this subscription is fetched once more.
        if (topic === `conversation:${this.store.openId}`) {
            this.sync.catchUp(this.store.openId).catch(() => {});
            this.reading.look();
        }
    }

    // The server has ended a channel: the membership is gone, or the conversation.
    #closed(topic) {
        this.presence.unfollow(topic.split(':')[1]);
        if (!this.#stopped) this.sync.refreshList({ full: true });
    }

    // What the passing of time alone changes: the token runs out, and today becomes yesterday.
    #timePassed() {
        if (this.#session.expiresSoon()) this.#session.renew().catch(() => {});
        const day = new Date().toDateString();
        if (day === this.#day) return;
        this.#day = day;
        this.store.emit('list');
        this.store.emit(`messages:${this.store.openId}`);
    }
}
