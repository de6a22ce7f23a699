// What must exist after the exchanges so far, by the contract's rules: the source of what a list
// has to answer where the recorded one depends on an original bug (order of ties, limits, refusals).
import { users } from './recorded.mjs';

const expiry_of = (data) => (data.expiresAt ? Date.parse(data.expiresAt) : Infinity);
const ours_deep = (ids, value) => ids.translate_value(value);

export class Model {
  constructor(ids) {
    this.ids = ids;
    this.conversations = []; // {id, data, members, hidden_for}
    this.messages = []; // {id, conversation, data, deleted, hidden_for, expires_ms}
    this.reactions = []; // {message, user, reaction, data}
  }

  // Learns from an exchange that was answered as expected. `expected` is the recorded body after exceptions.
  observe({ method, path, user, body, status, expected, actual }) {
    const data = expected && typeof expected === 'object' ? ours_deep(this.ids, expected).data : undefined;
    const parts = path.split('?')[0].split('/').filter(Boolean).slice(3);
    const route = `${method} ${parts.map((part, i) => (i % 2 ? ':' : part)).join('/')}`;
    if (status >= 300) return;
    if (route === 'POST conversations') this.created_conversation(user, body, actual.data, data);
    else if (route === 'PUT conversations/:') this.updated_conversation(parts[1], data);
    else if (route === 'DELETE conversations/:') this.find_conversation(parts[1])?.hidden_for.add(user);
    else if (route === 'POST conversations/:/messages') this.created_message(parts[1], actual.data, data);
    else if (route === 'PUT messages/:') this.edited(parts[1], data);
    else if (route === 'DELETE messages/:') this.deleted(parts[1], user, actual.data.deleteForEveryone);
    else if (route === 'POST messages/:/reactions')
      this.reactions.push({ message: parts[1], user, reaction: data.reaction, data });
    else if (route === 'DELETE messages/:/reactions/:') this.unreacted(parts[1], user, decodeURIComponent(parts[3]));
  }

  find_conversation(id) {
    return this.conversations.find((one) => one.id === id);
  }

  updated_conversation(id, data) {
    const conversation = this.find_conversation(id);
    if (conversation) conversation.data = data;
  }

  created_conversation(user, body, actual, data) {
    const again = this.find_conversation(actual.id);
    if (again) {
      again.hidden_for.clear();
      return;
    }
    const flat = body.conversation ?? body;
    const named = flat.user_ids ?? flat.member_ids ?? [flat.other_user_id];
    const members = new Set([user, ...named]);
    this.conversations.push({ id: actual.id, data: data ?? actual, members, hidden_for: new Set() });
    this.ids.known.add(actual.id);
  }

  created_message(conversation, actual, data) {
    if (this.messages.some((one) => one.id === actual.id)) return;
    this.messages.push({
      id: actual.id,
      conversation,
      data: data ?? actual,
      deleted: false,
      hidden_for: new Set(),
      expires_ms: expiry_of(actual),
    });
    this.ids.known.add(actual.id);
  }

  edited(id, data) {
    const message = this.messages.find((one) => one.id === id);
    if (message) message.data = data;
    for (const other of this.messages) {
      if (other.data.replyTo?.id === id) other.data.replyTo.content = data.content;
    }
  }

  deleted(id, user, for_everyone) {
    const message = this.messages.find((one) => one.id === id);
    if (for_everyone && message) message.deleted = true;
    else message?.hidden_for.add(user);
  }

  unreacted(message, user, reaction) {
    this.reactions = this.reactions.filter(
      (one) => !(one.message === message && one.user === user && one.reaction === reaction),
    );
  }

  conversations_of(user, type) {
    return this.conversations.filter(
      (one) => one.members.has(user) && !one.hidden_for.has(user) && (!type || one.data.type === type),
    );
  }

  // The soonest moment at which something visible expires, so that a comparison can wait for it.
  next_expiry_ms(conversation) {
    const soon = this.messages.filter((one) => one.conversation === conversation).map((one) => one.expires_ms);
    return Math.min(...soon, Infinity);
  }

  visible_messages(user, conversation, now_ms) {
    return this.messages
      .filter(
        (one) =>
          one.conversation === conversation && !one.deleted && !one.hidden_for.has(user) && one.expires_ms > now_ms,
      )
      .reverse();
  }

  // Does the list answer hold what the model says? Returns differences.
  check_list(kind, { user, path }, actual, comparison) {
    const query = new URLSearchParams(path.split('?')[1] ?? '');
    const id = path.split('?')[0].split('/').filter(Boolean)[4];
    const number = Number(query.get('limit') ?? '50');
    const limit = Number.isInteger(number) && number > 0 ? Math.min(number, 100) : 50;
    if (kind === 'conversations') return this.check_conversations(user, query.get('type'), limit, actual, comparison);
    if (kind === 'messages') return this.check_messages(user, id, limit, query.get('before'), actual, comparison);
    return this.check_reactions(id, actual, comparison);
  }

  check_conversations(user, type, limit, actual, comparison) {
    const wanted = this.conversations_of(user, type);
    const count = Math.min(limit, wanted.length);
    const found = comparison.differences({ count, userId: user }, actual?.meta, '$.meta');
    const items = Array.isArray(actual?.data) ? actual.data : [];
    if (items.length !== count) return [...found, `$.data: expected ${count} conversations, got ${items.length}`];
    if (new Set(items.map((item) => item.id)).size !== count) found.push('$.data: a conversation is listed twice');
    for (const [i, item] of items.entries()) {
      const one = wanted.find((each) => each.id === item.id);
      if (!one) found.push(`$.data[${i}]: ${item.id} is not a conversation of this user and type`);
      else found.push(...comparison.differences(one.data, item, `$.data[${i}]`));
    }
    return found;
  }

  check_messages(user, conversation, limit, before, actual, comparison) {
    const all = before && before < '2026' ? [] : this.visible_messages(user, conversation, Date.now());
    const wanted = all.slice(0, limit);
    const expected = {
      data: wanted.map((one) => one.data),
      meta: { conversationId: conversation, count: wanted.length, hasMore: { $any: 'boolean' } },
    };
    const found = comparison.differences(expected, actual);
    const more = actual?.meta?.hasMore;
    if (all.length > limit && more !== true) found.push('$.meta.hasMore: there is more, but it says no');
    if (all.length < limit && more !== false) found.push('$.meta.hasMore: there is no more, but it says there is');
    return found;
  }

  check_reactions(message, actual, comparison) {
    const wanted = this.reactions.filter((one) => one.message === message);
    const summary = {};
    for (const { reaction } of wanted) summary[reaction] = (summary[reaction] ?? 0) + 1;
    return comparison.differences(
      { data: wanted.map((one) => one.data), meta: { messageId: message, summary } },
      actual,
    );
  }
}

export const name_of = (id) => Object.keys(users).find((name) => users[name] === id) ?? 'nobody';
