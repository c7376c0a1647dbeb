// Verifies one presentation over and over with npm `@sd-jwt/core`, for ../verify.rs.
//
// The argument is the folder `node_modules`. The first line of input is what to verify, each further one how often; the
// answer to each is the median time of one verification in nanoseconds.

import { createHash, createPublicKey, verify } from "node:crypto";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(`${process.argv[2]}/`);
const { SDJwtInstance } = require("@sd-jwt/core");

/** A check of ES256 by Node's own OpenSSL: nothing is faster here. */
const es256 = (key) => (data, signature) =>
  verify("sha256", Buffer.from(data), { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
const read = (jwk) => createPublicKey({ key: jwk, format: "jwk" });

let check;
for await (const line of createInterface({ input: process.stdin })) {
  if (!check) {
    const { presentation, issuer, nonce, audience } = JSON.parse(line);
    const verifier = es256(read(issuer));
    const instance = new SDJwtInstance({
      hasher: (data, algorithm) => createHash(algorithm.replace("-", "")).update(data).digest(),
      verifier,
      kbVerifier: (data, signature, payload) => es256(read(payload.cnf.jwk))(data, signature),
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
