// Verifies one presentation over and over with npm `@sd-jwt/core`, for ../verify.rs.
//
// The arguments are the folder `node_modules`, and whose check of signatures to use: `own` is `@sd-jwt/crypto-nodejs`, as
// the package's documentation has it, `sync` is Node's synchronous one, the fastest there is. The first line of input is
// what to verify, each further one how often; the answer to each is the median time of one verification in nanoseconds.

import { createHash, createPublicKey, verify } from "node:crypto";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(`${process.argv[2]}/`);
const { SDJwtInstance } = require("@sd-jwt/core");

const crypto = process.argv[3] === "own" ? own() : sync();

function own() {
  const { ES256, digest } = require("@sd-jwt/crypto-nodejs");
  return { hasher: digest, verifier: (jwk) => ES256.getVerifier(jwk) };
}

function sync() {
  const verifier = (jwk) => {
    const key = createPublicKey({ key: jwk, format: "jwk" });
    return (data, signature) =>
      verify("sha256", Buffer.from(data), { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
  };
  return { hasher: (data, algorithm) => createHash(algorithm.replace("-", "")).update(data).digest(), verifier };
}

let check;
for await (const line of createInterface({ input: process.stdin })) {
  if (!check) {
    const { presentation, issuer, nonce, audience } = JSON.parse(line);
    const instance = new SDJwtInstance({
      hasher: crypto.hasher,
      verifier: await crypto.verifier(issuer),
      kbVerifier: async (data, signature, payload) => (await crypto.verifier(payload.cnf.jwk))(data, signature),
    });
    check = async () => {
      const { payload, kb } = await instance.verify(presentation, { keyBindingNonce: nonce });
      if (payload.given_name !== "Nora" || kb.payload.aud !== audience) throw new Error("not what was shown");
    };
    continue;
  }
  const times = [];
  for (let left = Number(line); left > 0; left -= 1) {
    const start = process.hrtime.bigint();
    await check();
    times.push(process.hrtime.bigint() - start);
  }
  times.sort((a, b) => (a < b ? -1 : 1));
  console.log(String(times[times.length >> 1]));
}
