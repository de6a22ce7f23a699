// Sends recorded socket frames again, connection by connection, and matches what comes back.
import { token_kind } from './recorded.mjs';
import { show } from './compare.mjs';

const settle_ms = 3000;
const parse = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

// Both framings as one shape; order on the wire is kept beside it.
export function frame_of(json) {
  if (Array.isArray(json)) {
    const [join_ref, ref, topic, event, payload] = json;
    return { join_ref, ref, topic, event, payload, v1: false };
  }
  if (json && typeof json === 'object')
    return {
      join_ref: undefined,
      ref: json.ref,
      topic: json.topic,
      event: json.event,
      payload: json.payload,
      v1: true,
    };
  return undefined;
}

const presence_events = new Set(['presence_diff', 'presence_state']);
const pushed_or_broadcast = new Set(['conversation_summaries']);
const echo_before_reply = new Set(['new_message', 'message_edited', 'reaction_added', 'reaction_removed']);

export class SocketReplay {
  // connect: (url) → connection {outcome, send, received, close, ended}, see Frames
  constructor({ connect, mint, ids, model, comparison, patience = settle_ms }) {
    Object.assign(this, { connect, mint, ids, model, comparison, patience });
    this.connections = new Map();
    this.results = [];
  }

  verdict(line, differences, exception = this.comparison.lists.exceptions.get(line.seq)) {
    this.results.push({ seq: line.seq, name: `${line.conn} ${line.dir}`, exception, differences });
  }

  async replay(lines) {
    const steps = [];
    for (const line of lines) {
      if (this.comparison.lists.not_yet.has(line.seq)) continue;
      if (line.dir === 'in' && steps.length) steps.at(-1).expected.push(line);
      else steps.push({ line, expected: [] });
    }
    for (const step of steps) await this.step(step);
  }

  // Frames may have been recorded after any kind of line, so every step waits for its own.
  async step({ line, expected }) {
    const { dir, conn } = line;
    const connection = this.connections.get(conn);
    if (dir === 'connect') this.open(line);
    else if (!connection)
      return; // the recording did not say how it was opened
    else if (dir === 'upgraded' || dir === 'rejected') await this.judge_handshake(line, connection);
    else if (dir === 'close') await this.judge_close(line, connection);
    else if (dir === 'out') {
      const data =
        line.data_base64 === undefined ? this.ids.translate(line.data) : Buffer.from(line.data_base64, 'base64');
      await connection.send(data, line);
    }
    await this.match_all(line, expected);
  }

  open(line) {
    const url = new URL(line.url);
    const { kind, sub } = token_kind(url.searchParams.get('token'));
    const query = [];
    for (const [name, value] of url.searchParams)
      query.push(`${name}=${name === 'token' && kind !== 'none' ? this.mint(kind, sub) : value}`);
    const connection = this.connect(`${url.pathname}?${query.join('&')}`, line);
    connection.matched = new Set();
    connection.user = sub;
    this.connections.set(line.conn, connection);
  }

  async judge_handshake(line, connection) {
    const outcome = await connection.outcome;
    const wanted = this.comparison.lists.exceptions.get(line.seq)?.expect.status ?? line.status;
    const found = outcome.status === wanted ? [] : [`handshake: expected ${wanted}, got ${outcome.status}`];
    if (line.dir === 'rejected' && line.status === 403 && outcome.body)
      found.push(`handshake: expected no body, got ${show(outcome.body)}`);
    this.verdict(line, found);
  }

  async judge_close(line, connection) {
    if (line.code === 1006) return; // what a refused handshake looks like to the client
    if (line.code === 1005) {
      this.leftovers(line, connection);
      this.connections.delete(line.conn);
      await connection.close();
      return;
    }
    const exception = this.comparison.lists.exceptions.get(line.seq);
    const ended = await Promise.race([
      connection.ended,
      new Promise((resolve) => setTimeout(resolve, this.patience, {})),
    ]);
    const expect = exception?.expect ?? { close: line.code };
    const answered = connection.received.some((frame) => frame_of(frame.json)?.payload?.status === 'error');
    const fine = ended.code === expect.close || (expect.or_error_reply && answered && ended.code === undefined);
    this.verdict(line, fine ? [] : [`close: expected ${show(expect)}, got ${ended.code ?? 'none'}`]);
    this.connections.delete(line.conn);
    await connection.close();
  }

  // The frames expected by the contract in place of one recorded frame.
  wanted_frames(line) {
    const exception = this.comparison.lists.exceptions.get(line.seq);
    const recorded = frame_of(parse(line.data));
    const expect = exception?.expect;
    if (!expect) return [{ frame: recorded }];
    if (expect === 'absent') return [{ frame: recorded, absent: true }];
    if (expect === 'optional') return [{ frame: recorded, optional: true }];
    if (expect.frame) return [{ frame: frame_of(expect.frame) }];
    const frame = structuredClone(recorded);
    for (const [dotted, value] of Object.entries(expect.change ?? {})) {
      const keys = dotted.split('.');
      const last = keys.pop();
      keys.reduce((at, key) => at[key], frame)[last] = value;
    }
    return [{ frame }, ...(expect.also ?? []).map((extra) => ({ frame: frame_of(extra), also: true }))];
  }

