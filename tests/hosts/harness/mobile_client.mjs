// A small model of the mobile client: how it asks, and what it takes from bodies and frames (CLIENT.md §1, §3, §7).
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { Person, conversation_topic } from './person.mjs';
import { Frames } from './frames.mjs';
import { eventually, within } from './patience.mjs';

const snake_key = (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export function snake(value) {
  if (Array.isArray(value)) return value.map(snake);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [snake_key(key), snake(inner)]));
}

// Fields without which a screen breaks or degrades.
export function needs(row, ...fields) {
  for (const field of fields) assert.ok(row[field] !== undefined && row[field] !== null, `${field} is missing`);
}

// Fields that it reads and that may be null.
export function offers(row, ...fields) {
  for (const field of fields) assert.ok(field in row, `${field} is not there`);
}

// What a screen shows of a refusal: the text of the body, or else which call failed.
export class RequestFailed extends Error {
  constructor(label, { status, body }) {
    super(`${label} (${status})`);
    this.status = status;
    this.text = String(body?.error ?? body?.message ?? this.message);
  }
}

const is_success = ({ status }) => status >= 200 && status < 300;
const tries_another_way = [400, 404, 405];

// A user on one device. It asks with `ask`; the inherited calls set a scene.
export class MobileClient extends Person {
  refreshes = 0;

  // A 401 makes it refresh its token and ask once more.
  async request(method, path, content) {
    const headers = { 'content-type': 'application/json' };
    const answer = await this.rest.call(method, path, content, headers);
    if (answer.status !== 401) return answer;
    this.refreshes += 1;
    this.rest.token = this.server.issuer.token(this.id);
    return this.rest.call(method, path, content, headers);
  }

  // The body as it came, for the parts of the client that convert nothing. What is no JSON is null.
  async ask_raw(method, path, content) {
    const answer = await this.request(method, path, content);
    if (!is_success(answer)) throw new RequestFailed(`${method} ${path}`, answer);
    return answer.body ?? null;
  }

  async ask(method, path, content) {
    const json = await this.ask_raw(method, path, content);
    return snake(json?.data === undefined ? json : json.data);
  }

  // Goes on to the next way when this one is answered as if it were not known.
  async ask_one_of(way, ...others) {
    try {
      return await this.ask(...way);
    } catch (failure) {
      if (others.length === 0 || !tries_another_way.includes(failure.status)) throw failure;
      return this.ask_one_of(...others);
    }
  }

  // Lists that hang on a message: when it is gone there are none.
  async ask_or_none(path) {
    try {
      return await this.ask('GET', path);
    } catch (failure) {
      if (failure.status !== 404) throw failure;
      return [];
    }
  }

  start_direct(other) {
    return this.ask_one_of(
      ['POST', 'conversations', { type: 'direct', other_user_id: other.id }],
      ['POST', 'conversations', { type: 'direct', user_ids: [this.id, other.id] }],
    );
  }

  search_in({ id }, words) {
    const query = encodeURIComponent(words);
    return this.ask_one_of(
      ['GET', `messages/search?conversation_id=${id}&query=${query}&limit=50`],
      ['GET', `conversations/${id}/messages/search?query=${query}&limit=50`],
      ['GET', `conversations/${id}/messages?search=${query}&limit=50`],
    );
  }

  async archived(offset = 0) {
    const { data, meta } = await this.ask_raw('GET', `conversations/archived?limit=50&offset=${offset}`);
    return { rows: snake(data), meta: { count: 0, limit: 50, offset, has_more: false, ...snake(meta ?? {}) } };
  }

  // The rows of a page that are shown; fifty of them mean that there may be more.
  async page({ id }, before) {
    const from = before === undefined ? '' : `&before=${encodeURIComponent(before)}`;
    const rows = await this.ask('GET', `conversations/${id}/messages?limit=50${from}`);
    return rows.filter((row) => row.content !== '');
  }

  // As the screen of a group counts its messages.
  async count_messages({ id }) {
    let count = 0;
    let from = '';
    for (let page = 0; page < 50; ++page) {
      const { data, meta } = await this.ask_raw('GET', `conversations/${id}/messages?limit=100${from}`);
      if (meta.total !== undefined) return meta.total;
      count += data.length;
      if (!meta.hasMore) return count;
      from = `&before=${encodeURIComponent(data.at(-1).sentAt)}`;
    }
    return count;
  }

  // client_random is any unsigned number of 32 bits.
  say({ id }, content, more = {}) {
    const client_random = crypto.randomInt(2 ** 32);
    const body = { content, message_type: 'text', client_random, metadata: {}, ...more };
    return this.ask('POST', `conversations/${id}/messages`, body);
  }

