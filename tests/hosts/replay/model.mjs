// What must exist after the exchanges so far, by the contract's rules: the source of what a list
// has to answer where the recorded one depends on an original bug (order of ties, limits, refusals).

const expiry_of = (data) => (data.expiresAt ? Date.parse(data.expiresAt) : Infinity);
const ours_deep = (ids, value) => ids.translate_value(value);
const latest_first = (moment) => (a, b) => (moment(a) < moment(b) ? 1 : -1);
const nobody = '00000000-0000-0000-0000-000000000000';

// The words of a text as a search compares them: without case and accents.
const words_of = (text) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

function strings_in(value) {
  if (typeof value === 'string') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(strings_in) : [];
}

// Is each word the beginning of one in the message?
function holds({ data }, words) {
  if (data.messageType === 'system') return false;
  const there = [data.content, ...strings_in(data.metadata)].flatMap(words_of);
  return words.every((word) => there.some((one) => one.startsWith(word)));
}

// Limits of lists: what is no positive number counts as none given.
function limit_of(query, usual, most) {
  const number = Number(query.get('limit') ?? usual);
  return Number.isInteger(number) && number > 0 ? Math.min(number, most) : usual;
}

// Numbers of a search of messages are read leniently and moved into their range.
function lenient(text, usual, least, most) {
  const number = Number.parseInt(text ?? '', 10);
  return Number.isNaN(number) ? usual : Math.min(Math.max(number, least), most);
}

export class Model {
  constructor(ids) {
    this.ids = ids;
    this.conversations = []; // {id, data, members, hidden_for, changed, active}
    this.messages = []; // {id, conversation, data, sent, deleted, hidden_for, expires_ms}
    this.reactions = []; // {message, user, reaction, data}
  }

