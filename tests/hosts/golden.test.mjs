// Conformance: what the service that whisprd replaces answered, asked of whisprd. See tests/golden/README.md.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Frames } from './harness/frames.mjs';
import { exchange } from './harness/rest.mjs';
import { Server } from './harness/server.mjs';
import { patience_ms } from './harness/patience.mjs';
import { OriginalConnection, original_http } from './replay/original.mjs';
import { Lists, recorded_lines, users } from './replay/recorded.mjs';
import { Replay } from './replay/run.mjs';

const words = (counts) =>
  Object.entries(counts)
    .map(([part, count]) => `${count} with ${part}`)
    .join(', ');

test('the comparison accepts the recorded service wherever no exception is listed', async () => {
  const lines = recorded_lines();
  const { exceptions } = new Lists();
  const replay = new Replay({
    http: original_http,
    connect: (path, line) =>
      new OriginalConnection(lines, line, (frame, seq) => (exceptions.has(seq) ? undefined : frame)),
    mint: (kind, sub) => `${kind}-${sub}`,
    patience: 0,
  });
  for (const name of replay.scenarios()) await replay.scenario(name);
  const strict = replay.results.filter((one) => !one.exception && one.differences.length > 0);
  assert.equal(replay.summary(strict, []).text, '');
});

test('every exception with an answer of its own overrides what the recorded service answered', async () => {
  const lines = recorded_lines();
  const replay = new Replay({
    http: original_http,
    connect: (path, line) => new OriginalConnection(lines, line),
    mint: (kind, sub) => `${kind}-${sub}`,
    patience: 0,
  });
  for (const name of replay.scenarios()) await replay.scenario(name);
  const overridden = new Set(replay.results.filter((one) => one.differences.length > 0).map((one) => one.seq));
  // What a model expects follows from the exceptions before it, too, which the recorded service does not meet.
  const fixed = [...replay.lists.exceptions].filter(([, { expect }]) => !expect.model);
  const superfluous = fixed.map(([seq]) => seq).filter((seq) => !overridden.has(seq));
  assert.deepEqual(superfluous, []);
});

test('the comparison notices when an answer differs in a value, a type, a status or a key', async () => {
  const spoilt = {
    2: (answer) => (answer.body.status = 'asleep'),
    79: (answer) => (answer.body.data.unreadCount = '0'),
    118: (answer) => (answer.status = 404),
    221: (answer) => delete answer.body.data.editedAt,
    234: (answer) => (answer.body.details.content = ["can't be blank"]),
    262: (answer) => (answer.body.data.replyTo.surprise = 1),
    354: (answer) => (answer.headers['content-type'] = 'text/plain'),
  };
  const replay = new Replay({
    http: async (request, line) => {
      const answer = structuredClone(await original_http(request, line));
      spoilt[line?.seq]?.(answer);
      return answer;
    },
    connect: (path, line) => new OriginalConnection([], line),
    mint: (kind, sub) => `${kind}-${sub}`,
    patience: 0,
  });
  for (const name of replay.scenarios().filter((one) => !/^1/.test(one))) await replay.scenario(name);
  const noticed = replay.results.filter((one) => !one.exception && one.differences.length > 0).map((one) => one.seq);
  for (const seq of Object.keys(spoilt)) assert.ok(noticed.includes(Number(seq)), `#${seq} was spoilt and passed`);
});

test('the model notices when a search lacks, doubles, reorders or changes something', async () => {
  const replay = new Replay({ http: original_http, connect: () => undefined, mint: (kind, sub) => `${kind}-${sub}` });
  for (const name of ['03-conversations', '05-messages']) await replay.scenario(name);
  const { model, lines, http } = replay;
  const answered = async (seq) => {
    const line = lines.find((one) => one.seq === seq);
    return (await original_http(line.request, line)).body;
  };
  const differences = (kind, path, answer) => {
    const request = { user: users.alice, path: `/messaging/api/v1/${path}` };
    return model.check_list(kind, request, answer, http.comparison);
  };
  const [here, accented, edited] = (await Promise.all([270, 247, 306].map(answered))).map((one) => one.data);
  const found = 'messages/search?query=H%C3%89';
  assert.deepEqual(differences('message_search', found, [here, accented, edited]), []);
  for (const wrong of [
    [here, accented],
    [here, accented, edited, edited],
    [accented, here, edited],
    [here, accented, { ...edited, content: 'hello' }],
    { data: [here, accented, edited] },
  ])
    assert.notDeepEqual(differences('message_search', found, wrong), [], JSON.stringify(wrong));
  assert.deepEqual(differences('message_search', `${found}&limit=1&offset=2`, [edited]), []);
  assert.deepEqual(differences('message_search', 'messages/search?query=he%20edi', [edited]), []);
  for (const nothing of ['ello', 'bye', '%25', ''])
    assert.deepEqual(differences('message_search', `messages/search?query=${nothing}`, []), [], nothing);

  const [trip, none] = await Promise.all([131, 135].map(answered));
  const named = (q, answer) => differences('conversation_search', `conversations/search?q=${q}`, answer);
  assert.deepEqual(named('trip', trip), []);
  assert.deepEqual(named('zzzzz', none), []);
  assert.notDeepEqual(named('trip', { ...none, meta: { count: 0, query: 'trip' } }), []);
  assert.notDeepEqual(named('zzzzz', { ...trip, meta: { count: 1, query: 'zzzzz' } }), []);
});

