// A PostgreSQL of the test's own: in a temporary folder, reached through a socket there, gone with the test.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));

// The folder of PostgreSQL's programs, or nothing when there is no server.
function programs() {
  const asked = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' });
  const folders = asked.status === 0 ? [asked.stdout.trim()] : [];
  const versions = '/usr/lib/postgresql';
  if (fs.existsSync(versions)) {
    for (const version of fs.readdirSync(versions).sort().reverse()) folders.push(path.join(versions, version, 'bin'));
  }
  return folders.find((folder) => fs.existsSync(path.join(folder, 'initdb')));
}

export class Postgres {
  // Resolves to nothing when this machine has no server, with the reason printed.
  static start() {
    const folder = programs();
    if (!folder) {
      console.log('# there is no PostgreSQL server on this machine');
      return undefined;
    }
    const server = new Postgres();
    server.programs = folder;
    server.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'whispr-import-'));
    if (process.getuid() === 0) execFileSync('chown', ['postgres', server.dir]);
    server.run('initdb', '--no-sync', '--auth=trust', '--username=postgres', '--encoding=UTF8', '--locale=C', '-D', server.data);
    const options = `-k ${server.dir} -c listen_addresses='' -c fsync=off -c max_connections=20`;
    server.run('pg_ctl', 'start', '-w', '-t', '60', '-D', server.data, '-l', path.join(server.dir, 'log'), '-o', options);
    process.once('exit', () => server.stop());
    return server;
  }

  get data() {
    return path.join(this.dir, 'data');
  }

  // PostgreSQL refuses to run as root.
  run(program, ...args) {
    const command = [path.join(this.programs, program), ...args];
    if (process.getuid() === 0) command.unshift('runuser', '-u', 'postgres', '--');
    execFileSync(command[0], command.slice(1), { cwd: '/', stdio: ['ignore', 'ignore', 'inherit'] });
  }

  psql(database, ...args) {
    const all = ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-h', this.dir, '-U', 'postgres', '-d', database, ...args];
    return execFileSync('psql', all, { encoding: 'utf8', maxBuffer: 1 << 28 }).trim();
  }

  ask(database, sql) {
    return this.psql(database, '-c', sql);
  }

  // A database with the service's tables, and what the files put into them.
  create(database, files = [], variables = {}) {
    this.psql('postgres', '-c', `CREATE DATABASE ${database}`);
    const settings = Object.entries(variables).flatMap(([name, value]) => ['-v', `${name}=${value}`]);
    const scripts = ['service_schema.sql', ...files].flatMap((file) => ['-f', path.join(here, file)]);
    this.psql(database, ...settings, ...scripts);
    return this.url(database);
  }

  url(database) {
    return `postgres://postgres@/${database}?host=${encodeURIComponent(this.dir)}`;
  }

  stop() {
    if (this.stopped) return;
    this.stopped = true;
    try {
      this.run('pg_ctl', 'stop', '-m', 'immediate', '-D', this.data);
    } finally {
      fs.rmSync(this.dir, { recursive: true, force: true });
    }
  }
}
