// A video in the log: a still picture of it, and the browser's own controls once it is started.
// Nothing of it is loaded before.

import { el, setText } from '../dom.js';
import { lengthLabel } from '../file_kinds.js';
import { icon } from '../icons.js';
import { reserve } from './frame.js';
import { whenNear } from './near.js';
import { isSending, transferOver } from './transfer.js';

export class VideoView {
    #app;
    #file = null;
    #still = el('img', { class: 'photo-image', alt: '', decoding: 'async', hidden: true });
    #length = el('span', { class: 'length' });
    #button;
    #video = null;
    #transfer = null;
    element;

    constructor(app) {
        this.#app = app;
        this.#button = el(
            'button',
            {
                type: 'button',
                class: 'photo video-start',
                data: { file: '', testid: 'video-start' },
                on: { click: () => this.#start() },
            },
            this.#still,
            el('span', { class: 'play-sign' }, icon('play')),
            this.#length,
        );
        this.element = el('div', { class: 'frame video-frame' }, this.#button);
    }

    update(file, entry) {
        const known = this.#file;
        this.#file = file;
        reserve(this.element, file);
        this.#button.disabled = Boolean(file.pending) || file.id === null;
        this.#button.setAttribute('aria-label', `Play video ${file.name}`);
        setText(this.#length, lengthLabel(file.duration));
        this.#length.hidden = !file.duration;
        this.element.classList.toggle('waits', isSending(file, entry));
        this.#transfer = transferOver(this.element, this.#transfer, file, entry);
        if (known?.id === file.id && !this.#still.hidden) return;
        const own = entry.own ? this.#app.pictures.of(entry.clientRandom) : null;
        if (own) this.#show(own);
        else if (file.thumbnail && !file.pending) this.#loadStill(file);
    }

    progress(progress) {
        this.#transfer?.update(progress, this.#file.size);
    }

    #show(url) {
        this.#still.src = url;
        this.#still.hidden = false;
    }

    #loadStill(file) {
        whenNear(this.element, async () => {
            const { thumbnail } = await this.#app.links.of(file).catch(() => ({}));
            if (thumbnail && this.#file.id === file.id) this.#show(thumbnail);
        });
    }

    async #start() {
        const file = this.#file;
        this.#button.disabled = true;
        try {
            const { file: address } = await this.#app.links.of(file);
            this.#video ??= el('video', {
                class: 'video',
                controls: true,
                playsinline: true,
                preload: 'metadata',
                'aria-label': `Video ${file.name}`,
                data: { testid: 'video' },
                on: { error: () => this.#failed(file) },
            });
            this.#video.src = address;
            this.#button.replaceWith(this.#video);
            this.#video.focus();
            await this.#video.play().catch(() => {});
        } catch (error) {
            this.#app.store.notice(`The video cannot be played: ${error.message}`);
        } finally {
            this.#button.disabled = false;
        }
    }

    // The address may have run out, or the browser does not know this kind of video.
    #failed(file) {
        if (!this.#video?.isConnected) return;
        this.#app.links.forget(file);
        this.#video.replaceWith(this.#button);
        this.#video = null;
        this.#app.store.notice('This browser cannot play the video. It can be downloaded.');
    }
}
