// Everything that was sent in a conversation besides words: photos, videos, other files.

import { filesOf } from '../attached.js';
import { arrowKeys, el, reconcile, setText } from '../dom.js';
import { AudioView } from './audio_view.js';
import { openDialog } from './dialog.js';
import { FileView } from './file_view.js';
import { PhotoView } from './photo_view.js';
import { VideoView } from './video_view.js';
import { openViewer } from './viewer.js';

const tabs = [
    { name: 'Photos', kinds: ['image'], list: 'shared-grid', nothing: 'No photos yet.' },
    { name: 'Videos', kinds: ['video'], list: 'shared-list', nothing: 'No videos yet.' },
    { name: 'Files', kinds: ['audio', 'file'], list: 'shared-list', nothing: 'No files yet.' },
];
const views = { image: PhotoView, video: VideoView, audio: AudioView, file: FileView };
const pageWorth = 18;
const pagesAtOnce = 10;

class SharedFiles {
    #app;
    #conversationId;
    #tab = tabs[0];
    #found = [];
    #items = new Map();
    #before = undefined;
    #hasMore = true;
    #loading = false;
    #buttons;
    #list = el('div', { data: { testid: 'shared-list' } });
    #note = el('p', { class: 'nothing', hidden: true });
    #more = el('button', {
        type: 'button',
        class: 'button shared-more',
        text: 'Show more',
        hidden: true,
        data: { testid: 'shared-more' },
        on: { click: () => this.#load() },
    });
    #dialog;

    constructor(app, conversationId) {
        this.#app = app;
        this.#conversationId = conversationId;
    }

    open() {
        this.#buttons = tabs.map((tab) =>
            el('button', {
                type: 'button',
                role: 'tab',
                class: 'shared-tab',
                text: tab.name,
                data: { testid: `shared-${tab.name.toLowerCase()}` },
                on: { click: () => this.#choose(tab) },
            }),
        );
        const row = el('div', { class: 'shared-tabs', role: 'tablist' }, this.#buttons);
        arrowKeys(row, () => this.#buttons, { horizontal: true });
        this.#list.addEventListener('click', (event) => this.#clicked(event));
        this.#dialog = openDialog({
            title: 'Media and files',
            testid: 'shared-dialog',
            content: [row, this.#list, this.#note, this.#more],
        });
        this.#dialog.classList.add('shared');
        this.#choose(tabs[0]);
        this.#buttons[0].focus();
    }

    #choose(tab) {
        this.#tab = tab;
        tabs.forEach((one, index) => {
            this.#buttons[index].setAttribute('aria-selected', String(one === tab));
            this.#buttons[index].tabIndex = one === tab ? 0 : -1;
        });
        this.#draw();
        if (this.#chosen().length === 0) this.#load();
    }

    #chosen() {
        return this.#found.filter(({ file }) => this.#tab.kinds.includes(file.kind));
    }

    #element({ message, file }) {
        if (!this.#items.has(file.id)) {
            const view = new views[file.kind](this.#app);
            view.update(file, { own: message.senderId === this.#app.store.me, ...message });
            this.#items.set(file.id, view.element);
        }
        return this.#items.get(file.id);
    }

    #draw() {
        const chosen = this.#chosen();
        this.#list.className = this.#tab.list;
        reconcile(
            this.#list,
            chosen.map((one) => this.#element(one)),
        );
        const nothing = this.#loading || this.#hasMore ? 'Loading…' : this.#tab.nothing;
        this.#note.hidden = chosen.length > 0;
        setText(this.#note, nothing);
        this.#more.hidden = !this.#hasMore || chosen.length === 0;
        this.#more.disabled = this.#loading;
    }

    // On through the history, until there is a screen more of what is looked for.
    async #load() {
        if (this.#loading || !this.#hasMore) return;
        this.#loading = true;
        const tab = this.#tab;
        const wanted = this.#chosen().length + pageWorth;
        try {
            for (let page = 0; page < pagesAtOnce && this.#hasMore; page += 1) {
                await this.#page();
                if (!this.#dialog.open) return;
                this.#draw();
                if (this.#tab !== tab || this.#chosen().length >= wanted) break;
            }
        } catch (error) {
            this.#app.store.notice(error.message);
            this.#hasMore = false;
        } finally {
            this.#loading = false;
            this.#draw();
        }
        if (this.#tab !== tab && this.#chosen().length === 0) this.#load();
    }

    async #page() {
        const { sync, links } = this.#app;
        const reply = await sync.filePage(this.#conversationId, this.#before);
        this.#hasMore = reply.hasMore;
        this.#before = reply.before;
        const known = new Set(this.#found.map(({ file }) => file.id));
        for (const message of reply.messages) {
            for (const file of filesOf(message)) {
                if (links.isHere(file) && !known.has(file.id)) this.#found.push({ message, file });
            }
        }
    }

    #clicked(event) {
        const target = event.target.closest('button');
        const chosen = this.#found.find(({ file }) => file.id === target?.dataset.file);
        if (!chosen) return;
        const { act } = target.dataset;
        if (act === 'download')
            this.#app.actions.attempt(() => this.#app.actions.download(chosen.file));
        if (act !== 'view') return;
        const pictures = this.#chosen().toReversed();
        openViewer(this.#app, this.#conversationId, chosen.file.id, pictures);
    }
}

export function openSharedFiles(app, conversationId) {
    new SharedFiles(app, conversationId).open();
}