  // A connection that is given these topics before it is open, and its answers.
  async go_online(...topics) {
    const phone = new MobileSocket(this);
    for (const topic of [own_topic(this), ...topics]) phone.join(topic);
    await phone.connect(this.socket_token());
    await phone.answered();
    return phone;
  }

  // What the identity service gives for one attempt to connect.
  socket_token() {
    const now = Math.floor(Date.now() / 1000);
    return this.server.issuer.token(this.id, { aud: 'ws', iat: now, exp: now + 60 });
  }
}

// The hand-written socket of the client: replies are not matched to what was asked, and only the topic of a frame
// says whom it concerns.
export class MobileSocket {
  constructor(client) {
    this.client = client;
    this.topics = new Set();
    this.joined = new Set();
    this.online = new Set();
    this.heard = []; // {topic, event, payload}, payloads converted
    this.open_chat = null;
    this.refs = 0;
    this.join_refs = new Map();
    this.asked = 0;
    client.server.connections.add(this);
  }

  async connect(token) {
    const { server, id } = this.client;
    const query = `user_id=${id}&token=${token}&vsn=2.0.0`;
    this.frames = new Frames(`${server.ws_url}/messaging/socket/websocket?${query}`);
    this.frames.socket.on('message', (data, binary) => binary || this.take(JSON.parse(String(data))));
    const outcome = await within(this.frames.outcome, 'the handshake');
    assert.equal(outcome.status, 101);
    await within(this.frames.opened, 'the socket opens');
    // First what was asked for before it was open, then what is not joined yet: that is everything, twice.
    for (const topic of this.topics) this.ask_to_join(topic);
    for (const topic of this.topics) if (!this.joined.has(topic)) this.ask_to_join(topic);
  }

  join(topic) {
    this.topics.add(topic);
    if (this.frames && !this.joined.has(topic)) this.ask_to_join(topic);
  }

  ask_to_join(topic) {
    const ref = String(++this.refs);
    this.join_refs.set(topic, ref);
    this.asked += 1;
    this.frames.send([ref, ref, topic, 'phx_join', {}]);
  }

  push(topic, event, payload = {}) {
    if (event !== 'user_typing') this.asked += 1; // which is never answered
    this.frames.send([this.join_refs.get(topic) ?? null, String(++this.refs), topic, event, payload]);
  }

  leave(topic) {
    this.topics.delete(topic);
    this.joined.delete(topic);
    this.push(topic, 'phx_leave');
  }

  // Shows a conversation: what comes in it from now on is read.
  show(conversation) {
    this.open_chat = conversation_topic(conversation);
  }

  take(frame) {
    if (!Array.isArray(frame) || frame.length < 5) return;
    const [, , topic, event, raw] = frame;
    const payload = snake(raw);
    this.heard.push({ topic, event, payload });
    if (event === 'phx_reply' && payload.status === 'ok') this.joined.add(topic);
    if (event === 'phx_error' || event === 'phx_close') this.joined.delete(topic);
    if (topic.startsWith('conversation:')) this.take_presence(event, payload);
    if (event === 'new_message' && topic === this.open_chat) {
      this.push(topic, 'message_read', { message_id: payload.message.id });
    }
  }

  // One set for all topics: the last one that was joined says who is online, and joins come before leaves.
  take_presence(event, payload) {
    if (event === 'presence_state') this.online = new Set(Object.keys(payload));
    if (event !== 'presence_diff') return;
    for (const id of Object.keys(payload.joins)) this.online.add(id);
    for (const id of Object.keys(payload.leaves)) this.online.delete(id);
  }

  all(topic, event, where = () => true) {
    return this.heard.filter((one) => one.topic === topic && one.event === event && where(one.payload));
  }

  // The payload of the first such event, which may have come already.
  async hears(topic, event, where) {
    await eventually(`${event} on ${topic}`, () => this.all(topic, event, where).length > 0);
    return this.all(topic, event, where)[0].payload;
  }

  // Everything that was asked is answered: what the server said before that is heard.
  async answered() {
    this.push('phoenix', 'heartbeat');
    const replies = () => this.heard.filter((one) => one.event === 'phx_reply').length;
    await eventually('a reply to every push', () => replies() === this.asked);
  }

  close() {
    return this.frames.close();
  }
}

export const phones = (server, ...names) => names.map((name) => new MobileClient(server, name));

// Online until the test ends.
export async function online(t, client, ...topics) {
  const phone = await client.go_online(...topics);
  t.after(() => phone.close());
  return phone;
}

export const own_topic = ({ id }) => `user:${id}`;
export const ids = (rows) => rows.map((row) => row.id);

// Which events are meant, by their converted payload.
export const of_message = (id) => (payload) => payload.message.id === id;
export const about = (id) => (payload) => payload.message_id === id;
export const with_status = (id, status) => (payload) => payload.message_id === id && payload.status === status;
