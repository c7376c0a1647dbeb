// The page /minid in a real browser, with the real rules as WebAssembly: what it costs to load, what it works out, and
// that nothing typed leaves it.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { launch } from "./browser.mjs";
import { visit } from "./kontroll-visit.mjs";
import { county, dist, settings } from "./minid-county.mjs";
import { numbers } from "./minid-core.mjs";
import { assertWhole, axe, drawn } from "./whole.mjs";

const DAY = 86_400_000;
/** A Thursday morning in Norway. */
const NOW = Date.parse("2026-11-19T08:30:00+01:00");

describe("what is shipped", () => {
  const files = async () => (await readdir(dist, { recursive: true })).filter((name) => /\.(html|js|css|wasm)$/.test(name));
  const size = async (names) => (await Promise.all(names.map(async (name) => gzipSync(await readFile(dist + name)).length))).reduce((one, other) => one + other, 0);

  it("the page is under 80 kB compressed, and its rules under 100 kB", async () => {
    const all = await files();
    const wasm = all.filter((name) => name.endsWith(".wasm"));
    assert.equal(wasm.length, 1);
    const page = await size(all.filter((name) => !wasm.includes(name)));
    assert.ok(page < 80_000, `${page} bytes`);
    const rules = await size(wasm);
    assert.ok(rules < 100_000, `${rules} bytes`);
  });

  it("no address is in its scripts, and no script or style in its text", async () => {
    // Namespaces are names, and Svelte's are its error pages; the rules name the addresses that the county may change.
    const allowed = /^https?:\/\/(www\.w3\.org|svelte\.dev)\b/;
    for (const name of (await files()).filter((each) => !each.endsWith(".wasm"))) {
      const text = await readFile(dist + name, "latin1");
      assert.deepEqual([...text.matchAll(/https?:\/\/[\w.-]+/g)].map(([address]) => address).filter((address) => !allowed.test(address)), [], name);
    }
    assert.doesNotMatch(await readFile(`${dist}index.html`, "utf8"), /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
  });
});

describe("the page", { concurrency: 2 }, () => {
  let browser;
  before(async () => (browser = await launch()));
  after(() => browser.close());

  /** A county and a visitor on its page, who go when the test ends, however it does. */
  async function visiting(test, { at = NOW, language, script, ...options } = {}) {
    const place = await county(options);
    test.after(() => place.close());
    const guest = await visit(browser, place, { clock: at, language, script, camera: false });
    test.after(() => guest.close());
    const { page } = guest;
    await page.goto(place.page);
    await page.locator(".way").first().waitFor();
    const button = (name) => page.getByRole("button", { name, exact: true });
    const heading = (name) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
    const as = async (who) => page.getByRole("button", { name: who }).click();
    /** Opened anew on another day. */
    const on = async (day) => {
      await page.clock.setFixedTime(day);
      await page.reload();
      await page.locator(".way").first().waitFor();
      await as("Jeg er elev");
    };
    return { place, guest, page, button, heading, as, on };
  }

  it("follows a pupil from the order to the login, over days and reloads", async (test) => {
    const { guest, page, button, heading, as, on } = await visiting(test);
    await as("Jeg er elev");
    await button("Jeg har bestilt i dag").click();
    await heading("Brevet er på vei");
    await page.getByText("Se i postkassen mandag 23. november.").waitFor();
    await on(NOW + 4 * DAY);
    await page.getByText("Se i postkassen i dag.").waitFor();
    await on(NOW + 14 * DAY);
    await heading("Har ikke brevet kommet?");
    await button("Brevet har kommet").click();
    await page.getByText("46 dager igjen").waitFor();
    await page.getByText("til og med mandag 18. januar").waitFor();
    await on(NOW + 45 * DAY);
    await page.getByText("Nå haster det").waitFor();
    await on(NOW + 60 * DAY);
    await page.getByText("I dag er siste dag").waitFor();
    await on(NOW + 61 * DAY);
    await heading("Koden har gått ut");
    await button("Jeg rakk å registrere meg").click();
    await heading("Ferdig! Du har MinID");
    await button("Angre").click();
    await heading("Koden har gått ut");
    assert.deepEqual(guest.faults, []);
  });

  it("tells numbers apart by the real rule", async (test) => {
    const { guest, page, as } = await visiting(test);
    await as("Jeg er elev");
    for (const [typed, words] of [
      [numbers.fnr, "Tallene stemmer"], ["53097248016", "Dette er et D-nummer"], ["02013299987", "Noe stemmer ikke"], ["32127248022", "Noe stemmer ikke"],
      ["10915596784", "oppdiktet nummer"], ["1309724", "7 av 11 siffer"], ["130972480221", "for mange"], ["13a", "bare være tall"],
    ]) {
      await page.getByLabel("Sjekk at du har det riktig").fill(typed);
      await page.getByText(words).filter({ visible: true }).waitFor();
    }
    assert.deepEqual(guest.faults, []);
  });

  it("nothing typed leaves the page, and nothing of the number is kept anywhere", async (test) => {
    const { place, guest, page, button, heading, as } = await visiting(test);
    await as("Jeg er elev");
    const field = page.getByLabel("Sjekk at du har det riktig");
    await field.pressSequentially(numbers.fnr);
    await page.getByText("Tallene stemmer").waitFor();
    await button("Jeg har bestilt i dag").click();
    await heading("Brevet er på vei");
    await page.goBack();
    await as("Jeg er lærer eller rådgiver");
    await page.getByLabel("Elever i klassen", { exact: true }).fill("27");
    await page.keyboard.press("Tab");
    await page.getByLabel("Har bestilt", { exact: true }).fill("12");
    await page.keyboard.press("Tab");
    await page.reload();
    await as("Jeg er lærer eller rådgiver");
    assert.equal(await page.getByLabel("Har bestilt", { exact: true }).inputValue(), "12", "the count is kept");

    assert.deepEqual(guest.elsewhere, []);
    const addresses = [...new Set(place.asked.map(({ method, url }) => `${method} ${url}`))];
    assert.deepEqual(addresses.filter((address) => !/^GET \/(kontroll\/county\.json|minid(\/(assets\/[\w.-]+|guide\.json|icon-\d+\.png))?)$/.test(address)), []);
    for (const request of place.asked) {
      assert.equal(request.body, "");
      assert.equal(request.headers.cookie, undefined);
      assert.ok(!JSON.stringify(request).includes(numbers.fnr.slice(0, 6)));
    }
    const stored = await page.evaluate(async () => ({
      local: { ...localStorage }, session: sessionStorage.length, cookie: document.cookie, caches: await caches.keys(), databases: await indexedDB.databases(),
      state: JSON.stringify(history.state), address: location.href, typed: [...document.querySelectorAll("input")].map((input) => input.value),
    }));
    assert.deepEqual(Object.keys(stored.local), ["minid"]);
    assert.deepEqual(JSON.parse(stored.local.minid), { ordered_on: "2026-11-19", arrived: false, registered: false, counts: { pupils: 27, ordered: 12, arrived: 0, registered: 0 } });
    assert.deepEqual([stored.session, stored.cookie, stored.caches, stored.databases], [0, "", [], []]);
    assert.ok(!JSON.stringify(stored).includes(numbers.fnr.slice(0, 6)));
    assert.deepEqual(guest.faults, []);
  });

  it("what another left in the browser, and cannot be right, is as good as nothing", async (test) => {
    const { guest, page, as, heading } = await visiting(test);
    for (const text of ["{", '{"ordered_on":"yesterday"}', '{"ordered_on":"2030-01-01","arrived":false,"registered":false,"counts":null}']) {
      await page.evaluate((kept) => localStorage.setItem("minid", kept), text);
      await page.reload();
      await as("Jeg er elev");
      await heading("Bestill brevet");
    }
    assert.deepEqual(guest.faults, []);
  });

  it("works where the browser keeps nothing, and says so", async (test) => {
    const { page, as, button, heading } = await visiting(test, { script: `Object.defineProperty(Storage.prototype, "setItem", { value() { throw new DOMException("full", "QuotaExceededError"); } });` });
    await as("Jeg er elev");
    await button("Jeg har bestilt i dag").click();
    await heading("Brevet er på vei");
    await page.getByText("Denne nettleseren husker ikke noe for deg.").waitFor();
  });

  it("works out the class's days, and the calendar file has them", async (test) => {
    const { guest, page, as, button } = await visiting(test);
    await as("Jeg er lærer eller rådgiver");
    await page.getByText("31. des. 2026–15. feb. 2027").waitFor();
    await page.getByLabel(/1\. februar/).check();
    await page.getByText("3. des. 2026–18. jan. 2027").waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), button("Lagre kalenderfilen").click()]);
    const text = (await readFile(await download.path(), "utf8")).replaceAll("\r\n ", "");
    for (const line of ["BEGIN:VCALENDAR", "SUMMARY:MinID\\, time 1: bestill brevet", "DTSTART;VALUE=DATE:20261207", "DTSTART;VALUE=DATE:20270118", "DTSTART;VALUE=DATE:20270201", "END:VCALENDAR"]) {
      assert.ok(text.split("\r\n").includes(line), `${line} in ${text}`);
    }
    assert.deepEqual(guest.faults, []);
  });

  it("the pupil's calendar file has the mailbox days and the last day", async (test) => {
    const { page, as, button } = await visiting(test);
    await as("Jeg er elev");
    await button("Jeg har bestilt i dag").click();
    const [download] = await Promise.all([page.waitForEvent("download"), button("Lagre kalenderfilen").click()]);
    const text = await readFile(await download.path(), "utf8");
    for (const day of ["20261123", "20261126", "20261129", "20261202", "20261203", "20270103", "20270111", "20270116", "20270118", "20270119"]) {
      assert.match(text, new RegExp(`DTSTART;VALUE=DATE:${day}\r\n`));
    }
    assert.doesNotMatch(text, new RegExp(numbers.fnr));
  });

  it("goes by the county's own numbers and addresses", async (test) => {
    const guide = settings();
    guide.letter.code_days = 70;
    guide.support.phone = "99 00 00 01";
    guide.addresses.order = "https://bestill.fjordviken.example/minid";
    const { page, as, button } = await visiting(test, { guide });
    await as("Jeg er elev");
    assert.equal(await page.getByRole("link", { name: /Bestill brevet hos MinID/ }).getAttribute("href"), guide.addresses.order);
    await button("Jeg har bestilt i dag").click();
    await page.getByRole("listitem").filter({ hasText: "Siste dag koden virker" }).getByText("torsdag 28. januar").waitFor();
  });

  it("and by those it came with, where the county's cannot be had", async (test) => {
    const { page, as } = await visiting(test, { guide: null });
    await as("Jeg er elev");
    assert.equal(await page.getByRole("link", { name: /Bestill brevet hos MinID/ }).getAttribute("href"), settings().addresses.order);
  });

  it("says so when it cannot start, and starts when it can", async (test) => {
    const place = await county();
    test.after(() => place.close());
    const guest = await visit(browser, place, { clock: NOW, camera: false });
    test.after(() => guest.close());
    await guest.page.route("**/*.wasm", (route) => route.abort());
    await guest.page.goto(place.page);
    // The page has but some of the app's words: these are among them.
    await guest.page.getByRole("alert").filter({ hasText: /Støttekode LB-UI-020/ }).getByRole("button", { name: "Kopier" }).waitFor();
    await guest.page.unroute("**/*.wasm");
    await guest.page.getByRole("button", { name: "Prøv igjen" }).click();
    await guest.page.locator(".way").first().waitFor();
  });

  it("lives under the path of the county's public address, and names it on the sheet to hand out", async (test) => {
    const { place, guest, page, as, button } = await visiting(test, { prefix: "/bevis" });
    await as("Jeg er lærer eller rådgiver");
    await button("Ark til utskrift").click();
    await page.getByText(`Hjelp og kalender: ${place.page.replace("http://", "")}`).waitFor();
    assert.deepEqual(guest.faults, []);
  });

  it("speaks the reader's language, and another when asked", async (test) => {
    const { page } = await visiting(test, { language: "nn-NO" });
    await page.getByRole("button", { name: "Eg er elev" }).waitFor();
    await page.getByText("English", { exact: true }).click();
    await page.getByRole("button", { name: "I am a pupil" }).click();
    await page.getByRole("heading", { level: 1, name: "Order the letter" }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
    await page.reload();
    await page.getByRole("button", { name: "I am a pupil" }).waitFor();
  });

  for (const [name, go] of Object.entries({
    start: async () => undefined,
    order: async ({ as }) => as("Jeg er elev"),
    wait: async ({ as, button }) => {
      await as("Jeg er elev");
      await button("Jeg har bestilt i dag").click();
    },
    class: async ({ as }) => as("Jeg er lærer eller rådgiver"),
  })) {
    it(`is whole and accessible: ${name}`, async (test) => {
      const guest = await visiting(test, { script: axe });
      await go(guest);
      await drawn(guest.page);
      await assertWhole(guest.page);
      assert.deepEqual(guest.guest.faults, []);
    });
  }

  it("leads to the county's accessibility statement, and to none where there is none", async (test) => {
    const statement = "https://uustatus.example/fjordviken";
    const { page } = await visiting(test, { statement });
    assert.equal(await page.getByRole("link", { name: /Tilgjengelighets/ }).getAttribute("href"), statement);
    const { page: without } = await visiting(test, { statement: null });
    assert.equal(await without.getByRole("link", { name: /Tilgjengelighets/ }).count(), 0);
  });

  it("uses the room of a desktop: the plan beside the lists, and nothing wider than the screen", async (test) => {
    const { page, as } = await visiting(test);
    await page.setViewportSize({ width: 1280, height: 800 });
    await as("Jeg er lærer eller rådgiver");
    await page.getByRole("heading", { name: "Planen" }).waitFor();
    const [plan, list] = await Promise.all(["Planen", "Time 1: Bestill brevet"].map((name) => page.getByRole("heading", { name, level: 2 }).boundingBox()));
    assert.ok(list.x > plan.x + plan.width / 2 && list.y < plan.y, JSON.stringify({ plan, list }));
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 1280));
  });
});
