// Signs recorded messages anew: the recorded signatures are for the recorded conversation, which has another id here.
// What was wrong about a signature stays wrong in the same way.
import crypto from 'node:crypto';

const raw_id = (conversation) => Buffer.from(conversation.replaceAll('-', ''), 'hex');
const text_id = (conversation) => Buffer.from(conversation);

function signed_bytes(message, id) {
  const random = Buffer.alloc(4);
  random.writeUInt32BE(message.client_random % 2 ** 32);
  return Buffer.concat([Buffer.from(message.content), id, random]);
}

// A public key of 32 bytes, as clients send it.
const public_key_of = (base64) =>
  crypto.createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(base64, 'base64').toString('base64url') },
    format: 'jwk',
  });

function holds(message, id) {
  try {
    const key = public_key_of(message.sender_public_key);
    return crypto.verify(null, signed_bytes(message, id), key, Buffer.from(message.signature, 'base64'));
  } catch {
    return false;
  }
}

export class Signatures {
  constructor() {
    this.keys = new Map(); // by recorded public key
  }

  key_for(recorded) {
    if (!this.keys.has(recorded)) this.keys.set(recorded, crypto.generateKeyPairSync('ed25519'));
    return this.keys.get(recorded);
  }

  // The body to send: `recorded` for the conversation of that path, to be sent to `our_path`.
  renewed(recorded, recorded_path, our_path) {
    if (typeof recorded !== 'string' || !recorded.includes('"sender_public_key"')) return recorded;
    const message = JSON.parse(recorded);
    const conversation = recorded_path.split('/')[5];
    const form = [raw_id, text_id].find((one) => holds(message, one(conversation)));
    if (!form) return recorded;
    const { privateKey, publicKey } = this.key_for(message.sender_public_key);
    const bytes = signed_bytes(message, form(our_path.split('/')[5]));
    return JSON.stringify({
      ...message,
      signature: crypto.sign(null, bytes, privateKey).toString('base64'),
      sender_public_key: Buffer.from(publicKey.export({ format: 'jwk' }).x, 'base64url').toString('base64'),
    });
  }
}
