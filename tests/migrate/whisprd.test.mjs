// `whisprd migrate`: the same migration, from the store that the server is configured with.
import test, { before, describe } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { run_to_end } from '../hosts/harness/server.mjs';
import { content, database, file, folder, make_store, migrated, skip, sqlite_store } from './fixture.mjs';

const run = (args, env = {}) => run_to_end(['migrate', ...args], { env });

describe('whisprd migrate', { skip }, () => {
  before(() => make_store('server.db'));

  test('takes the store of its environment, of its file, or the one that is named', async () => {
    fs.writeFileSync(file('whisprd.toml'), `store = "${sqlite_store('server.db')}"\nlisten = "not read here"\n`);
    const ways = [
      [[], { WHISPR_STORE: sqlite_store('server.db') }],
      [['--config', file('whisprd.toml')], {}],
      [[], { WHISPR_CONFIG: file('whisprd.toml') }],
      [['--from', sqlite_store('server.db')], { WHISPR_STORE: 'memory:' }],
    ];
    for (const [i, [args, env]] of ways.entries()) {
      const url = database(`of_server_${i}`);
      const { code, output } = await run(['--to', url, ...args], env);
      assert.equal(code, 0, output);
      assert.match(output, /: no differences\n/);
      await migrated(url, sqlite_store(`of_server_${i}.db`));
      assert.equal(content(`of_server_${i}.db`), content('server.db'));
    }
  });

  test('takes the file in its data directory when nothing names a store', async () => {
    fs.mkdirSync(file('data'));
    fs.copyFileSync(file('server.db'), file('data/whispr.db'));
    const { code, output } = await run(['--to', database('of_data_dir')], { WHISPR_DATA_DIR: file('data') });
    assert.equal(code, 0, output);
    assert.match(output, /from .*data\/whispr\.db to /);
  });

  test('refuses in words what it cannot do', async () => {
    const url = database('refused_by_server');
    for (const [args, env, text] of [
      [[], {}, /--to is required/],
      [['--to', url], { WHISPR_STORE: 'memory:' }, /whisprd migrate: the configured store: not a store such as/],
      [['--to', url], { WHISPR_STORE: 'nonsense:secret' }, /whisprd: bad value for store \(from environment WHISPR_STORE\)/],
      [['--to', url, '--config', file('nowhere.toml')], {}, /whisprd: cannot read the file .*nowhere\.toml/],
      [['--to', sqlite_store('x.db')], { WHISPR_STORE: sqlite_store('server.db') }, /the configured store and --to: one is a SQLite file/],
      [['--to', url, 'postgres://user:secret@host/x'], {}, /arguments that belong to no flag/],
    ]) {
      const { code, output } = await run(args, env);
      assert.equal(code, 2, output);
      assert.match(output, text);
      assert.ok(!output.includes('secret@'), output);
    }
    const missing = await run(['--to', url], { WHISPR_STORE: `sqlite:${folder}/missing.db` });
    assert.equal(missing.code, 1, missing.output);
    assert.match(missing.output, /there is no database/);
  });

  test('says what it takes', async () => {
    const { code, output } = await run(['--help']);
    assert.equal(code, 0);
    for (const flag of ['--from', '--to', '--config', '--batch', '--verify']) assert.ok(output.includes(flag), output);
    assert.match((await run_to_end(['--help'])).output, /migrate +Move a whole store/);
  });
});
