// People who write at the same time, each several messages at once, until they are stopped or have written enough.
const at_once = 4;

export class Crowd {
  // `content` tells what the message with that number says.
  constructor(people, conversations, { most = 150, content = (i) => `meanwhile ${i}` } = {}) {
    Object.assign(this, { conversations, most, content });
    this.acknowledged = [];
    this.begun = 0;
    this.waiting = [];
    this.done = Promise.all(people.map((person) => this.write(person)));
  }

  get over() {
    return this.begun >= this.most;
  }

  async write(person) {
    while (!this.over) await Promise.all(Array.from({ length: at_once }, () => this.send(person)));
  }

  async send(person) {
    const i = this.begun++;
    this.acknowledged.push(await person.send(this.conversations[i % this.conversations.length].id, this.content(i)));
    for (const wake of this.waiting.splice(0)) wake();
  }

  // Until one more is acknowledged, or all are.
  next() {
    return Promise.race([new Promise((resolve) => this.waiting.push(resolve)), this.done]);
  }

  // Every message, once all that were on their way have been answered.
  async stop() {
    this.most = 0;
    await this.done;
    return this.acknowledged;
  }
}
