// Mints the tokens the tests present: good ones, and every kind of bad one.
import crypto from 'node:crypto';

const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const now_s = () => Math.floor(Date.now() / 1000);

export class Issuer {
  constructor(kid = 'test-key-1') {
    this.kid = kid;
    const pair = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.privateKey = pair.privateKey;
    this.publicKey = pair.publicKey;
  }

  // The key set as an identity service would publish it.
  jwks() {
    return { keys: [{ ...this.publicKey.export({ format: 'jwk' }), kid: this.kid, use: 'sig', alg: 'ES256' }] };
  }

  signed(header, claims) {
    const input = `${encode(header)}.${encode(claims)}`;
    const signature = crypto.sign('sha256', Buffer.from(input), { key: this.privateKey, dsaEncoding: 'ieee-p1363' });
    return `${input}.${signature.toString('base64url')}`;
  }

  // A token for `sub`. A claim given as undefined is left out, which is how a test asks for "no exp".
  token(sub, claims = {}, header = {}) {
    const all = { iss: 'whispr-auth', aud: 'whispr', sub, iat: now_s(), exp: now_s() + 3600, ...claims };
    return this.signed({ alg: 'ES256', typ: 'JWT', kid: this.kid, ...header }, all);
  }

  expired(sub) {
    return this.token(sub, { iat: now_s() - 7200, exp: now_s() - 3600 });
  }

  unsigned(sub) {
    const claims = { iss: 'whispr-auth', aud: 'whispr', sub, iat: now_s(), exp: now_s() + 3600 };
    return `${encode({ alg: 'none', typ: 'JWT', kid: this.kid })}.${encode(claims)}.`;
  }

  // The classic confusion: the public key used as an HMAC secret.
  hmac(sub) {
    const claims = { iss: 'whispr-auth', aud: 'whispr', sub, iat: now_s(), exp: now_s() + 3600 };
    const input = `${encode({ alg: 'HS256', typ: 'JWT', kid: this.kid })}.${encode(claims)}`;
    const secret = this.publicKey.export({ type: 'spki', format: 'pem' });
    return `${input}.${crypto.createHmac('sha256', secret).update(input).digest('base64url')}`;
  }

  tampered(sub, other) {
    const [header, , signature] = this.token(sub).split('.');
    const [, claims] = this.token(other).split('.');
    return `${header}.${claims}.${signature}`;
  }
}
