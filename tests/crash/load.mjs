// Senders that keep a server busy and write down what it acknowledged before it died.
import { exchange } from '../hosts/harness/rest.mjs';
import { fresh_random } from '../hosts/harness/person.mjs';
import { WebSocket, socket_url } from '../hosts/harness/frames.mjs';

let serial = 0;

// What one sender did in one conversation, in the order it sent: {content, client_random, acked}.
class Sender {
  constructor(person, conversation) {
    this.person = person;
    this.conversation = conversation;
    this.sent = [];
    this.stopped = false;
  }

  compose() {
    const entry = {
      content: `${this.person.name} ${this.constructor.name} ${++serial}`,
      client_random: fresh_random(),
      acked: null,
    };
    this.sent.push(entry);
    return entry;
  }

  body_of(entry) {
    return { content: entry.content, message_type: 'text', client_random: entry.client_random };
  }

  stop() {
    this.stopped = true;
  }
}

// One request after the other.
export class RestSender extends Sender {
  async run() {
    while (!this.stopped) {
      const entry = this.compose();
      try {
        const answer = await this.person.rest.post(
          `conversations/${this.conversation.id}/messages`,
          this.body_of(entry),
        );
        if (answer.status === 201) entry.acked = answer.body.data;
        else if (!this.stopped) throw new Error(`a send was answered ${answer.status} ${answer.text}`);
      } catch (error) {
        if (error.message.startsWith('a send was answered')) throw error;
        return; // the server died under this request
      }
    }
  }
}

// Several pushes in flight on one socket; hears the conversation as well.
export class SocketSender extends Sender {
  constructor(person, conversation, in_flight = 8) {
    super(person, conversation);
    this.in_flight = in_flight;
    this.heard = new Set();
  }

  run() {
    const topic = `conversation:${this.conversation.id}`;
    const waiting = new Map();
    const socket = new WebSocket(socket_url(this.person.server, this.person.token), { perMessageDeflate: false });
    this.socket = socket;
    const push = () => {
      if (this.stopped) return;
      const entry = this.compose();
      const ref = String(this.sent.length + 1);
      waiting.set(ref, entry);
      socket.send(JSON.stringify(['1', ref, topic, 'new_message', this.body_of(entry)]));
    };
    return new Promise((resolve, reject) => {
      socket.on('open', () => socket.send(JSON.stringify(['1', '1', topic, 'phx_join', {}])));
      socket.on('error', () => {});
      socket.on('close', () => resolve());
      socket.on('message', (data) => {
        const [, ref, , event, payload] = JSON.parse(data);
        if (event === 'new_message') this.heard.add(payload.message.id);
        if (event !== 'phx_reply') return;
        if (payload.status !== 'ok') {
          if (!this.stopped) reject(new Error(`a push was answered ${JSON.stringify(payload)}`));
        } else if (ref === '1') {
          for (let i = 0; i < this.in_flight; ++i) push();
        } else {
          waiting.get(ref).acked = payload.response.message;
          push();
        }
      });
    });
  }

  stop() {
    super.stop();
    this.socket?.terminate();
  }
}

// Edits, reactions, reads and deletions of what it has sent: acknowledged ones have to stay.
export class Changer extends Sender {
  constructor(person, conversation) {
    super(person, conversation);
    this.changes = []; // {id, edited?, reaction?, deleted?, acked}
  }

  async run() {
    const rest = (method, path, content) => {
      const body = content === undefined ? undefined : JSON.stringify(content);
      const headers = { accept: 'application/json', authorization: `Bearer ${this.person.token}` };
      if (body)
        Object.assign(headers, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
      return exchange(this.person.server.url, { method, path: `/messaging/api/v1/${path}`, headers, body });
    };
    const apply = async (change, status, ...call) => {
      this.changes.push(change);
      const answer = await rest(...call);
      if (answer.status === status) change.acked = true;
      else if (!this.stopped) throw new Error(`a change was answered ${answer.status} ${answer.text}`);
    };
    for (let i = 0; !this.stopped; ++i) {
      const entry = this.compose();
      try {
        const answer = await rest('POST', `conversations/${this.conversation.id}/messages`, this.body_of(entry));
        if (answer.status !== 201) return;
        entry.acked = answer.body.data;
        const { id } = entry.acked;
        if (i % 4 === 0)
          await apply({ id, edited: `edited ${entry.content}` }, 200, 'PUT', `messages/${id}`, {
            content: `edited ${entry.content}`,
          });
        if (i % 4 === 1)
          await apply({ id, reaction: '👍' }, 201, 'POST', `messages/${id}/reactions`, { reaction: '👍' });
        if (i % 4 === 2) await apply({ id, deleted: true }, 200, 'DELETE', `messages/${id}?delete_for_everyone=true`);
      } catch (error) {
        if (error.message.startsWith('a change was answered')) throw error;
        return;
      }
    }
  }
}
