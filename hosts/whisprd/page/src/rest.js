// The REST half of the wire: one method per route the page uses.

const timeoutMs = 15_000;

// Relative to the page, so that the server may live below any prefix.
export function serverUrl(path) {
    return new URL(path, document.baseURI);
}

// An address that the server gave, as one of this server; an empty text when it is elsewhere.
export function ownAddress(address) {
    if (!address) return '';
    try {
        const url = address.startsWith('/messaging/')
            ? serverUrl(address.slice(1))
            : new URL(address, document.baseURI);
        return url.origin === serverUrl('').origin ? url.href : '';
    } catch {
        return '';
    }
}

export class RestError extends Error {
    constructor(status, message, details = {}) {
        super(message);
        this.status = status;
        this.details = details;
    }

    // Worth trying again later, unchanged: nobody has refused anything.
    get transient() {
        if (this.status === 501) return false;
        return (
            this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500
        );
    }
}

export function errorText(body, status) {
    if (typeof body?.error === 'string') {
        const fields = Object.entries(body.details ?? {}).map(
            ([field, texts]) => `${field} ${[texts].flat()[0]}`,
        );
        return fields.length > 0 ? fields.join(', ') : body.error;
    }
    if (typeof body?.errors?.detail === 'string') return body.errors.detail;
    const first = Object.values(body?.errors ?? {})[0];
    if (Array.isArray(first) && typeof first[0] === 'string') return first[0];
    return `The server answered ${status}.`;
}

// A message that is a file, described as the mobile clients do it.
function mediaOf({ name, size, type, kind, width, height, duration }, { fileId }) {
    const metadata = {
        media_type: kind,
        media_id: fileId,
        filename: name,
        mime_type: type || 'application/octet-stream',
        size,
        ...{ width, height, duration },
    };
    return { message_type: 'media', metadata };
}

export class Rest {
    #session;
    #onSignedOut;

    constructor(session, onSignedOut) {
        this.#session = session;
        this.#onSignedOut = onSignedOut;
    }

    async #once(token, method, path, body) {
        const headers = {
            accept: 'application/json',
            authorization: `Bearer ${token}`,
        };
        if (body !== undefined) headers['content-type'] = 'application/json';
        try {
            return await fetch(serverUrl(`messaging/api/v1${path}`), {
                method,
                headers,
                body: body === undefined ? undefined : JSON.stringify(body),
                cache: 'no-store',
                credentials: 'omit',
                signal: AbortSignal.timeout(timeoutMs),
            });
        } catch {
            throw new RestError(0, 'The server cannot be reached.');
        }
    }

    // Runs `send(token)`, and once more with a new token when the server asks for one.
    async withToken(send) {
        const answer = await send(this.#session.token);
        if (answer.status !== 401) return answer;
        const renewed = await this.#session.renew().catch(() => false);
        const again = renewed ? await send(this.#session.token) : answer;
        if (again.status !== 401) return again;
        this.#onSignedOut();
        throw new RestError(401, 'You are signed out.');
    }

    async #request(method, path, body) {
        const response = await this.withToken((token) => this.#once(token, method, path, body));
        const reply = await response.json().catch(() => null);
        if (!response.ok) {
            throw new RestError(response.status, errorText(reply, response.status), reply?.details);
        }
        return reply;
    }

    async conversations(offset = 0, limit = 100) {
        const reply = await this.#request('GET', `/conversations?limit=${limit}&offset=${offset}`);
        return { conversations: reply.data, hasMore: reply.meta?.hasMore === true };
    }

    async conversation(id) {
        return (await this.#request('GET', `/conversations/${id}`)).data;
    }

    async createDirect(userId) {
        const body = { type: 'direct', other_user_id: userId };
        return (await this.#request('POST', '/conversations', body)).data;
    }

    async createGroup(name, userIds) {
        const body = { type: 'group', name, user_ids: userIds };
        return (await this.#request('POST', '/conversations', body)).data;
    }

    async rename(id, name) {
        return (await this.#request('PUT', `/conversations/${id}`, { name })).data;
    }

    async hide(id) {
        await this.#request('DELETE', `/conversations/${id}`);
    }

    async addMember(id, userId) {
        await this.#request('POST', `/conversations/${id}/members`, { user_id: userId });
    }

    async removeMember(id, userId) {
        await this.#request('DELETE', `/conversations/${id}/members/${userId}`);
    }

    leave(id) {
        return this.removeMember(id, this.#session.userId);
    }

    // Newest first, those sent strictly before the given time when there is one.
    async messages(id, { before, limit = 50 } = {}) {
        const query = new URLSearchParams({ limit: String(limit) });
        if (before) query.set('before', before);
        const reply = await this.#request('GET', `/conversations/${id}/messages?${query}`);
        return { messages: reply.data, hasMore: reply.meta?.hasMore ?? reply.data.length >= limit };
    }

    async send(id, { content, clientRandom, replyToId, file, upload }) {
        const body = { content, message_type: 'text', client_random: clientRandom, metadata: {} };
        if (file) Object.assign(body, mediaOf(file, upload));
        if (replyToId) body.reply_to_id = replyToId;
        return (await this.#request('POST', `/conversations/${id}/messages`, body)).data;
    }

    // Gives a message its file, which is on the server and nobody's yet.
    async attach(messageId, { upload }) {
        const body = { media_id: upload.fileId };
        return (await this.#request('POST', `/messages/${messageId}/attachments`, body)).data;
    }

    async removeFile(id) {
        await this.#request('DELETE', `/attachments/${id}`);
    }

    // Addresses of a file that hold for a while without a token.
    async fileLink(id) {
        return (await this.#request('GET', `/attachments/${id}/link`)).data;
    }

    async edit(id, conversationId, content) {
        const body = { content, conversation_id: conversationId };
        return (await this.#request('PUT', `/messages/${id}`, body)).data;
    }

    async remove(id, conversationId, forEveryone) {
        const query = new URLSearchParams({
            conversation_id: conversationId,
            delete_for_everyone: String(forEveryone),
        });
        await this.#request('DELETE', `/messages/${id}?${query}`);
    }

    async react(id, reaction) {
        await this.#request('POST', `/messages/${id}/reactions`, { reaction });
    }

    async unreact(id, reaction) {
        await this.#request('DELETE', `/messages/${id}/reactions/${encodeURIComponent(reaction)}`);
    }
}
