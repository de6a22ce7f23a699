// The npm phoenix client over npm ws, with everything it hears written down in order.
import { Socket } from 'phoenix';
import WebSocket from 'ws';
import assert from 'node:assert/strict';
import { patience_ms, within } from './patience.mjs';

export class Connection {
  // options: token, name, path ('/socket' or '/messaging/socket'), params, reconnect
  constructor(server, { token, name = 'someone', path = '/socket', params = {}, reconnect = false, vsn } = {}) {
    this.name = name;
    this.heard = []; // {topic, event, payload, ref, join_ref, order}
    this.taken = new Set();
    this.waiting = new Set();
    this.channels = new Map();
    this.closes = [];
    this.order = 0;
    const connection = this;
    class Transport extends WebSocket {
      constructor(url) {
        super(url);
        connection.raw = this;
        this.on('close', (code, reason) => connection.closes.push({ code, reason: String(reason) }));
      }
    }
    this.socket = new Socket(`${server.ws_url}${path}`, {
      transport: Transport,
      params: { token, ...params },
      timeout: patience_ms,
      ...(vsn ? { vsn } : {}),
      reconnectAfterMs: reconnect ? () => 50 : () => 10_000_000,
      rejoinAfterMs: () => (reconnect ? 50 : 10_000_000),
    });
    // A test that failed must not keep the process alive by waiting to reconnect.
    if (!reconnect) this.socket.reconnectTimer.scheduleTimeout = () => {};
    server.connections.add(this);
    this.socket.onMessage((frame) => this.hear(frame));
  }

  hear({ topic, event, payload, ref, join_ref }) {
    const entry = { topic, event, payload, ref, join_ref, order: this.order++ };
    this.heard.push(entry);
    for (const wait of [...this.waiting]) wait();
  }

  open() {
    const opened = new Promise((resolve, reject) => {
      this.socket.onOpen(resolve);
      this.socket.onError((error) => reject(new Error(`${this.name} could not connect: ${error?.message ?? error}`)));
    });
    this.socket.connect();
    return within(opened, `${this.name} connects`);
  }

  close() {
    this.socket.disconnect();
    // Channels that were closed from the other side wait to join again, which would keep the process alive.
    for (const channel of [...this.channels.values(), ...this.socket.channels]) channel.rejoinTimer?.reset();
  }

  // Cuts the line without a closing handshake, as a lost network does.
  cut() {
    this.raw.terminate();
  }

  closed() {
    return within(
      new Promise((resolve) => {
        const look = () => (this.closes.length ? resolve(this.closes.at(-1)) : setTimeout(look, 10));
        look();
      }),
      `${this.name} hears the connection close`,
    );
  }

  // Joins and resolves to the reply's response; an error reply is an assertion failure.
  async join(topic, payload = {}) {
    const { status, response } = await this.try_join(topic, payload);
    assert.equal(status, 'ok', `${this.name} joins ${topic}: ${JSON.stringify(response)}`);
    return response;
  }

  try_join(topic, payload = {}) {
    const channel = this.socket.channel(topic, payload);
    this.channels.set(topic, channel);
    return within(this.answer(channel.join(patience_ms)), `${this.name} joins ${topic}`);
  }

  leave(topic) {
    return within(this.answer(this.channels.get(topic).leave(patience_ms)), `${this.name} leaves ${topic}`);
  }

  // Pushes and resolves to {status, response}.
  push(topic, event, payload = {}) {
    const topic_id = String(topic);
    return within(
      this.answer(this.channels.get(topic_id).push(event, payload, patience_ms)),
      `${this.name} pushes ${event}`,
    );
  }

  async push_ok(topic, event, payload) {
    const { status, response } = await this.push(topic, event, payload);
    assert.equal(status, 'ok', `${event}: ${JSON.stringify(response)}`);
    return response;
  }

  // For events that get no reply by contract.
  tell(topic, event, payload = {}) {
    this.channels.get(topic).push(event, payload);
  }

  answer(push) {
    return new Promise((resolve) => {
      for (const status of ['ok', 'error', 'timeout']) {
        push.receive(status, (response) => resolve({ status, response }));
      }
    });
  }

  find(topic, event, where = () => true) {
    return this.heard.find(
      (entry) =>
        !this.taken.has(entry) && entry.topic === topic && entry.event === event && where(entry.payload, entry),
    );
  }

  // Waits for an event and takes it, so that the next call waits for another one.
  next(topic, event, where, ms = patience_ms) {
    const look = () => {
      const entry = this.find(topic, event, where);
      if (entry) this.taken.add(entry);
      return entry;
    };
    const already = look();
    if (already) return Promise.resolve(already);
    return new Promise((resolve, reject) => {
      const wait = () => {
        const entry = look();
        if (!entry) return;
        clearTimeout(timer);
        this.waiting.delete(wait);
        resolve(entry);
      };
      const timer = setTimeout(() => {
        this.waiting.delete(wait);
        const others = this.heard
          .slice(-12)
          .map((one) => `  ${one.topic} ${one.event} ${JSON.stringify(one.payload).slice(0, 160)}`);
        reject(
          new Error(
            `${this.name} did not hear ${event} on ${topic} within ${ms} ms; last heard:\n${others.join('\n')}`,
          ),
        );
      }, ms);
      this.waiting.add(wait);
    });
  }

  count(topic, event, where = () => true) {
    return this.heard.filter((entry) => entry.topic === topic && entry.event === event && where(entry.payload)).length;
  }
}
