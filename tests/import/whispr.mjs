// Runs the real `whispr`, named by the environment variable WHISPR, and looks into the files that it leaves.
import { execFileSync, spawn } from 'node:child_process';
import { clean_environment } from '../hosts/harness/server.mjs';

// Resolves to {code, signal, out, errors}. `kill_after` ends it with SIGKILL so many milliseconds after its start.
export function whispr(args, { kill_after, env = {} } = {}) {
  const child = spawn(process.env.WHISPR, args, { env: clean_environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let errors = '';
  child.stdout.on('data', (bytes) => (out += bytes));
  child.stderr.on('data', (bytes) => (errors += bytes));
  const timer = kill_after === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), kill_after);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, out, errors });
    });
  });
}

export function sqlite(file, sql, ...options) {
  return execFileSync('sqlite3', ['-batch', ...options, file, sql], { encoding: 'utf8', maxBuffer: 1 << 30 }).trim();
}

// Everything a store holds but what differs from one import to the next: its epoch, and when the import was.
export function content(file) {
  const tables = sqlite(file, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .split('\n')
    .filter((name) => !['store', 'imports', 'schema_migrations'].includes(name) && !name.startsWith('message_words'));
  return tables.map((name) => `${name}\n${sqlite(file, `SELECT * FROM ${name}`, '-quote')}`).join('\n');
}
