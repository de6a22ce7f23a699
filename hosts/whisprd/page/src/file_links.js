// Where a page element gets the bytes of a file from. The server gives the members of a
// conversation addresses that are signed and hold for a while; they need no token, so the browser
// streams from them. A page never sends its token in an address.

import { serverUrl } from './rest.js';

const renewBeforeMs = 30_000;
const mostKept = 400;

export class FileLinks {
    #rest;
    #links = new Map();

    constructor(rest) {
        this.#rest = rest;
    }

    // An address on this server that the attachment names itself, or an empty text.
    #own(address) {
        if (!address) return '';
        try {
            const url = new URL(address, document.baseURI);
            return url.origin === serverUrl('').origin ? url.href : '';
        } catch {
            return '';
        }
    }

    // Whether the bytes are on this server; those of others are only pointed to.
    isHere(file) {
        return Boolean(file.id) && this.#own(file.address) !== '';
    }

    // Resolves to { file, thumbnail }; thumbnail is empty when there is none.
    async of(file) {
        const known = this.#links.get(file.id);
        if (known && known.until - Date.now() > renewBeforeMs) return known.links;
        const links = this.#ask(file.id);
        this.#keep(file.id, { links, until: Infinity });
        try {
            const { until, ...found } = await links;
            this.#keep(file.id, { links: found, until });
            return found;
        } catch (error) {
            this.#links.delete(file.id);
            throw error;
        }
    }

    #keep(id, entry) {
        this.#links.delete(id);
        this.#links.set(id, entry);
        if (this.#links.size > mostKept) this.#links.delete(this.#links.keys().next().value);
    }

    async #ask(id) {
        const { url, thumbnailUrl, expiresAt } = await this.#rest.fileLink(id);
        return {
            file: this.#own(url),
            thumbnail: this.#own(thumbnailUrl),
            until: Date.parse(expiresAt) || Date.now() + 60_000,
        };
    }

    // An address did not work: the next one is a new one.
    forget(file) {
        this.#links.delete(file.id);
    }
}
