// A gRPC client of another make (@grpc/grpc-js) that reads the .proto files themselves.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import protobuf from 'protobufjs';
import assert from 'node:assert/strict';
import { patience_ms, within } from './patience.mjs';
import { fresh_random } from './person.mjs';

export const proto_folder = fileURLToPath(new URL('../../../proto', import.meta.url));
const concepts = [
  'admin', 'attachments', 'conversations', 'drafts', 'messages', 'moderation', 'reactions', 'receipts', 'schedules',
  'search', 'sync',
];
const files = concepts.map((name) => path.join(proto_folder, 'whispr/v1', `${name}.proto`));
const definition = loader.loadSync(files, {
  includeDirs: [proto_folder],
  keepCase: true,
  longs: Number,
  enums: String,
  defaults: true,
  oneofs: true,
});
const services = grpc.loadPackageDefinition(definition).whispr.v1;

const types = new protobuf.Root();
types.resolvePath = (_, target) => (path.isAbsolute(target) ? target : path.join(proto_folder, target));
types.loadSync([path.join(proto_folder, 'google/rpc/status.proto'), path.join(proto_folder, 'google/rpc/error_details.proto')]);

// What the details of an error say: {reason, domain, fields: {name: text}, retry_after_ms}.
export function details_of(status) {
  const told = { fields: {} };
  for (const detail of status?.details ?? []) {
    const type = types.lookupType(detail.type_url.split('/').pop());
    const value = type.toObject(type.decode(detail.value), { longs: Number, keepCase: true });
    if (type.name === 'ErrorInfo') Object.assign(told, { reason: value.reason, domain: value.domain });
    if (type.name === 'BadRequest') {
      for (const one of value.fieldViolations) told.fields[one.field] = one.description;
    }
    if (type.name === 'RetryInfo') {
      told.retry_after_ms = (value.retryDelay.seconds ?? 0) * 1000 + (value.retryDelay.nanos ?? 0) / 1e6;
    }
  }
  return told;
}

function explain(error) {
  const [bytes] = error.metadata?.get('grpc-status-details-bin') ?? [];
  if (!bytes) return error;
  const status = types.lookupType('google.rpc.Status').decode(bytes);
  const details = status.details.map((one) => ({ type_url: one.type_url ?? one.typeUrl, value: one.value }));
  return Object.assign(error, details_of({ details }));
}

export const codes = grpc.status;

export class Grpc {
  // options: credentials, metadata {name: value}
  constructor(server, token, { credentials, metadata = {}, channel = {} } = {}) {
    this.address = server.grpc_listen;
    this.token = token;
    this.metadata = metadata;
    this.credentials = credentials ?? grpc.credentials.createInsecure();
    this.channel = { 'grpc.use_local_subchannel_pool': 1, ...channel };
    this.stubs = new Map();
    server.connections.add(this);
  }

  stub(service) {
    if (!this.stubs.has(service)) {
      this.stubs.set(service, new services[service](this.address, this.credentials, this.channel));
    }
    return this.stubs.get(service);
  }

  headers(more = {}) {
    const metadata = new grpc.Metadata();
    if (this.token) metadata.set('authorization', `Bearer ${this.token}`);
    for (const [name, value] of Object.entries({ ...this.metadata, ...more })) metadata.set(name, value);
    return metadata;
  }

  // Resolves to the response; rejects with {code, details, reason, fields}.
  call(service, method, request = {}, { deadline_ms = patience_ms, metadata } = {}) {
    return new Promise((resolve, reject) => {
      this.stub(service)[method](
        request,
        this.headers(metadata),
        { deadline: Date.now() + deadline_ms },
        (error, response) => (error ? reject(explain(error)) : resolve(response)),
      );
    });
  }

  // The code that it is answered with; 0 is success.
  async code(service, method, request, options) {
    return this.call(service, method, request, options).then(
      () => 0,
      (error) => error.code,
    );
  }

  // A stream that has said hello.
  async connect(hello = {}, options) {
    const stream = this.open(options);
    stream.welcome = await stream.command('hello', hello);
    return stream;
  }

  open(options = {}) {
    return new Stream(this.stub('SyncService').Connect(this.headers(options.metadata), options));
  }

  close() {
    for (const stub of this.stubs.values()) stub.close();
    this.stubs.clear();
  }
}

export class Stream {
  constructor(call) {
    this.call = call;
    this.frames = []; // in order
    this.waiting = new Set();
    this.next_id = 1;
    this.taken = new Set();
    this.ended = new Promise((resolve) => {
      call.on('error', (error) => this.finish(resolve, explain(error)));
      call.on('end', () => this.finish(resolve, { code: 0 }));
    });
    call.on('data', (response) => {
      this.frames.push(...response.frames);
      this.wake();
    });
  }

  finish(resolve, outcome) {
    this.outcome ??= outcome;
    resolve(this.outcome);
    this.wake();
  }

  wake() {
    for (const wait of [...this.waiting]) wait();
  }

  get events() {
    return this.frames.filter((frame) => frame.what === 'event').map((frame) => frame.event);
  }
  get missed() {
    return this.frames.filter((frame) => frame.what === 'missed_changes').map((frame) => frame.missed_changes);
  }
  get is_caught_up() {
    return this.frames.some((frame) => frame.what === 'caught_up');
  }

  write(name, body, id = this.next_id++) {
    this.call.write({ id, [name]: body });
    return id;
  }

  // Resolves to the response; rejects with {code, reason, fields}.
  async command(name, body = {}) {
    const id = this.write(name, body);
    const { answer } = await this.frame((one) => one.what === 'answer' && one.answer.id === id, `an answer to ${name}`);
    if (answer.error) {
      throw Object.assign(new Error(answer.error.message), { code: answer.error.code }, details_of(answer.error));
    }
    return answer[answer.answer];
  }

  // The next event of this kind that nobody took yet.
  async event(kind, fits = () => true) {
    const frame = await this.frame(
      (one) => one.what === 'event' && one.event.what === kind && !this.taken.has(one) && fits(one.event[kind], one.event),
      `the event ${kind}`,
    );
    this.taken.add(frame);
    return frame.event;
  }

  async caught_up() {
    await this.frame((one) => one.what === 'caught_up', 'caught_up');
    return this;
  }

  frame(fits, what) {
    let wait;
    const found = new Promise((resolve, reject) => {
      wait = () => {
        const frame = this.frames.find(fits);
        if (frame) resolve(frame);
        else if (this.outcome) reject(Object.assign(new Error(`the stream ended before ${what}`), this.outcome));
      };
      this.waiting.add(wait);
      wait();
    });
    return within(found, what).finally(() => this.waiting.delete(wait));
  }

  cancel() {
    this.call.cancel();
  }
}

export const client = (person, options) => new Grpc(person.server, person.token, options);

// A stream that is greeted and has caught up.
export async function live(person, hello, options) {
  const stream = await client(person).connect(hello, options);
  return stream.caught_up();
}

// A SendMessageRequest.
export const text = (conversation, content, more = {}) => ({
  conversation_id: conversation.id ?? conversation,
  content: Buffer.from(content),
  client_random: fresh_random(),
  ...more,
});

// Resolves to the error that it fails with, which has to be this one.
export async function fails(promise, code, reason) {
  const error = await promise.then(
    () => assert.fail('it succeeded'),
    (thrown) => thrown,
  );
  assert.equal(error.code, code, `${error.message} ${error.reason}`);
  if (reason) assert.equal(error.reason, reason);
  return error;
}
