// How far a file is on its way: a ring around the button that cancels it.

import { el, setAttribute, setText } from '../dom.js';
import { sizeLabel } from '../file_kinds.js';
import { icon } from '../icons.js';

const namespace = 'http://www.w3.org/2000/svg';
const radius = 20;
const around = 2 * Math.PI * radius;

function circle(className) {
    const shape = document.createElementNS(namespace, 'circle');
    for (const [name, value] of Object.entries({ cx: 23, cy: 23, r: radius, class: className }))
        shape.setAttribute(name, value);
    return shape;
}

function words({ loaded, state }, size) {
    const all = sizeLabel(size);
    const far = loaded > 0 ? `${sizeLabel(loaded)} of ${all}` : all;
    if (state === 'paused') return `No connection · ${far}`;
    if (state === 'again') return `Trying again · ${far}`;
    if (state === 'elsewhere') return 'Sending in another tab';
    if (state === 'waiting') return `Waiting · ${all}`;
    return loaded >= size ? `Sending · ${all}` : far;
}

export class Transfer {
    #ring = circle('ring-done');
    #meter;
    words = el('span', { class: 'transfer-words', data: { testid: 'transfer-words' } });
    element;

    constructor(name) {
        const svg = document.createElementNS(namespace, 'svg');
        svg.setAttribute('viewBox', '0 0 46 46');
        svg.setAttribute('class', 'ring');
        svg.setAttribute('aria-hidden', 'true');
        svg.append(circle('ring-ground'), this.#ring);
        this.#ring.style.strokeDasharray = String(around);
        this.#meter = el(
            'div',
            {
                class: 'meter',
                role: 'progressbar',
                'aria-label': `Sending ${name}`,
                'aria-valuemin': '0',
                'aria-valuemax': '100',
                data: { testid: 'progress' },
            },
            svg,
        );
        const cancel = el(
            'button',
            {
                type: 'button',
                class: 'transfer-cancel',
                'aria-label': `Cancel sending ${name}`,
                title: 'Cancel',
                data: { act: 'discard', testid: 'cancel-upload' },
            },
            icon('close'),
        );
        this.element = el('div', { class: 'transfer' }, this.#meter, cancel);
    }

    update(progress, size) {
        const part = size > 0 ? Math.min(1, progress.loaded / size) : 0;
        const percent = String(Math.round(part * 100));
        const moving = progress.state === 'active' && part < 1;
        // Never empty, so that one sees that something is going on.
        this.#ring.style.strokeDashoffset = String(around * (1 - Math.max(0.04, part)));
        this.element.dataset.state = progress.state;
        setAttribute(this.#meter, 'aria-valuenow', percent);
        setAttribute(this.#meter, 'aria-valuetext', words(progress, size));
        this.element.classList.toggle('moving', moving);
        setText(this.words, words(progress, size));
    }
}

export function isSending(file, entry) {
    return Boolean(file.pending) && !entry.error;
}

// Lays a transfer over `holder` while the file is on its way; returns it, or null.
export function transferOver(holder, known, file, entry) {
    const wanted = isSending(file, entry);
    if (wanted && !known) {
        const transfer = new Transfer(file.name);
        holder.append(transfer.element, transfer.words);
        return transfer;
    }
    if (wanted) return known;
    known?.element.remove();
    known?.words.remove();
    return null;
}
