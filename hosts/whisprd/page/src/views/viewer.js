// The pictures of a conversation, one at a time over the whole page.

import { filesOf, isPicture } from '../attached.js';
import { exactLabel } from '../dates.js';
import { el, setText } from '../dom.js';
import { icon } from '../icons.js';

const olderPages = 10;
const swipeFar = 48;

// The pictures of what is loaded, oldest first: { message, file }.
function picturesOf(app, conversationId) {
    return app.store
        .timeline(conversationId)
        .all.flatMap((message) => filesOf(message).map((file) => ({ message, file })))
        .filter(({ file }) => isPicture(file) && app.links.isHere(file));
}

function roundButton(sign, label, testid, className, click) {
    return el(
        'button',
        {
            type: 'button',
            class: `viewer-button ${className}`,
            'aria-label': label,
            title: label,
            data: { testid },
            on: { click },
        },
        icon(sign),
    );
}

class Viewer {
    #app;
    #conversationId;
    #given;
    #pictures = [];
    #at = 0;
    #loadingOlder = false;
    #swipe = null;
    #image = el('img', {
        class: 'viewer-image',
        draggable: 'false',
        data: { testid: 'viewer-image' },
    });
    #stage = el('div', { class: 'viewer-stage' }, this.#image);
    #name = el('p', { class: 'viewer-name', dir: 'auto', data: { testid: 'viewer-name' } });
    #line = el('p', { class: 'viewer-line' });
    #wrong = el('p', { class: 'viewer-wrong', role: 'alert', hidden: true });
    #older = roundButton('back', 'Earlier picture', 'viewer-older', 'older', () => this.#step(-1));
    #newer = roundButton('forward', 'Later picture', 'viewer-newer', 'newer', () => this.#step(1));
    #dialog;

    // `given` are the pictures to show, oldest first; otherwise those of the loaded messages are.
    constructor(app, conversationId, given) {
        this.#app = app;
        this.#conversationId = conversationId;
        this.#given = given;
        this.#dialog = this.#build();
    }

    #build() {
        const download = roundButton('download', 'Download', 'viewer-download', '', () => {
            const { file } = this.#pictures[this.#at];
            this.#app.actions.attempt(() => this.#app.actions.download(file));
        });
        const close = roundButton('close', 'Close', 'viewer-close', '', () => this.#dialog.close());
        close.autofocus = true;
        const words = el(
            'div',
            { class: 'viewer-words', 'aria-live': 'polite' },
            this.#name,
            this.#line,
        );
        return el(
            'dialog',
            {
                class: 'viewer',
                'aria-label': 'Pictures',
                data: { testid: 'viewer' },
                on: { keydown: (event) => this.#keys(event) },
            },
            el('header', { class: 'viewer-head' }, words, download, close),
            this.#stage,
            this.#wrong,
            this.#older,
            this.#newer,
        );
    }

    #current() {
        return this.#given ?? picturesOf(this.#app, this.#conversationId);
    }

    get #mayLoadOlder() {
        return !this.#given && this.#app.store.timeline(this.#conversationId).hasMore;
    }

    open(fileId) {
        this.#pictures = this.#current();
        this.#at = this.#pictures.findIndex(({ file }) => file.id === fileId);
        if (this.#at < 0) return false;
        const returnTo = document.activeElement;
        const stop = this.#app.store.on(`messages:${this.#conversationId}`, () => this.#changed());
        this.#dialog.addEventListener('close', () => {
            stop();
            this.#dialog.remove();
            if (returnTo?.isConnected) returnTo.focus({ preventScroll: true });
        });
        this.#stage.addEventListener('click', (event) => this.#clicked(event));
        this.#stage.addEventListener('pointerdown', (event) => this.#swipeStart(event));
        this.#stage.addEventListener('pointerup', (event) => this.#swipeEnd(event));
        this.#stage.addEventListener('pointercancel', () => (this.#swipe = null));
        document.body.append(this.#dialog);
        this.#dialog.showModal();
        this.#draw();
        return true;
    }

    // A picture came or went; what was shown may be gone.
    #changed() {
        const shown = this.#pictures[this.#at].file.id;
        const pictures = this.#current();
        const at = pictures.findIndex(({ file }) => file.id === shown);
        if (pictures.length === 0) {
            this.#dialog.close();
            return;
        }
        this.#pictures = pictures;
        this.#at = at >= 0 ? at : Math.min(this.#at, pictures.length - 1);
        if (at >= 0) this.#drawPlace();
        else this.#draw();
    }

    #drawPlace() {
        const { message, file } = this.#pictures[this.#at];
        setText(this.#name, this.#app.people.call(message.senderId));
        const place = `${this.#at + 1} of ${this.#pictures.length}`;
        setText(this.#line, `${place} · ${exactLabel(message.time)}`);
        this.#image.alt = `Photo ${file.name}`;
        this.#older.hidden = this.#at === 0 && !this.#mayLoadOlder;
        this.#newer.hidden = this.#at === this.#pictures.length - 1;
    }

    #draw() {
        const { message, file } = this.#pictures[this.#at];
        this.#drawPlace();
        this.#stage.classList.remove('zoomed');
        this.#wrong.hidden = true;
        this.#image.hidden = true;
        if (file.width && file.height) {
            this.#image.style.width = `min(100%, ${file.width}px)`;
            this.#image.style.height = `min(100%, ${file.height}px)`;
        } else {
            this.#image.style.width = '';
            this.#image.style.height = '';
        }
        const own = message.senderId === this.#app.store.me;
        const small = own ? this.#app.pictures.of(message.clientRandom) : null;
        if (small) this.#show(small);
        this.#load(file);
    }

    #show(url) {
        this.#image.src = url;
        this.#image.hidden = false;
    }

    #shows(file) {
        return this.#dialog.open && this.#pictures[this.#at]?.file.id === file.id;
    }

    async #load(file) {
        try {
            const links = await this.#app.links.of(file);
            if (!this.#shows(file)) return;
            if (this.#image.hidden && links.thumbnail) this.#show(links.thumbnail);
            const whole = new Image();
            whole.src = links.file;
            await whole.decode();
            if (!this.#shows(file)) return;
            this.#show(links.file);
            this.#image.dataset.whole = file.id;
            this.#prepare();
        } catch {
            this.#app.links.forget(file);
            if (!this.#shows(file)) return;
            setText(this.#wrong, 'The picture cannot be loaded.');
            this.#wrong.hidden = false;
        }
    }

    // Those beside it are asked for before they are wanted.
    async #prepare() {
        for (const next of [this.#at + 1, this.#at - 1]) {
            const beside = this.#pictures[next]?.file;
            const links = beside && (await this.#app.links.of(beside).catch(() => null));
            if (links?.file) new Image().src = links.file;
        }
    }

    async #step(by) {
        const next = this.#at + by;
        if (next >= 0 && next < this.#pictures.length) {
            this.#at = next;
            this.#draw();
        } else if (by < 0 && this.#mayLoadOlder && !this.#loadingOlder) {
            await this.#loadOlder();
        }
    }

    async #loadOlder() {
        const { store, sync } = this.#app;
        const { file } = this.#pictures[this.#at];
        const timeline = store.timeline(this.#conversationId);
        this.#loadingOlder = true;
        try {
            for (let page = 0; page < olderPages && timeline.hasMore; page += 1) {
                await sync.older(this.#conversationId);
                if (!this.#shows(file)) return;
                if (this.#at > 0) break;
            }
        } catch (error) {
            store.notice(error.message);
        } finally {
            this.#loadingOlder = false;
        }
        if (this.#at > 0) this.#step(-1);
        else this.#drawPlace();
    }

    #keys(event) {
        const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        this.#step(by);
    }

    // Beside the picture it closes; on it, what is larger than the screen is shown as it is.
    #clicked(event) {
        if (event.target !== this.#image) {
            this.#dialog.close();
            return;
        }
        const { naturalWidth, naturalHeight, clientWidth, clientHeight } = this.#image;
        const larger = naturalWidth > clientWidth * 1.05 || naturalHeight > clientHeight * 1.05;
        if (larger || this.#stage.classList.contains('zoomed'))
            this.#stage.classList.toggle('zoomed');
    }

    #swipeStart(event) {
        if (event.pointerType !== 'touch' || this.#stage.classList.contains('zoomed')) return;
        this.#swipe = { x: event.clientX, y: event.clientY };
    }

    #swipeEnd(event) {
        if (!this.#swipe) return;
        const x = event.clientX - this.#swipe.x;
        const y = event.clientY - this.#swipe.y;
        this.#swipe = null;
        if (Math.abs(x) > swipeFar && Math.abs(x) > Math.abs(y)) this.#step(x > 0 ? -1 : 1);
        else if (y > swipeFar * 2) this.#dialog.close();
    }
}

export function openViewer(app, conversationId, fileId, given = null) {
    return new Viewer(app, conversationId, given).open(fileId);
}
