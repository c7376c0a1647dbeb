// SD-JWT by npm's @sd-jwt/core, the OpenWallet Foundation's implementation. See README.md.

import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign, verify as check } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { SDJwtInstance } from '@sd-jwt/core';

const AUDIENCE = 'https://checker.example';
const NONCE = 'nonce-by-javascript';
const RAW = 'ieee-p1363';

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signer = (key) => (data) => sign('sha256', Buffer.from(data), { key, dsaEncoding: RAW }).toString('base64url');
const verifier = (jwk) => (data, signature) =>
  check('sha256', Buffer.from(data), { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: RAW }, Buffer.from(signature, 'base64url'));

const COMMON = {
  hasher: (data, algorithm) => createHash(algorithm.replace('-', '')).update(data).digest(),
  hashAlg: 'sha-256',
  saltGenerator: (length) => randomBytes(length).toString('base64url'),
  signAlg: 'ES256',
  kbSignAlg: 'ES256',
};

async function verify({ presentation, issuer_key, audience, nonce }) {
  const instance = new SDJwtInstance({
    ...COMMON,
    verifier: verifier(issuer_key),
    kbVerifier: (data, signature, payload) => verifier(payload.cnf.jwk)(data, signature),
  });
  try {
    const { payload, kb } = await instance.verify(presentation, { keyBindingNonce: nonce });
    // Whom the holder meant is left to the caller.
    if (kb?.payload.aud !== audience) throw new Error('another audience');
    return { accepted: true, claims: payload };
  } catch (refusal) {
    return { accepted: false, why: String(refusal) };
  }
}

async function issue() {
  const [issuer, holder, thief] = [newKey(), newKey(), newKey()];
  const publicKey = (pair) => pair.publicKey.export({ format: 'jwk' });
  const instance = (kbKey) => new SDJwtInstance({ ...COMMON, signer: signer(issuer.privateKey), kbSigner: signer(kbKey.privateKey) });
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'https://issuer.example',
    iat: now,
    exp: now + 600,
    cnf: { jwk: publicKey(holder) },
    given_name: 'Áslak',
    family_name: 'Čearretgáisa',
    address: { street: 'Storgata 1', place: 'Guovdageaidnu' },
    nationalities: ['NO', 'FI', 'SE'],
    courses: [{ name: 'Norsk', hours: 140 }, { name: 'Fysikk', hours: 224 }],
    guardian: { kind: 'parent', name: 'Elle' },
  };
  const frame = {
    _sd: ['given_name', 'family_name', 'address', 'courses'],
    _sd_decoy: 3,
    // Members within a member that is itself disclosed, elements, and members within elements.
    address: { _sd: ['street', 'place'], _sd_decoy: 1 },
    nationalities: { _sd: [0, 1] },
    courses: { _sd: [1], 0: { _sd: ['name'] }, 1: { _sd: ['name'] } },
    guardian: { _sd: ['name'] },
  };
  const typ = 'example+sd-jwt';
  const issued = await instance(holder).issue(claims, frame, { header: { typ } });
  const kb = { payload: { iat: now, aud: AUDIENCE, nonce: NONCE } };
  const shown = {
    given_name: true,
    address: { place: true },
    nationalities: { 0: true },
    courses: { 0: { name: true }, 1: { name: true } },
  };
  const presentation = await instance(holder).present(issued, shown, { kb });
  const [jwt, first, ...rest] = presentation.split('~');
  const [, ...content] = JSON.parse(Buffer.from(first, 'base64url'));
  const other = Buffer.from(JSON.stringify(['another-salt-another-salt', ...content])).toString('base64url');
  return {
    issuer_key: publicKey(issuer),
    typ,
    audience: AUDIENCE,
    nonce: NONCE,
    issued,
    presentation,
    expected: {
      given_name: 'Áslak',
      address: { place: 'Guovdageaidnu' },
      nationalities: ['NO', 'SE'],
      courses: [{ name: 'Norsk', hours: 140 }, { name: 'Fysikk', hours: 224 }],
      guardian: { kind: 'parent' },
    },
    wrong: {
      "another holder's key": await instance(thief).present(issued, { given_name: true }, { kb }),
      'a disclosure left out': [jwt, ...rest].join('~'),
      'a disclosure of another salt': [jwt, other, ...rest].join('~'),
    },
  };
}

const order = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify(order.do === 'verify' ? await verify(order) : await issue()));
