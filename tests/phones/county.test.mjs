// The settings of a build for one county.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { configOf, templateOf } from "../../src-tauri/mobile/county-config.mjs";
import { config, path, text as read } from "./read.mjs";

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

test("on iOS the county's host alone is asked for links and for the login's way back, whatever the sample", () => {
  const template = read("src-tauri/mobile/ios/project.yml");
  const made = templateOf(template, config(), "bevis.innlandet.example");
  assert.deepEqual(made.match(/- (?:applinks|webcredentials):\S+/g), ["- applinks:bevis.innlandet.example", "- webcredentials:bevis.innlandet.example"]);
  assert.ok(!made.includes(config().plugins["deep-link"].mobile[0].host));
  for (const service of ["applinks", "webcredentials"])
    assert.throws(() => templateOf(template.replace(`- ${service}:`, "- none:"), config(), "bevis.innlandet.example"), new RegExp(`no ${service}`));
});

test("the county lies in a file for the build script, and a package without it is found out", () => {
  const clone = mkdtempSync(join(tmpdir(), "county-"));
  try {
    for (const file of ["src-tauri/tauri.conf.json", "src-tauri/mobile/county-config.mjs", "src-tauri/mobile/ios/project.yml", ".github/holds-county"]) cpSync(path(file), join(clone, file));
    mkdirSync(join(clone, "src-tauri/gen/android/app"), { recursive: true });
    writeFileSync(join(clone, "county.json"), JSON.stringify(county));
    const run = (program, ...options) => spawnSync(program, options, { cwd: clone, encoding: "utf8" });
    const { status, stderr } = run("node", "src-tauri/mobile/county-config.mjs", "county.json");
    assert.equal(status, 0, stderr);
    const text = readFileSync(join(clone, "src-tauri/tauri.county.json"), "utf8");
    assert.deepEqual(JSON.parse(text), county);
    assert.match(readFileSync(join(clone, "src-tauri/tauri.county.yml"), "utf8"), /webcredentials:bevis\.innlandet\.example/);
    assert.match(read("src-tauri/build.rs"), /"tauri\.county\.json"/);
    if (run("zip", "-v").error || run("unzip", "-v").error) return;
    const holds = (content) => {
      writeFileSync(join(clone, "program"), content);
      rmSync(join(clone, "app.apk"), { force: true });
      assert.equal(run("zip", "-q", "app.apk", "program").status, 0);
      return run(".github/holds-county", "app.apk").status;
    };
    assert.equal(holds(`\0\x7fELF ${text.trim()} \0`), 0);
    assert.equal(holds("\0 applinks:bevis.innlandet.example \0"), 1, "its links alone are no county");
  } finally {
    rmSync(clone, { recursive: true });
  }
});
