// Runs the real `whispr`, named by the environment variable WHISPR, and looks into the files that it leaves.
import { execFileSync, spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { clean_environment } from '../hosts/harness/server.mjs';

function start(args, env) {
  const child = spawn(process.env.WHISPR, args, { env: clean_environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let errors = '';
  child.stdout.on('data', (bytes) => (out += bytes));
  child.stderr.on('data', (bytes) => (errors += bytes));
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, out, errors }));
  });
  return { child, ended };
}

// Resolves to {code, signal, out, errors}.
export const whispr = (args, { env = {} } = {}) => start(args, env).ended;

const step_ms = 4;

// Runs it a few milliseconds at a time. It stands still while `wanted()` looks at what it has done so far, and is
// ended with SIGKILL there when that says so: a kill comes at its moment on a fast machine and on a slow one. A look
// that fails (it may stand still with the store locked) is taken again after the next step.
export async function killed_when(args, wanted) {
  const { child, ended } = start(args, {});
  let over = false;
  ended.then(
    () => (over = true),
    () => (over = true),
  );
  const seen = () => {
    try {
      return wanted();
    } catch {
      return false;
    }
  };
  while (!over) {
    await Promise.race([ended, setTimeout(step_ms)]);
    child.kill('SIGSTOP');
    if (seen()) {
      child.kill('SIGKILL');
      break;
    }
    child.kill('SIGCONT');
  }
  return ended;
}

export function sqlite(file, sql, ...options) {
  return execFileSync('sqlite3', ['-batch', ...options, file, sql], { encoding: 'utf8', maxBuffer: 1 << 30 }).trim();
}

// The rows of a table, but the numbers that a store gives to its own changes.
export function rows(file, table) {
  const columns = sqlite(file, `SELECT group_concat(name) FROM pragma_table_info('${table}') WHERE name <> 'changed'`);
  return sqlite(file, `SELECT ${columns} FROM ${table}`, '-quote');
}

// Everything a store holds but what differs from one import to the next: its epoch, and when the import was.
export function content(file) {
  const tables = sqlite(file, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .split('\n')
    .filter((name) => !['store', 'imports', 'schema_migrations'].includes(name) && !name.startsWith('message_words'));
  return tables.map((name) => `${name}\n${rows(file, name)}`).join('\n');
}
