// Looks into a chosen file: how large its picture is, how long it plays, and a small picture of it.

import { kindOf } from './file_kinds.js';

const previewEdge = 720;
const patienceMs = 6_000;
const mostPixels = 120_000_000;

function drawn(source, width, height) {
    const scale = Math.min(1, previewEdge / Math.max(width, height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    canvas.getContext('2d').drawImage(source, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, 'image/webp', 0.82));
}

// Resolves when `event` comes, fails when the element cannot read it or takes too long.
function heard(element, event) {
    return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('too slow')), patienceMs);
        const settle = (end) => () => {
            clearTimeout(timer);
            end();
        };
        element.addEventListener(event, settle(resolve), { once: true });
        element.addEventListener('error', settle(reject), { once: true });
    });
}

async function ofImage(url) {
    const image = new Image();
    const loaded = heard(image, 'load');
    image.src = url;
    await loaded;
    const { naturalWidth: width, naturalHeight: height } = image;
    if (!width || !height || width * height > mostPixels) return { width, height, picture: null };
    return { width, height, picture: await drawn(image, width, height) };
}

async function ofVideo(url) {
    const video = document.createElement('video');
    video.muted = true;
    video.preload = 'auto';
    video.playsInline = true;
    try {
        const loaded = heard(video, 'loadeddata');
        video.src = url;
        await loaded;
        const { videoWidth: width, videoHeight: height } = video;
        const duration = Number.isFinite(video.duration) ? video.duration : undefined;
        const facts = { width, height, duration };
        if (!width || !height) return { ...facts, picture: null };
        // The first frame is often black.
        if (duration > 0.5) {
            const moved = heard(video, 'seeked');
            video.currentTime = Math.min(1, duration / 3);
            await moved.catch(() => {});
        }
        return { ...facts, picture: await drawn(video, width, height).catch(() => null) };
    } finally {
        video.removeAttribute('src');
        video.load();
    }
}

async function ofAudio(url) {
    const audio = new Audio();
    audio.preload = 'metadata';
    const loaded = heard(audio, 'loadedmetadata');
    audio.src = url;
    await loaded;
    const duration = Number.isFinite(audio.duration) ? audio.duration : undefined;
    audio.removeAttribute('src');
    return { duration, picture: null };
}

const readers = { image: ofImage, video: ofVideo, audio: ofAudio };

// { kind, width, height, duration, picture }; `picture` is a small Blob or null. What claims to be
// an image and cannot be shown as one is a file.
export async function lookInto(file) {
    const kind = kindOf(file.type);
    if (kind === 'file') return { kind, picture: null };
    const url = URL.createObjectURL(file);
    try {
        return { kind, ...(await readers[kind](url)) };
    } catch {
        return { kind: kind === 'image' ? 'file' : kind, picture: null };
    } finally {
        URL.revokeObjectURL(url);
    }
}

// Small pictures of files that this tab has sent or is about to, as object URLs. The oldest go
// when there are many; an element that shows one already keeps showing it.
export class Pictures {
    #urls = new Map();
    #most;

    constructor(most = 80) {
        this.#most = most;
    }

    put(id, blob) {
        if (!blob) return null;
        this.drop(id);
        this.#urls.set(id, URL.createObjectURL(blob));
        if (this.#urls.size > this.#most) this.drop(this.#urls.keys().next().value);
        return this.#urls.get(id);
    }

    of(id) {
        return this.#urls.get(id) ?? null;
    }

    drop(id) {
        const url = this.#urls.get(id);
        if (url) URL.revokeObjectURL(url);
        this.#urls.delete(id);
    }

    clear() {
        for (const id of [...this.#urls.keys()]) this.drop(id);
    }
}
