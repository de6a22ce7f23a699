// A user-service that knows what the test tells it: blocks and privacy.
import http from 'node:http';

export const internal_token = 'a-secret-of-the-siblings';

export class UserService {
  constructor() {
    this.blocks = new Set();
    this.privacy = new Map();
    this.asked = []; // {path, token}
    this.waiting = new Set();
    this.held = null; // answers that wait, while it is slow
    this.broken = false;
  }

  static async start() {
    const service = new UserService();
    service.server = http.createServer((request, response) => service.take(request, response));
    await new Promise((resolve) => service.server.listen(0, '127.0.0.1', resolve));
    service.url = `http://127.0.0.1:${service.server.address().port}`;
    return service;
  }

  // Arguments and environment of a whisprd that asks it.
  options(args = []) {
    return {
      args: ['--user-service-url', this.url, ...args],
      env: { INTERNAL_API_TOKEN: internal_token },
    };
  }

  block(a, b) {
    this.blocks.add([a.id, b.id].sort().join(' '));
  }

  hold() {
    this.held = [];
  }

  release() {
    const held = this.held ?? [];
    this.held = null;
    for (const answer of held) answer();
  }

  // Resolves once something was asked that `where` likes.
  heard(where) {
    return new Promise((resolve) => {
      const look = () => {
        if (!this.asked.some(where)) return;
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
    });
  }

  take(request, response) {
    const url = new URL(request.url, this.url);
    const answer = () => this.answer(url, request.headers['x-internal-token'], response);
    if (this.held) this.held.push(answer);
    else answer();
    this.asked.push({ path: request.url, token: request.headers['x-internal-token'] });
    for (const look of [...this.waiting]) look();
  }

  answer(url, token, response) {
    const say = (status, body) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (this.broken) return say(500, {});
    if (token !== internal_token) return say(401, {});
    if (url.pathname === '/internal/v1/contacts/check') {
      const pair = [url.searchParams.get('ownerId'), url.searchParams.get('contactId')].sort().join(' ');
      return say(200, { isContact: true, isBlocked: this.blocks.has(pair) });
    }
    const [, user] = /^\/internal\/v1\/users\/([^/]+)\/privacy$/.exec(url.pathname) ?? [];
    if (!user) return say(404, {});
    const shown = { readReceipts: true, lastSeenPrivacy: 'everyone', onlineStatus: 'everyone' };
    say(200, { userId: user, ...shown, ...this.privacy.get(user) });
  }

  stop() {
    this.release();
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }
}