  async match_all(line, expected) {
    const open = expected
      .flatMap((one) => this.wanted_frames(one).map((wanted) => ({ line: one, ...wanted })))
      .filter((wanted) => this.connections.has(wanted.line.conn));
    const end = Date.now() + this.patience;
    for (;;) {
      for (const wanted of open) if (!wanted.found && !wanted.absent) wanted.found = this.take(wanted);
      const missing = open.filter((wanted) => !wanted.found && !wanted.absent && !wanted.optional);
      if (missing.length === 0 || Date.now() > end) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (const wanted of open) this.judge_frame(wanted);
    this.judge_order(line, open);
  }

  candidates(wanted) {
    const connection = this.connections.get(wanted.line.conn);
    const { topic, event, ref } = wanted.frame;
    const our_topic = this.ids.translate(topic);
    return connection.received
      .filter((entry) => !connection.matched.has(entry))
      .map((entry) => ({ connection, entry, frame: frame_of(entry.json) }))
      .filter(
        ({ frame }) =>
          frame && frame.topic === our_topic && frame.event === event && (event !== 'phx_reply' || frame.ref === ref),
      );
  }

  take(wanted) {
    for (const { connection, entry, frame } of this.candidates(wanted)) {
      if (this.frame_differences(wanted.frame, frame, connection).length > 0) continue;
      connection.matched.add(entry);
      return entry;
    }
    return undefined;
  }

  frame_differences(expected, frame, connection) {
    if (presence_events.has(expected.event)) return this.presence_differences(expected, frame);
    const found = [];
    const own_push = pushed_or_broadcast.has(expected.event) && this.comparison.rule('summaries_to_joiner');
    if (!own_push && expected.join_ref !== frame.join_ref)
      found.push(`join_ref: expected ${expected.join_ref}, got ${frame.join_ref}`);
    if (expected.ref !== frame.ref) found.push(`ref: expected ${expected.ref}, got ${frame.ref}`);
    if (expected.event === 'conversation_summaries')
      return [...found, ...this.summary_differences(expected, frame, connection)];
    return [...found, ...this.comparison.differences(expected.payload, frame.payload, '$.payload')];
  }

  // Diffs may be gathered, so who came or went counts, not how many frames told it.
  presence_differences(expected, frame) {
    const known = (payload) => (expected.event === 'presence_diff' ? { ...payload.leaves, ...payload.joins } : payload);
    const wanted = known(expected.payload);
    const got = known(frame.payload ?? {});
    const found = [];
    for (const [user, { metas }] of Object.entries(wanted)) {
      if (!got[user]) found.push(`presence: ${user} is missing`);
      else
        found.push(
          ...this.comparison
            .differences(metas[0], got[user].metas?.[0], `$.${user}.metas[0]`)
            .filter((one) => !one.includes('phx_ref_prev: is missing')),
        );
    }
    return found;
  }

  summary_differences(expected, frame, connection) {
    const items = frame.payload?.summaries;
    if (!Array.isArray(items)) return ['summaries: no list'];
    const user = connection.user;
    const wanted = this.model
      .conversations_of(user)
      .map((one) => one.id)
      .sort();
    const got = items.map((item) => item.id).sort();
    if (JSON.stringify(wanted) !== JSON.stringify(got))
      return [`summaries: expected conversations ${wanted}, got ${got}`];
    const shape = expected.payload.summaries[0];
    const free = {
      unread_count: { $any: 'number' },
      last_message: { $any: 'object|null' },
      updated_at: { $any: 'string' },
      last_activity: { $any: 'moment' },
      member_count: { $any: 'number' },
      metadata: { $any: 'object' },
      type: { $oneOf: ['direct', 'group'] },
      id: { $any: 'string' },
    };
    if (!this.comparison.rule('summaries_filled')) return ['summaries: the rule is not listed'];
    return items.flatMap((item, i) =>
      this.comparison.differences({ ...shape, ...free }, item, `$.payload.summaries[${i}]`),
    );
  }

  judge_frame(wanted) {
    const { line } = wanted;
    if (wanted.absent) {
      const seen = this.candidates(wanted).filter(
        ({ connection, frame }) => this.frame_differences(wanted.frame, frame, connection).length === 0,
      );
      return this.verdict(line, seen.length ? [`${wanted.frame.event} came although it must not`] : []);
    }
    if (wanted.found || wanted.optional) return this.verdict(line, []);
    const nearest = this.candidates(wanted)[0];
    const why = nearest
      ? this.frame_differences(wanted.frame, nearest.frame, nearest.connection)
      : ['no such frame came'];
    return this.verdict(
      line,
      why.map((one) => `${line.conn} ${wanted.frame.topic} ${wanted.frame.event}: ${one}`),
    );
  }

  // A sender hears its own echo before its reply, and of an old instance before the new one.
  judge_order(line, open) {
    for (const reply of open.filter((wanted) => wanted.found && wanted.frame.event === 'phx_reply')) {
      const beside = open.filter(
        (wanted) => wanted.found && wanted.line.conn === reply.line.conn && wanted.frame.topic === reply.frame.topic,
      );
      const late = beside.filter(
        (wanted) =>
          (echo_before_reply.has(wanted.frame.event) || wanted.also) && wanted.found.order > reply.found.order,
      );
      if (late.length)
        this.verdict(
          line,
          late.map((wanted) => `${wanted.frame.event} came after the reply`),
        );
    }
  }

  // Whatever came beside the recorded frames has to be a listed addition.
  leftovers(line, connection) {
    const rest = connection.received
      .filter((entry) => !connection.matched.has(entry))
      .map((entry) => frame_of(entry.json));
    const strange = rest.filter(
      (frame) =>
        !this.comparison.lists.frames.some(
          (one) => frame && one.event === frame.event && frame.topic?.startsWith(`${one.topic}:`),
        ),
    );
    if (strange.length)
      this.verdict(
        line,
        strange.map((frame) => `not asked for: ${show(frame)}`),
        null,
      );
  }

  async finish() {
    for (const [conn, connection] of this.connections) {
      this.leftovers({ seq: 0, conn, dir: 'finish' }, connection);
      await connection.close();
    }
  }
}
