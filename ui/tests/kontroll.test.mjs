// The page /kontroll in a real browser: what it costs to load, what it says, and what it sends.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { launch } from "./browser.mjs";
import { county, dist, STATEMENT } from "./kontroll-county.mjs";
import { visit } from "./kontroll-visit.mjs";
import { scenes } from "./kontroll-scenes.mjs";
import { pngFile } from "./qr.mjs";
import { assertWhole, axe, drawn } from "./whole.mjs";

describe("what is shipped", () => {
  const compressed = async (name) => gzipSync(await readFile(dist + name)).length;
  const sum = async (names) => (await Promise.all(names.map(compressed))).reduce((one, other) => one + other, 0);
  /** The large icon is for installing, and no part of loading the page. */
  const files = async () => (await readdir(dist, { recursive: true })).filter((name) => /\.(html|js|css|wasm|webmanifest|png)$/.test(name) && name !== "icon-512.png");

  it("the page and the verifier are under 300 kB compressed", async (test) => {
    const first = (await files()).filter((name) => !name.includes("zxing"));
    assert.ok(first.some((name) => name.includes("verifier")));
    const size = await sum(first);
    assert.ok(size < 300_000, `${size} bytes`);
  });

  it("the scanner is apart, and under 600 kB compressed", async (test) => {
    const scanner = (await files()).filter((name) => name.includes("zxing"));
    assert.equal(scanner.length, 2);
    const size = await sum(scanner);
    assert.ok(size < 600_000, `${size} bytes`);
  });

  it("nothing in it names another address, and the page has no script or style in its text", async (test) => {
    // Namespaces are names, and Svelte's are its error pages; neither is fetched.
    const allowed = /^https?:\/\/(www\.w3\.org|svelte\.dev)\b/;
    for (const name of await files()) {
      const text = await readFile(dist + name, "latin1");
      assert.deepEqual([...text.matchAll(/https?:\/\/[\w.-]+/g)].map(([address]) => address).filter((address) => !allowed.test(address)), [], name);
    }
    assert.doesNotMatch(await readFile(`${dist}index.html`, "utf8"), /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
  });
});

/** A county and a visitor, who go when the test ends, however it does. */
async function setting(test, browser, { clock, camera, script, ...options } = {}) {
  const place = await county(options);
  test.after(() => place.close());
  const guest = await visit(browser, place, { clock, camera, script });
  test.after(() => guest.close());
  return { place, guest, page: guest.page };
}

/** A browser whose camera sees these codes. */
async function filming(test, place, codes) {
  const browser = await launch({ codes, film: { width: 1280, height: 720 } });
  test.after(() => browser.close());
  const guest = await visit(browser, place);
  return { guest, page: guest.page };
}

describe("a code opened as a link", { concurrency: 2 }, () => {
  let browser;
  before(async () => (browser = await launch()));
  after(() => browser.close());

  async function opened(test, options, code) {
    const all = await setting(test, browser, options);
    await all.page.goto(await all.place.link(code));
    await all.guest.verdict();
    return all;
  }

  it("is judged at once, and taken out of the address", async (test) => {
    const { place, guest, page } = await opened(test);
    assert.equal(await guest.word(), "Gyldig");
    assert.equal(await page.locator("[data-look]").getAttribute("data-look"), "good");
    assert.match(await page.innerText("main"), /Nora Bjørnstad[\s\S]*2STA/);
    assert.equal(page.url(), `${place.url}/KONTROLL`);
    // Loaded again, or opened again from the tab's own history, there is nothing in it.
    await page.reload();
    await page.getByRole("button", { name: "Skann en kode" }).waitFor();
    assert.equal(await page.getByRole("link", { name: /Tilgjengelighets/ }).getAttribute("href"), STATEMENT);
    assert.deepEqual(guest.faults, []);
  });

  it("tells what is wrong, each thing by its own word", async (test) => {
    const { place, guest, page } = await opened(test);
    for (const [code, word, look = "bad"] of [
      [{ age: 90 }, "Gammel kode"],
      // Nobody's fault, and it passes.
      [{ age: -90 }, "Feil klokke", "again"],
      [{ forged: true }, "Ukjent utsteder"],
      [{ idx: 3 }, "Sperret"],
      [{ idx: 2 }, "Trukket tilbake"],
    ]) {
      await page.goto(await place.link(code));
      await page.getByRole("heading", { name: word }).waitFor();
      assert.equal(await page.locator("[data-look]").getAttribute("data-look"), look, word);
    }
    assert.deepEqual(guest.faults, []);
  });

  it("of another kind says that it is none of ours", async (test) => {
    const { place, guest, page } = await setting(test, browser);
    await page.goto(`${place.url}/KONTROLL#menu`);
    assert.equal(await guest.word(), "Ukjent kode");
  });

  it("of a specimen county is grey, and blocked ones too", async (test) => {
    for (const idx of [1, 3]) {
      const { guest, page } = await opened(test, { demo: true }, { idx });
      assert.equal(await page.locator("[data-look]").getAttribute("data-look"), "demo");
      assert.equal(await guest.word(), "Demo");
      }
  });

  it("is uncertain when the lists are too old", async (test) => {
    const { guest, page } = await opened(test, { listAge: 2 * 86_400 });
    assert.equal(await guest.word(), "Usikkert");
    assert.match(await page.innerText("main"), /Sperrelisten ble laget for 2 (dager|døgn) siden/);
  });

  it("is judged with what was kept, and once more when fresh lists come", async (test) => {
    const { place, guest, page } = await setting(test, browser);
    await page.goto(place.page);
    await guest.ready();
    await place.sign({ entries: ["1=2"] });
    const release = place.hold();
    await page.goto(await place.link());
    assert.equal(await guest.word(), "Gyldig");
    release();
    await page.getByRole("heading", { name: "Sperret" }).waitFor();
    assert.deepEqual(guest.faults, []);
  });

  it("is judged by lists that were asked for after it, also when slow ones were on their way", async (test) => {
    const { place, guest, page } = await setting(test, browser);
    const asked = () => place.asked.filter(({ url }) => url === "/trust-list").length;
    const until = async (count) => {
      for (const end = Date.now() + 30_000; asked() < count; ) {
        assert.ok(Date.now() < end, `asked ${asked()} times, not ${count}`);
        await new Promise((next) => setTimeout(next, 50));
      }
    };
    await page.goto(place.page);
    await guest.ready();
    const before = asked();
    const release = place.hold();
    await page.getByRole("button", { name: "Hent nye lister" }).click();
    await until(before + 1);
    await page.evaluate((address) => (location.href = address), await place.link());
    await page.getByRole("heading", { name: "Gyldig" }).waitFor();
    // Five seconds after the lists were asked for they are wanted anew, for the one who stands here.
    await page.waitForTimeout(6_000);
    release();
    await until(before + 2);
    assert.deepEqual(guest.faults, []);
  });

  it("can be followed by another in the same tab", async (test) => {
    const { place, guest, page } = await opened(test);
    await page.evaluate((address) => (location.href = address), await place.link({ idx: 3 }));
    await page.getByRole("heading", { name: "Sperret" }).waitFor();
    assert.equal(page.url(), `${place.url}/KONTROLL`);
    await page.evaluate((address) => (location.href = address), await place.link({ profile: "age" }));
    await page.getByRole("heading", { name: "Gyldig" }).waitFor();
    assert.doesNotMatch(await page.innerText("main"), /Nora/);
    await page.getByRole("button", { name: "Lukk" }).click();
    await page.getByRole("button", { name: "Skann en kode" }).waitFor();
    assert.deepEqual(guest.faults, []);
  });

  it("is judged by the county's time when this device's clock is wrong, and that is told", async (test) => {
    for (const minutes of [-20, 20]) {
      const { place, page } = await setting(test, browser, { clock: Date.now() + minutes * 60_000 });
      await page.goto(await place.link());
      await page.getByRole("heading", { name: "Gyldig" }).waitFor();
      assert.match(await page.innerText("body"), /Klokka på denne enheten går minst 20 minutter feil/);
    }
  });

  it("lives under the path of the county's public address", async (test) => {
    const { place, guest, page } = await opened(test, { prefix: "/bevis" });
    assert.equal(await guest.word(), "Gyldig");
    assert.match(page.url(), /\/BEVIS\/KONTROLL$/);
    await guest.ready();
    await place.cut();
    await page.goto(await place.link({ idx: 3 }));
    await page.getByRole("heading", { name: "Sperret" }).waitFor();
  });
});

describe("without a network", { concurrency: 2 }, () => {
  let browser;
  before(async () => (browser = await launch()));
  after(() => browser.close());

  it("the page opens and checks after its first visit, at both its addresses", async (test) => {
    const { place, guest, page } = await setting(test, browser, { listAge: 3 * 3600 });
    await page.goto(place.page);
    await guest.ready();
    await place.cut();
    // A tab of its own, as a phone's camera opens one.
    const other = await guest.tab();
    await other.goto(await place.link());
    await other.getByRole("heading", { name: "Gyldig" }).waitFor();
    assert.match(await other.innerText("main"), /Sperrelisten ble laget for 3 timer siden/);
    await other.goto(await place.link({ idx: 3 }));
    await other.getByRole("heading", { name: "Sperret" }).waitFor();
    await other.goto(place.page);
    await other.getByText("Fikk ikke hentet en nyere nå").waitFor();
    assert.match(await other.innerText("main"), /Sperrelisten ble laget for 3 timer siden/);
    await place.restore();
    await other.getByRole("button", { name: "Hent nye lister" }).click();
    await other.getByText("Fikk ikke hentet en nyere nå").waitFor({ state: "detached" });
  });

  it("the first visit says that it needs one, and judges the waiting code when it is back", async (test) => {
    const { place, page } = await setting(test, browser);
    place.serve("/trust-list", "text/plain", "the way is down");
    await page.goto(await place.link());
    await page.getByRole("heading", { name: "Listene mangler" }).waitFor();
    await place.sign();
    await page.getByRole("button", { name: "Prøv igjen" }).click();
    await page.getByRole("heading", { name: "Gyldig" }).waitFor();
  });

  it("lists that are too old are named, with what to do", async (test) => {
    const { place, guest, page } = await setting(test, browser, { listAge: 2 * 86_400 });
    await page.goto(place.page);
    await guest.ready();
    await page.getByText("Listene er for gamle").waitFor();
    await place.sign();
    await page.getByRole("button", { name: "Hent nye lister" }).click();
    await page.getByText("Klar til å kontrollere").waitFor();
  });

  it("an older trust list does not take the place of a newer one, also after a reload", async (test) => {
    const { place, guest, page } = await setting(test, browser);
    await place.sign({ version: 5, entries: ["1=2"] });
    await page.goto(place.page);
    await guest.ready();
    await place.sign({ version: 4, age: 600, entries: [] });
    await page.reload();
    await page.getByText("Fikk ikke hentet en nyere nå").waitFor();
    // The status list is older too: the block still holds.
    await page.goto(await place.link());
    await page.getByRole("heading", { name: "Sperret" }).waitFor();
  });
});

describe("the scanner", { concurrency: 2 }, () => {
  it("is fetched when it is asked for, reads the code from the camera, then the photo code, and works offline from then on", async (test) => {
    const place = await county();
    test.after(() => place.close());
    const { guest, page } = await filming(test, place, [await place.code({ age: -10 }), await place.photo()]);
    await page.goto(place.page);
    await guest.ready();
    const scanner = () => place.asked.filter(({ url }) => url.includes("zxing"));
    assert.equal(scanner().length, 0, "before it is asked for");
    await page.getByRole("button", { name: "Skann en kode" }).click();
    await page.getByRole("heading", { name: /Gyldig|Bare bilde/ }).waitFor();
    assert.equal(scanner().length, 2);
    // The camera shows both codes in turn; whichever came first, the other is asked for.
    if ((await guest.word()) === "Bare bilde") await page.getByRole("button", { name: "Neste" }).click();
    else await page.getByRole("button", { name: "Skann også bildekoden" }).click();
    const portrait = page.getByRole("img", { name: /Nora/ });
    await portrait.waitFor();
    assert.ok(await portrait.evaluate((image) => image.naturalWidth === 48 && image.naturalHeight === 64));
    assert.equal(await guest.word(), "Gyldig");
    assert.deepEqual(guest.faults, []);

    await place.cut();
    await page.goto(place.page);
    await page.getByRole("button", { name: "Skann en kode" }).click();
    await page.locator("[data-look]").waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "Skann en kode" }).waitFor();
  });

  it("takes a picture file where there is no camera", async (test) => {
    const browser = await launch();
    test.after(() => browser.close());
    const { place, page } = await setting(test, browser, { camera: false });
    await page.goto(place.page);
    await page.getByRole("button", { name: "Skann en kode" }).click();
    await page.getByText("Kameraet er ikke tillatt").waitFor();
    await page.setInputFiles("input[type=file]", await pngFile(await place.link({ profile: "travel" })));
    await page.getByRole("heading", { name: "Gyldig" }).waitFor();
    assert.match(await page.innerText("main"), /Reise[\s\S]*Nora Bjørnstad/);
  });
});

