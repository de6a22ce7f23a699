// A REST client that sends exactly what it is told to, on kept-alive connections.
import http from 'node:http';
import https from 'node:https';
import { patience_ms } from './patience.mjs';

export const api = '/messaging/api/v1';
const agents = {
  http: new http.Agent({ keepAlive: true, maxSockets: 64 }),
  https: new https.Agent({ keepAlive: true }),
};

// Resolves to {status, headers, text, body}; body is the parsed JSON or undefined.
export function exchange(base, { method = 'GET', path, headers = {}, body, ca, agent }) {
  const secure = base.startsWith('https:');
  const url = new URL(base);
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).request(
      {
        host: url.hostname,
        port: url.port,
        method,
        path,
        headers,
        ca,
        agent: agent ?? agents[secure ? 'https' : 'http'],
        timeout: patience_ms,
      },
      (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          let parsed;
          try {
            parsed = JSON.parse(text);
          } catch {
            parsed = undefined;
          }
          resolve({ status: response.statusCode, headers: response.headers, text, body: parsed });
        });
      },
    );
    request.on('timeout', () => request.destroy(new Error(`no answer to ${method} ${path} within ${patience_ms} ms`)));
    request.on('error', reject);
    if (body !== undefined && body !== null) request.write(body);
    request.end();
  });
}

export class Rest {
  constructor(server, token) {
    this.server = server;
    this.token = token;
  }

  // `content` becomes the JSON body; a string or buffer is sent as it is.
  async call(method, path, content, headers = {}) {
    const all = { accept: 'application/json', ...headers };
    if (this.token && all.authorization === undefined) all.authorization = `Bearer ${this.token}`;
    let body;
    if (content !== undefined) {
      body = typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content);
      all['content-type'] ??= 'application/json';
      all['content-length'] ??= Buffer.byteLength(body);
    }
    return exchange(this.server.url, {
      method,
      path: path.startsWith('/') ? path : `${api}/${path}`,
      headers: all,
      body,
    });
  }

  get(path, headers) {
    return this.call('GET', path, undefined, headers);
  }
  post(path, content = {}, headers) {
    return this.call('POST', path, content, headers);
  }
  put(path, content = {}, headers) {
    return this.call('PUT', path, content, headers);
  }
  patch(path, content = {}, headers) {
    return this.call('PATCH', path, content, headers);
  }
  delete(path, content, headers) {
    return this.call('DELETE', path, content, headers);
  }
}
