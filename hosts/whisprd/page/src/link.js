// The socket half of the wire: one phoenix Socket, the channel of the user and one channel for each
// of the conversations at the top of the list. Rejoining after a cut is the client library's work.

import { Socket } from 'phoenix';
import { serverUrl } from './rest.js';

const reconnectDelaysMs = [300, 1_000, 2_000, 4_000, 8_000];
const finalJoinErrors = [
    'conversation_not_found',
    'not_authorized',
    'unauthorized',
    'unmatched topic',
];

function socketUrl() {
    const url = serverUrl('messaging/socket');
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    return url.href;
}

// Spread out, so that many pages do not return to a restarted server in the same instant.
function reconnectDelay(tries) {
    const delay = reconnectDelaysMs[Math.min(tries, reconnectDelaysMs.length) - 1];
    return delay * (0.5 + Math.random() / 2);
}

export class Link {
    #session;
    #socket;
    #channels = new Map();
    #stopped = false;

    // `handlers`: up(), down(), joined(topic), closed(topic), channel(topic, channel)
    constructor(session, handlers) {
        this.#session = session;
        this.handlers = handlers;
        this.#socket = new Socket(socketUrl(), {
            params: () => ({ token: this.#session.token }),
            reconnectAfterMs: reconnectDelay,
            rejoinAfterMs: reconnectDelay,
            heartbeatIntervalMs: 30_000,
            timeout: 10_000,
        });
        this.#socket.onOpen(() => handlers.up());
        this.#socket.onClose(() => this.#down());
    }

    start() {
        this.#socket.connect();
        this.join(`user:${this.#session.userId}`);
        window.addEventListener('online', this.#hurry);
    }

    stop() {
        this.#stopped = true;
        window.removeEventListener('online', this.#hurry);
        this.#socket.disconnect();
    }

    #down() {
        if (this.#stopped) return;
        this.handlers.down();
        // A refused handshake looks like any other failure from here; a stale token is the one
        // cause that we can do something about.
        if (this.#session.expiresSoon()) this.#session.renew().catch(() => {});
    }

    // The network is back: there is no reason to sit out the delay.
    #hurry = () => {
        if (this.#socket.isConnected()) return;
        this.#socket.disconnect(() => this.#socket.connect());
    };

    retryNow() {
        this.#hurry();
    }

    get connected() {
        return this.#socket.isConnected();
    }

    joined(topic) {
        return this.#channels.get(topic)?.state === 'joined';
    }

    join(topic) {
        if (this.#channels.has(topic)) return;
        const channel = this.#socket.channel(topic, {});
        this.#channels.set(topic, channel);
        this.handlers.channel(topic, channel);
        channel.onClose(() => {
            if (this.#channels.get(topic) !== channel) return;
            this.#channels.delete(topic);
            this.handlers.closed(topic);
        });
        channel
            .join()
            .receive('ok', () => this.handlers.joined(topic))
            .receive('error', (response) => {
                if (finalJoinErrors.includes(response?.reason)) this.leave(topic);
            });
    }

    leave(topic) {
        const channel = this.#channels.get(topic);
        if (!channel) return;
        this.#channels.delete(topic);
        channel.leave();
    }

    topics() {
        return [...this.#channels.keys()];
    }

    // Only on a joined channel: a push that waits for a connection would be stale when it is sent.
    push(topic, event, payload) {
        const channel = this.#channels.get(topic);
        if (channel?.state !== 'joined' || !this.connected) return null;
        return channel.push(event, payload);
    }
}
