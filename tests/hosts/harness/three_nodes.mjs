// Three servers on one PostgreSQL with a standby and one Redis, and rooms in which people of all three write, listen, come
// and go.
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { check_sends } from '../../crash/checks.mjs';
import { Follower } from './follower.mjs';
import { Namespace } from './namespace.mjs';
import { Person, conversation_topic } from './person.mjs';
import { Postgres } from './postgres.mjs';
import { Redis } from './redis.mjs';
import { Server } from './server.mjs';
import { SteadyLoad, SteadyRest, SteadySocket } from './steady.mjs';
import { eventually, patience_ms, pause } from './patience.mjs';
import { Issuer } from './tokens.mjs';

const no_limits = ['--messages-per-minute', '0', '--requests-per-minute', '0', '--joins-per-second', '0', '--handshakes-per-second', '0'];
const pace_ms = 40;
const name = 'three';

export class ThreeNodes {
  // options: synchronous (the standby is waited for), apart (the third node in a network of its own), database (of the
  // caller's), standby (false: none), redis (false: none), line (the first node's way to the database),
  // env (of each node)
  static async start(options = {}) {
    const on = new ThreeNodes();
    on.options = options;
    if (options.apart) on.space = Namespace.make();
    const everywhere = on.space ? { settings: { listen_addresses: '*' }, clients: on.space.clients } : {};
    on.database = options.database ?? (await Postgres.start(everywhere));
    on.database.database(name);
    if (options.standby !== false) on.standby = await on.database.standby('follower', { synchronous: options.synchronous });
    if (options.redis !== false) {
      on.redis = await Redis.start({ args: on.space ? ['--bind', '*', '--protected-mode', 'no'] : [] });
    }
    on.issuer = new Issuer();
    // All at once, on a database without tables.
    on.nodes = await Promise.all([0, 1, 2].map((i) => Server.start(on.node(i))));
    return on;
  }

  node(i) {
    const apart = i === 2 && this.space;
    const at = (service) => (apart ? this.space.at(service) : '127.0.0.1');
    const port = i === 0 && this.options.line ? this.options.line.port : this.database.port;
    const hosts = [`${at(1)}:${port}`, ...(this.standby ? [`${at(2)}:${this.standby.port}`] : [])];
    const args = ['--store', `postgres://postgres@${hosts.join(',')}/${name}`, ...no_limits];
    if (this.redis) args.push('--redis', `redis://${at(3)}:${this.redis.port}`);
    return {
      issuer: this.issuer,
      args,
      env: this.options.env?.[i] ?? {},
      ...(apart ? { host: this.space.own, through: this.space.through } : {}),
    };
  }

  async discard() {
    for (const node of this.nodes ?? []) await node.discard();
    await this.redis?.stop();
    this.space?.discard();
  }

  async healthy() {
    for (const node of this.nodes) {
      await eventually(`${node.url} is healthy`, async () => {
        const answer = await fetch(`${node.url}/messaging/api/v1/health`);
        return (await answer.json()).status === 'ok';
      }, 5 * patience_ms);
    }
  }

  // On each node two people who write and one who comes and goes; one conversation of all, one of three, and two of two.
  async room() {
    const room = new Room(this);
    const people = ['ann', 'ben', 'cat', 'dan', 'eve', 'fay'].map((one, i) => new Person(this.nodes[i % 3], one));
    room.guests = ['guy', 'hal', 'ida'].map((one, i) => new Person(this.nodes[i], one));
    const [ann, ben, cat, dan, eve, fay] = people;
    room.people = people;
    room.big = await ann.group('All', [...people.slice(1), ...room.guests]);
    room.places = [
      { conversation: room.big, people },
      { conversation: await dan.group('Three', [eve, fay]), people: [dan, eve, fay] },
      { conversation: await ann.direct_with(ben), people: [ann, ben] },
      { conversation: await cat.direct_with(dan), people: [cat, dan] },
    ];
    const of = (person) => room.places.filter((place) => place.people.includes(person)).map((place) => place.conversation);
    room.followers = await Promise.all(people.map((person) => Follower.start(person, of(person))));
    room.visits = new Map();
    await room.come(room.guests[0]);
    await room.come(room.guests[2]);
    await room.know_who_is_there('before');
    return room;
  }
}

class Room {
  constructor(on) {
    this.on = on;
  }

  // Everybody writes wherever they are members, through REST and through the socket.
  load() {
    const senders = this.places.flatMap(({ conversation, people }) =>
      people.flatMap((person) => {
        const { connection } = this.followers[this.people.indexOf(person)];
        return [new SteadyRest(person, conversation), new SteadySocket(person, conversation, connection)];
      }),
    );
    for (const sender of senders) Object.assign(sender, { pace_ms, place: sender.conversation.id });
    return new SteadyLoad(senders);
  }

  senders_on(load, ...nodes) {
    return load.senders.filter((sender) => nodes.some((i) => sender.person.server === this.on.nodes[i]));
  }