  // Learns from an exchange that was answered as expected. `expected` is the recorded body after exceptions.
  observe({ method, path, user, body, status, expected, actual }) {
    const data = expected && typeof expected === 'object' ? ours_deep(this.ids, expected).data : undefined;
    const parts = path.split('?')[0].split('/').filter(Boolean).slice(3);
    const route = `${method} ${parts.map((part, i) => (i % 2 ? ':' : part)).join('/')}`;
    if (status >= 300) return;
    if (route === 'POST conversations') this.created_conversation(user, body, actual.data, data);
    else if (route === 'PUT conversations/:') this.updated_conversation(parts[1], actual.data, data);
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

  updated_conversation(id, actual, data) {
    const conversation = this.find_conversation(id);
    if (conversation) Object.assign(conversation, { data, changed: actual.updatedAt });
  }

  created_conversation(user, body, actual, data) {
    const again = this.find_conversation(actual.id);
    if (again) {
      again.hidden_for.clear();
      again.changed = actual.updatedAt;
      return;
    }
    const flat = body.conversation ?? body;
    const named = flat.user_ids ?? flat.member_ids ?? [flat.other_user_id];
    const members = new Set([user, ...named]);
    this.conversations.push({
      id: actual.id,
      data: data ?? actual,
      members,
      hidden_for: new Set(),
      changed: actual.updatedAt,
      active: actual.insertedAt,
    });
    this.ids.known.add(actual.id);
  }

  created_message(conversation, actual, data) {
    if (this.messages.some((one) => one.id === actual.id)) return;
    this.messages.push({
      id: actual.id,
      conversation,
      data: data ?? actual,
      sent: actual.sentAt,
      deleted: false,
      hidden_for: new Set(),
      expires_ms: expiry_of(actual),
    });
    this.find_conversation(conversation).active = actual.sentAt;
    this.ids.known.add(actual.id);
  }

  // Members are told by a message of nobody when somebody came or went.
  members_changed(conversation) {
    const data = { messageType: 'system', senderId: nobody };
    this.messages.push({ conversation, data, deleted: false, hidden_for: new Set(), expires_ms: Infinity });
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
  next_expiry_ms(now_ms) {
    return Math.min(...this.messages.map((one) => one.expires_ms).filter((at) => at > now_ms), Infinity);
  }

  // Newest first.
  visible_messages(user, conversation, now_ms = Date.now()) {
    return this.messages
      .filter(
        (one) =>
          (conversation === undefined || one.conversation === conversation) &&
          this.find_conversation(one.conversation)?.members.has(user) &&
          !one.deleted &&
          !one.hidden_for.has(user) &&
          one.expires_ms > now_ms,
      )
      .reverse();
  }

  // Nobody has read anything while the model is asked.
  unread_of(user, conversation) {
    return this.visible_messages(user, conversation).filter((one) => one.data.senderId !== user).length;
  }

  last_message(user, conversation) {
    const [newest] = this.visible_messages(user, conversation);
    if (!newest) return null;
    const { id, senderId, content, messageType } = newest.data;
    const sent_at = { $any: 'moment' };
    return { id, sender_id: senderId, content, message_type: messageType, sent_at, is_deleted: false };
  }

  // The conversations of the list, as a client is told of them when it connects.
  summaries_of(user) {
    const newest_first = this.conversations_of(user).sort(latest_first((one) => one.active));
    return newest_first.map(({ id, data: { type, metadata }, members }) => ({
      id,
      type,
      metadata,
      is_active: true,
      unread_count: this.unread_of(user, id),
      last_message: this.last_message(user, id),
      last_activity: { $any: 'moment' },
      member_count: members.size,
      updated_at: { $any: 'moment' },
    }));
  }

  // A query without words finds nothing.
  found_messages(user, query, conversation) {
    const words = words_of(query);
    return words.length === 0 ? [] : this.visible_messages(user, conversation).filter((one) => holds(one, words));
  }

  // Groups by a part of their name, and conversations by the id of another member; latest change first.
  found_conversations(user, query) {
    const part = query.trim().toLowerCase();
    const by_name = (one) => one.data.type === 'group' && one.data.name.toLowerCase().includes(part);
    const by_member = (one) => part !== user && one.members.has(part);
    return this.conversations_of(user)
      .filter((one) => by_name(one) || by_member(one))
      .sort(latest_first((one) => one.changed));
  }

  // Does the list answer hold what the model says? Returns differences.
  check_list(kind, { user, path }, actual, comparison) {
    const query = new URLSearchParams(path.split('?')[1] ?? '');
    const id = path.split('?')[0].split('/').filter(Boolean)[4];
    const expected = {
      conversations: () => this.listed_conversations(user, query),
      conversation_search: () => this.conversation_search(user, query),
      messages: () => this.page_of_messages(user, id, query),
      message_search: () => this.message_search(user, query),
      reactions: () => this.listed_reactions(id),
    }[kind]();
    return comparison.differences(expected, actual);
  }

  // Newest activity first, cut after the filter.
  listed_conversations(user, query) {
    const limit = limit_of(query, 50, 100);
    const all = this.conversations_of(user, query.get('type')).sort(latest_first((one) => one.active));
    const data = all.slice(0, limit).map((one) => one.data);
    return { data, meta: { count: data.length, userId: user, hasMore: all.length > limit } };
  }

  conversation_search(user, query) {
    const asked = query.get('q');
    const found = this.found_conversations(user, asked).slice(0, limit_of(query, 20, 50));
    return { data: found.map((one) => one.data), meta: { count: found.length, query: asked } };
  }

  page_of_messages(user, conversation, query) {
    const limit = limit_of(query, 50, 100);
    const before = query.get('before') ? Date.parse(query.get('before')) : Infinity;
    const words = query.get('search');
    const all = (
      words ? this.found_messages(user, words, conversation) : this.visible_messages(user, conversation)
    ).filter((one) => !(Date.parse(one.sent) >= before));
    const data = all.slice(0, limit).map((one) => one.data);
    // Of a page that is just full both are true: that it is full, and that there is no more.
    const hasMore = all.length === limit ? { $any: 'boolean' } : all.length > limit;
    return { data, meta: { conversationId: conversation, count: data.length, hasMore } };
  }

  message_search(user, query) {
    const limit = lenient(query.get('limit'), 50, 1, 100);
    const offset = lenient(query.get('offset'), 0, 0, Infinity);
    const found = this.found_messages(user, query.get('query') ?? '');
    return found.slice(offset, offset + limit).map((one) => one.data);
  }

  listed_reactions(message) {
    const wanted = this.reactions.filter((one) => one.message === message);
    const summary = {};
    for (const { reaction } of wanted) summary[reaction] = (summary[reaction] ?? 0) + 1;
    return { data: wanted.map((one) => one.data), meta: { messageId: message, summary } };
  }
}
