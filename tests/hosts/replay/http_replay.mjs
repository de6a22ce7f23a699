// Sends one recorded request again and judges the answer.
import { token_kind, users, trip_group } from './recorded.mjs';
import { show } from './compare.mjs';
import { Signatures } from './signatures.mjs';

const exact_headers = [
  'content-type',
  'location',
  'cache-control',
  'access-control-allow-methods',
  'access-control-allow-headers',
  'access-control-max-age',
];

function set_at(body, dotted, value) {
  const keys = dotted.split('.');
  const last = keys.pop();
  let at = body;
  for (const key of keys) at = at[key];
  at[last] = value;
}

function changed(body, changes = {}) {
  const copy = structuredClone(body);
  for (const [dotted, value] of Object.entries(changes)) set_at(copy, dotted, value);
  return copy;
}

export class HttpReplay {
  // transport: async (request {method, path, headers, body}, line) → {status, headers, text, body}
  constructor({ transport, mint, ids, model, comparison, by_seq }) {
    Object.assign(this, { transport, mint, ids, model, comparison, by_seq });
    this.signatures = new Signatures();
  }

  // What the contract asks for: {status, body | model, headers}.
  wanted_answer(line, expect) {
    const { status, json } = line.response;
    if (expect?.like) {
      const other = this.by_seq.get(expect.like).response;
      return { status: other.status, ...expect, body: changed(other.json, expect.change) };
    }
    if (expect?.change) return { status, ...expect, body: changed(json, expect.change) };
    return expect ? { status, ...expect } : { status, body: json };
  }

  request_for(line) {
    const { request } = line;
    const headers = { ...request.headers };
    let user;
    if (headers.authorization) {
      const { kind, sub } = token_kind(headers.authorization.replace('Bearer ', ''));
      user = kind === 'good' ? sub : undefined;
      headers.authorization = `Bearer ${this.mint(kind, sub)}`;
    }
    const path = this.ids.translate(request.path);
    const recorded = this.signatures.renewed(request.body, request.path, path);
    const body = recorded === null || recorded === undefined ? undefined : this.ids.translate(recorded);
    if (headers['content-length'] !== undefined) headers['content-length'] = Buffer.byteLength(body ?? '');
    return { user, method: request.method, path, headers, body };
  }

  async replay(line) {
    const request = this.request_for(line);
    const exception = this.comparison.lists.exceptions.get(line.seq);
    const wanted = this.wanted_answer(line, exception?.expect);
    if (wanted.model?.startsWith('message')) await this.outlive_expiring();
    let actual;
    try {
      actual = await this.transport(request, line);
    } catch (error) {
      return { seq: line.seq, name: line.name, exception, differences: [`no answer: ${error.message}`] };
    }
    const differences = this.judge(wanted, request, actual, line);
    if (differences.length === 0) this.learn(wanted, request, actual);
    return { seq: line.seq, name: line.name, exception, differences };
  }

  async outlive_expiring() {
    const wait_ms = this.model.next_expiry_ms(Date.now()) - Date.now() + 100;
    if (wait_ms < 5000) await new Promise((resolve) => setTimeout(resolve, wait_ms));
  }

  judge(wanted, request, actual, line) {
    if (wanted.status !== actual.status)
      return [`status: expected ${wanted.status}, got ${actual.status} ${show(actual.body ?? actual.text)}`];
    const found = this.judge_headers(wanted, actual, line);
    if (wanted.model) return [...found, ...this.model.check_list(wanted.model, request, actual.body, this.comparison)];
    if (line.request.method === 'HEAD' || actual.status === 204) {
      return actual.text === '' ? found : [...found, `body: expected none, got ${show(actual.text)}`];
    }
    if (wanted.body === undefined) return found;
    return [...found, ...this.comparison.differences(wanted.body, actual.body)];
  }

  judge_headers(wanted, actual, line) {
    const found = [];
    for (const [name, value] of Object.entries(wanted.headers ?? {})) {
      if (actual.headers[name] !== value) found.push(`header ${name}: expected ${value}, got ${actual.headers[name]}`);
    }
    const recorded = line.response.header;
    if (recorded['x-request-id'] === undefined) return found; // refused before the routes, as plain upgrades are
    for (const name of exact_headers) {
      let value = recorded[name];
      if (name === 'content-type' && value?.startsWith('text/html') && line.response.status >= 400 && this.comparison.rule('errors_are_json'))
        value = 'application/json; charset=utf-8';
      if (name === 'access-control-allow-headers' && this.comparison.rule('cors_headers_added')) {
        const allowed = (actual.headers[name] ?? '').split(', ');
        const missing = (value ?? '').split(', ').filter((header) => header && !allowed.includes(header));
        if (missing.length > 0) found.push(`header ${name}: lacks ${missing}`);
        continue;
      }
      if (value !== undefined && actual.headers[name] !== value)
        found.push(`header ${name}: expected ${value}, got ${actual.headers[name]}`);
    }
    const id = actual.headers['x-request-id'];
    const asked = line.request.headers['x-request-id'];
    const echoed = asked && recorded['x-request-id'] === asked;
    if (!id || (echoed && id !== asked) || (asked && !echoed && id === asked))
      found.push(`header x-request-id: asked ${asked}, got ${id}`);
    return [...found, ...this.judge_origin(actual, line)];
  }

  // The recorded wildcard with credentials is refused by browsers: one of the two has to give way.
  judge_origin(actual, line) {
    const origin = actual.headers['access-control-allow-origin'];
    const credentials = actual.headers['access-control-allow-credentials'];
    const asked = line.request.headers.origin;
    if (!this.comparison.rule('cors_wildcard'))
      return origin === '*' && credentials === 'true' ? [] : ['cors: not as recorded'];
    if (asked !== undefined && origin === asked) return [];
    if (origin === '*' && credentials === undefined) return [];
    return [`cors: origin ${origin} with credentials ${credentials}`];
  }

  learn(wanted, request, actual) {
    if (wanted.model) return;
    let body;
    try {
      body = JSON.parse(request.body ?? 'null');
    } catch {
      body = null;
    }
    if (body === null && request.headers['content-type'] === 'application/x-www-form-urlencoded') {
      body = Object.fromEntries(new URLSearchParams(request.body));
    }
    this.model.observe({
      method: request.method,
      path: request.path,
      user: request.user,
      body,
      status: actual.status,
      expected: wanted.body,
      actual: actual.body,
    });
  }

  // Between the conversations and the messages the recording added dave to the group and removed him again.
  async prepare_messages() {
    const group = this.ids.translate(trip_group);
    const headers = {
      accept: 'application/json',
      authorization: `Bearer ${this.mint('good', users.alice)}`,
      'content-type': 'application/json',
    };
    const body = JSON.stringify({ user_id: users.dave });
    const path = `/messaging/api/v1/conversations/${group}/members`;
    const added = await this.transport({
      method: 'POST',
      path,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      body,
    });
    const removed = await this.transport({ method: 'DELETE', path: `${path}/${users.dave}`, headers });
    for (const _ of [added, removed]) this.model.members_changed(group);
    return added.status === 201 && removed.status === 204
      ? []
      : [`dave was to be added and removed: ${added.status}, ${removed.status}`];
  }
}
