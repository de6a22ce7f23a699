// As much of S3 as the server needs, in memory: objects, ranges, uploads in parts, one bucket. It looks whether requests are
// signed, and leaves whether rightly to the contract suite, which has a real one.
import crypto from 'node:crypto';
import http from 'node:http';

export class Bucket {
  static async start(name = 'files') {
    const bucket = new Bucket();
    bucket.name = name;
    bucket.objects = new Map();
    bucket.parts = new Map();
    bucket.asked = [];
    bucket.broken = false;
    bucket.server = http.createServer((request, response) => bucket.take(request, response));
    await new Promise((resolve) => bucket.server.listen(0, '127.0.0.1', resolve));
    bucket.url = `http://127.0.0.1:${bucket.server.address().port}`;
    return bucket;
  }
  stop() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  take(request, response) {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => this.answer(request, Buffer.concat(parts), response));
  }

  answer(request, body, response) {
    const url = new URL(request.url, this.url);
    const [, bucket, ...rest] = url.pathname.split('/');
    const key = rest.join('/');
    const end = (status, text = '', headers = {}) => {
      response.writeHead(status, { 'content-length': Buffer.byteLength(text), ...headers });
      response.end(request.method === 'HEAD' ? undefined : text);
    };
    this.asked.push(`${request.method} ${key}`);
    if (this.broken) return end(500, '<Error><Code>InternalError</Code></Error>');
    const signed = url.searchParams.has('X-Amz-Signature') || request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ');
    if (!signed) return end(403, '<Error><Code>AccessDenied</Code></Error>');
    if (bucket !== this.name) return end(404, '<Error><Code>NoSuchBucket</Code></Error>');
    const upload = url.searchParams.get('uploadId');
    const etag = `"${crypto.createHash('md5').update(body).digest('hex')}"`;
    if (request.method === 'POST' && url.searchParams.has('uploads')) {
      const id = crypto.randomUUID();
      this.parts.set(id, new Map());
      return end(200, `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
    }
    if (request.method === 'PUT' && upload) {
      this.parts.get(upload).set(Number(url.searchParams.get('partNumber')), body);
      return end(200, '', { etag });
    }
    if (request.method === 'POST' && upload) {
      const whole = [...this.parts.get(upload).entries()].sort(([a], [b]) => a - b).map(([, part]) => part);
      this.objects.set(key, { bytes: Buffer.concat(whole), at: new Date() });
      return end(200, '<CompleteMultipartUploadResult><ETag>"x"</ETag></CompleteMultipartUploadResult>');
    }
    if (request.method === 'PUT') {
      this.objects.set(key, { bytes: body, at: new Date() });
      return end(200, '', { etag });
    }
    if (request.method === 'DELETE') {
      this.objects.delete(key);
      return end(204);
    }
    if (key === '') return end(200, '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>');
    return this.send(this.objects.get(key), request, url, end, response);
  }

  send(object, request, url, end, response) {
    if (!object) return end(404, '<Error><Code>NoSuchKey</Code></Error>');
    const headers = { 'last-modified': object.at.toUTCString(), etag: '"x"' };
    for (const name of ['content-type', 'content-disposition']) {
      const wanted = url.searchParams.get(`response-${name}`);
      if (wanted) headers[name] = wanted;
    }
    let { bytes } = object;
    let status = 200;
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    if (range) {
      const last = range[2] === '' ? bytes.length - 1 : Math.min(Number(range[2]), bytes.length - 1);
      headers['content-range'] = `bytes ${range[1]}-${last}/${bytes.length}`;
      bytes = bytes.subarray(Number(range[1]), last + 1);
      status = 206;
    }
    headers['content-length'] = bytes.length;
    response.writeHead(status, headers);
    response.end(request.method === 'HEAD' ? undefined : bytes);
  }
}
