// Runs the real whisprd, named by the environment variable WHISPRD, on a port of its own choice.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { new_database } from './postgres.mjs';
import { Issuer } from './tokens.mjs';
import { patience_ms, start_patience_ms, within } from './patience.mjs';

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export function binary() {
  const file = process.env.WHISPRD;
  if (!file) throw new Error('set WHISPRD to the path of the whisprd under test');
  return file;
}

export function scratch_folder() {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'whispr-hosts-'));
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

// Nothing of the caller's environment reaches the server but what it needs to run, so that a
// DATABASE_URL of the developer cannot change what is tested.
export function clean_environment(extra = {}) {
  const kept = {};
  for (const name of [
    'PATH',
    'HOME',
    'LANG',
    'TMPDIR',
    'ASAN_OPTIONS',
    'UBSAN_OPTIONS',
    'TSAN_OPTIONS',
    'GCOV_PREFIX',
  ]) {
    if (process.env[name] !== undefined) kept[name] = process.env[name];
  }
  return { ...kept, ...extra };
}

// Runs whisprd to its end: for wrong configuration, which must not start.
export async function run_to_end(args, { env = {}, within_ms = start_patience_ms } = {}) {
  const child = spawn(binary(), args, { env: clean_environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let output = '';
  child.stdout.on('data', (bytes) => (output += bytes));
  child.stderr.on('data', (bytes) => (output += bytes));
  const ended = new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal })));
  try {
    const { code, signal } = await within(ended, `whisprd ${args.join(' ')} was to end but runs on`, within_ms);
    return { code, signal, output };
  } finally {
    child.kill('SIGKILL');
    running.delete(child);
  }
}

export class Server {
  // options: dev, admin, grpc, args, env, dir, issuer, listen, tls {cert, key, ca}, host (its address), through (a command that
  // runs it, such as ['ip', 'netns', 'exec', NAME])
  constructor(options = {}) {
    this.options = { admin: true, env: {}, ...options, args: [...(options.args ?? [])] };
    this.dir = options.dir ?? scratch_folder();
    this.issuer = options.issuer ?? new Issuer();
    this.host = options.host ?? '127.0.0.1';
    this.listen = options.listen ?? `${this.host}:0`;
    this.grpc_listen = options.grpc === true ? '127.0.0.1:0' : options.grpc;
    this.log = '';
    this.connections = new Set(); // of phoenix clients, to be closed with it
  }

  static async start(options) {
    const server = new Server(options);
    await server.launch();
    return server;
  }

  arguments() {
    const { dev, admin, args, tls, jwks } = this.options;
    const jwks_file = path.join(this.dir, 'jwks.json');
    if (!dev && jwks === undefined) fs.writeFileSync(jwks_file, JSON.stringify(this.issuer.jwks()));
    return [
      'serve',
      '--listen',
      this.listen,
      '--data-dir',
      this.dir,
      ...(dev ? ['--dev'] : ['--jwks', jwks ?? jwks_file]),
      '--admin-listen',
      admin ? `${this.host}:0` : 'off',
      ...(this.grpc_listen ? ['--grpc', this.grpc_listen] : []),
      ...(tls ? ['--tls-cert', tls.cert, '--tls-key', tls.key] : []),
      ...args,
    ];
  }

  // Every suite can run on PostgreSQL instead of SQLite: the environment says so.
  async choose_store() {
    const { args, env } = this.options;
    const chosen = args.some((arg) => arg.startsWith('--store')) || env.WHISPR_STORE || env.DATABASE_URL;
    if (process.env.WHISPR_TEST_STORE === 'postgres' && !chosen) args.push('--store', await new_database());
  }

  async launch() {
    await this.choose_store();
    const args = this.arguments();
    const from = this.log.length;
    const [program, ...more] = [...(this.options.through ?? []), binary(), ...args];
    const child = spawn(program, more, {
      env: clean_environment(this.options.env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    this.child = child;
    this.exit = null;
    this.ended = new Promise((resolve) => {
      child.on('close', (code, signal) => {
        running.delete(child);
        this.exit = { code, signal };
        resolve(this.exit);
      });
    });
    const ready = new Promise((resolve, reject) => {
      const look = (bytes) => {
        this.log += bytes;
        const said = this.log.slice(from);
        const main = /listening on (https?):\/\/([^\s"]+):(\d+)/.exec(said);
        const admin = /metrics on http:\/\/([^\s"]+):(\d+)/.exec(said);
        const grpc = /grpc on ([^\s"]+):(\d+)/.exec(said);
        const all = main && (!this.options.admin || admin) && (!this.grpc_listen || grpc);
        if (all) resolve({ main, admin, grpc });
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      child.on('error', reject);
      this.ended.then((exit) =>
        reject(new Error(`whisprd ended at start: ${JSON.stringify(exit)}\n${this.log.slice(from)}`)),
      );
    });
    const { main, admin, grpc } = await within(
      ready,
      `whisprd ${args.join(' ')} did not say it is listening`,
      start_patience_ms,
    ).catch((error) => {
      child.kill('SIGKILL');
      throw new Error(`${error.message}\n${this.log.slice(from)}`);
    });
    this.scheme = main[1];
    this.port = Number(main[3]);
    this.url = `${this.scheme}://${this.host}:${this.port}`;
    this.ws_url = this.url.replace(/^http/, 'ws');
    this.admin_url = admin ? `http://${this.host}:${admin[2]}` : null;
    if (grpc) this.grpc_listen = `${this.host}:${grpc[2]}`;
    this.listen = `${this.host}:${this.port}`; // a restart comes back where its clients look for it
    return this;
  }

  get alive() {
    return this.child !== undefined && this.exit === null;
  }

  async stop(signal = 'SIGTERM') {
    if (this.alive) this.child.kill(signal);
    return within(this.ended, `whisprd did not end after ${signal}`, patience_ms * 3);
  }

  async kill() {
    return this.stop('SIGKILL');
  }

  async restart(signal = 'SIGTERM') {
    await this.stop(signal);
    return this.launch();
  }

  // Ends the server and forgets its data; a test that failed keeps them when WHISPR_TEST_KEEP is set.
  async discard() {
    for (const connection of this.connections) connection.close();
    // A coverage build counts for a server that ends in order alone.
    if (this.alive) await (process.env.WHISPR_TEST_COVERAGE ? this.stop() : this.kill());
    if (!process.env.WHISPR_TEST_KEEP) fs.rmSync(this.dir, { recursive: true, force: true });
  }
}
