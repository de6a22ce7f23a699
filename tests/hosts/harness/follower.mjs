// A device that keeps conversations as SYNC describes it: what it hears is applied in the order of the numbers, and each
// join says how far it is. It writes down what must not happen: a change that comes twice, or behind a hole.
import assert from 'node:assert/strict';
import { conversation_topic } from './person.mjs';
import { eventually } from './patience.mjs';

export class Follower {
  static async start(person, conversations) {
    const follower = new Follower();
    follower.person = person;
    follower.kept = new Map();
    follower.wrong = [];
    follower.connection = await person.connect({ reconnect: true });
    follower.connection.socket.onMessage((frame) => follower.take(frame));
    for (const conversation of conversations) await follower.join(conversation);
    return follower;
  }

  async join(conversation) {
    const topic = conversation_topic(conversation);
    const kept = { conversation, topic, messages: new Map(), eseq: 0, epoch: undefined, epochs: new Set(), online: new Set(), live: new Set() };
    this.kept.set(topic, kept);
    await this.connection.join(topic, () => ({ since: kept.eseq, ...(kept.epoch ? { epoch: kept.epoch } : {}) }));
  }

  get closes() {
    return this.connection.closes.length;
  }

  take({ topic, event, payload, ref, join_ref }) {
    if (event === 'epoch_changed') this.told_epoch = payload.epoch;
    const kept = this.kept.get(topic);
    if (!kept) return;
    if (event === 'phx_reply') {
      if (ref === join_ref && payload.status === 'ok') this.joined(kept, payload.response);
    } else if (event === 'presence_state') {
      kept.online = new Set(Object.keys(payload));
    } else if (event === 'presence_diff') {
      for (const user of Object.keys(payload.joins)) kept.online.add(user);
      for (const user of Object.keys(payload.leaves)) kept.online.delete(user);
    } else if (payload?.eseq !== undefined) {
      this.change(kept, event, payload);
    }
  }

  joined(kept, { eseq, epoch, changes, complete }) {
    kept.epochs.add(epoch);
    kept.live = new Set();
    if (!complete) kept.stale = true; // pages are read instead
    for (const message of changes?.messages ?? []) kept.messages.set(message.id, message);
    Object.assign(kept, { eseq, epoch });
  }

  change(kept, event, payload) {
    const { eseq } = payload;
    const note = (what) => this.wrong.push(`${this.person.name}: ${what} (${event} ${eseq}, was at ${kept.eseq})`);
    if (event === 'new_message') {
      if (kept.live.has(payload.message.id)) note(`a message is told twice: ${payload.message.content}`);
      kept.live.add(payload.message.id);
    }
    // Right behind a join comes what its reply may hold already.
    if (eseq > kept.eseq + 1) note('a hole');
    if (eseq <= kept.eseq) return;
    kept.eseq = eseq;
    if (payload.message) kept.messages.set(payload.message.id, payload.message);
  }

  // All that were told, as REST has them.
  async check(conversation, history, where) {
    const kept = this.kept.get(conversation_topic(conversation));
    const said = history.filter((one) => one.messageType === 'text');
    const mine = () => [...kept.messages.values()].filter((one) => one.messageType === 'text').sort((a, b) => a.mseq - b.mseq);
    if (kept.stale) return; // too much was missed for one reply: the pages are what it has
    const what = `${where}: ${this.person.name} has all of ${conversation.id}`;
    await eventually(what, () => mine().length >= said.length).catch((error) => {
      const lacking = said.filter((one) => !kept.messages.has(one.id)).map((one) => `${one.eseq} ${one.sentAt}`);
      throw new Error(`${error.message}; lacks ${lacking.slice(0, 20).join(', ')}; ${this.wrong.slice(0, 5).join('; ')}`);
    });
    assert.deepEqual(mine().map((one) => [one.id, one.mseq, one.content]), said.map((one) => [one.id, one.mseq, one.content]), what);
    assert.equal(kept.eseq, history.at(-1).eseq, what);
  }
}
