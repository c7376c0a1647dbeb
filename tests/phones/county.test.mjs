// The settings of a build for one county.
import assert from "node:assert/strict";
import { test } from "node:test";
import { configOf } from "../../src-tauri/mobile/county-config.mjs";
import { config } from "./read.mjs";

const county = { issuer: "https://bevis.innlandet.example", name: "Innlandet fylkeskommune", trust_list_key: { kty: "EC" } };
const of = (changes, name) => configOf(JSON.stringify({ ...county, ...changes }), config(), name);

test("the county's address alone leads into its app, beside our own scheme", () => {
  const { config: made, name, text } = of({});
  const [link, ...others] = made.plugins["deep-link"].mobile;
  assert.deepEqual(link, { scheme: ["https"], host: "bevis.innlandet.example", path: ["/app/callback"] });
  assert.deepEqual(others, config().plugins["deep-link"].mobile.slice(1));
  assert.equal(name, "Lommebevis Innlandet");
  assert.deepEqual(JSON.parse(text), county);
  assert.ok(!text.includes("\n"), "one line, for the environment");
  assert.deepEqual(of({ issuer: "https://bevis.innlandet.example/a/" }).config.plugins["deep-link"].mobile[0].path, ["/a/app/callback"]);
  assert.equal(of({}, "Elevbevis").name, "Elevbevis");
});

test("a county that phones cannot reach, or a name that breaks a file, is refused with what is wrong", () => {
  for (const [changes, said] of [
    [{ issuer: "http://bevis.innlandet.example" }, /plain https/],
    [{ issuer: "https://bevis.innlandet.example:8443" }, /no port/],
    [{ issuer: "https://127.0.0.1" }, /plain https/],
    [{ issuer: "https://localhost" }, /plain https/],
    [{ issuer: "bevis" }, /not an address/],
    [{ name: undefined }, /no name/],
    [{ name: '"><x' }, /gives the app the name/],
    [{ trust_list_key: { kty: "EC", d: "secret" } }, /private key/],
  ]) {
    assert.throws(() => of(changes), (error) => said.test(error.message) && !error.message.includes("secret"), JSON.stringify(changes));
  }
  assert.throws(() => configOf("{", config()), /not JSON/);
  assert.throws(() => of({}, "@string/x"), /gives the app the name/);
});
