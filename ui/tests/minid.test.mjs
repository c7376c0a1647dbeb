// MinID-hjelpen in the app: the pupil's way from the order to the login, the teacher's plan, count and sheets.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import * as f from "./fixtures.mjs";
import { flows } from "./flow.mjs";
import { minidScenes } from "./minid-scenes.mjs";
import { numbers, openMinid } from "./minid-core.mjs";

const { open, test } = flows();
const welcome = (minid = {}, more = {}) => ({ state: f.welcome(), minid, ...more });
const kept = (page) => page.evaluate(() => window.__minid.kept);
const link = (page, name) => page.getByRole("link", { name });

describe("the pupil's way", () => {
  test("from who you are, over the order, the wait and the registration, to the end", welcome(), async ({ page, button, heading, text }) => {
    await openMinid(page);
    await page.getByRole("button", { name: "Jeg er elev" }).click();
    await heading("Bestill brevet");
    const order = link(page, "Bestill brevet hos MinID");
    assert.equal(await order.getAttribute("href"), "https://aktiveringsbrev.minid.no/order");
    assert.equal(await order.getAttribute("target"), "_blank");

    await button("Jeg har bestilt i dag").click();
    await heading("Brevet er på vei");
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1", "the new screen has the focus");
    await text("Det skal komme senest torsdag 3. desember.");
    await text("Se i postkassen mandag 23. november.");
    assert.deepEqual(await kept(page), { ordered_on: "2026-11-19", arrived: false, registered: false, counts: null });

    const days = page.getByRole("listitem").filter({ hasText: "Se i postkassen" });
    assert.deepEqual(await days.evaluateAll((all) => all.map((each) => each.querySelector(".day").firstChild.textContent)), [
      "mandag 23. november", "torsdag 26. november", "søndag 29. november", "onsdag 2. desember",
    ]);
    await text("Siste dag koden virker");
    assert.match(await page.getByRole("listitem").filter({ hasText: "Siste dag koden virker" }).innerText(), /mandag 18\. januar/);

    await button("Brevet har kommet").click();
    await heading("Registrer deg nå");
    await text("60 dager igjen");
    await text("Registrer deg helst innen onsdag 13. januar, så har du tid til å få hjelp.");
    await text("Koden i brevet virker til og med mandag 18. januar.");
    assert.match(await link(page, "iPhone: App Store").getAttribute("href"), /^https:\/\/apps\.apple\.com\//);
    assert.match(await link(page, "Android: Google Play").getAttribute("href"), /^https:\/\/play\.google\.com\//);
    await text("Ikke nummeret til foreldre eller lærere");

    await button("Jeg er ferdig registrert").click();
    await heading("Ferdig! Du har MinID");
    assert.deepEqual(await kept(page), { ordered_on: "2026-11-19", arrived: true, registered: true, counts: null });
  });

  test("another at the same machine begins again, and a slip can be undone", welcome({ ordered_on: "2026-11-09", arrived: true, counts: { pupils: 20, ordered: 3, arrived: 0, registered: 0 } }), async ({ page, button, heading, text }) => {
    await openMinid(page);
    await text("Er ikke dette deg?");
    await button("Begynn på nytt").click();
    await text("Det som lå her, er tatt bort.");
    assert.deepEqual(await kept(page), { ordered_on: null, arrived: false, registered: false, counts: { pupils: 20, ordered: 3, arrived: 0, registered: 0 } });
    assert.equal(await page.getByText("Er ikke dette deg?").count(), 0);
    await button("Angre").click();
    await text("Er ikke dette deg?");
    await button("Begynn på nytt").click();
    await page.getByRole("button", { name: "Jeg er elev" }).click();
    await heading("Bestill brevet");
  });

  test("what was kept is taken up again, and back leads to where one came from", welcome({ ordered_on: "2026-11-09", arrived: true }), async ({ page, heading, text }) => {
    await openMinid(page);
    await text("Fortsett der du slapp.");
    await page.getByRole("button", { name: "Jeg er elev" }).click();
    await heading("Registrer deg nå");
    await page.getByRole("button", { name: "Tilbake" }).click();
    await heading("MinID-hjelpen");
    await page.getByRole("button", { name: "Tilbake" }).click();
    await heading("Elevbeviset i lomma");
  });

  test("an order on another day counts from that day", welcome(), async ({ page, button, heading }) => {
    await openMinid(page, "minid_pupil");
    await button("Jeg bestilte en annen dag").click();
    const days = page.getByLabel("Hvilken dag bestilte du?");
    assert.equal(await days.evaluate((select) => document.activeElement === select), true);
    const options = await days.locator("option").allInnerTexts();
    assert.deepEqual([options.length, options[0], options[1], options.at(-1)], [60, "I går", "tirsdag 17. november", "søndag 20. september"]);
    await days.selectOption({ label: "onsdag 4. november" });
    await button("Lagre dagen").click();
    await heading("Har ikke brevet kommet?");
    assert.equal((await kept(page)).ordered_on, "2026-11-04");
  });

  test("a letter that is late: what to do, whom to call and what to say", welcome({ ordered_on: "2026-11-01" }), async ({ page, heading, text }) => {
    await openMinid(page, "minid_pupil");
    await heading("Har ikke brevet kommet?");
    await text("Det skulle ha vært der senest søndag 15. november.");
    await text("Si at du bestilte brevet søndag 1. november");
    assert.equal(await link(page, "Ring 800 30 300").getAttribute("href"), "tel:80030300");
    assert.equal(await link(page, /brukerstotte/).getAttribute("href"), "mailto:brukerstotte@digdir.no");
    assert.equal(await page.getByText("Nå haster det").count(), 0);
  });

  test("as the code runs out, the screen says so", welcome({ ordered_on: "2026-09-23", arrived: true }), async ({ page, text }) => {
    await openMinid(page, "minid_pupil");
    await text("3 dager igjen");
    await text("Koden slutter å virke etter søndag 22. november. Gjør det i dag.");
  });

  test("without a letter as well", welcome({ ordered_on: "2026-09-23" }), async ({ page, text }) => {
    await openMinid(page, "minid_pupil");
    await text("Koden slutter å virke etter søndag 22. november, og brevet har ikke kommet.");
  });

  test("after the last day one orders anew; whoever was in time says so", welcome({ ordered_on: "2026-09-19", arrived: true }), async ({ page, button, heading, text }) => {
    await openMinid(page, "minid_pupil");
    await heading("Koden har gått ut");
    await button("Bestill et nytt brev").click();
    await heading("Bestill brevet");
    await text("Klar for en ny bestilling.");
    assert.equal((await kept(page)).ordered_on, null);
    await button("Angre").click();
    await heading("Koden har gått ut");
    assert.equal((await kept(page)).ordered_on, "2026-09-19");
    await button("Jeg rakk å registrere meg").click();
    await heading("Ferdig! Du har MinID");
  });

  test("a new day changes the screen that stood open", welcome({ ordered_on: "2026-11-05" }), async ({ page, heading, text }) => {
    await openMinid(page, "minid_pupil");
    await heading("Har ikke brevet kommet?");
    await page.clock.setFixedTime(new Date("2027-01-10T09:00:00+01:00"));
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await heading("Koden har gått ut");
  });

  test("every step can be undone: at once by one button, and later by another", welcome(), async ({ page, button, heading }) => {
    await openMinid(page, "minid_pupil");
    await button("Jeg har bestilt i dag").click();
    await button("Angre").click();
    await heading("Bestill brevet");
    assert.equal((await kept(page)).ordered_on, null);
    assert.equal(await button("Angre").count(), 0, "undoing is not undone");

    await button("Jeg har bestilt i dag").click();
    await button("Jeg har ikke bestilt likevel").click();
    await heading("Bestill brevet");
    await button("Angre").click();
    await heading("Brevet er på vei");

    await button("Brevet har kommet").click();
    await button("Angre").click();
    await heading("Brevet er på vei");
    await button("Brevet har kommet").click();
    await button("Brevet har ikke kommet likevel").click();
    await heading("Brevet er på vei");

    await button("Brevet har kommet").click();
    await button("Jeg er ferdig registrert").click();
    await button("Angre").click();
    await heading("Registrer deg nå");
    await button("Jeg er ferdig registrert").click();
    await button("Jeg er ikke ferdig likevel").click();
    await heading("Registrer deg nå");
    assert.deepEqual(await kept(page), { ordered_on: "2026-11-19", arrived: true, registered: false, counts: null });
  });

  test("what was done is said aloud", welcome(), async ({ page, button }) => {
    await openMinid(page, "minid_pupil");
    await button("Jeg har bestilt i dag").click();
    await page.getByRole("status").filter({ hasText: "Lagret: bestilt torsdag 19. november." }).waitFor({ state: "attached" });
  });

  test("what cannot be kept is told, and nothing is claimed", welcome({}, { answers: { minid_keep: { reject: f.problem("internal", "bug") } } }), async ({ page, button, heading }) => {
    await openMinid(page, "minid_pupil");
    await button("Jeg har bestilt i dag").click();
    assert.match(await page.getByRole("alert").innerText(), /ble ikke lagret/);
    await heading("Bestill brevet");
  });

  test("when nothing can be shown, one can try again", welcome({}, { answers: { minid_facts: { reject: f.problem("internal", "bug") } } }), async ({ page, button, heading, answer }) => {
    await openMinid(page);
    await page.getByRole("alert").waitFor();
    await page.evaluate(() => delete window.__core.answers.minid_facts);
    await button("Prøv igjen").click();
    await page.getByRole("button", { name: "Jeg er elev" }).waitFor();
    await heading("MinID-hjelpen");
  });
});

describe("the number", () => {
  const field = (page) => page.getByLabel("Sjekk at du har det riktig");

  test("is judged while it is typed, in friendly words", welcome(), async ({ page, text }) => {
    await openMinid(page, "minid_pupil");
    for (const [typed, words] of [
      ["1309", "4 av 11 siffer"],
      [numbers.fnr, "Tallene stemmer. Er det ditt, er du klar."],
      [`${numbers.fnr}1`, "Nå ble det for mange. Det skal være 11 siffer."],
      [numbers.dNumber, "Dette er et D-nummer. Det kan du også bestille med."],
      [numbers.mistyped, "Noe stemmer ikke. Se på tallene en gang til."],
      ["13o9", "Her skal det bare være tall."],
      [numbers.test, "Dette er et oppdiktet nummer, til testing. Bruk ditt eget."],
      ["130972 48022", "Tallene stemmer. Er det ditt, er du klar."],
    ]) {
      await field(page).fill(typed);
      await text(words);
    }
    assert.equal(await field(page).getAttribute("autocomplete"), "off");
    await field(page).fill("1309");
    assert.equal(await page.getByRole("status").filter({ hasText: "4 av 11 siffer" }).count(), 0, "not at every key");
    await field(page).blur();
    await page.getByRole("status").filter({ hasText: "4 av 11 siffer" }).waitFor({ state: "attached" });
    await page.getByRole("button", { name: "Tøm feltet" }).click();
    assert.equal(await field(page).inputValue(), "");
    assert.equal(await field(page).evaluate((input) => document.activeElement === input), true);
    assert.equal(await page.locator(".told").count(), 0);
  });

  test("an old answer does not speak for what is typed since", welcome({}, { answers: { minid_check_number: "pending" } }), async ({ page, settle, text }) => {
    await openMinid(page, "minid_pupil");
    await field(page).fill(numbers.mistyped);
    await field(page).fill(numbers.fnr);
    await page.waitForFunction(() => window.__core.waiting.length === 2);
    await page.evaluate(() => window.__core.waiting.reverse());
    await settle("minid_check_number", { kind: "fnr" });
    await text("Tallene stemmer");
    await settle("minid_check_number", { kind: "mistyped" });
    await page.evaluate(() => new Promise((done) => setTimeout(done)));
    await text("Tallene stemmer");
  });

  test("is gone when one leaves, and only the check has ever been told it", welcome(), async ({ page, button, heading, text }) => {
    await openMinid(page);
    await page.getByRole("button", { name: "Jeg er elev" }).click();
    await field(page).fill(numbers.fnr);
    await text("Tallene stemmer");
    // The browser keeps the page for its own "back".
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
    await page.waitForFunction(() => document.querySelector("input").value === "");
    await field(page).fill(numbers.fnr);
    await button("Tilbake").click();
    await heading("MinID-hjelpen");
    await page.goForward();
    await heading("Bestill brevet");
    assert.equal(await field(page).inputValue(), "");
    await button("Jeg har bestilt i dag").click();
    await heading("Brevet er på vei");
    const told = await page.evaluate((number) => window.__core.calls.filter((call) => JSON.stringify(call).includes(number)).map((call) => call.command), numbers.fnr);
    assert.deepEqual([...new Set(told)], ["minid_check_number"]);
    assert.doesNotMatch(JSON.stringify(await page.evaluate(() => [{ ...localStorage }, { ...sessionStorage }, history.state, location.href])), /13097248022/);
  });
});

describe("the reminders", () => {
  const waits = (more) => welcome({ ordered_on: "2026-11-12" }, { answers: { preferences: f.preferences(more) } });
  test("are promised where they come", waits({}), async ({ page, text }) => {
    await openMinid(page, "minid_pupil");
    await text("Vi minner deg på dagene med varsler på denne enheten.");
  });
  test("that are turned off are a tap from being turned on", waits({ notifications: false }), async ({ page, text, button, heading }) => {
    await openMinid(page, "minid_pupil");
    await text("Varsler er slått av i appen");
    await button("Åpne innstillingene i appen").click();
    await heading("Innstillinger");
    await button("Tilbake").click();
    await heading("Brevet er på vei");
  });
  test("cannot be turned on while the app is locked", { state: f.locked, minid: { ordered_on: "2026-11-12" }, answers: { preferences: f.preferences({ notifications: false }), unlock: "pending" } }, async ({ page, text }) => {
    await openMinid(page, "minid_pupil");
    await text("Varsler er slått av i appen");
    assert.equal(await page.getByRole("button", { name: "Åpne innstillingene i appen" }).count(), 0);
  });
  test("that the system keeps back are not promised", waits({ notices_allowed: false }), async ({ page, text }) => {
    await openMinid(page, "minid_pupil");
    await text("så vi kan ikke minne deg på dagene");
    assert.equal(await page.getByText("Vi minner deg på dagene med").count(), 0);
  });
});

describe("the calendar", () => {
  /** What the browser saves. */
  async function saved(page) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Lagre kalenderfilen" }).click()]);
    return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
  }

  test("of the pupil is saved as a file, in the reader's words", welcome({ ordered_on: "2026-11-12" }), async ({ page, text }) => {
    await openMinid(page, "minid_pupil");
    const file = await saved(page);
    assert.equal(file.name, "minid.ics");
    assert.match(file.text, /^BEGIN:VCALENDAR\r\n[\s\S]*20261112[\s\S]*Siste dag koden til MinID virker[\s\S]*END:VCALENDAR\r\n$/);
    await text("Kalenderfilen er lagret.");
  });

  test("of the class has the chosen intake and deadline", welcome(), async ({ page }) => {
    await openMinid(page, "minid_class");
    await page.getByLabel("Høsten 2028").check();
    await page.getByLabel(/1\. februar/).check();
    await page.getByText("tirsdag 1. februar 2028").waitFor();
    const file = await saved(page);
    assert.equal(file.name, "minid-klasse.ics");
    assert.match(file.text, /MinID med klassen[\s\S]*2028 priority/);
  });
});

describe("the teacher's plan", () => {
  test("follows the intake and the deadline", welcome(), async ({ page, text }) => {
    await openMinid(page);
    await page.getByRole("button", { name: "Jeg er lærer eller rådgiver" }).click();
    await text("31. des. 2026–15. feb. 2027");
    await text("Legg den mellom mandag 4. januar og mandag 18. januar.");
    // A Sunday: no lesson then.
    await text("Legg den mellom tirsdag 19. januar og fredag 5. februar.");
    await text("mandag 1. mars 2027 klokka 23.59");
    await page.getByLabel(/1\. februar/).check();
    await text("3. des. 2026–18. jan. 2027");
    await page.getByLabel("Høsten 2028").check();
    await text("3. des. 2027–18. jan. 2028");
  });

  test("too late is told with what can be done", welcome({}, { now: "2027-02-16T09:00:00+01:00" }), async ({ page, text }) => {
    await openMinid(page, "minid_class");
    await text("Det er for sent til å være sikker");
    await text("Så snart som mulig");
    assert.equal(await link(page, "Ring 800 30 300").count(), 1);
  });

  test("a deadline in a weekend is moved, and that is said", welcome({}, { answers: {
    minid_class_plan: { intake: 2026, deadline: "ordinary", deadline_on: "2026-03-02", rolled: true, order: { from: "2026-01-01", until: "2026-02-16" }, order_activity: { from: "2026-01-05", until: "2026-01-19" }, register_activity: { from: "2026-01-20", until: "2026-02-08" }, too_late: false },
  }, now: "2025-11-19T08:30:00+01:00" }), async ({ page, text }) => {
    await openMinid(page, "minid_class");
    await text("Fristen faller i en helg og er derfor flyttet til mandag.");
  });
});

describe("the class counter", () => {
  const more = (page, what) => page.getByRole("button", { name: `Én til: ${what}` });
  const less = (page, what) => page.getByRole("button", { name: `Én færre: ${what}` });

  test("counts by buttons and by keys, keeps each number, and no number exceeds the one it is part of", welcome(), async ({ page, text }) => {
    await openMinid(page, "minid_class");
    await page.getByLabel("Elever i klassen", { exact: true }).fill("10");
    await page.keyboard.press("Tab");
    await more(page, "Har bestilt").waitFor();
    for (let each = 0; each < 12; each++) await more(page, "Har bestilt").click({ force: true });
    assert.equal(await page.getByLabel("Har bestilt", { exact: true }).inputValue(), "10");
    assert.equal(await more(page, "Har bestilt").getAttribute("aria-disabled"), "true");

    // By the keyboard alone: the arrow of the field, and the button.
    await page.getByLabel("Har fått brevet", { exact: true }).focus();
    for (let each = 0; each < 3; each++) await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Tab");
    for (let each = 0; each < 6; each++) await page.keyboard.press(each % 2 ? "Space" : "Enter");
    await page.waitForFunction(() => window.__minid.kept.counts.arrived === 9);
    await text("Nå har ni av ti fått brevet. Hold time 2.");
    await page.getByRole("status").filter({ hasText: "Har fått brevet: 9 av 10" }).waitFor({ state: "attached" });

    await less(page, "Elever i klassen").click({ force: true });
    assert.equal(await page.getByLabel("Elever i klassen", { exact: true }).inputValue(), "10", "not below those who have ordered");
    await page.getByLabel("Er registrert", { exact: true }).fill("99");
    await page.keyboard.press("Tab");
    assert.equal(await page.getByLabel("Er registrert", { exact: true }).inputValue(), "9");
    await page.getByLabel("Er registrert", { exact: true }).fill("");
    await page.keyboard.press("Tab");
    assert.equal(await page.getByLabel("Er registrert", { exact: true }).inputValue(), "0");
    await page.waitForFunction(() => window.__minid.kept.counts.registered === 0);
    assert.deepEqual((await kept(page)).counts, { pupils: 10, ordered: 10, arrived: 9, registered: 0 });
  });

  test("quick presses are all counted while the first is still being kept", welcome({ counts: { pupils: 30, ordered: 0, arrived: 0, registered: 0 } }, { answers: { minid_keep: "pending" } }), async ({ page, settle }) => {
    await openMinid(page, "minid_class");
    for (let each = 0; each < 3; each++) await more(page, "Har bestilt").click();
    assert.equal(await page.getByLabel("Har bestilt", { exact: true }).inputValue(), "3");
    await settle("minid_keep", null);
    await page.waitForFunction(() => window.__core.waiting.length === 1);
    assert.equal(await page.evaluate(() => window.__core.calls.filter(({ command }) => command === "minid_keep").at(-1).args.kept.counts.ordered), 3);
  });

  test("is reset, and that is undone", welcome({ counts: { pupils: 27, ordered: 26, arrived: 25, registered: 0 } }), async ({ page, button, text }) => {
    await openMinid(page, "minid_class");
    await button("Nullstill tallene").click();
    await text("Tallene er nullstilt.");
    assert.equal((await kept(page)).counts, null);
    await button("Angre").click();
    await page.waitForFunction(() => window.__minid.kept.counts?.ordered === 26);
    assert.equal(await page.getByLabel("Har bestilt", { exact: true }).inputValue(), "26");
  });
});

describe("the sheets", () => {
  /** What A4 leaves between margins of 14 and 13 mm, in CSS pixels. */
  const ROOM = { width: Math.floor(((210 - 28) / 25.4) * 96), height: Math.floor(((297 - 26) / 25.4) * 96) };
  const pages = async (page) => (await page.pdf({ preferCSSPageSize: true })).toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g).length;

  for (const language of ["nb-NO", "nn-NO", "en-GB"]) {
    it(`are printed by Chromium on a page of A4 each, with nothing cut off: ${language}`, async () => {
      const scene = minidScenes.find(({ name }) => name === "minid-class");
      const app = await open({ ...scene, language, dark: true });
      await scene.go(app.page);
      await app.page.getByRole("button", { name: { "nb-NO": "Ark til utskrift", "nn-NO": "Ark til utskrift", "en-GB": "Sheets to print" }[language] }).click();
      await app.page.locator(".paper").first().waitFor();
      assert.equal(await pages(app.page), 2);

      await app.page.emulateMedia({ media: "print", colorScheme: "dark" });
      await app.page.setViewportSize(ROOM);
      const sheets = await app.page.evaluate(() => {
        const visible = (element) => element.getClientRects().length > 0;
        return {
          shown: [...document.querySelectorAll("h1, button, .quiet, .lead")].filter(visible).map((each) => each.textContent),
          papers: [...document.querySelectorAll(".paper")].map((paper) => {
            const box = paper.getBoundingClientRect();
            const texts = document.createTreeWalker(paper, NodeFilter.SHOW_TEXT);
            const range = document.createRange();
            const cut = [];
            while (texts.nextNode()) {
              range.selectNodeContents(texts.currentNode);
              for (const line of range.getClientRects()) if (line.left < box.left - 1 || line.right > box.right + 1) cut.push(texts.currentNode.textContent);
            }
            return { cut, height: box.height, colour: getComputedStyle(paper).color };
          }),
        };
      });
      assert.deepEqual(sheets.shown, [], "what belongs to the screen is not on paper");
      for (const { cut, height, colour } of sheets.papers) {
        assert.deepEqual(cut, []);
        assert.ok(height < ROOM.height, `${height} of ${ROOM.height}`);
        assert.equal(colour, "rgb(26, 26, 26)", "dark on white, whatever the screen is");
      }
      assert.deepEqual(app.faults, []);
      await app.close();
    });
  }

  test("each button prints its own sheet alone", welcome({}, { script: "window.print = () => (window.__printed = (window.__printed ?? 0) + 1);" }), async ({ page, button, heading }) => {
    await openMinid(page, "minid_class");
    await button("Ark til utskrift").click();
    await heading("Ark til utskrift");
    for (const [name, left] of [["Skriv ut elevarket", "pupil"], ["Skriv ut lærerarket", "class"]]) {
      await button(name).click();
      await page.waitForFunction((count) => window.__printed === count, left === "pupil" ? 1 : 2);
      await page.emulateMedia({ media: "print" });
      assert.deepEqual(await page.locator(".paper").evaluateAll((all) => all.filter((each) => each.getClientRects().length > 0).map((each) => each.dataset.sheet)), [left]);
      assert.equal(await pages(page), 1);
      await page.emulateMedia({ media: "screen" });
      await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    }
    assert.equal(await page.locator(".left-out").count(), 0);
  });
});