describe("what the page sends and keeps", () => {
  it("is nothing of the code or of the person, whatever is done", async (test) => {
    const place = await county();
    test.after(() => place.close());
    const codes = [await place.code({ age: -10 }), await place.link(), await place.link({ idx: 3 })];
    const { guest, page } = await filming(test, place, [codes[0]]);
    await page.goto(codes[1]);
    await guest.verdict();
    await guest.ready();
    await page.getByRole("button", { name: "Lukk" }).click();
    await page.getByRole("button", { name: "Skann en kode" }).click();
    await guest.verdict();
    await page.getByRole("button", { name: "Lukk" }).click();
    await page.getByRole("button", { name: "Hent nye lister" }).click();
    await page.reload();
    await guest.ready();
    const other = await guest.tab();
    await other.goto(codes[2]);
    await other.getByRole("heading", { name: "Sperret" }).waitFor();
    await page.waitForTimeout(500);

    // Only these, from this server alone; which card was checked makes no difference to any of them.
    const addresses = [...new Set(place.asked.map(({ method, url }) => `${method} ${url}`))].sort();
    const expected = [/^GET \/(kontroll|KONTROLL)$/, /^GET \/kontroll\/(assets\/[\w.-]+|worker\.js|county\.json|manifest\.webmanifest|icon-\d+\.png)$/, /^GET \/(trust-list|status-lists(\/[12])?)$/];
    assert.deepEqual(addresses.filter((address) => !expected.some((form) => form.test(address))), []);
    assert.deepEqual(guest.elsewhere, []);
    // Every eight characters of a code, and what stands in it, in any part of any request.
    const secrets = new Set(["Nora", "Bj", "2STA", "100042", "20080229"]);
    for (const code of codes) {
      const text = code.replace(/^.*(#|SID1:)/, "");
      for (let at = 0; at + 8 <= text.length; at++) secrets.add(text.slice(at, at + 8));
    }
    for (const request of place.asked) {
      const said = [request.url, ...Object.entries(request.headers).flat(), request.body].map(decodeURIComponent).join("\n").toLowerCase();
      for (const secret of secrets) assert.ok(!said.includes(secret.toLowerCase()), `${request.method} ${request.url}`);
      assert.equal(request.headers.cookie, undefined);
      assert.equal(request.headers.referer, undefined);
    }

    const kept = await page.evaluate(async () => {
      const texts = [];
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) texts.push([request.url, await (await cache.match(request)).text()]);
      }
      return { texts, storage: Object.keys(localStorage), session: sessionStorage.length, cookie: document.cookie, databases: await indexedDB.databases() };
    });
    assert.deepEqual(kept.texts.map(([url]) => new URL(url)).filter(({ hash, search }) => hash || search), []);
    for (const [url, text] of kept.texts) for (const secret of secrets) assert.ok(!url.includes(secret) && !(secret.length > 4 && text.includes(secret)), url);
    assert.deepEqual({ ...kept, texts: [] }, { texts: [], storage: [], session: 0, cookie: "", databases: [] });
    assert.deepEqual(guest.faults, []);
  });
});

describe("every screen of it is whole and accessible: light, dark, small, and with 200 % text", { concurrency: 2 }, () => {
  let browser;
  before(async () => (browser = await launch()));
  after(() => browser.close());
  for (const { name, go, ...options } of scenes) {
    it(name, async (test) => {
      const { place, guest, page } = await setting(test, browser, { ...options, script: axe });
      await go(place, page);
      await drawn(page);
      await assertWhole(page);
      assert.deepEqual(guest.faults.filter((fault) => !fault.includes("Failed to load resource")), []);
    });
  }
});
