// Which of our ids stands for which recorded one; learnt from the answers, in order.
const uuid = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';
export const is_uuid = (text) => typeof text === 'string' && new RegExp(`^${uuid}$`).test(text);
// Users and the ids the recording made up mean themselves.
const fixed = /^(11111111-1111-4111-8111-|22222222-|99999999-|00000000-0000-)/;

export class Identities {
  constructor() {
    this.ours = new Map();
    this.known = new Set();
    this.pending = [];
  }

  bind(recorded, our) {
    this.ours.set(recorded, our);
    this.known.add(our);
    this.pending.push(recorded);
  }

  commit() {
    this.pending = [];
  }

  rollback() {
    for (const recorded of this.pending) {
      this.known.delete(this.ours.get(recorded));
      this.ours.delete(recorded);
    }
    this.pending = [];
  }

  // Does our id stand where the recorded one stood? Learns the pair when both are new.
  same(recorded, our) {
    if (fixed.test(recorded) || this.known.has(recorded)) return recorded === our;
    if (this.ours.has(recorded)) return this.ours.get(recorded) === our;
    if (!is_uuid(our) || this.known.has(our) || fixed.test(our)) return false;
    this.bind(recorded, our);
    return true;
  }

  translate(text) {
    return text.replace(new RegExp(uuid, 'g'), (id) => this.ours.get(id) ?? id);
  }

  translate_value(value) {
    return JSON.parse(this.translate(JSON.stringify(value)));
  }
}
