// The wire of one upload: tus 1.0. XMLHttpRequest, because fetch does not tell how far a body is.

import { RestError, errorText, ownAddress, serverUrl } from './rest.js';

const stallMs = 30_000;
const version = '1.0.0';
const uploadsPath = 'messaging/api/v1/attachments/uploads';

function base64(text) {
    const bytes = new TextEncoder().encode(text);
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function uploadMetadata(fields) {
    return Object.entries(fields)
        .filter(([, value]) => value !== undefined && value !== null && value !== '')
        .map(([name, value]) => `${name} ${base64(String(value))}`)
        .join(',');
}

// One exchange. Fails with a RestError of status 0 when nothing was answered, and with the reason
// of `signal` when that was aborted. A body that does not move for a while counts as lost.
function exchange({ method, url, headers, body, signal, progress }) {
    return new Promise((resolve, reject) => {
        if (signal?.aborted) {
            reject(signal.reason);
            return;
        }
        const request = new XMLHttpRequest();
        let stall = 0;
        const abort = () => request.abort();
        const moving = () => {
            clearTimeout(stall);
            stall = setTimeout(abort, stallMs);
        };
        const end = (settle, value) => {
            clearTimeout(stall);
            signal?.removeEventListener('abort', abort);
            settle(value);
        };
        const lost = () =>
            end(
                reject,
                signal?.aborted
                    ? signal.reason
                    : new RestError(0, 'The server cannot be reached.'),
            );
        request.open(method, url);
        for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
        request.onload = () =>
            end(resolve, {
                status: request.status,
                header: (name) => request.getResponseHeader(name),
                text: request.responseText,
            });
        for (const event of ['onerror', 'onabort', 'ontimeout']) request[event] = lost;
        if (body) {
            request.upload.onprogress = ({ loaded }) => {
                moving();
                progress?.(loaded);
            };
        }
        signal?.addEventListener('abort', abort);
        moving();
        request.send(body ?? null);
    });
}

function refused({ status, text }) {
    let body = null;
    try {
        body = JSON.parse(text);
    } catch {
        // Plain words are an answer too, if they are few.
        if (text && text.length < 200 && !text.includes('<')) body = { error: text.trim() };
    }
    return new RestError(status, errorText(body, status), body?.details);
}

function placeOf(answer) {
    return {
        offset: Number(answer.header('upload-offset')) || 0,
        fileId: answer.header('x-whispr-media-id') ?? '',
    };
}

export class Tus {
    #rest;

    constructor(rest) {
        this.#rest = rest;
    }

    #ask(method, url, { headers = {}, ...more } = {}) {
        return this.#rest.withToken((token) =>
            exchange({
                ...{ method, url, ...more },
                headers: {
                    'tus-resumable': version,
                    accept: 'application/json',
                    authorization: `Bearer ${token}`,
                    ...headers,
                },
            }),
        );
    }

    // What the server takes: { maxBytes }, or null for what it does not say.
    async limits() {
        const answer = await this.#ask('OPTIONS', serverUrl(uploadsPath));
        const maxBytes = Number(answer.header('tus-max-size'));
        return { maxBytes: maxBytes > 0 ? maxBytes : null };
    }

    // Returns the address of a new upload of `size` bytes.
    async create(size, fields, signal) {
        const url = serverUrl(uploadsPath);
        const headers = {
            'upload-length': String(size),
            'upload-metadata': uploadMetadata(fields),
        };
        const answer = await this.#ask('POST', url, { headers, signal });
        const location = answer.header('location');
        if (answer.status !== 201 || !location) throw refused(answer);
        // The token goes nowhere but to the server it is for.
        const address = ownAddress(location);
        if (!address) throw new RestError(502, 'The upload is elsewhere.');
        return address;
    }

    // Where the server is: { offset, fileId }; null when it does not know the upload any more. The
    // id comes with the last byte: it is what a message takes the file by.
    async offset(url, signal) {
        const answer = await this.#ask('HEAD', url, { signal });
        if ([403, 404, 410].includes(answer.status)) return null;
        if (answer.status < 200 || answer.status > 299) throw refused(answer);
        return placeOf(answer);
    }

    // Sends a piece that begins at `offset`; returns where the server is then.
    async append(url, piece, offset, { signal, progress }) {
        const answer = await this.#ask('PATCH', url, {
            headers: {
                'content-type': 'application/offset+octet-stream',
                'upload-offset': String(offset),
            },
            ...{ body: piece, signal, progress },
        });
        if (answer.status < 200 || answer.status > 299) throw refused(answer);
        return placeOf(answer);
    }

    async remove(url) {
        await this.#ask('DELETE', url);
    }
}
