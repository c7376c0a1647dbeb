// What is shipped: small, and nothing in the page that its policy would refuse.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { it } from "node:test";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);

it("all of it is under 120 kB compressed", async () => {
  let size = gzipSync(await readFile(new URL("index.html", dist))).length;
  for (const name of await readdir(new URL("assets/", dist))) size += gzipSync(await readFile(new URL(`assets/${name}`, dist))).length;
  assert.ok(size < 120_000, `${size} bytes`);
});

it("the page has no script or style in its text", async () => {
  const page = await readFile(new URL("index.html", dist), "utf8");
  assert.doesNotMatch(page, /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
});

it("nothing names an address outside the app", async () => {
  // Namespaces are names, and Svelte's are its error pages; neither is fetched.
  const allowed = /^https?:\/\/(www\.w3\.org|svelte\.dev)\b/;
  for (const name of await readdir(new URL("assets/", dist))) {
    const text = await readFile(new URL(`assets/${name}`, dist), "utf8");
    assert.deepEqual([...text.matchAll(/https?:\/\/[\w.-]+/g)].map(([address]) => address).filter((address) => !allowed.test(address)), [], name);
  }
});
