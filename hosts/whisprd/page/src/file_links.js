// Where a page element gets the bytes of a file from. The server gives the members of a
// conversation addresses that are signed and hold for a while; they need no token, so the browser
// streams from them. A page never sends its token in an address.

import { parseTime } from './dates.js';
import { ownAddress } from './rest.js';

const renewBeforeMs = 30_000;
const mostKept = 400;

export class FileLinks {
    #rest;
    #links = new Map();

    constructor(rest) {
        this.#rest = rest;
    }

    // Whether the bytes are on this server; those of others are only pointed to.
    isHere({ id, address }) {
        return Boolean(id) && ownAddress(address).endsWith(`/attachments/${id}/download`);
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
            file: ownAddress(url),
            thumbnail: ownAddress(thumbnailUrl),
            until: parseTime(expiresAt) || Date.now() + 60_000,
        };
    }

    // An address did not work: the next one is a new one.
    forget(file) {
        this.#links.delete(file.id);
    }
}
