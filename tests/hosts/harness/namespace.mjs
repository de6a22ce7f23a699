// A network of its own for one server, so that its lines can be cut. Services are reached from in there at addresses of
// their own: what is cut off is named by them.
import crypto from 'node:crypto';
import { spawnSync } from 'node:child_process';

const made = new Set();
process.on('exit', () => {
  for (const one of made) one.discard();
});

const path = `${process.env.PATH}:/usr/sbin:/sbin`;
function run(...command) {
  const { status, stderr, error } = spawnSync(command[0], command.slice(1), { encoding: 'utf8', env: { ...process.env, PATH: path } });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${(error?.message ?? stderr).trim()}`);
}

export class Namespace {
  static make() {
    const space = new Namespace();
    const mark = crypto.randomBytes(4).toString('hex');
    space.name = `whispr-${mark}`;
    // Addresses that are kept for measurements between machines (RFC 2544).
    space.network = `198.${18 + crypto.randomInt(2)}.${crypto.randomInt(256)}`;
    space.clients = `${space.network}.0/24`;
    space.own = `${space.network}.9`;
    const [here, there] = [`wh${mark}`, `wn${mark}`];
    run('ip', 'netns', 'add', space.name);
    made.add(space);
    run('ip', 'link', 'add', here, 'type', 'veth', 'peer', 'name', there);
    run('ip', 'link', 'set', there, 'netns', space.name);
    // The first address is the one that clients come from: it is never cut off.
    for (const service of [8, 1, 2, 3]) run('ip', 'addr', 'add', `${space.at(service)}/24`, 'dev', here);
    run('ip', 'link', 'set', here, 'up');
    run('ip', '-n', space.name, 'addr', 'add', `${space.own}/24`, 'dev', there);
    run('ip', '-n', space.name, 'link', 'set', there, 'up');
    run('ip', '-n', space.name, 'link', 'set', 'lo', 'up');
    space.filter('add table inet cut');
    for (const hook of ['input', 'output']) {
      space.filter(`add chain inet cut ${hook} { type filter hook ${hook} priority 0 ; }`);
    }
    return space;
  }

  // Why there can be none here; nothing when there can.
  static missing() {
    if (process.getuid() !== 0) return 'network namespaces need root';
    try {
      Namespace.make().discard();
      return null;
    } catch (error) {
      return `network namespaces cannot be made here: ${error.message}`;
    }
  }

  // The address of a service: 1, 2 or 3.
  at(service) {
    return `${this.network}.${service}`;
  }

  // Runs a program in here.
  get through() {
    return ['ip', 'netns', 'exec', this.name];
  }

  // From now on what is sent to and comes from that address is lost, or what is sent is refused.
  cut(address, how = 'drop') {
    const refuse = how === 'drop' ? ['drop'] : ['meta l4proto tcp reject with tcp reset', 'drop'];
    for (const verdict of refuse) this.filter(`add rule inet cut output ip daddr ${address} ${verdict}`);
    const kept = how === 'drop' ? '' : 'tcp flags & rst != rst '; // a refusal comes back from that address
    this.filter(`add rule inet cut input ip saddr ${address} ${kept}drop`);
  }

  heal() {
    for (const hook of ['input', 'output']) this.filter(`flush chain inet cut ${hook}`);
  }

  filter(text) {
    run(...this.through, 'nft', text);
  }

  discard() {
    if (!made.delete(this)) return;
    spawnSync('ip', ['netns', 'del', this.name], { env: { ...process.env, PATH: path } });
  }
}
