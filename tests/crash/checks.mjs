// What has to be true of a conversation after a crash, given what its senders wrote down.
import assert from 'node:assert/strict';

const dense_from = (numbers, first) => numbers.every((number, i) => number === first + i);

// A conversation that holds nothing but sends: everything about it can be said exactly.
export function check_sends(history, senders, round) {
  const where = `round ${round}`;
  const ids = history.map((one) => one.id);
  assert.equal(new Set(ids).size, ids.length, `${where}: a message is listed twice`);
  assert.ok(
    dense_from(
      history.map((one) => one.mseq),
      1,
    ),
    `${where}: mseq has a hole: ${history.map((one) => one.mseq)}`,
  );
  if (history.length) {
    assert.ok(
      dense_from(
        history.map((one) => one.eseq),
        history[0].eseq,
      ),
      `${where}: eseq has a hole: ${history.map((one) => one.eseq)}`,
    );
  }
  for (let i = 1; i < history.length; ++i)
    assert.ok(history[i - 1].sentAt < history[i].sentAt, `${where}: sentAt does not rise`);
  const texts = history.filter((one) => one.messageType === 'text');
  const position = new Map(texts.map((one) => [one.content, history.indexOf(one)]));
  assert.equal(position.size, texts.length, `${where}: a message was stored twice`);
  for (const sender of senders) check_sender(history, position, sender, where);
  const known = new Set(senders.flatMap((sender) => sender.sent.map((entry) => entry.content)));
  for (const one of texts) assert.ok(known.has(one.content), `${where}: ${one.content} was never sent`);
}

function check_sender(history, position, sender, where) {
  const stored = sender.sent.map((entry) => position.get(entry.content));
  for (const [i, entry] of sender.sent.entries()) {
    if (!entry.acked) continue;
    assert.notEqual(stored[i], undefined, `${where}: ${entry.content} was acknowledged and is lost`);
    const found = history[stored[i]];
    for (const key of ['id', 'mseq', 'sentAt', 'senderId', 'conversationId']) {
      if (entry.acked[key] !== undefined)
        assert.equal(found[key], entry.acked[key], `${where}: ${key} of ${entry.content} changed`);
    }
  }
  const kept = stored.filter((place) => place !== undefined);
  assert.deepEqual(
    kept,
    [...kept].sort((a, b) => a - b),
    `${where}: a sender's order changed`,
  );
  const first_missing = stored.indexOf(undefined);
  if (first_missing >= 0) {
    assert.ok(
      stored.slice(first_missing).every((place) => place === undefined),
      `${where}: a later message of a sender is stored, an earlier one is not`,
    );
  }
  const ids = new Set(history.map((one) => one.id));
  for (const id of sender.heard ?? []) assert.ok(ids.has(id), `${where}: ${id} was told to listeners and is lost`);
}

// A conversation with edits, reactions and deletions: what was acknowledged is there.
export async function check_changes(person, history, changer, round) {
  const by_id = new Map(history.map((one) => [one.id, one]));
  const deleted = new Set(changer.changes.filter((change) => change.deleted).map((change) => change.id));
  for (const entry of changer.sent) {
    if (entry.acked && !deleted.has(entry.acked.id))
      assert.ok(by_id.has(entry.acked.id), `round ${round}: ${entry.content} is lost`);
  }
  for (const change of changer.changes) {
    if (!change.acked) continue;
    if (change.edited) assert.equal(by_id.get(change.id)?.content, change.edited, `round ${round}: an edit is lost`);
    if (change.deleted) assert.ok(!by_id.has(change.id), `round ${round}: a deletion is lost`);
    if (change.reaction) {
      const { data } = (await person.rest.get(`messages/${change.id}/reactions`)).body;
      assert.equal(
        data.filter((one) => one.reaction === change.reaction).length,
        1,
        `round ${round}: a reaction is lost or doubled`,
      );
    }
  }
  const numbers = history.map((one) => one.mseq);
  assert.deepEqual(
    numbers,
    [...new Set(numbers)].sort((a, b) => a - b),
    `round ${round}: mseq is not in order`,
  );
}

// Sends again what was not acknowledged, and a few that were: afterwards each is there once.
export async function send_again(senders) {
  const again = async (sender, entry) => {
    const body = { content: entry.content, message_type: 'text', client_random: entry.client_random };
    const answer = await sender.person.rest.post(`conversations/${sender.conversation.id}/messages`, body);
    assert.equal(answer.status, 201, answer.text);
    if (entry.acked) {
      assert.equal(answer.body.data.id, entry.acked.id, 'a repeat was answered with another message');
      assert.equal(answer.headers['x-whispr-duplicate'], 'true');
    }
    entry.acked = answer.body.data;
  };
  for (const sender of senders) {
    const unacknowledged = sender.sent.filter((entry) => !entry.acked);
    const sample = sender.sent.filter((entry) => entry.acked).slice(-2);
    for (const entry of [...unacknowledged, ...sample]) await again(sender, entry);
  }
}

// After the repeats nothing is missing and nothing is there twice; the order of repeats is free.
export function check_complete(history, senders, round) {
  const sent = senders.flatMap((sender) => sender.sent.map((entry) => entry.content)).sort();
  const texts = history.filter((one) => one.messageType === 'text');
  assert.deepEqual(texts.map((one) => one.content).sort(), sent, `round ${round}: after the repeats`);
  assert.ok(
    dense_from(
      history.map((one) => one.mseq),
      1,
    ),
    `round ${round}: mseq has a hole after the repeats`,
  );
}
