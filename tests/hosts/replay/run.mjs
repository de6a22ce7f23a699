// Replays all recorded scenarios over given transports and counts the verdicts.
import { Comparison } from './compare.mjs';
import { HttpReplay } from './http_replay.mjs';
import { Identities } from './identities.mjs';
import { Model } from './model.mjs';
import { Lists, recorded_lines } from './recorded.mjs';
import { SocketReplay } from './socket_replay.mjs';

export class Replay {
  // http: (request, line) → answer; connect: (path_and_query, line) → connection; mint: (kind, sub) → token
  constructor({ http, connect, mint, patience }) {
    this.lists = new Lists();
    this.lines = recorded_lines();
    this.ids = new Identities();
    this.model = new Model(this.ids);
    this.results = [];
    const by_seq = new Map(this.lines.map((line) => [line.seq, line]));
    const comparison = (live) => new Comparison(this.lists, this.ids, { live });
    const shared = { mint, ids: this.ids, model: this.model };
    this.http = new HttpReplay({ ...shared, transport: http, comparison: comparison(false), by_seq });
    this.sockets = new SocketReplay({ ...shared, connect, comparison: comparison(true), patience });
  }

  scenarios() {
    return [...new Set(this.lines.map((line) => line.scenario))];
  }

  // Replays one scenario; scenarios build on each other and have to run in order.
  async scenario(name) {
    const lines = this.lines.filter((line) => line.scenario === name);
    const mine = [];
    if (name === '05-messages') {
      const differences = await this.http.prepare_messages();
      if (differences.length) mine.push({ seq: 220, name: 'preparation', differences });
    }
    for (const line of lines.filter((one) => one.kind === 'http')) {
      if (!this.lists.not_yet.has(line.seq)) mine.push(await this.http.replay(line));
    }
    const before = this.sockets.results.length;
    await this.sockets.replay(lines.filter((one) => one.kind === 'ws'));
    mine.push(...this.sockets.results.slice(before));
    this.results.push(...mine);
    return this.summary(mine, lines);
  }

  summary(results, lines) {
    const failed = results.filter((one) => one.differences.length > 0);
    const listed = results.filter((one) => one.differences.length === 0 && one.exception);
    const not_yet = lines.filter((line) => this.lists.not_yet.has(line.seq));
    return {
      exact: results.length - failed.length - listed.length,
      with_exception: listed.length,
      not_yet: not_yet.length,
      not_yet_by_part: count_by(not_yet.map((line) => this.lists.not_yet.get(line.seq).comes_with)),
      failed,
      text: failed
        .map(
          (one) =>
            `#${one.seq} ${one.name}${one.exception ? ` (expected by ${one.exception.section})` : ''}\n${one.differences.map((line) => `    ${line}`).join('\n')}`,
        )
        .join('\n'),
    };
  }
}

function count_by(words) {
  const counts = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