  // A guest's device, which goes on trying.
  async come(guest) {
    const connection = await guest.connect({ reconnect: true });
    this.visits.set(guest, connection);
    const channel = connection.socket.channel(conversation_topic(this.big), {});
    connection.channels.set(conversation_topic(this.big), channel);
    channel.join(patience_ms);
  }

  go(guest) {
    this.visits.get(guest).close();
    this.visits.delete(guest);
  }

  // Who was there goes, and who was not comes.
  async stir() {
    for (const guest of this.guests) {
      if (this.visits.has(guest)) this.go(guest);
      else await this.come(guest);
    }
  }

  closed(nodes = [0, 1, 2]) {
    const there = this.followers.filter(({ person }) => nodes.some((i) => person.server === this.on.nodes[i]));
    return there.filter((one) => one.closes > 0).length;
  }

  // Everybody sees exactly those who are there: nobody is missed, and nobody haunts the place.
  async know_who_is_there(where) {
    const expected = [...this.people, ...this.visits.keys()].map((one) => one.id).sort();
    const names = (ids) => [...this.people, ...this.guests].filter((one) => ids.includes(one.id)).map((one) => one.name).join(' ');
    for (const { person, kept } of this.followers) {
      const online = () => [...kept.get(conversation_topic(this.big)).online].sort();
      const same = () => JSON.stringify(online()) === JSON.stringify(expected);
      await eventually(`${where}: ${person.name} sees who is there`, same, 4 * patience_ms).catch((error) => {
        throw new Error(`${error.message}: sees ${names(online())}, there are ${names(expected)}`);
      });
    }
  }

  // One session for each device, as a new one is told on each node; those of a node that died end with its lease.
  async count_sessions(where) {
    const topic = conversation_topic(this.big);
    for (const person of this.people.slice(0, 3)) {
      const there = [...this.people, ...this.visits.keys()].map((one) => [one.id, one === person ? 2 : 1]);
      const expected = Object.fromEntries(there);
      const told = async () => {
        const late = await person.connect();
        await late.join(topic);
        const state = (await late.next(topic, 'presence_state')).payload;
        late.close();
        await eventually('it has gone', () => late.closes.length > 0);
        return Object.fromEntries(Object.entries(state).map(([user, { metas }]) => [user, metas.length]));
      };
      const end = Date.now() + 4 * patience_ms;
      let seen = await told();
      while (!isDeepStrictEqual(seen, expected) && Date.now() < end) {
        await pause(500);
        seen = await told();
      }
      assert.deepEqual(seen, expected, `${where}: the sessions, as ${person.name} is told`);
    }
  }

  history(person, conversation) {
    return eventually('the history can be read', () => person.whole_history(conversation.id), 4 * patience_ms);
  }

  // What was acknowledged is there once, on every node and at every device, under dense numbers, and presence is true.
  // closed: nodes whose sockets may have been closed. earlier: senders whose messages are there, too.
  async check(load, where, { closed = [], earlier = [] } = {}) {
    for (const { conversation, people } of this.places) {
      const senders = [...load.senders, ...earlier].filter((sender) => sender.conversation === conversation);
      const history = await this.history(people[0], conversation);
      check_sends(history, senders, where);
      const acknowledged = senders.reduce((sum, sender) => sum + sender.acknowledged, 0);
      assert.equal(history.filter((one) => one.messageType === 'text').length, acknowledged, where);
      for (const person of people) {
        const same = await this.history(person, conversation);
        assert.deepEqual(same.map((one) => one.id), history.map((one) => one.id), `${where}: as ${person.name} reads it`);
        await this.followers[this.people.indexOf(person)].check(conversation, history, where);
      }
    }
    await this.know_who_is_there(where);
    await this.count_sessions(where);
    assert.deepEqual(this.followers.flatMap((one) => one.wrong), [], where);
    const kept = [0, 1, 2].filter((i) => !closed.includes(i));
    assert.equal(this.closed(kept), 0, `${where}: sockets were closed`);
    for (const { status, response, text } of load.refusals) {
      if (typeof status === 'number') assert.equal(status, 503, `${where}: ${text}`);
      else if (status === 'error') assert.match(response.reason, /temporary_unavailable|outcome_unknown/, where);
    }
  }

  leave() {
    for (const { person } of this.followers) person.disconnect();
    for (const guest of this.guests) guest.disconnect();
  }
}

// One fault under load, and the same questions after each.
export async function survive(t, on, where, fault, expected = {}) {
  await on.healthy();
  const room = await on.room();
  t.after(() => room.leave());
  const load = room.load();
  try {
    await load.goes_on();
    await fault(room, load);
    await load.goes_on();
  } finally {
    for (const sender of load.senders) sender.stopped = true;
  }
  await load.stop();
  await room.check(load, where, expected);
  const refused = load.refusals.length;
  t.diagnostic(`${where}: ${load.acknowledged} messages, ${refused} refusals`);
  return { room, load };
}
