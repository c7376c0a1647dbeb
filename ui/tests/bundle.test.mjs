// What is shipped: small, and nothing in the page that its policy would refuse.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { it } from "node:test";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);

const assets = new URL("assets/", dist);
const compressed = async (name) => gzipSync(await readFile(new URL(name, assets))).length;
const names = await readdir(assets);
/** What only the scanner asks for: the code reader and its WebAssembly. */
const scanner = names.filter((name) => name.startsWith("reader-") || name.startsWith("zxing_reader-"));

/** What the page names, and what that cannot do without; what is fetched on opening a screen is not among it. */
async function loadedAtStart() {
  const page = await readFile(new URL("index.html", dist), "utf8");
  const found = new Set([...page.matchAll(/assets\/([\w.-]+)"/g)].map(([, name]) => name));
  for (const name of found) {
    if (!name.endsWith(".js")) continue;
    const code = await readFile(new URL(name, assets), "utf8");
    for (const [, other] of code.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+)["']/g)) found.add(other);
  }
  return [...found];
}

it("all that is loaded at the start is under 120 kB compressed", async () => {
  const first = await loadedAtStart();
  assert.ok(first.some((name) => name.endsWith(".js")) && first.some((name) => name.endsWith(".css")), String(first));
  assert.ok(first.every((name) => names.includes(name)), String(first));
  let size = gzipSync(await readFile(new URL("index.html", dist))).length;
  for (const name of first) size += await compressed(name);
  assert.ok(size < 120_000, `${size} bytes`);
});

it("the words and screens that come later are under 120 kB compressed as well", async () => {
  const first = await loadedAtStart();
  let size = 0;
  for (const name of names) if (!first.includes(name) && !scanner.includes(name)) size += await compressed(name);
  assert.ok(size < 120_000, `${size} bytes`);
});

it("the scanner's code reader is apart, once, and under 600 kB compressed", async () => {
  assert.deepEqual(scanner.map((name) => name.replace(/-[\w-]+\./, ".")).sort(), ["reader.js", "zxing_reader.wasm"]);
  let size = 0;
  for (const name of scanner) size += await compressed(name);
  assert.ok(size < 600_000, `${size} bytes`);
});

it("the page has no script or style in its text", async () => {
  const page = await readFile(new URL("index.html", dist), "utf8");
  assert.doesNotMatch(page, /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
});

it("nothing names an address outside the app", async () => {
  // Namespaces are names, and Svelte's are its error pages; neither is fetched.
  const allowed = /^https?:\/\/(www\.w3\.org|svelte\.dev)\b/;
  for (const name of names) {
    const text = await readFile(new URL(name, assets), "latin1");
    assert.deepEqual([...text.matchAll(/https?:\/\/[\w.-]+/g)].map(([address]) => address).filter((address) => !allowed.test(address)), [], name);
  }
});
