// Who uses this tab. Kept in sessionStorage, so that two tabs can be two people.

import { serverUrl } from './rest.js';

const storageKey = 'whispr.session';

async function fetchJson(path, options) {
    const response = await fetch(serverUrl(path), { cache: 'no-store', ...options });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return response.json();
}

// The people one may sign in as, or null when the server is not in development mode.
export async function developmentPeople() {
    try {
        const body = await fetchJson('dev/people');
        return Array.isArray(body.data) ? body.data : null;
    } catch {
        return null;
    }
}

async function developmentToken(userId) {
    const body = await fetchJson('dev/token', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ user_id: userId }),
    });
    return { token: body.data.token, expires: Date.parse(body.data.expiresAt) || 0 };
}

function claimsOf(token) {
    const part = token.split('.')[1] ?? '';
    const bytes = Uint8Array.from(atob(part.replace(/-/g, '+').replace(/_/g, '/')), (c) =>
        c.charCodeAt(0),
    );
    return JSON.parse(new TextDecoder().decode(bytes));
}

export class Session {
    #renewal = null;

    constructor({ userId, name, token, expires, development }) {
        Object.assign(this, { userId, name, token, expires, development });
    }

    static async asPerson({ id, name }) {
        const session = new Session({ userId: id, name, development: true });
        await session.renew();
        return session;
    }

    // Fails with words when the text is no token; the server is the one who checks it.
    static fromToken(text) {
        const token = text.trim().replace(/^Bearer\s+/i, '');
        let claims;
        try {
            claims = claimsOf(token);
        } catch {
            throw new Error('This does not look like a token.');
        }
        if (typeof claims.sub !== 'string' || claims.sub === '') {
            throw new Error('This token names no user.');
        }
        const expires = Number(claims.exp) * 1000 || 0;
        return new Session({ userId: claims.sub, name: '', token, expires, development: false });
    }

    static restore() {
        try {
            const kept = JSON.parse(sessionStorage.getItem(storageKey));
            return kept?.token && kept?.userId ? new Session(kept) : null;
        } catch {
            return null;
        }
    }

    keep() {
        const { userId, name, token, expires, development } = this;
        sessionStorage.setItem(
            storageKey,
            JSON.stringify({ userId, name, token, expires, development }),
        );
    }

    forget() {
        sessionStorage.removeItem(storageKey);
    }

    // True when there is a fresh token now. Callers at the same time share one request.
    renew() {
        if (!this.development) return Promise.resolve(false);
        this.#renewal ??= developmentToken(this.userId)
            .then(({ token, expires }) => {
                this.token = token;
                this.expires = expires;
                this.keep();
                return true;
            })
            .finally(() => {
                this.#renewal = null;
            });
        return this.#renewal;
    }

    expiresSoon(now = Date.now()) {
        return this.expires > 0 && this.expires - now < 60_000;
    }
}
