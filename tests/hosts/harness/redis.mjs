// A Redis of the tests' own, in memory alone; it ends with the process that started it. So do those that follow it, with
// the Sentinels that watch them, and the nodes of a cluster.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { free_port } from './postgres.mjs';
import { eventually, patience_ms } from './patience.mjs';

const running = new Set();
const folders = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

// Sentinels and the nodes of a cluster keep a file.
function folder_of_redis() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'whispr-redis-'));
  folders.add(folder);
  return folder;
}

export class Redis {
  // options: port, args [...], file (of settings)
  static async start(options = {}) {
    const server = new Redis();
    server.port = options.port ?? (await free_port());
    const alone = ['--save', '', '--appendonly', 'no'];
    server.args = [...(options.file ? [options.file] : alone), ...(options.args ?? [])];
    await server.launch();
    return server;
  }

  async launch() {
    const [file, ...more] = this.args[0]?.startsWith('/') ? this.args : [null, ...this.args];
    const args = [...(file ? [file] : []), '--port', String(this.port), '--bind', '127.0.0.1', ...more];
    this.child = spawn('redis-server', args, { stdio: 'ignore' });
    this.child.unref();
    running.add(this.child);
    this.ended = new Promise((resolve) => this.child.on('close', resolve));
    const until = Date.now() + patience_ms;
    while (this.ask('PING') !== 'PONG') {
      if (Date.now() > until) throw new Error('Redis does not answer');
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  get url() {
    return `redis://127.0.0.1:${this.port}`;
  }

  ask(...command) {
    return spawnSync('redis-cli', ['-p', String(this.port), ...command], { encoding: 'utf8' }).stdout.trim();
  }

  signal(name) {
    this.child.kill(name);
  }

  async stop() {
    this.child.kill('SIGKILL');
    running.delete(this.child);
    await this.ended;
  }
}

// A server, one that follows it, and three Sentinels that put it in its place.
export class WatchedRedis {
  static async start() {
    const watched = new WatchedRedis();
    watched.servers = [await Redis.start()];
    watched.servers.push(await Redis.start({ args: ['--replicaof', '127.0.0.1', String(watched.servers[0].port)] }));
    watched.sentinels = [];
    for (let i = 0; i < 3; i += 1) watched.sentinels.push(await watched.sentinel());
    await eventually('the Sentinels know everybody', () =>
      watched.sentinels.every((one) => {
        const known = one.ask('SENTINEL', 'MASTER', 'main').split('\n');
        const number = (name) => Number(known[known.indexOf(name) + 1]);
        return number('num-slaves') === 1 && number('num-other-sentinels') === 2;
      }),
    );
    return watched;
  }

  async sentinel() {
    const file = path.join(folder_of_redis(), 'sentinel.conf');
    const lines = [
      `sentinel monitor main 127.0.0.1 ${this.servers[0].port} 2`,
      'sentinel down-after-milliseconds main 1000',
      'sentinel failover-timeout main 5000',
    ];
    fs.writeFileSync(file, `${lines.join('\n')}\n`);
    return Redis.start({ file, args: ['--sentinel'], port: await free_port() });
  }

  get url() {
    return `redis+sentinel://${this.sentinels.map((one) => `127.0.0.1:${one.port}`).join(',')}/main`;
  }

  // The server that the Sentinels name.
  get master() {
    const port = Number(this.sentinels[0].ask('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'main').split('\n')[1]);
    return this.servers.find((one) => one.port === port);
  }

  // Kills the one that takes writes; comes back when another one does.
  async fail_over() {
    const killed = this.master;
    await killed.stop();
    await eventually('the Sentinels name another', () => this.master !== killed && this.master?.ask('ROLE').startsWith('master'), 4 * patience_ms);
    return killed;
  }

  async stop() {
    for (const one of [...this.sentinels, ...this.servers]) await one.stop();
  }
}

// The nodes of a cluster, with the slots divided among them.
export class RedisCluster {
  static async start(count = 3) {
    const cluster = new RedisCluster();
    cluster.nodes = [];
    for (let i = 0; i < count; i += 1) {
      const dir = folder_of_redis();
      const port = await free_port();
      const bus = await free_port();
      const args = ['--cluster-enabled', 'yes', '--cluster-port', String(bus), '--cluster-node-timeout', '2000', '--dir', dir];
      cluster.nodes.push(Object.assign(await Redis.start({ port, args }), { bus }));
    }
    const edge = (i) => Math.floor((16384 * i) / count);
    cluster.nodes.forEach((node, i) => node.ask('CLUSTER', 'ADDSLOTSRANGE', String(edge(i)), String(edge(i + 1) - 1)));
    const [first] = cluster.nodes;
    for (const node of cluster.nodes.slice(1)) {
      first.ask('CLUSTER', 'MEET', '127.0.0.1', String(node.port), String(node.bus));
    }
    await eventually('the cluster is whole', () =>
      cluster.nodes.every((node) => {
        const info = node.ask('CLUSTER', 'INFO');
        return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${count}`);
      }),
    );
    return cluster;
  }

  get url() {
    return `redis+cluster://${this.nodes.map((one) => `127.0.0.1:${one.port}`).join(',')}`;
  }

  // The node that owns this name's slot.
  owner(name) {
    const slot = Number(this.nodes[0].ask('CLUSTER', 'KEYSLOT', name));
    return this.nodes[Math.min(this.nodes.length - 1, Math.floor(((slot + 1) * this.nodes.length - 1) / 16384))];
  }

  // Gives the slot of a name, with what is in it, to another node.
  move(name, to) {
    const from = this.owner(name);
    const slot = from.ask('CLUSTER', 'KEYSLOT', name);
    const [source, target] = [from, to].map((node) => node.ask('CLUSTER', 'MYID'));
    to.ask('CLUSTER', 'SETSLOT', slot, 'IMPORTING', source);
    from.ask('CLUSTER', 'SETSLOT', slot, 'MIGRATING', target);
    for (const key of from.ask('CLUSTER', 'GETKEYSINSLOT', slot, '1000').split('\n').filter(Boolean)) {
      from.ask('MIGRATE', '127.0.0.1', String(to.port), key, '0', '1000');
    }
    for (const node of [to, from, ...this.nodes]) node.ask('CLUSTER', 'SETSLOT', slot, 'NODE', target);
  }

  async stop() {
    for (const node of this.nodes) await node.stop();
  }
}
