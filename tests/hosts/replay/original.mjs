// The recorded service as a transport: it answers what was recorded, with moments and metadata
// written as the rules ask. With it the comparison itself is tested: everything without an exception
// has to pass, and an exception that the recorded answer already satisfies is superfluous.
import { snake_keys } from './compare.mjs';

const moment = /^(2026-11-2\d|2029-12-31)T(\d\d:\d\d:\d\d)(\.\d+)?Z?$/;

function modernised(value) {
  if (Array.isArray(value)) return value.map(modernised);
  if (typeof value === 'string') {
    const found = moment.exec(value);
    return found ? `${found[1]}T${found[2]}${found[3] ?? '.000000'}Z` : value;
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, modernised_member(key, inner)]));
}

const modernised_member = (key, value) => (key === 'metadata' ? snake_keys(value) : modernised(value));

export async function original_http(request, line) {
  if (!line) return { status: request.method === 'POST' ? 201 : 204, headers: {}, text: '', body: undefined };
  const headers = Object.fromEntries(
    Object.entries(line.response.header).map(([name, value]) => [name.toLowerCase(), value]),
  );
  if (headers['content-type']?.startsWith('text/html') && line.response.status >= 400) headers['content-type'] = 'application/json; charset=utf-8';
  if (headers['access-control-allow-origin']) delete headers['access-control-allow-credentials'];
  return {
    status: line.response.status,
    headers,
    text: line.response.body ?? '',
    body: modernised(line.response.json),
  };
}

export class OriginalConnection {
  // `spoil` may change a frame, or drop it by returning nothing.
  constructor(lines, line, spoil = (frame) => frame) {
    this.lines = lines.filter((one) => one.conn === line.conn && one.seq > line.seq);
    this.all = lines;
    this.received = [];
    const answer = this.lines.find((one) => one.dir === 'upgraded' || one.dir === 'rejected');
    this.outcome = Promise.resolve({ status: answer.status, body: answer.body });
    const close = this.lines.find((one) => one.dir === 'close');
    this.ended = Promise.resolve({ code: close?.code });
    for (const one of this.lines.filter((each) => each.dir === 'in')) {
      const json = spoil(modernised_frame(JSON.parse(one.data)), one.seq);
      if (json) this.received.push({ json, order: this.received.length });
    }
  }

  send() {}
  async close() {}
}

const modernised_frame = (frame) =>
  Array.isArray(frame)
    ? [...frame.slice(0, 4), modernised(frame[4])]
    : { ...frame, payload: modernised(frame.payload) };
