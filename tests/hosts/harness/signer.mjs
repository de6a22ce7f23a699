// A device's signing key, and messages signed with it as DATA.md §8 says.
import crypto from 'node:crypto';

export class Signer {
  constructor() {
    const { privateKey, publicKey } = crypto.generateKeyPairSync('ed25519');
    this.privateKey = privateKey;
    this.public_key = Buffer.from(publicKey.export({ format: 'jwk' }).x, 'base64url').toString('base64');
  }

  signature(conversation_id, content, client_random) {
    const tail = Buffer.alloc(4);
    tail.writeUInt32BE(client_random % 2 ** 32);
    const id = Buffer.from(conversation_id.replaceAll('-', ''), 'hex');
    return crypto.sign(null, Buffer.concat([Buffer.from(content), id, tail]), this.privateKey).toString('base64');
  }

  message(conversation_id, content, client_random, more = {}) {
    return {
      content,
      message_type: 'text',
      client_random,
      signature: this.signature(conversation_id, content, client_random),
      sender_public_key: this.public_key,
      ...more,
    };
  }
}
