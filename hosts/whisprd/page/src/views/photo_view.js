// A picture in the log: its frame at once, a small picture when it comes near, the viewer on a click.

import { el } from '../dom.js';
import { icon } from '../icons.js';
import { reserve } from './frame.js';
import { whenNear } from './near.js';
import { transferOver } from './transfer.js';

const wholeBytes = 6 * 1024 * 1024;
const movingBytes = 4 * 1024 * 1024;
const calm = matchMedia('(prefers-reduced-motion: reduce)');

// Which address stands for the file in the log: its small picture, or all of it when that is small
// enough or moves.
function addressOf({ mimeType, size }, { file, thumbnail }) {
    const moves = mimeType === 'image/gif' && size <= movingBytes && !calm.matches;
    if (thumbnail && !moves) return thumbnail;
    return size <= wholeBytes ? file : thumbnail;
}

export class PhotoView {
    #app;
    #file = null;
    #shown = '';
    #image = el('img', { class: 'photo-image', alt: '', decoding: 'async', draggable: 'false' });
    #button;
    #transfer = null;
    element;

    constructor(app) {
        this.#app = app;
        this.#image.hidden = true;
        this.#button = el(
            'button',
            { type: 'button', class: 'photo', data: { act: 'view', testid: 'photo' } },
            icon('gallery'),
            this.#image,
        );
        this.element = el('div', { class: 'frame' }, this.#button);
    }

    update(file, entry) {
        const known = this.#file;
        this.#file = file;
        reserve(this.element, file);
        this.#button.disabled = Boolean(file.pending) || file.id === null;
        this.#button.setAttribute('aria-label', `Photo ${file.name}`);
        this.#button.dataset.file = file.id ?? '';
        this.#transfer = transferOver(this.element, this.#transfer, file, entry);
        if (known?.id === file.id && known?.thumbnail === file.thumbnail && this.#shown) return;
        const own = entry.own ? this.#app.pictures.of(entry.clientRandom) : null;
        if (own) this.#show(own);
        else if (!file.pending && file.id !== null) this.#load(file);
    }

    progress(progress) {
        this.#transfer?.update(progress, this.#file.size);
    }

    #show(url) {
        this.#shown = url;
        this.#image.src = url;
        this.#image.hidden = false;
    }

    #load(file, again = true) {
        whenNear(this.element, async () => {
            try {
                const url = addressOf(file, await this.#app.links.of(file));
                if (this.#file !== file && this.#file.id !== file.id) return;
                if (!url) return;
                // Drawn when it is there, so that no half of a picture is seen.
                const loading = new Image();
                loading.src = url;
                await loading.decode();
                if (this.#file.id === file.id) this.#show(url);
            } catch {
                this.#app.links.forget(file);
                if (again && this.#file.id === file.id) this.#load(file, false);
                else this.element.classList.add('broken');
            }
        });
    }
}
