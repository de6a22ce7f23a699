// Many uploads and downloads at once: the memory of the server does not follow them.
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from './harness/server.mjs';
import { people } from './harness/person.mjs';
import { form, raw, stored, text_file } from './harness/files.mjs';
import { eventually } from './harness/patience.mjs';

let server;
before(async () => {
  server = await Server.start({ args: ['--max-uploads-per-user', '100', '--attachment-quota', '8GiB'] });
});
after(() => server?.discard());

const mib = 1024 * 1024;
function resident() {
  const status = fs.readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) / 1024;
}

// Measures while `work` runs.
// A sanitizer keeps what was freed: then growth says nothing.
const judged = !process.env.WHISPR_TEST_SANITIZED;

async function growth(work) {
  const before = resident();
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, resident())), 10);
  await work();
  clearInterval(timer);
  return { before, most, grown: most - before };
}

test('a hundred uploads of 10 MiB at once', { timeout: 300_000 }, async (t) => {
  const [alice] = people(server, 'alice');
  await stored(alice, { name: 'a.txt', type: 'text/plain', bytes: text_file(1000) });
  const agent = new http.Agent({ maxSockets: 200 });
  const size = 10 * mib;
  const content = text_file(size);
  const made = form([['file', { name: 'a.txt', type: 'text/plain', bytes: content }]]);
  const { before, most, grown } = await growth(async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        raw(server, { method: 'POST', path: 'attachments', token: alice.token, headers: made.headers, body: made.body, agent }),
      ),
    );
    for (const answer of answers) assert.equal(answer.status, 201, answer.bytes.toString());
  });
  agent.destroy();
  t.diagnostic(`resident ${before.toFixed(1)} MiB, at most ${most.toFixed(1)} MiB while 1000 MiB came in`);
  // 256 KiB each, and room for what the allocator keeps.
  assert.ok(!judged || grown < 100 * 0.25 + 40, `grew by ${grown.toFixed(1)} MiB`);
});

test('a hundred downloads of 10 MiB at once, half of them read slowly', { timeout: 300_000 }, async (t) => {
  const [alice] = people(server, 'alice');
  const file = await stored(alice, { name: 'b.txt', type: 'text/plain', bytes: text_file(10 * mib) });
  const head =
    `GET /messaging/api/v1/attachments/${file.id}/download HTTP/1.1\r\nHost: x\r\nConnection: close\r\n` +
    `Authorization: Bearer ${alice.token}\r\n\r\n`;
  const read = (slow) =>
    new Promise((resolve, reject) => {
      const socket = net.connect(server.port, server.host, () => socket.write(head));
      let size = 0;
      socket.on('data', (bytes) => {
        size += bytes.length;
        if (!slow || Math.random() > 0.2) return;
        socket.pause();
        setTimeout(() => socket.resume(), 5);
      });
      socket.on('end', () => resolve(size));
      socket.on('error', reject);
    });
  const { before, most, grown } = await growth(async () => {
    const sizes = await Promise.all(Array.from({ length: 100 }, (_, i) => read(i % 2 === 0)));
    for (const size of sizes) assert.ok(size > 10 * mib, String(size));
  });
  t.diagnostic(`resident ${before.toFixed(1)} MiB, at most ${most.toFixed(1)} MiB while 1000 MiB went out`);
  assert.ok(!judged || grown < 40, `grew by ${grown.toFixed(1)} MiB`);
});

test('the figures are told', async () => {
  const metrics = await eventually('metrics', async () => (await fetch(`${server.admin_url}/metrics`)).text());
  const value = (name) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1]);
  assert.ok(value('whispr_attachment_bytes_in_total') > 1000 * mib);
  assert.ok(value('whispr_attachment_bytes_out_total') >= 1000 * mib);
  assert.ok(value('whispr_uploads_stored_total') >= 102);
  assert.equal(value('whispr_uploads_in_progress'), 0);
  assert.equal(value('whispr_attachment_store_up'), 1);
});
