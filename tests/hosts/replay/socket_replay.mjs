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
      const frame = frame_of(parse(line.data));
      if (frame?.event === 'phx_join') connection.joined.set(frame.topic, frame.join_ref);
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
    connection.joined = new Map(); // topic → join_ref
    connection.unwanted = []; // frames that must not come, not even late
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
    if (exception?.expect.reply) return this.judge_refusal(line, connection, exception.expect.reply);
    const ended = await Promise.race([
      connection.ended,
      new Promise((resolve) => setTimeout(resolve, this.patience, {})),
    ]);
    const expected = exception?.expect.close ?? line.code;
    this.verdict(line, ended.code === expected ? [] : [`close: expected ${expected}, got ${ended.code ?? 'none'}`]);
    this.connections.delete(line.conn);
    await connection.close();
  }

  // What closed the recorded connection is answered here, and the connection goes on.
  async judge_refusal(line, connection, expected) {
    await connection.send(JSON.stringify([null, 'alive', 'phoenix', 'heartbeat', {}]));
    const alive = [null, 'alive', 'phoenix', 'phx_reply', { status: 'ok', response: {} }];
    const open = [expected, alive].map((frame) => ({ line, frame: frame_of(frame) }));
    await this.take_all(open);
    for (const wanted of open) this.judge_frame(wanted);
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
    if (expect.frame) return [{ frame: frame_of(expect.frame) }];
    if (expect.model) return [{ frame: this.pushed_summaries(line, recorded) }];
    const frame = structuredClone(recorded);
    for (const [dotted, value] of Object.entries(expect.change ?? {})) {
      const keys = dotted.split('.');
      const last = keys.pop();
      keys.reduce((at, key) => at[key], frame)[last] = value;
    }
    return [{ frame }, ...(expect.also ?? []).map((extra) => ({ frame: frame_of(extra), also: true }))];
  }

  // The list is pushed to the one who joins, and to nobody else.
  pushed_summaries({ conn }, recorded) {
    const { user, joined } = this.connections.get(conn);
    const payload = { summaries: this.model.summaries_of(user) };
    return { ...recorded, join_ref: joined.get(recorded.topic), payload };
  }

  async match_all(line, expected) {
    const open = expected
      .filter((one) => this.connections.has(one.conn))
      .flatMap((one) => this.wanted_frames(one).map((wanted) => ({ line: one, ...wanted })));
    await this.take_all(open);
    for (const wanted of open) this.judge_frame(wanted);
    this.judge_order(line, open);
  }

  async take_all(open) {
    const end = Date.now() + this.patience;
    for (;;) {
      for (const wanted of open) if (!wanted.found && !wanted.absent) wanted.found = this.take(wanted);
      const missing = open.filter((wanted) => !wanted.found && !wanted.absent);
      if (missing.length === 0 || Date.now() > end) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
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
      if (this.frame_differences(wanted.frame, frame).length > 0) continue;
      connection.matched.add(entry);
      return entry;
    }
    return undefined;
  }

  frame_differences(expected, frame) {
    if (presence_events.has(expected.event)) return this.presence_differences(expected, frame);
    const found = [];
    if (expected.join_ref !== frame.join_ref)
      found.push(`join_ref: expected ${expected.join_ref}, got ${frame.join_ref}`);
    if (expected.ref !== frame.ref) found.push(`ref: expected ${expected.ref}, got ${frame.ref}`);
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

  came(wanted) {
    return this.candidates(wanted).some(({ frame }) => this.frame_differences(wanted.frame, frame).length === 0);
  }

  judge_frame(wanted) {
    const { line } = wanted;
    if (wanted.absent) {
      this.connections.get(line.conn).unwanted.push(wanted);
      return this.verdict(line, this.came(wanted) ? [`${wanted.frame.event} came although it must not`] : []);
    }
    if (wanted.found) return this.verdict(line, []);
    const nearest = this.candidates(wanted)[0];
    const why = nearest ? this.frame_differences(wanted.frame, nearest.frame) : ['no such frame came'];
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
    // Of presence only who is there is compared, so that a later diff would seem to be the unwanted one.
    for (const one of connection.unwanted) {
      const { event } = one.frame;
      if (!presence_events.has(event) && this.came(one)) this.verdict(one.line, [`${event} came although it must not`]);
    }
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
