// People who do not give up: each sends one message after the other, and repeats it, as the same one, until it is
// acknowledged. What they keep is what ../../crash/checks.mjs looks at.
import { fresh_random } from './person.mjs';
import { eventually, pause } from './patience.mjs';

const between_ms = 25;
let serial = 0;

class Steady {
  constructor(person, conversation) {
    Object.assign(this, { person, conversation, sent: [], stopped: false, refusals: [], acknowledged: 0, pace_ms: 0 });
    this.name = `${person.name} ${this.constructor.name}`;
  }

  async run() {
    while (!this.stopped) {
      const entry = { content: `${this.name} ${(serial += 1)}`, client_random: fresh_random(), acked: null };
      this.sent.push(entry);
      while (!(entry.acked = await this.attempt(entry))) await pause(between_ms);
      this.acknowledged += 1;
      if (this.pace_ms) await pause(this.pace_ms);
    }
  }

  body_of({ content, client_random }) {
    return { content, client_random, message_type: 'text' };
  }
}

export class SteadyRest extends Steady {
  async attempt(entry) {
    try {
      const answer = await this.person.rest.post(`conversations/${this.conversation.id}/messages`, this.body_of(entry));
      if (answer.status === 201) return answer.body.data;
      this.refusals.push({ status: answer.status, retry_after: answer.headers['retry-after'], text: answer.text });
    } catch (error) {
      this.refusals.push({ lost: error.message }); // no answer came
    }
    return null;
  }
}

export class SteadySocket extends Steady {
  // `connection` has joined the conversation, and connects and joins again by itself.
  constructor(person, conversation, connection) {
    super(person, conversation);
    this.connection = connection;
  }

  async attempt(entry) {
    const topic = `conversation:${this.conversation.id}`;
    const { status, response } = await this.connection
      .push(topic, 'new_message', this.body_of(entry))
      .catch((error) => ({ status: 'lost', response: error.message }));
    if (status === 'ok') return response.message;
    this.refusals.push({ status, response });
    return null;
  }
}

// Senders at work.
export class SteadyLoad {
  constructor(senders) {
    this.senders = senders;
    this.runs = Promise.all(senders.map((sender) => sender.run()));
  }

  get acknowledged() {
    return this.senders.reduce((sum, sender) => sum + sender.acknowledged, 0);
  }

  get refusals() {
    return this.senders.flatMap((sender) => sender.refusals);
  }

  // Until every sender, or each of those, has had so many more acknowledged.
  async goes_on(count = 5, senders = this.senders) {
    const before = senders.map((sender) => sender.acknowledged);
    const enough = () => senders.every((sender, i) => sender.acknowledged >= before[i] + count);
    await Promise.race([eventually('every sender is acknowledged again', enough, 60_000), this.runs]);
  }

  async stop() {
    for (const sender of this.senders) sender.stopped = true;
    await this.runs;
  }
}
