// HAProxy or nginx with the configuration that is shipped, in front of servers that the test started.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { free_port } from './postgres.mjs';
import { scratch_folder } from './server.mjs';
import { eventually, patience_ms, within } from './patience.mjs';
import { exchange } from './rest.mjs';

const shipped = new URL('../../../hosts/whisprd/deploy/', import.meta.url);
// Where Debian has them; the path of a user often leaves it out.
const programs = '/usr/sbin:/usr/local/sbin';
const kinds = {
  haproxy: { file: 'haproxy.cfg', port: 'bind :8080', at: (port) => `bind 127.0.0.1:${port}`, args: (file) => ['-db', '-f', file] },
  nginx: { file: 'nginx.conf', port: 'listen 8080;', at: (port) => `listen 127.0.0.1:${port};`, args: (file) => ['-c', file] },
};

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

// What changes in the file is said here: the address it listens on, the servers', how many connections it takes, and for
// nginx where it may write.
function adapted(kind, text, port, servers, dir) {
  const change = (from, to) => {
    if (text.split(from).length !== 2) throw new Error(`${kind}: "${from}" is not there once`);
    text = text.replace(from, to);
  };
  change(kinds[kind].port, kinds[kind].at(port));
  servers.forEach((server, index) => change(`whisprd-${index + 1}:4000`, `127.0.0.1:${server.port}`));
  // So many descriptors are not allowed everywhere.
  change(kind === 'nginx' ? 'worker_connections 20000' : 'maxconn 20000', kind === 'nginx' ? 'worker_connections 500' : 'maxconn 500');
  if (kind !== 'nginx') return text;
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${dir}/${name};`);
  change('\nhttp {\n', `\nhttp {\n    ${folders.join(' ')}\n`);
  return `daemon off;\npid ${dir}/nginx.pid;\n${text}`;
}

// Stands for the servers behind it: clients take it for one.
export class Balancer {
  static async start(kind, servers) {
    const balancer = new Balancer();
    balancer.kind = kind;
    balancer.dir = scratch_folder();
    fs.chmodSync(balancer.dir, 0o755); // nginx's workers are another user's
    const port = await free_port();
    const config = path.join(balancer.dir, kinds[kind].file);
    const text = fs.readFileSync(new URL(kinds[kind].file, shipped), 'utf8');
    fs.writeFileSync(config, adapted(kind, text, port, servers, balancer.dir));
    balancer.url = `http://127.0.0.1:${port}`;
    balancer.ws_url = `ws://127.0.0.1:${port}`;
    balancer.issuer = servers[0].issuer;
    balancer.connections = new Set();
    // A file, because /dev/stdout cannot be opened again when it is a socket.
    balancer.log_file = path.join(balancer.dir, 'log');
    const log = fs.openSync(balancer.log_file, 'a');
    const child = spawn(kind, kinds[kind].args(config), {
      env: { ...process.env, PATH: `${process.env.PATH}:${programs}` },
      stdio: ['ignore', log, log],
    });
    fs.closeSync(log);
    running.add(child);
    balancer.child = child;
    balancer.ended = new Promise((resolve) => child.on('close', (code) => (running.delete(child), resolve(code))));
    await eventually(`${kind} lets requests through`, async () => {
      if (child.exitCode !== null) throw new Error(balancer.log);
      return (await exchange(balancer.url, { path: '/ready' })).status === 200;
    });
    return balancer;
  }

  get log() {
    return fs.readFileSync(this.log_file, 'utf8');
  }

  async stop() {
    for (const connection of this.connections) connection.close();
    this.child.kill('SIGTERM');
    await within(this.ended, `${this.kind} ends`, patience_ms).catch(() => this.child.kill('SIGKILL'));
    fs.rmSync(this.dir, { recursive: true, force: true });
  }
}
