// The disk of PostgreSQL is full: what would be written is refused in words, what is there is read, and all goes on by
// itself once there is room. Needs root, for a disk of its own.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import { fresh_random } from './harness/person.mjs';
import { Postgres } from './harness/postgres.mjs';
import { eventually, patience_ms } from './harness/patience.mjs';
import { SmallDisk } from './harness/small_disk.mjs';
import { scratch_folder } from './harness/server.mjs';
import { ThreeNodes, survive } from './harness/three_nodes.mjs';

const missing = SmallDisk.missing();

async function start(t, initdb, settings) {
  const disk = new SmallDisk(200);
  const folder = `${disk.folder}/postgres`;
  fs.mkdirSync(folder);
  const database = await Postgres.start({ folder, initdb, settings });
  const on = await ThreeNodes.start({ database, standby: false });
  t.after(async () => {
    await on.discard();
    await database.stop('SIGQUIT').catch(() => {});
    disk.discard();
  });
  return { disk, database, on };
}

const full = ({ status, text }) => status === 503 && /temporary_unavailable/.test(text);

async function check_reads(room) {
  for (const person of room.people) {
    const answer = await person.rest.get(`conversations/${room.big.id}/messages`);
    assert.equal(answer.status, 200, answer.text);
    assert.equal((await person.rest.get('conversations')).status, 200);
  }
}

// What is long, and cannot be pressed, does not fit into what is left of a page.
const long_text = () => crypto.randomBytes(30_000).toString('base64');

test('a full disk under the tables refuses what is written, and nothing else', { skip: missing ?? false }, async (t) => {
  const wal = scratch_folder();
  fs.rmdirSync(wal);
  t.after(() => fs.rmSync(wal, { recursive: true, force: true }));
  const { disk, on } = await start(t, [`--waldir=${wal}`]);
  await survive(t, on, 'full tables', async (room, load) => {
    // In a conversation of its own, because what was refused is not sent again.
    const [ann, ben] = room.people;
    const aside = await ann.group('Aside', [ben]);
    disk.fill();
    const refused = async () => full(await ann.rest.post(`conversations/${aside.id}/messages`, { content: long_text(), client_random: fresh_random(), message_type: 'text' }));
    await eventually('a long message is refused', refused, 5 * patience_ms);
    await eventually('a sender is refused', () => load.refusals.some(full), 5 * patience_ms);
    await check_reads(room);
    for (const node of on.nodes) assert.equal((await fetch(`${node.url}/live`)).status, 200);
    disk.free();
  });
  assert.ok(on.nodes.some((node) => /the disk is full/.test(node.log)), 'the log says why');
});

test('a full disk under the log of PostgreSQL ends it; once there is room and it runs, all goes on', { skip: missing ?? false }, async (t) => {
  const { disk, database, on } = await start(t, [], { min_wal_size: '32MB', max_wal_size: '32MB' });
  await survive(t, on, 'full log', async (room, load) => {
    disk.fill();
    await eventually('senders are refused', () => load.refusals.some(full), 10 * patience_ms);
    disk.free();
    if (!database.answers()) {
      await database.stop('SIGQUIT').catch(() => {});
      await database.launch();
    }
  });
});
