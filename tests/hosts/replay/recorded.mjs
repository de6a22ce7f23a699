// Reads the recorded exchanges, and puts back what the recording had to cut short.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const golden_folder = fileURLToPath(new URL('../../golden/', import.meta.url));
const read_json = (name) => JSON.parse(fs.readFileSync(path.join(golden_folder, name), 'utf8'));

export const users = Object.fromEntries(
  ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'gina'].map((name, i) => [
    name,
    `11111111-1111-4111-8111-00000000000${i + 1}`,
  ]),
);
export const trip_group = '46c4e379-850e-4ff0-9a39-dbd7cdd214a1';

const z = (count) => 'z'.repeat(count);
const message_of = (content, client_random) => JSON.stringify({ content, message_type: 'text', client_random });
const rebuilt_requests = {
  40: () => `{"x":"${'y'.repeat(8_100_000 - 8)}"}`,
  245: () => message_of(z(65536), 309703017),
  246: () => message_of(z(65537), 309703018),
  307: () => JSON.stringify({ content: z(65537) }),
};
const rebuilt_frames = { 759: { content: z(65537), message_type: 'text', client_random: 309703074 } };

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pairs(list) {
  const headers = {};
  for (let i = 0; i + 1 < list.length; i += 2) headers[list[i]] = list[i + 1];
  return headers;
}

// All lines in the order they were recorded.
export function recorded_lines() {
  const folder = path.join(golden_folder, 'recorded');
  const lines = fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) =>
      fs
        .readFileSync(path.join(folder, name), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    )
    .sort((a, b) => a.seq - b.seq);
  const by_seq = new Map(lines.map((line) => [line.seq, line]));
  for (const line of lines) {
    if (line.kind === 'http') complete_exchange(line, by_seq);
    else if (line.dir === 'out' && rebuilt_frames[line.seq]) {
      const head = parsed(`${line.data.split('{')[0]}{}]`);
      line.data = JSON.stringify([...head.slice(0, 4), rebuilt_frames[line.seq]]);
    }
  }
  return lines;
}

function complete_exchange(line, by_seq) {
  const { request, response } = line;
  if (rebuilt_requests[line.seq]) request.body = rebuilt_requests[line.seq]();
  response.header = pairs(response.headers);
  response.json = parsed(response.body ?? '');
  if (line.seq === 245) {
    response.json = structuredClone(by_seq.get(236).response.json);
    Object.assign(response.json.data, { content: z(65536), id: '24500000-0000-4000-8000-000000000245' });
  }
}

// What a recorded token was: {kind: good|expired|garbage|none, sub}.
export function token_kind(token) {
  if (token === undefined || token === null || token === '') return { kind: 'none' };
  const [, middle] = token.split('.');
  const claims = middle && parsed(Buffer.from(middle, 'base64url').toString());
  if (!claims) return { kind: 'garbage' };
  return { kind: claims.exp < claims.iat ? 'expired' : 'good', sub: claims.sub };
}

export class Lists {
  constructor() {
    this.exceptions = new Map();
    this.rules = new Map();
    for (const line of read_json('exceptions.json')) {
      if (line.rule) this.rules.set(line.rule, line);
      for (const seq of [line.seq ?? []].flat()) this.exceptions.set(seq, line);
    }
    this.not_yet = new Map();
    for (const { seq, names, comes_with } of read_json('not_yet.json')) {
      const [first, last] = [seq].flat();
      for (let one = first; one <= (last ?? first); ++one) this.not_yet.set(one, { names, comes_with });
    }
    const additions = read_json('additions.json');
    this.fields = new Map();
    for (const { object, fields } of additions.fields) {
      this.fields.set(object, new Set([...(this.fields.get(object) ?? []), ...fields]));
    }
    this.frames = additions.frames;
  }

  may_add(object, field) {
    return Boolean(this.fields.get(object)?.has(field) || this.fields.get('*')?.has(field));
  }
}
