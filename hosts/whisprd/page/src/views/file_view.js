// Any other file, and what is encrypted: a sign, the name, the size; a click downloads it.

import { el, setText } from '../dom.js';
import { endingOf, kindNames, sizeLabel } from '../file_kinds.js';
import { icon } from '../icons.js';
import { toneOf } from '../people.js';
import { Transfer, isSending } from './transfer.js';

export function fileSign(file) {
    if (file.encrypted) return el('span', { class: 'file-sign' }, icon('lock'));
    const ending = endingOf(file.name);
    const sign = ending ? el('span', { class: 'ending', text: ending }) : icon('file');
    return el('span', { class: `file-sign tone-${toneOf(ending)}`, 'aria-hidden': 'true' }, sign);
}

export function fileLine(file) {
    const what = file.encrypted ? 'Encrypted file' : '';
    const size = file.size > 0 ? sizeLabel(file.size) : '';
    return [what, size].filter(Boolean).join(' · ') || kindNames[file.kind];
}

export class FileView {
    #app;
    #file = null;
    #sign = el('span', { class: 'file-sign' });
    #name = el('span', { class: 'file-name', dir: 'auto', data: { testid: 'file-name' } });
    #line = el('span', { class: 'file-line' });
    #words = el('span', { class: 'file-words' }, this.#name, this.#line);
    #row = null;
    #transfer = null;
    element = el('div', { class: 'file-slot' });

    constructor(app) {
        this.#app = app;
    }

    update(file, entry) {
        this.#file = file;
        const sign = fileSign(file);
        this.#sign.replaceWith(sign);
        this.#sign = sign;
        setText(this.#name, file.name);
        setText(this.#line, fileLine(file));
        const sending = isSending(file, entry);
        if (sending && !this.#transfer) this.#transfer = new Transfer(file.name);
        if (!sending) this.#transfer = null;
        const parts = this.#transfer
            ? [this.#transfer.element, this.#pendingWords()]
            : [this.#sign, this.#finishedWords()];
        const row = this.#shell(file);
        row.append(...parts);
        if (row.dataset.act === 'download')
            row.append(el('span', { class: 'file-download' }, icon('download')));
        this.element.replaceChildren(row);
    }

    #pendingWords() {
        this.#words.replaceChildren(this.#name, this.#transfer.words);
        return this.#words;
    }

    #finishedWords() {
        this.#words.replaceChildren(this.#name, this.#line);
        return this.#words;
    }

    #shell(file) {
        const label = `${file.name}, ${fileLine(file)}`;
        if (!file.pending && this.#app.links.isHere(file)) {
            const data = { act: 'download', file: file.id, testid: 'file' };
            const options = { type: 'button', class: 'file-row', title: `Download ${file.name}` };
            return el('button', { ...options, 'aria-label': `Download ${label}`, data });
        }
        const elsewhere = /^https?:\/\//i.test(file.address ?? '') ? file.address : '';
        if (elsewhere) {
            return el('a', {
                class: 'file-row',
                href: elsewhere,
                target: '_blank',
                rel: 'noopener noreferrer nofollow',
                'aria-label': `Open ${label}`,
                data: { testid: 'file' },
            });
        }
        return el('div', { class: 'file-row', data: { testid: 'file' } });
    }

    progress(progress) {
        this.#transfer?.update(progress, this.#file.size);
    }
}
