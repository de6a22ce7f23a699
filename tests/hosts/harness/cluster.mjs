// Several whisprd on one PostgreSQL and one Redis.
import { new_database } from './postgres.mjs';
import { Redis } from './redis.mjs';
import { Person } from './person.mjs';
import { Server } from './server.mjs';
import { Issuer } from './tokens.mjs';

export class Cluster {
  // options: nodes, args, env, redis (one that runs, of whatever kind)
  static async start({ nodes = 2, args = [], env = {}, redis } = {}) {
    const cluster = new Cluster();
    cluster.issuer = new Issuer();
    cluster.redis = redis ?? (await Redis.start());
    cluster.store = await new_database();
    cluster.options = { args, env };
    cluster.nodes = [];
    for (let i = 0; i < nodes; i += 1) await cluster.add();
    return cluster;
  }

  async add() {
    const args = ['--store', this.store, '--redis', this.redis.url, ...this.options.args];
    const node = await Server.start({ issuer: this.issuer, args, env: this.options.env });
    this.nodes.push(node);
    return node;
  }

  // The same person, as a client of this node.
  person(node, name, id) {
    return new Person(this.nodes[node], name, id);
  }

  async discard() {
    for (const node of this.nodes) await node.discard();
    await this.redis.stop();
  }
}
