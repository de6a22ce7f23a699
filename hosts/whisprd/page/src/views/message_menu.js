// What one can do with a message: by the buttons beside it, a right click, a long press, or Enter.

import { captionOf, filesOf } from '../attached.js';
import { el } from '../dom.js';
import { oneLine } from '../text.js';
import { chooseFiles } from './choose_files.js';
import { askUser } from './dialog.js';
import { emojiButton, openEmojiPicker, quickReactions } from './emoji_picker.js';
import { openMenu } from './popover.js';
import { openViewer } from './viewer.js';

const longPressMs = 450;
const longPressSlack = 10;

export class MessageMenu {
    #app;
    #log;
    #composer;
    #press = 0;
    #pressed = null;
    #pressOpened = false;

    constructor(app, log, composer) {
        this.#app = app;
        this.#log = log;
        this.#composer = composer;
        const { scroller } = log;
        scroller.addEventListener('click', (event) => this.#afterPress(event), { capture: true });
        scroller.addEventListener('click', (event) => this.#clicked(event));
        scroller.addEventListener('contextmenu', (event) => this.#contextMenu(event));
        scroller.addEventListener('keydown', (event) => this.#keys(event));
        scroller.addEventListener('pointerdown', (event) => this.#pressStart(event));
        for (const end of ['pointerup', 'pointercancel', 'pointermove', 'scroll']) {
            scroller.addEventListener(end, (event) => this.#pressEnd(event), { passive: true });
        }
    }

    // The end of a long press on a picture is not a click on it.
    #afterPress(event) {
        if (!this.#pressOpened) return;
        this.#pressOpened = false;
        event.stopPropagation();
    }

    #clicked(event) {
        const target = event.target.closest('button');
        const row = event.target.closest('.row');
        const entry = this.#log.entryOf(row);
        if (!target || !entry) return;
        const { jump, act, reaction } = target.dataset;
        if (jump) this.#app.actions.attempt(() => this.#log.jumpTo(jump));
        else if (reaction) this.#react(entry, reaction);
        else if (act) this.#act(act, entry, target);
    }

    #act(act, entry, target) {
        const { actions, outbox } = this.#app;
        if (act === 'react') openEmojiPicker(target, (emoji) => this.#react(entry, emoji));
        else if (act === 'reply') this.#composer.reply(entry);
        else if (act === 'menu') this.#open(entry, target);
        else if (act === 'retry') outbox.retry(entry.clientRandom);
        else if (act === 'discard') actions.attempt(() => actions.discard(entry));
        else if (act === 'choose') this.#chooseAgain(entry);
        else if (act === 'view') openViewer(this.#app, entry.conversationId, target.dataset.file);
        else if (act === 'download') this.#download(entry, target.dataset.file);
    }

    async #chooseAgain(entry) {
        const [file] = await chooseFiles();
        if (file && !this.#app.uploads.retake(entry, file))
            this.#app.store.notice(`This is another file than “${entry.file.name}”.`);
    }

    #download(entry, id) {
        const file = filesOf(entry).find((one) => one.id === id);
        if (file) this.#app.actions.attempt(() => this.#app.actions.download(file));
    }

    #react(entry, emoji) {
        const current = this.#app.store.timeline(entry.conversationId).get(entry.id);
        if (current)
            this.#app.actions.attempt(() => this.#app.actions.toggleReaction(current, emoji));
    }

    #contextMenu(event) {
        const row = event.target.closest('.row');
        const entry = this.#log.entryOf(row);
        // Links and selected text keep the browser's own menu.
        const own = event.target.closest('a') || !getSelection().isCollapsed;
        if (!entry || entry.pending || own) return;
        event.preventDefault();
        if (document.querySelector(':popover-open')) return;
        this.#open(entry, new DOMRect(event.clientX, event.clientY, 0, 0));
    }

    #keys(event) {
        if (event.key !== 'Enter' || !event.target.classList.contains('row')) return;
        const entry = this.#log.entryOf(event.target);
        if (!entry || entry.pending) return;
        event.preventDefault();
        this.#open(entry, event.target.querySelector('.bubble'));
    }

    #pressStart(event) {
        this.#pressOpened = false;
        const row = event.target.closest('.row');
        const other = event.target.closest('button:not([data-file]), a');
        if (event.pointerType !== 'touch' || !row || other) return;
        this.#pressed = { x: event.clientX, y: event.clientY };
        clearTimeout(this.#press);
        this.#press = setTimeout(() => {
            const entry = this.#log.entryOf(row);
            if (!entry || entry.pending || document.querySelector(':popover-open')) return;
            navigator.vibrate?.(10);
            this.#pressOpened = true;
            this.#open(entry, row.querySelector('.bubble'));
        }, longPressMs);
    }

