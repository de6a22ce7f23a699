// Bytes on a TCP connection: for requests and frames that no well-behaved client would send.
import net from 'node:net';
import tls from 'node:tls';
import crypto from 'node:crypto';
import { patience_ms, within } from './patience.mjs';

export class Wire {
  constructor(server, options = {}) {
    this.received = Buffer.alloc(0);
    this.listeners = new Set();
    this.ended = false;
    const target = { host: server.host, port: server.port };
    this.socket = options.tls ? tls.connect({ ...target, ...options.tls }) : net.connect(target);
    this.opened = new Promise((resolve, reject) => {
      this.socket.once(options.tls ? 'secureConnect' : 'connect', resolve);
      this.socket.once('error', reject);
    });
    this.opened.catch(() => {});
    this.finished = new Promise((resolve) => {
      const finish = () => {
        this.ended = true;
        this.wake();
        resolve();
      };
      this.socket.on('end', finish);
      this.socket.on('close', finish);
    });
    this.socket.on('error', () => {});
    this.socket.on('data', (bytes) => {
      this.received = Buffer.concat([this.received, bytes]);
      this.wake();
    });
  }

  static async open(server, options) {
    const wire = new Wire(server, options);
    await within(wire.opened, 'the connection opens');
    return wire;
  }

  wake() {
    for (const listener of [...this.listeners]) listener();
  }

  send(bytes) {
    this.socket.write(bytes);
    return this;
  }

  // Waits until the bytes received so far satisfy `where`, or the peer has closed.
  until(where, what, ms = patience_ms) {
    return new Promise((resolve, reject) => {
      const done = (settle, value) => {
        clearTimeout(timer);
        this.listeners.delete(look);
        settle(value);
      };
      const look = () => {
        if (where(this.received) || this.ended) done(resolve, this.received);
      };
      const timer = setTimeout(
        () =>
          done(
            reject,
            new Error(`${what} did not come within ${ms} ms; got ${this.received.toString('latin1').slice(0, 400)}`),
          ),
        ms,
      );
      this.listeners.add(look);
      look();
    });
  }

  // Waits for `count` whole HTTP answers, or for the connection to end.
  async answers(count = 1, ms = patience_ms) {
    await this.until((bytes) => parse_answers(bytes).length >= count, `${count} HTTP answers`, ms);
    return parse_answers(this.received);
  }

  closed(what = 'the connection to be closed', ms = patience_ms) {
    return within(this.finished, what, ms);
  }

  destroy() {
    this.socket.destroy();
  }
}

// The whole HTTP/1.1 answers at the front of `bytes`; 1xx answers are returned like the others.
export function parse_answers(bytes) {
  const answers = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf('\r\n\r\n', at, 'latin1');
    if (end < 0) return answers;
    const [first, ...lines] = bytes.subarray(at, end).toString('latin1').split('\r\n');
    const status = Number(first.split(' ')[1]);
    const headers = Object.fromEntries(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    const bodyless = status < 200 || status === 204 || status === 304;
    const length = bodyless ? 0 : Number(headers['content-length'] ?? 0);
    if (bytes.length < end + 4 + length) return answers;
    answers.push({ status, headers, text: bytes.subarray(end + 4, end + 4 + length).toString('utf8') });
    at = end + 4 + length;
  }
}

export function request_text(method, path, headers = {}, body = '') {
  const all = { host: 'localhost', accept: 'application/json', ...headers };
  if (body !== '' && all['content-length'] === undefined && all['transfer-encoding'] === undefined) {
    all['content-length'] = Buffer.byteLength(body);
  }
  const lines = Object.entries(all)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}

export const handshake_headers = () => ({
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': crypto.randomBytes(16).toString('base64'),
});

// One WebSocket frame, right or wrong: every bit of its head can be chosen.
export function frame(payload, { opcode = 1, fin = true, masked = true, reserved = 0, claimed_length } = {}) {
  const bytes = Buffer.from(payload);
  const length = claimed_length ?? bytes.length;
  const head = [(fin ? 0x80 : 0) | (reserved << 4) | opcode];
  const mask_bit = masked ? 0x80 : 0;
  if (length < 126) head.push(mask_bit | length);
  else if (length < 65536) head.push(mask_bit | 126, length >> 8, length & 255);
  else {
    const wide = Buffer.alloc(8);
    wide.writeBigUInt64BE(BigInt(length));
    head.push(mask_bit | 127, ...wide);
  }
  if (!masked) return Buffer.concat([Buffer.from(head), bytes]);
  const mask = crypto.randomBytes(4);
  const hidden = Buffer.from(bytes.map((byte, i) => byte ^ mask[i % 4]));
  return Buffer.concat([Buffer.from(head), mask, hidden]);
}

// The frames a server sent after its handshake answer: [{opcode, payload}].
export function parse_frames(bytes) {
  const start = bytes.indexOf('\r\n\r\n');
  const frames = [];
  let at = start < 0 ? bytes.length : start + 4;
  while (at + 2 <= bytes.length) {
    const opcode = bytes[at] & 15;
    let length = bytes[at + 1] & 127;
    let head = 2;
    if (length === 126) {
      if (at + 4 > bytes.length) break;
      length = bytes.readUInt16BE(at + 2);
      head = 4;
    } else if (length === 127) {
      if (at + 10 > bytes.length) break;
      length = Number(bytes.readBigUInt64BE(at + 2));
      head = 10;
    }
    if (at + head + length > bytes.length) break;
    frames.push({ opcode, payload: bytes.subarray(at + head, at + head + length) });
    at += head + length;
  }
  return frames;
}

export const close_code_of = (bytes) => {
  const close = parse_frames(bytes).find((one) => one.opcode === 8);
  if (!close) return undefined;
  return close.payload.length >= 2 ? close.payload.readUInt16BE(0) : 1005;
};

// A raw connection that has finished its WebSocket handshake.
export async function raw_socket(server, token, options) {
  const wire = await Wire.open(server, options);
  wire.send(request_text('GET', `/socket/websocket?token=${token}&vsn=2.0.0`, handshake_headers()));
  const bytes = await wire.until((received) => received.includes('\r\n\r\n'), 'the handshake answer');
  const status = Number(bytes.toString('latin1').split(' ')[1]);
  if (status !== 101) throw new Error(`handshake refused with ${status}`);
  return wire;
}
