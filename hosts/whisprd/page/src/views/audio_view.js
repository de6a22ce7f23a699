// Something to listen to: a button, a slider and the time. Nothing is loaded before it is played.

import { el, setAttribute, setText } from '../dom.js';
import { lengthLabel, sizeLabel } from '../file_kinds.js';
import { icon } from '../icons.js';
import { Transfer, isSending } from './transfer.js';

// One at a time.
let playing = null;

export class AudioView {
    #app;
    #file = null;
    #audio = null;
    #transfer = null;
    #name = el('span', { class: 'file-name', dir: 'auto', data: { testid: 'file-name' } });
    #time = el('span', { class: 'file-line' });
    #slider;
    #button;
    element;

    constructor(app) {
        this.#app = app;
        this.#button = el('button', {
            type: 'button',
            class: 'file-sign play-button',
            data: { testid: 'audio-play' },
            on: { click: () => this.#toggle() },
        });
        this.#slider = el('input', {
            type: 'range',
            class: 'slider',
            min: '0',
            max: '1000',
            step: '1',
            disabled: true,
            on: { input: () => this.#seek() },
        });
        this.#slider.value = '0';
        this.element = el(
            'div',
            { class: 'file-row audio', data: { testid: 'audio' } },
            this.#button,
            el('span', { class: 'file-words' }, this.#name, this.#slider, this.#time),
        );
        this.#drawButton();
    }

    update(file, entry) {
        this.#file = file;
        setText(this.#name, file.name);
        this.#slider.setAttribute('aria-label', `Position in ${file.name}`);
        this.#drawTransfer(entry);
        this.#button.disabled = file.id === null;
        this.#drawButton();
        this.#drawTime();
    }

    #drawTransfer(entry) {
        const { name } = this.#file;
        const wanted = isSending(this.#file, entry);
        if (wanted && !this.#transfer) {
            this.#transfer = new Transfer(name);
            this.#button.replaceWith(this.#transfer.element);
            this.#time.replaceWith(this.#transfer.words);
        } else if (!wanted && this.#transfer) {
            this.#transfer.element.replaceWith(this.#button);
            this.#transfer.words.replaceWith(this.#time);
            this.#transfer = null;
        }
    }

    progress(progress) {
        this.#transfer?.update(progress, this.#file.size);
    }

    get #runs() {
        return this.#audio !== null && !this.#audio.paused;
    }

    #drawButton() {
        const label = this.#runs ? 'Pause' : `Play ${this.#file?.name ?? ''}`;
        this.#button.setAttribute('aria-label', label);
        this.#button.replaceChildren(icon(this.#runs ? 'pause' : 'play'));
    }

    #drawTime() {
        const length = this.#length();
        const at = this.#audio ? `${lengthLabel(this.#audio.currentTime)} / ` : '';
        const played = lengthLabel(this.#audio?.currentTime);
        const known = length ? `${at}${lengthLabel(length)}` : played;
        setText(this.#time, known || sizeLabel(this.#file.size));
        setAttribute(this.#slider, 'aria-valuetext', known);
        if (this.#audio && length)
            this.#slider.value = String((this.#audio.currentTime / length) * 1000);
    }

    #length() {
        const { duration } = this.#audio ?? {};
        return Number.isFinite(duration) && duration > 0 ? duration : this.#file.duration;
    }

    #seek() {
        const length = this.#length();
        if (this.#audio && length)
            this.#audio.currentTime = (Number(this.#slider.value) / 1000) * length;
    }

    async #toggle() {
        if (this.#runs) {
            this.#audio.pause();
            return;
        }
        try {
            this.#audio ??= await this.#newAudio();
            if (playing !== this.#audio) playing?.pause();
            playing = this.#audio;
            await this.#audio.play();
        } catch (error) {
            if (error.name === 'AbortError') return;
            this.#audio = null;
            this.#app.links.forget(this.#file);
            this.#app.store.notice('This cannot be played here. It can be downloaded.');
            this.#drawButton();
        }
    }

    async #newAudio() {
        const { file } = await this.#app.links.of(this.#file);
        const audio = new Audio();
        audio.preload = 'metadata';
        audio.src = file;
        for (const event of ['play', 'pause', 'ended'])
            audio.addEventListener(event, () => this.#drawButton());
        for (const event of ['timeupdate', 'durationchange', 'ended'])
            audio.addEventListener(event, () => this.#drawTime());
        this.#slider.disabled = false;
        return audio;
    }
}