    #pressEnd(event) {
        if (event.type === 'pointermove' && this.#pressed) {
            const far = Math.hypot(
                event.clientX - this.#pressed.x,
                event.clientY - this.#pressed.y,
            );
            if (far < longPressSlack) return;
        }
        clearTimeout(this.#press);
        this.#pressed = null;
    }

    #open(entry, anchor) {
        if (entry.isDeleted) return;
        // Taken now: the row may be drawn anew while the menu is open.
        const spot = anchor instanceof Element ? anchor.getBoundingClientRect() : anchor;
        const { actions, people, store } = this.#app;
        const readers = [...store.marks(entry.conversationId).readersOf(entry)].filter(
            (id) => id !== store.me,
        );
        let close = () => {};
        const mine = new Set(
            (entry.reactions ?? [])
                .filter(({ userId }) => userId === store.me)
                .map(({ reaction }) => reaction),
        );
        const pick = (emoji) => {
            close();
            this.#react(entry, emoji);
        };
        const quick = el(
            'div',
            { class: 'quick-reactions', role: 'group', 'aria-label': 'React' },
            quickReactions.map((emoji) => emojiButton(emoji, pick, mine.has(emoji))),
        );
        const readBy =
            entry.own && readers.length > 0
                ? el('p', { class: 'menu-note', text: `Read by ${people.list(readers)}` })
                : null;
        const items = [
            {
                label: 'Reply',
                icon: 'reply',
                testid: 'menu-reply',
                run: () => this.#composer.reply(entry),
            },
            {
                label: 'Other reaction…',
                icon: 'smile',
                testid: 'menu-react',
                run: () => openEmojiPicker(spot, (emoji) => this.#react(entry, emoji)),
            },
            ...this.#fileItems(entry),
        ];
        if (captionOf(entry)) {
            items.push({
                label: 'Copy text',
                icon: 'copy',
                testid: 'menu-copy',
                run: () => actions.attempt(() => actions.copy(entry)),
            });
        }
        if (actions.mayEdit(entry)) {
            items.push({
                label: 'Edit',
                icon: 'edit',
                testid: 'menu-edit',
                run: () => this.#composer.edit(entry),
            });
        }
        items.push({
            label: 'Delete…',
            icon: 'trash',
            testid: 'menu-delete',
            danger: true,
            run: () => this.#askDelete(entry),
        });
        close = openMenu(items, spot, { label: 'Message', before: el('div', {}, quick, readBy) });
    }

    #fileItems(entry) {
        const here = filesOf(entry).filter((file) => this.#app.links.isHere(file));
        return here.map((file) => ({
            label: here.length > 1 ? `Download ${oneLine(file.name, 24)}` : 'Download',
            icon: 'download',
            testid: 'menu-download',
            run: () => this.#download(entry, file.id),
        }));
    }

    #askDelete(entry) {
        const { actions } = this.#app;
        const remove = (forEveryone) => () =>
            actions.attempt(() => actions.remove(entry, forEveryone));
        const choices = [
            { label: 'Delete for me', kind: 'danger', testid: 'delete-for-me', run: remove(false) },
        ];
        if (actions.mayDeleteForEveryone(entry)) {
            const everyone = {
                label: 'Delete for everyone',
                kind: 'danger',
                testid: 'delete-for-everyone',
                run: remove(true),
            };
            choices.push(everyone);
        }
        const text = 'Deleted messages cannot be brought back.';
        askUser({ title: 'Delete this message?', text, actions: choices });
    }
}
