// A PostgreSQL of the tests' own, in a temporary folder; it ends with the process that started it.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { eventually, patience_ms } from './patience.mjs';

const as_root = process.getuid() === 0;

function programs() {
  const versions = fs.readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a));
  const folder = versions.map((version) => `/usr/lib/postgresql/${version}/bin`).find((bin) => fs.existsSync(`${bin}/initdb`));
  if (!folder) throw new Error('there is no PostgreSQL below /usr/lib/postgresql');
  return folder;
}

// The server refuses to run as root.
const as_owner = (command) => (as_root ? ['runuser', '-u', 'postgres', '--', ...command] : command);

function run(command) {
  const [program, ...args] = as_owner(command);
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: '/', encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${error ?? stdout + stderr}`);
  return stdout;
}

export function free_port() {
  return new Promise((resolve, reject) => {
    const listener = net.createServer();
    listener.on('error', reject);
    listener.listen(0, '127.0.0.1', () => {
      const { port } = listener.address();
      listener.close(() => resolve(port));
    });
  });
}

const folders = new Set();
process.on('exit', () => {
  for (const server of folders) server.end();
});

export class Postgres {
  // options: settings {name: value}, folder (an empty one, for its data), initdb (more arguments),
  // clients (a network from which it is reached, too)
  static async start(options = {}) {
    const server = await Postgres.prepare(options.settings, options.folder);
    run([
      `${programs()}/initdb`, '--no-sync', '--auth=trust', '--username=postgres', '--encoding=UTF8', '--locale=C',
      ...(options.initdb ?? []), '-D', server.data,
    ]);
    if (options.clients) fs.appendFileSync(`${server.data}/pg_hba.conf`, `host all all ${options.clients} trust\n`);
    await server.launch();
    return server;
  }

  static async prepare(settings, folder) {
    const server = new Postgres();
    server.dir = folder ?? fs.mkdtempSync(path.join(os.tmpdir(), 'whispr-postgres-'));
    if (as_root) run_as_root(['chown', 'postgres', server.dir]);
    server.data = `${server.dir}/data`;
    server.settings = { fsync: 'off', max_connections: '200', ...settings };
    server.port = await free_port();
    folders.add(server);
    return server;
  }

  // A standby that follows this server under that name. `synchronous`: from now on commits here wait for it.
  async standby(name, { synchronous = false } = {}) {
    const other = await Postgres.prepare({ listen_addresses: this.settings.listen_addresses ?? '127.0.0.1' });
    const from = `host=127.0.0.1 port=${this.port} user=postgres application_name=${name}`;
    run([`${programs()}/pg_basebackup`, '--no-sync', '--checkpoint=fast', '-R', '-X', 'stream', '-D', other.data, '-d', from]);
    await other.launch();
    const state = () => this.sql(`SELECT sync_state FROM pg_stat_replication WHERE application_name = '${name}'`)[0];
    await eventually(`${name} follows`, () => state() !== undefined);
    if (synchronous) {
      this.sql(`ALTER SYSTEM SET synchronous_standby_names = '${name}'`);
      this.sql('SELECT pg_reload_conf()');
      await eventually(`${name} is waited for`, () => state() === 'sync');
    }
    return other;
  }

  // Makes a standby the server that takes writes.
  promote() {
    this.sql('SELECT pg_promote()');
  }

  // The processes of its connections, or those of that kind ("walsender").
  backends(type = 'client backend') {
    const own = type === 'client backend' ? ' AND pid <> pg_backend_pid()' : '';
    return this.sql(`SELECT pid FROM pg_stat_activity WHERE backend_type = '${type}'${own}`).map(Number);
  }

  // All of its processes, the first one last.
  processes() {
    const first = this.pid();
    const { stdout } = spawnSync('pgrep', ['-P', String(first)], { encoding: 'utf8' });
    return [...stdout.trim().split('\n').filter(Boolean).map(Number), first];
  }

  // Runs the server; comes back when it answers.
  async launch() {
    const settings = { listen_addresses: '127.0.0.1', port: this.port, unix_socket_directories: this.dir, ...this.settings };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const [program, ...args] = as_owner([`${programs()}/postgres`, '-D', this.data, ...flags]);
    const log = fs.openSync(`${this.dir}/server.log`, 'a');
    this.child = spawn(program, args, { cwd: '/', stdio: ['ignore', log, log] });
    fs.closeSync(log);
    this.child.unref();
    this.ended = new Promise((resolve) => this.child.on('close', resolve));
    const until = Date.now() + patience_ms;
    while (!this.answers()) {
      if (Date.now() > until) throw new Error(`PostgreSQL does not answer: ${fs.readFileSync(`${this.dir}/server.log`, 'utf8')}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  answers() {
    const args = ['-q', '-h', '127.0.0.1', '-p', String(this.port)];
    return spawnSync(`${programs()}/pg_isready`, args).status === 0;
  }

  // The number of the server's first process; its children end with it.
  pid() {
    return Number(fs.readFileSync(`${this.data}/postmaster.pid`, 'utf8').split('\n')[0]);
  }

  // Ends it as an operator does (SIGINT: connections are closed), or as a crash does (SIGQUIT; SIGKILL: all at once).
  async stop(signal = 'SIGINT') {
    const ending = signal === 'SIGKILL' ? this.processes() : [this.pid()];
    signal_all(ending, signal);
    await this.ended;
    await eventually('its processes have ended', () => !signal_all(ending, 0));
  }

  // An empty database of this name; gives what a program connects with.
  database(name) {
    this.sql(`CREATE DATABASE ${name}`);
    return this.url(name);
  }

  url(name) {
    return `postgres://postgres@127.0.0.1:${this.port}/${name}`;
  }

  // Runs statements; gives the rows, their columns separated by "|".
  sql(text, database = 'postgres') {
    const { status, stdout, stderr } = spawnSync(`${programs()}/psql`, [
      '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', this.url(database), '-c', text,
    ], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${text}: ${stderr}`);
    return stdout.trim().split('\n').filter((line) => line !== '');
  }

  // The same, while others go on; rejects when it fails.
  sql_later(text, database = 'postgres') {
    const args = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', this.url(database), '-c', text];
    const child = spawn(`${programs()}/psql`, args, { stdio: 'ignore' });
    return new Promise((resolve, reject) => {
      child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${text}: psql ended with ${code}`))));
    });
  }

  // At the end of the process, where nothing can be waited for.
  end() {
    try {
      process.kill(this.pid(), 'SIGQUIT');
    } catch {
      // It runs no more.
    }
    // Its processes end a moment later, and write until then.
    fs.rmSync(this.dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

// False when none of them runs any more.
export function signal_all(processes, signal) {
  return processes.map((pid) => signalled(pid, signal)).some(Boolean);
}

function signalled(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // it has ended
  }
}

function run_as_root(command) {
  const { status, stderr } = spawnSync(command[0], command.slice(1), { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
}

let shared;
let databases = 0;
// A new database on a server that all tests of this process share.
export async function new_database() {
  shared ??= Postgres.start();
  return (await shared).database(`test_${(databases += 1)}`);
}
