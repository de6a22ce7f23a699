// A WebSocket that sends hand-written frames and keeps every frame it receives, in order.
import WebSocket from 'ws';
import { patience_ms, within } from './patience.mjs';

export { WebSocket };

export const socket_url = (server, token, { path = '/socket/websocket', vsn = '2.0.0', more = '' } = {}) =>
  `${server.ws_url}${path}?${token === undefined ? '' : `token=${token}&`}${vsn === null ? '' : `vsn=${vsn}`}${more}`;

export class Frames {
  constructor(url, options = {}) {
    this.received = []; // {data, json, order}
    this.position = 0;
    this.listeners = new Set();
    this.socket = new WebSocket(url, { perMessageDeflate: false, ...options });
    this.outcome = new Promise((resolve) => {
      this.socket.on('upgrade', (response) => resolve({ upgraded: true, status: 101, headers: response.headers }));
      this.socket.on('unexpected-response', (request, response) => {
        let body = '';
        response.on('data', (part) => (body += part));
        response.on('end', () => {
          resolve({ upgraded: false, status: response.statusCode, headers: response.headers, body });
          request.destroy();
        });
      });
      this.socket.on('error', (error) => resolve({ upgraded: false, status: 0, error }));
    });
    this.ended = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => {
        this.close_code = code;
        resolve({ code, reason: String(reason) });
        this.wake();
      });
    });
    this.opened = new Promise((resolve) => this.socket.on('open', resolve));
    this.socket.on('message', (data, binary) => {
      const text = binary ? null : data.toString('utf8');
      let json;
      try {
        json = text === null ? undefined : JSON.parse(text);
      } catch {
        json = undefined;
      }
      this.received.push({ data: binary ? data : text, binary, json, order: this.received.length });
      this.wake();
    });
  }

  static async open(server, token, options = {}) {
    const frames = new Frames(socket_url(server, token, options), options.ws);
    const outcome = await within(frames.outcome, 'the handshake');
    if (!outcome.upgraded) throw new Error(`handshake refused with ${outcome.status} ${outcome.body ?? outcome.error}`);
    await within(frames.opened, 'the socket opens');
    return frames;
  }

  wake() {
    for (const listener of [...this.listeners]) listener();
  }

  send(frame) {
    this.socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  // Waits for the first frame after the last one returned that satisfies `where`.
  next(where, what = 'a frame', ms = patience_ms) {
    return new Promise((resolve, reject) => {
      const done = (settle, value) => {
        clearTimeout(timer);
        this.listeners.delete(look);
        settle(value);
      };
      const look = () => {
        for (let i = this.position; i < this.received.length; ++i) {
          const frame = this.received[i];
          if (frame.json !== undefined && where(frame.json)) {
            this.position = i + 1;
            done(resolve, frame.json);
            return;
          }
        }
        if (this.close_code !== undefined)
          done(reject, new Error(`closed with ${this.close_code} while waiting for ${what}`));
      };
      const timer = setTimeout(() => {
        const seen = this.received
          .slice(-8)
          .map((frame) => String(frame.data).slice(0, 200))
          .join('\n  ');
        done(reject, new Error(`no ${what} within ${ms} ms; last frames:\n  ${seen}`));
      }, ms);
      this.listeners.add(look);
      look();
    });
  }

  reply(ref) {
    return this.next((frame) => frame[3] === 'phx_reply' && frame[1] === ref, `reply to ${ref}`);
  }

  // Sends and waits for the reply's payload {status, response}.
  async ask(join_ref, ref, topic, event, payload = {}) {
    this.send([join_ref, ref, topic, event, payload]);
    return (await this.reply(ref))[4];
  }

  async heartbeat(ref = 'beat') {
    return this.ask(null, ref, 'phoenix', 'heartbeat');
  }

  closed(what = 'the socket to close') {
    return within(this.ended, what);
  }

  async close() {
    if (this.close_code === undefined) this.socket.close();
    await within(this.ended, 'the socket closes').catch(() => this.socket.terminate());
  }
}
