// Names for user ids: the directory of the development mode, otherwise the start of the id.

import { folded } from './text.js';

const systemUser = '00000000-0000-0000-0000-000000000000';

export class People {
    #names = new Map();
    me;

    constructor(me, directory) {
        this.me = me;
        for (const { id, name } of directory ?? []) this.#names.set(id, name);
    }

    get known() {
        return [...this.#names].map(([id, name]) => ({ id, name }));
    }

    name(id) {
        if (!id || id === systemUser) return 'System';
        return this.#names.get(id) ?? `User ${id.slice(0, 8)}`;
    }

    // In sentences and quotes: oneself is "You".
    call(id) {
        return id === this.me ? 'You' : this.name(id);
    }

    matching(text) {
        const wanted = folded(text.trim());
        return this.known.filter(({ id, name }) => id !== this.me && folded(name).includes(wanted));
    }

    list(ids) {
        return new Intl.ListFormat(undefined, { style: 'short' }).format(
            ids.map((id) => this.call(id)),
        );
    }
}

// A number below `count` that is always the same for an id; it picks the colour of an avatar.
export function toneOf(id, count = 8) {
    let hash = 0;
    for (const letter of id) hash = (hash * 31 + letter.codePointAt(0)) >>> 0;
    return hash % count;
}

export function titleOf(conversation, store, people) {
    if (conversation.type === 'direct') {
        const peer = store.peerOf(conversation);
        return peer === people.me ? 'Notes to self' : people.name(peer);
    }
    return conversation.name || 'Group';
}
