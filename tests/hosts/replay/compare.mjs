// Compares an answer with what was recorded: shape, types and values; order of keys is free.
import { is_uuid } from './identities.mjs';

const recorded_moment = /^2026-11-2\dT/;
const our_moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const literal_moment = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z?$/;
const a_while_ms = 60_000;
const measured = /\.(memory|uptime|process_info|metrics|checks)\b/;
const free_strings = {
  phx_ref: /^.+$/,
  phx_ref_prev: /^.+$/,
  online_at: /^\d+$/,
  human: /\d+s$/,
  version: /^(\d+\.\d+\.\d+.*|unknown)$/,
};
const unordered = new Set(['memberUserIds', 'member_user_ids', 'members']);
const delivery_states = new Set(['sent', 'delivered', 'read']);

// What a rule of the exceptions file allows everywhere.
export function snake_keys(value) {
  if (Array.isArray(value)) return value.map(snake_keys);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`),
      snake_keys(inner),
    ]),
  );
}

// The name under which additions.json lists the additive fields of an object like this one.
export function object_kind(value, path) {
  const has = (...keys) => keys.every((key) => key in value);
  if (path === '$') return has('data') ? 'envelope' : has('error') || has('errors') ? 'error' : 'body';
  if (path.endsWith('.meta')) return 'meta';
  if (path.endsWith('.last_message')) return 'last_message';
  if (has('senderId', 'insertedAt', 'isEdited')) return 'message.rest';
  if (has('senderId', 'clientRandom')) return 'message.socket';
  if (has('senderId', 'messageType', 'isDeleted')) return 'reply_to';
  if (has('externalGroupId')) return 'conversation';
  if (has('last_activity')) return 'summary';
  if (has('joinedAt', 'role')) return 'member';
  if (has('reaction', 'userId', 'messageId')) return has('id') ? 'reaction' : 'reaction_event';
  if (has('phx_ref')) return 'presence_meta';
  if (has('is_active', 'type')) return 'joined_conversation';
  if (path.endsWith('.response')) return 'response';
  if (path.endsWith('.payload')) return 'payload';
  return 'other';
}

export class Comparison {
  constructor(lists, ids, { live = false } = {}) {
    this.lists = lists;
    this.ids = ids;
    this.live = live; // are sockets open, so that delivery may have advanced meanwhile?
    this.rules_used = new Set();
  }

  rule(name) {
    if (!this.lists.rules.has(name)) return false;
    this.rules_used.add(name);
    return true;
  }

  // Returns the differences as lines; learns ids when there are none.
  differences(expected, actual, path = '$') {
    this.ids.commit();
    const found = this.compare(expected, actual, path);
    if (found.length === 0) this.ids.commit();
    else this.ids.rollback();
    return found;
  }

  compare(expected, actual, path) {
    if (expected !== null && typeof expected === 'object' && '$any' in expected) {
      return this.compare_free(expected, actual, path);
    }
    if (Array.isArray(expected)) return this.compare_lists(expected, actual, path);
    if (expected !== null && typeof expected === 'object') return this.compare_objects(expected, actual, path);
    if (typeof expected === 'string') return this.compare_strings(expected, actual, path);
    if (typeof expected === 'number' && measured.test(path) && typeof actual === 'number') return [];
    return expected === actual ? [] : [`${path}: expected ${show(expected)}, got ${show(actual)}`];
  }

  compare_free(expected, actual, path) {
    const kind = Array.isArray(actual) ? 'list' : actual === null ? 'null' : typeof actual;
    const wanted = expected.$any.split('|');
    const ok =
      wanted.includes(kind) ||
      (wanted.includes('moment') && our_moment.test(actual)) ||
      (wanted.includes('now') && our_moment.test(actual) && Math.abs(Date.parse(actual) - Date.now()) < a_while_ms);
    return ok ? [] : [`${path}: expected any ${expected.$any}, got ${show(actual)}`];
  }

  compare_lists(expected, actual, path) {
    if (!Array.isArray(actual)) return [`${path}: expected a list, got ${show(actual)}`];
    if (expected.length !== actual.length)
      return [`${path}: expected ${expected.length} items, got ${actual.length}: ${show(actual)}`];
    const sorted = (list) => [...list].sort((a, b) => sort_key(a).localeCompare(sort_key(b)));
    const free = unordered.has(path.split('.').at(-1));
    const [left, right] = free ? [sorted(expected), sorted(actual)] : [expected, actual];
    return left.flatMap((item, i) => this.compare(item, right[i], `${path}[${i}]`));
  }

  compare_objects(expected, actual, path) {
    if (actual === null || typeof actual !== 'object' || Array.isArray(actual))
      return [`${path}: expected an object, got ${show(actual)}`];
    let wanted = expected;
    if (path.endsWith('.metadata')) {
      const verbatim = snake_keys(expected);
      if (JSON.stringify(verbatim) !== JSON.stringify(expected) && this.rule('metadata_verbatim')) wanted = verbatim;
    }
    const found = [];
    for (const [key, value] of Object.entries(wanted)) {
      if (!(key in actual)) found.push(`${path}.${key}: is missing`);
      else found.push(...this.compare(value, actual[key], `${path}.${key}`));
    }
    const kind = object_kind(expected, path);
    const inside_metadata = path.includes('.metadata');
    for (const key of Object.keys(actual)) {
      if (key in wanted) continue;
      if (inside_metadata) found.push(`${path}.${key}: was never sent`);
      else if (!this.lists.may_add(kind, key))
        found.push(
          `${path}.${key}: is an addition to ${kind} that additions.json does not list (${show(actual[key])})`,
        );
    }
    return found;
  }

  compare_strings(expected, actual, path) {
    const key = path.split('.').at(-1);
    const wrong = () => [`${path}: expected ${show(expected)}, got ${show(actual)}`];
    if (typeof actual !== 'string') return wrong();
    if (free_strings[key]) return free_strings[key].test(actual) ? [] : wrong();
    if (recorded_moment.test(expected)) {
      if (our_moment.test(actual) && this.rule('moments')) return [];
      return [`${path}: expected a moment with microseconds and Z, got ${show(actual)}`];
    }
    const literal = literal_moment.exec(expected);
    if (literal && key !== 'content') return our_moment.test(actual) && actual.startsWith(literal[1]) ? [] : wrong();
    if (is_uuid(expected)) return this.ids.same(expected, actual) ? [] : wrong();
    if (key === 'websocket') return /^wss?:\/\/[^/]+\/socket$/.test(actual) ? [] : wrong();
    if (key === 'deliveryStatus' && this.live && delivery_states.has(actual) && this.rule('delivery_moves_on'))
      return [];
    return this.ids.translate(expected) === actual ? [] : wrong();
  }
}

const sort_key = (item) => (typeof item === 'string' ? item : (item?.userId ?? JSON.stringify(item)));
export function show(value) {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
