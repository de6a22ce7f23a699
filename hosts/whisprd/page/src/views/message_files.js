// The files of one message in the log. Their elements outlive a redraw of the row: a video that
// plays is not started anew because a tick has changed.

import { filesOf } from '../attached.js';
import { el, reconcile } from '../dom.js';
import { AudioView } from './audio_view.js';
import { FileView } from './file_view.js';
import { PhotoView } from './photo_view.js';
import { VideoView } from './video_view.js';

const views = { image: PhotoView, video: VideoView, audio: AudioView, file: FileView };

// The files of a message as they can be shown: in place those of this server, others as files that
// are only pointed to.
export function shownFiles(message, app) {
    return filesOf(message).map((file) => {
        const here = file.pending || file.id === null || app.links.isHere(file);
        return here ? file : { ...file, kind: 'file' };
    });
}

export class MessageFiles {
    #app;
    #views = new Map();
    #files = [];
    #entry = null;
    element = el('div', { class: 'files' });

    constructor(app) {
        this.#app = app;
    }

    update(files, entry) {
        this.#files = files;
        this.#entry = entry;
        const next = new Map();
        files.forEach((file, index) => {
            const key = `${index} ${file.kind}`;
            const view = this.#views.get(key) ?? new views[file.kind](this.#app);
            view.update(file, entry);
            next.set(key, view);
        });
        this.#views = next;
        this.element.classList.toggle('several', files.length > 1);
        reconcile(
            this.element,
            [...next.values()].map(({ element }) => element),
        );
        this.progress();
    }

    progress() {
        if (!this.#entry.pending || this.#files.length === 0) return;
        const progress = this.#app.uploads.progressOf(this.#entry);
        for (const view of this.#views.values()) view.progress(progress);
    }
}
