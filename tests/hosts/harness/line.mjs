// A TCP line to a service, which can be made slow.
import net from 'node:net';

export class Line {
  // To a port of this machine.
  static async to(port) {
    const line = new Line();
    line.delay_ms = 0;
    line.sockets = new Set();
    line.listener = net.createServer((near) => line.connect(near, port));
    await new Promise((resolve) => line.listener.listen(0, '127.0.0.1', resolve));
    line.listener.unref();
    line.port = line.listener.address().port;
    return line;
  }

  connect(near, port) {
    const far = net.connect(port, '127.0.0.1');
    for (const [from, to] of [[near, far], [far, near]]) {
      this.sockets.add(from);
      from.setNoDelay(true);
      from.unref();
      from.on('data', (bytes) => this.later(() => to.write(bytes)));
      from.on('end', () => this.later(() => to.end()));
      from.on('error', () => {});
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
  }

  // What came before comes out before, also when the delay gets shorter.
  later(act) {
    this.due = Math.max(this.due ?? 0, Date.now() + this.delay_ms);
    setTimeout(act, this.due - Date.now());
  }

  close() {
    this.listener.close();
    for (const socket of this.sockets) socket.destroy();
  }
}
