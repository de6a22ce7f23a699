// A conversation that bad input must not change, and the question whether the server is well.
import assert from 'node:assert/strict';
import { people, conversation_topic } from './person.mjs';
import { exchange } from './rest.mjs';

export class Untouched {
  static async of(server) {
    const room = new Untouched();
    room.server = server;
    [room.alice, room.bob, room.stranger] = people(server, 'alice', 'bob', 'stranger');
    room.direct = await room.alice.direct_with(room.bob);
    room.group = await room.alice.group('Untouched', [room.bob]);
    room.message = await room.alice.send(room.direct.id, 'untouched');
    room.group_message = await room.alice.send(room.group.id, 'untouched too');
    room.topic = conversation_topic(room.direct);
    room.messages_path = `/messaging/api/v1/conversations/${room.direct.id}/messages`;
    room.before = await room.state();
    return room;
  }

  async state() {
    const [list, direct, group, reactions] = await Promise.all([
      this.alice.rest.get('conversations'),
      this.alice.rest.get(`conversations/${this.direct.id}/messages`),
      this.alice.rest.get(`conversations/${this.group.id}/messages`),
      this.alice.rest.get(`messages/${this.message.id}/reactions`),
    ]);
    return JSON.stringify([list.body, direct.body, group.body, reactions.body].map((body) => body.data));
  }

  // The server answers, nobody's state changed.
  async check(what) {
    assert.ok(this.server.alive, `${what}: the server died\n${this.server.log.slice(-4000)}`);
    const answer = await exchange(this.server.url, { path: '/live', headers: { accept: 'application/json' } });
    assert.equal(answer.status, 200, what);
    assert.equal(await this.state(), this.before, `${what}: something was changed`);
  }
}
