// A Redis of the tests' own, in memory alone; it ends with the process that started it.
import { spawn, spawnSync } from 'node:child_process';
import { free_port } from './postgres.mjs';
import { patience_ms } from './patience.mjs';

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class Redis {
  // options: port, args [...]
  static async start(options = {}) {
    const server = new Redis();
    server.port = options.port ?? (await free_port());
    server.args = options.args ?? [];
    await server.launch();
    return server;
  }

  async launch() {
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...this.args];
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
