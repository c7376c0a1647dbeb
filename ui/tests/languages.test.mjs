// The language files: complete, and the only place with words. That their keys match is svelte-check's work.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import ts from "typescript";

const folder = new URL("../src/", import.meta.url);
/** These have words of their own, and their groups must not be named as those of the app. */
const areas = ["kontroll", "help", "help/links", "minid", "mine"];

async function words(code) {
  const read = async (file) => {
    const source = await readFile(new URL(file, folder), "utf8");
    const { outputText } = ts.transpileModule(source, { compilerOptions: { target: "ES2022", module: "ESNext" } });
    return (await import(`data:text/javascript,${encodeURIComponent(outputText)}`))[code];
  };
  const shared = await read(`lib/i18n/${code}.ts`);
  const own = await Promise.all(areas.map(async (area) => [area, await read(`${area}/words/${code}.ts`)]));
  return { ...shared, ...Object.fromEntries(own) };
}

/** Every sentence by its path; those with gaps are filled with marks that must come out again. */
function sentences(value, path = "") {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function") {
    const marks = Array.from({ length: value.length }, (_, index) => `«${index}»`);
    const text = value(...marks);
    for (const mark of marks) assert.ok(text.includes(mark), `${path} leaves out what it is given`);
    return [[path, text]];
  }
  return Object.entries(value).flatMap(([key, inner]) => sentences(inner, path ? `${path}.${key}` : key));
}

const [nb, nn, en, sma] = await Promise.all(["nb", "nn", "en", "sma"].map(words));

describe("the languages", () => {
  const same = new Set(sentences(nb).map(([path]) => path));
  for (const [code, language] of Object.entries({ nb, nn, en })) {
    it(`${code} says everything, and nothing more`, () => {
      const paths = new Set(sentences(language).map(([path]) => path));
      assert.deepEqual([...paths].filter((path) => !same.has(path)), []);
      assert.deepEqual([...same].filter((path) => !paths.has(path)), []);
      for (const [path, text] of sentences(language)) assert.ok(text.trim().length > 0, path);
    });
  }

  it("English is English: no sentence was left in Norwegian", () => {
    const norwegian = new Map(sentences(nb));
    const shared = sentences(en).filter(([path, text]) => norwegian.get(path) === text).map(([path]) => path);
    assert.deepEqual(shared, ["common.appName", "photo.source.selfie", "card.programme", "card.demo"].filter((path) => shared.includes(path)));
    for (const [path, text] of sentences(en)) assert.doesNotMatch(text, /[æøå]/i, path);
  });

  it("nynorsk is nynorsk: no word that only bokmål has", () => {
    const bokmal = new Set("ikke jeg hvem hva hvor noe noen være fra mer skolen skole bilde bildet nå deres oppdateres finnes sikkerhet enheten hentes begynner".split(" "));
    for (const [path, text] of sentences(nn)) {
      const wrong = text.toLowerCase().match(/\p{L}+/gu)?.filter((word) => bokmal.has(word)) ?? [];
      assert.deepEqual(wrong, [], path);
    }
  });

  it("South Sámi waits for its translator and holds no key that is not in bokmål", () => {
    for (const [path] of sentences(sma)) assert.ok(same.has(path), path);
  });

  it("a language that is not finished is filled up, sentence by sentence", async () => {
    const source = await readFile(new URL("lib/i18n/filled.ts", folder), "utf8");
    const { outputText } = ts.transpileModule(source, { compilerOptions: { target: "ES2022", module: "ESNext" } });
    const { filled } = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
    const complete = { a: { b: "hus", c: "bil" }, d: ["ein", "to"], e: "båt" };
    assert.deepEqual(filled(complete, { a: { b: "gåetie" }, d: ["akte"] }), { a: { b: "gåetie", c: "bil" }, d: ["akte"], e: "båt" });
    assert.equal(complete.a.b, "hus");
    assert.deepEqual(filled({ e: "båt" }, { a: { b: "gåetie" } }), { e: "båt" }, "a page that has but some of the words");
  });
});

describe("the screens", () => {
  it("hold no words of their own", async () => {
    const found = [];
    for (const place of ["", "screens/", "components/", ...areas.map((area) => `${area}/`)]) {
      for (const name of await readdir(new URL(place, folder))) {
        if (!name.endsWith(".svelte")) continue;
        const source = await readFile(new URL(`${place}${name}`, folder), "utf8");
        const markup = source
          .replace(/<script[\s\S]*?<\/script>|<style[\s\S]*?<\/style>|<!--[\s\S]*?-->/g, "")
          .replace(/\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}/g, "");
        for (const [, text] of markup.matchAll(/>([^<>]*\p{L}{2,}[^<>]*)</gu)) found.push(`${name}: ${text.trim()}`);
        for (const [, attribute, text] of markup.matchAll(/\b(alt|aria-label|title|placeholder)="([^"]*\p{L}[^"]*)"/gu)) found.push(`${name}: ${attribute}=${text}`);
      }
    }
    assert.deepEqual(found, []);
  });
});

it("every sentence is said somewhere", async () => {
  let code = "";
  for (const place of ["", "screens/", "components/", "lib/", ...areas.map((area) => `${area}/`)]) {
    for (const name of await readdir(new URL(place, folder))) {
      if (/\.(svelte|ts)$/.test(name)) code += await readFile(new URL(`${place}${name}`, folder), "utf8");
    }
  }
  const unsaid = Object.entries(nb)
    .filter(([, part]) => typeof part === "object")
    .flatMap(([group, part]) => (["problems", "contactRoles", "rules", "stills", "directions"].includes(group) ? [] : Object.keys(part).map((key) => [group, key])))
    .filter(([, key]) => !new RegExp(`\\.${key}\\b`).test(code))
    .map((path) => path.join("."));
  assert.deepEqual(unsaid, []);
});
