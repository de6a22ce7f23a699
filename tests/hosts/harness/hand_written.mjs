// Hand-written frames on sockets that end with the test.
import assert from 'node:assert/strict';
import { Frames } from './frames.mjs';
import { conversation_topic, fresh_random, people } from './person.mjs';

export async function pair(server) {
  const [alice, bob] = people(server, 'alice', 'bob');
  const conversation = await alice.direct_with(bob);
  return { alice, bob, conversation, topic: conversation_topic(conversation) };
}

export async function open(t, person, options) {
  const frames = await Frames.open(person.server, person.token, options);
  t.after(() => frames.close());
  return frames;
}

export async function joined(t, person, topic) {
  const frames = await open(t, person);
  const answer = await frames.ask('1', '1', topic, 'phx_join');
  assert.equal(answer.status, 'ok', JSON.stringify(answer));
  return frames;
}

export const text = (content) => ({ content, message_type: 'text', client_random: fresh_random() });
export const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
export const keys = (object) => Object.keys(object).sort();