test('the comparison notices when a frame is missing, differs, or was not asked for', async () => {
  const lines = recorded_lines();
  const spoilt = {
    594: (frame) => ((frame[1] = '2'), frame),
    624: () => undefined,
    713: (frame) => ((frame[4].response.reason = 'not_authorized'), frame),
    737: () => undefined,
    743: (frame) => ((frame[4].message.replyTo.content = 'other'), frame),
    815: (frame) => ((frame[4].typing = 'true'), frame),
    831: (frame) => ((frame[3] = 'reaction_lost'), frame),
  };
  const replay = new Replay({
    http: original_http,
    connect: (path, line) =>
      new OriginalConnection(lines, line, (frame, seq) => (spoilt[seq] ? spoilt[seq](frame) : frame)),
    mint: (kind, sub) => `${kind}-${sub}`,
    patience: 0,
  });
  for (const name of replay.scenarios()) await replay.scenario(name);
  await replay.sockets.finish();
  const failed = replay.results
    .concat(replay.sockets.results)
    .filter((one) => !one.exception && one.differences.length > 0);
  for (const [seq, change] of Object.entries(spoilt)) {
    assert.ok(change && failed.some((one) => one.seq === Number(seq)), `#${seq} was spoilt and passed`);
  }
  assert.ok(
    failed.some((one) => one.differences.some((line) => line.includes('reaction_lost'))),
    'an unknown frame passed',
  );
});

test('whisprd answers as recorded, or as the contract corrects it', async (t) => {
  let server;
  let replay;
  const total = { exact: 0, with_exception: 0, not_yet: 0, failed: 0 };
  t.before(async () => {
    server = await Server.start();
    const mint = (kind, sub) =>
      ({
        good: () => server.issuer.token(sub),
        expired: () => server.issuer.expired(sub),
        garbage: () => 'x',
        none: () => '',
      })[kind]();
    replay = new Replay({
      http: (request) => exchange(server.url, request),
      connect: (path_and_query) => new Frames(`${server.ws_url}${path_and_query}`),
      mint,
      patience: patience_ms / 2,
    });
  });
  t.after(async () => {
    await replay?.sockets.finish();
    await server?.discard();
    console.log(
      `golden: ${total.exact} exact, ${total.with_exception} with exception, ${total.not_yet} not yet, ${total.failed} failed`,
    );
  });
  for (const name of [
    '01-health-misc',
    '03-conversations',
    '05-messages',
    '06-reactions-pins',
    '10-ws-connect',
    '11-ws-conversation',
    '12-ws-receipts-typing',
  ]) {
    await t.test(name, async (scenario) => {
      const { exact, with_exception, not_yet, not_yet_by_part, failed, text } = await replay.scenario(name);
      total.exact += exact;
      total.with_exception += with_exception;
      total.not_yet += not_yet;
      total.failed += failed.length;
      scenario.diagnostic(`${exact} exact, ${with_exception} with exception, ${failed.length} failed`);
      if (not_yet) scenario.diagnostic(`${not_yet} not yet: ${words(not_yet_by_part)}`);
      assert.equal(failed.length, 0, `\n${text}`);
    });
  }
  await t.test('nothing but listed additions came over the sockets', async () => {
    const from = replay.sockets.results.length;
    await replay.sockets.finish();
    replay.sockets.connections.clear();
    const strange = replay.sockets.results.slice(from).filter((one) => one.differences.length);
    assert.deepEqual(
      strange.flatMap((one) => one.differences),
      [],
    );
  });
});
