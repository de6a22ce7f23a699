// The files that are chosen and not sent yet, above the field where one writes. Each conversation
// has its own; they are gone after a reload, because nothing of them was kept or sent.

import { el, reconcile, setText } from '../dom.js';
import { kindOf, lengthLabel, safeName, sizeLabel } from '../file_kinds.js';
import { icon } from '../icons.js';
import { lookInto } from '../pictures.js';
import { fileSign } from './file_view.js';

const most = 20;
const defaultMaxBytes = 104_857_600;

class Chosen {
    facts = { kind: 'file' };
    picture = null;
    #url = null;
    #looking;
    element;

    constructor(file, remove) {
        this.file = file;
        this.name = safeName(file.name);
        this.facts = { kind: kindOf(file.type) };
        this.element = this.#draw(remove);
        this.#looking = this.#look();
    }

    #draw(remove) {
        const { name, file } = this;
        const signed = { name, encrypted: false };
        this.sign = el('span', { class: 'chosen-sign' }, fileSign(signed));
        this.line = el('span', { class: 'chosen-line', text: sizeLabel(file.size) });
        return el(
            'li',
            { class: 'chosen', data: { testid: 'chosen' } },
            this.sign,
            el(
                'span',
                { class: 'chosen-words' },
                el('span', { class: 'chosen-name', dir: 'auto', text: name }),
                this.line,
            ),
            el(
                'button',
                {
                    type: 'button',
                    class: 'chosen-remove',
                    'aria-label': `Remove ${name}`,
                    title: 'Remove',
                    data: { testid: 'chosen-remove' },
                    on: { click: remove },
                },
                icon('close'),
            ),
        );
    }

    async #look() {
        const { picture, ...facts } = await lookInto(this.file);
        this.facts = facts;
        this.picture = picture;
        const length = lengthLabel(facts.duration);
        if (length) setText(this.line, `${length} · ${sizeLabel(this.file.size)}`);
        if (!picture) return;
        this.#url = URL.createObjectURL(picture);
        this.sign.replaceChildren(el('img', { class: 'chosen-image', src: this.#url, alt: '' }));
    }

    // What is known of it, as soon as it is.
    async known() {
        await this.#looking;
        const { file, facts, picture } = this;
        return { file, facts, picture };
    }

    discard() {
        this.#looking.finally(() => this.#url && URL.revokeObjectURL(this.#url));
    }
}

export class Tray {
    #app;
    #changed;
    #emptied;
    #byConversation = new Map();
    #conversationId = null;
    #list = el('ul', { class: 'tray', role: 'list', 'aria-label': 'Files to send', hidden: true });
    element = this.#list;

    // `changed()` is called when files came or went, `emptied()` when the last one was removed.
    constructor(app, { changed, emptied }) {
        this.#app = app;
        this.#changed = changed;
        this.#emptied = emptied;
        this.#list.dataset.testid = 'tray';
    }

    get #chosen() {
        return this.#byConversation.get(this.#conversationId) ?? [];
    }

    get count() {
        return this.#chosen.length;
    }

    open(conversationId) {
        this.#conversationId = conversationId;
        this.#draw();
    }

    #draw() {
        const chosen = this.#chosen;
        this.#list.hidden = chosen.length === 0;
        reconcile(
            this.#list,
            chosen.map(({ element }) => element),
        );
        this.#changed();
    }

    // Takes what can be sent, and says why the rest cannot.
    async add(files) {
        const conversationId = this.#conversationId;
        if (!conversationId || files.length === 0) return;
        const maxBytes = (await this.#app.uploads.largest()) ?? defaultMaxBytes;
        const refused = [];
        const taken = this.#byConversation.get(conversationId) ?? [];
        for (const file of files) {
            const reason = this.#refusal(file, taken.length, maxBytes);
            if (reason) refused.push(reason);
            else taken.push(new Chosen(file, () => this.#remove(conversationId, file)));
        }
        this.#byConversation.set(conversationId, taken);
        if (refused.length > 0) this.#app.store.notice([...new Set(refused)].join(' '));
        this.#draw();
    }

    #refusal({ name, size }, count, maxBytes) {
        const shown = safeName(name);
        if (count >= most) return `At most ${most} files go at once.`;
        if (size === 0) return `“${shown}” is empty.`;
        if (size <= maxBytes) return '';
        return `“${shown}” has ${sizeLabel(size)}; the limit is ${sizeLabel(maxBytes)}.`;
    }

    #remove(conversationId, file) {
        const chosen = this.#byConversation.get(conversationId) ?? [];
        const at = chosen.findIndex((one) => one.file === file);
        if (at < 0) return;
        chosen.splice(at, 1)[0].discard();
        this.#draw();
        if (chosen.length === 0) this.#emptied();
        else this.#list.querySelectorAll('button')[Math.min(at, chosen.length - 1)].focus();
    }

    // Empties the tray of the open conversation and returns what was in it.
    async take() {
        const chosen = this.#chosen;
        this.#byConversation.delete(this.#conversationId);
        this.#draw();
        const known = await Promise.all(chosen.map((one) => one.known()));
        for (const one of chosen) one.discard();
        return known;
    }

    clear() {
        if (this.count === 0) return false;
        for (const one of this.#chosen) one.discard();
        this.#byConversation.delete(this.#conversationId);
        this.#draw();
        return true;
    }
}
