// One user as the tests see them: an id, a token, REST calls and any number of phoenix connections.
import crypto from 'node:crypto';
import assert from 'node:assert/strict';
import { Rest } from './rest.mjs';
import { Connection } from './connection.mjs';

let next_random = crypto.randomInt(1, 2 ** 31);
export const fresh_random = () => next_random++;

export class Person {
  constructor(server, name = 'someone', id = crypto.randomUUID()) {
    this.server = server;
    this.name = name;
    this.id = id;
    this.token = server.issuer.token(id);
    this.rest = new Rest(server, this.token);
    this.connections = [];
  }

  // Connects a device, and joins its own user topic unless told not to.
  async connect({ join_user = true, ...options } = {}) {
    const connection = new Connection(this.server, { token: this.token, name: this.name, ...options });
    this.connections.push(connection);
    await connection.open();
    if (join_user) await connection.join(`user:${this.id}`);
    return connection;
  }

  disconnect() {
    for (const connection of this.connections) connection.close();
    this.connections = [];
  }

  async direct_with(other) {
    return this.created(await this.rest.post('conversations', { type: 'direct', other_user_id: other.id }));
  }

  async group(name, others, more = {}) {
    const body = { type: 'group', name, user_ids: others.map((one) => one.id), ...more };
    return this.created(await this.rest.post('conversations', body));
  }

  created(answer) {
    assert.equal(answer.status, 201, answer.text);
    return answer.body.data;
  }

  // Sends through REST; answers the stored message.
  async send(conversation_id, content, more = {}) {
    const body = { content, message_type: 'text', client_random: fresh_random(), ...more };
    return this.created(await this.rest.post(`conversations/${conversation_id}/messages`, body));
  }

  async history(conversation_id, query = '') {
    const answer = await this.rest.get(`conversations/${conversation_id}/messages${query}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.body.data;
  }

  // Every visible message, oldest first, read page by page as the mobile client does.
  async whole_history(conversation_id, limit = 100) {
    const newest_first = [];
    let before = '';
    for (;;) {
      const page = await this.history(conversation_id, `?limit=${limit}${before}`);
      newest_first.push(...page);
      if (page.length < limit) return newest_first.reverse();
      before = `&before=${encodeURIComponent(page.at(-1).sentAt)}`;
    }
  }

  async listed(conversation_id) {
    const answer = await this.rest.get('conversations');
    assert.equal(answer.status, 200, answer.text);
    return answer.body.data.find((one) => one.id === conversation_id);
  }
}

export const people = (server, ...names) => names.map((name) => new Person(server, name));
export const conversation_topic = (conversation) => `conversation:${conversation.id ?? conversation}`;
