// Files that are dragged onto the chat, and pictures that are pasted.

import { el } from '../dom.js';
import { icon } from '../icons.js';
import { somethingIsOpen } from './popover.js';

function carriesFiles(event) {
    return [...(event.dataTransfer?.types ?? [])].includes('Files');
}

// The files of a drop, and whether folders were among them, which browsers give as empty files.
function dropped({ files, items }) {
    const entries = [...items].map((item) => item.webkitGetAsEntry?.() ?? null);
    const taken = [...files].filter((_, index) => !entries[index]?.isDirectory);
    return { files: taken, folders: taken.length < files.length };
}

export class Drop {
    #depth = 0;
    #ready;
    #take;
    #notice;
    element = el(
        'div',
        { class: 'drop', hidden: true, 'aria-hidden': 'true', data: { testid: 'drop' } },
        el('div', { class: 'drop-card' }, icon('drop'), el('p', { text: 'Drop to send' })),
    );

    // `ready()` says whether files may be taken now, `take(files)` takes them.
    constructor(area, { ready, take, notice, signal }) {
        this.#ready = ready;
        this.#take = take;
        this.#notice = notice;
        const on = (target, event, handle) => target.addEventListener(event, handle, { signal });
        on(area, 'dragenter', (event) => this.#entered(event));
        on(area, 'dragleave', (event) => this.#left(event));
        on(area, 'drop', (event) => this.#dropped(event));
        // A file that misses the chat must not take the place of the page.
        for (const event of ['dragover', 'drop']) on(window, event, (moved) => this.#over(moved));
        on(document, 'paste', (event) => this.#pasted(event));
    }

    #show(shown) {
        this.element.hidden = !shown;
        if (!shown) this.#depth = 0;
    }

    #entered(event) {
        if (!carriesFiles(event) || !this.#ready()) return;
        this.#depth += 1;
        this.#show(true);
    }

    #left(event) {
        if (!carriesFiles(event) || this.element.hidden) return;
        this.#depth -= 1;
        if (this.#depth <= 0) this.#show(false);
    }

    #over(event) {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = this.element.hidden ? 'none' : 'copy';
        if (event.type === 'drop') this.#show(false);
    }

    #dropped(event) {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        this.#show(false);
        if (!this.#ready()) return;
        const { files, folders } = dropped(event.dataTransfer);
        if (folders) this.#notice('Folders cannot be sent.');
        this.#take(files);
    }

    // Text that is copied with a picture of itself is text.
    #pasted(event) {
        const { files, types } = event.clipboardData ?? {};
        if (!files?.length || types.includes('text/plain')) return;
        if (!this.#ready() || somethingIsOpen()) return;
        const field = event.target.closest?.('input, textarea');
        if (field && field.dataset.testid !== 'composer') return;
        event.preventDefault();
        this.#take([...files].map(named));
    }
}

// Browsers call every pasted picture image.png.
function named(file) {
    if (!/^image\.\w+$/.test(file.name)) return file;
    const [day, clock] = new Date().toISOString().split(/[T.]/);
    const name = `Pasted ${day} ${clock.replaceAll(':', '.')}.${file.name.split('.')[1]}`;
    return new File([file], name, { type: file.type, lastModified: file.lastModified });
}
