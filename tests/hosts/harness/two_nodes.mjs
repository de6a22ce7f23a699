// Two servers on one PostgreSQL, and rooms in which people of both write.
import assert from 'node:assert/strict';
import { check_sends } from '../../crash/checks.mjs';
import { eventually } from './patience.mjs';
import { Person, conversation_topic } from './person.mjs';
import { Server } from './server.mjs';
import { SteadyLoad, SteadyRest, SteadySocket } from './steady.mjs';

const no_limits = ['--messages-per-minute', '0', '--requests-per-minute', '0', '--joins-per-second', '0'];
let databases = 0;

export class TwoNodes {
  // options: database, standby (of the database: where the servers may go), name (of a database that is there)
  static async start({ database, standby, name }) {
    const on = new TwoNodes();
    on.database = database;
    on.name = name ?? `nodes_${(databases += 1)}`;
    if (!name) database.database(on.name);
    const hosts = [database, standby].filter(Boolean).map((one) => `127.0.0.1:${one.port}`);
    const store = `postgres://postgres@${hosts.join(',')}/${on.name}`;
    const args = ['--store', store, ...no_limits];
    const first = await Server.start({ args });
    on.nodes = [first, await Server.start({ args, issuer: first.issuer })];
    return on;
  }

  async discard() {
    for (const node of this.nodes) await node.discard();
  }

  // Two people with a socket on each node, and one group of all four; `listeners` more sockets on each.
  async room(listeners = 5) {
    const room = new Room();
    room.writers = ['ann', 'ben', 'cat', 'dan'].map((name, i) => new Person(this.nodes[i % 2], name));
    room.reader = room.writers[0];
    room.group = await room.reader.group('Nodes', room.writers.slice(1));
    const connected = room.writers.flatMap((writer, i) => Array(i < 2 ? listeners + 1 : 1).fill(writer));
    room.sockets = await Promise.all(
      connected.map(async (writer) => {
        const connection = await writer.connect({ reconnect: true });
        await connection.join(conversation_topic(room.group));
        return connection;
      }),
    );
    return room;
  }
}

class Room {
  // Everybody writes, through REST and through a socket.
  load() {
    const socket_of = (writer) => writer.connections[0];
    return new SteadyLoad(
      this.writers.flatMap((writer) => [
        new SteadyRest(writer, this.group),
        new SteadySocket(writer, this.group, socket_of(writer)),
      ]),
    );
  }

  closed_sockets() {
    return this.sockets.filter((connection) => connection.closes.length > 0).length;
  }

  // Reads may be refused for a moment longer than sends.
  history(reader = this.reader) {
    return eventually('the history can be read', () => reader.whole_history(this.group.id));
  }

  // Everything that was sent is there once, as it was acknowledged, under numbers without a hole, whichever node is asked.
  async check(load, where) {
    const history = await this.history();
    check_sends(history, load.senders, where);
    assert.equal(history.filter((one) => one.messageType === 'text').length, load.acknowledged, where);
    assert.deepEqual(
      (await this.history(this.writers[1])).map((one) => one.id),
      history.map((one) => one.id),
      where,
    );
  }
}
