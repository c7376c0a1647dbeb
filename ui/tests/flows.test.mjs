// What the screens do: each way through the app, with the core's answers given by the test.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import * as f from "./fixtures.mjs";
import { flows } from "./flow.mjs";
import { pngFile } from "./qr.mjs";

const { open, test } = flows();
const situations = await readFile(new URL("../src/lib/situation-codes.ts", import.meta.url), "utf8");
const situationCodes = Object.fromEntries([...situations.matchAll(/(\w+): "(LB-[\w-]+)"/g)].map(([, name, code]) => [name, code]));

describe("logging in", () => {
  const waiting = { state: f.welcome(), answers: { start_login: "pending" } };

  test("the welcome names the county and leads to Feide, and the card follows", waiting, async ({ page, button, heading, text, settle }) => {
    await text("Fjordviken fylkeskommune");
    await button("Logg inn med Feide").click();
    await heading("Fortsett i nettleseren");
    await settle("start_login", f.home());
    await page.getByRole("article", { name: "Elevbevis for Nora Sofie Bjørkøy" }).waitFor();
  });

  test("cancelling goes back, tells the core, and ignores what the abandoned login says", waiting, async ({ page, button, heading, settle, calls }) => {
    await button("Logg inn med Feide").click();
    await button("Avbryt").click();
    await heading("Elevbeviset i lomma");
    assert.equal((await calls("cancel_login")).length, 1);
    await settle("start_login", { reject: f.problem("login_cancelled", "expected") });
    await page.evaluate(() => new Promise((done) => setTimeout(done)));
    assert.equal(await page.getByRole("alert").count(), 0);
  });

  test("a login that a link finishes says that it goes on, and then how it ended", { state: f.welcome({ finishing_login: true }) }, async ({ page, button, text, emit }) => {
    await text("Fullfører innloggingen");
    assert.equal(await button("Logg inn med Feide").isDisabled(), true);
    await emit(f.welcome({ login_failed: f.problem("login_expired", "expected") }));
    await page.getByRole("alert").waitFor();
    assert.equal(await button("Logg inn med Feide").isDisabled(), false);
  });

  test("a login that succeeds although it was given up shows the card", waiting, async ({ page, button, settle }) => {
    await button("Logg inn med Feide").click();
    await button("Avbryt").click();
    await settle("start_login", f.home());
    await page.getByRole("article").waitFor();
  });

  test("the browser can be opened again, and only the newest login counts", waiting, async ({ page, button, settle, calls, heading }) => {
    await button("Logg inn med Feide").click();
    await button("Åpne nettleseren på nytt").click();
    await page.waitForFunction(() => window.__core.waiting.length === 2);
    assert.equal((await calls("start_login")).length, 2);
    await settle("start_login", { reject: f.problem("login_cancelled", "expected") });
    await heading("Fortsett i nettleseren");
    await settle("start_login", f.home());
    await page.getByRole("article").waitFor();
  });

  test("a fault is told with what to do, and its support code can be copied", { state: f.welcome(), answers: { start_login: { reject: f.problem("issuer_unavailable") } } }, async ({ page, button, text }) => {
    await button("Logg inn med Feide").click();
    await text("Tjenesten svarer ikke");
    await text("LB-TEST-042");
    await button("Kopier").click();
    await button("Kopiert").waitFor();
    assert.equal(await page.getByRole("status").filter({ hasText: "Kopiert" }).count(), 1);
  });

  test("that a code was not copied stands until the next try, and is said each time", { state: f.welcome(), answers: { start_login: { reject: f.problem("issuer_unavailable") } } }, async ({ page, button }) => {
    await page.evaluate(() => {
      Object.defineProperty(navigator, "clipboard", { value: undefined });
      document.execCommand = () => false;
    });
    await button("Logg inn med Feide").click();
    const said = page.getByRole("status").filter({ hasText: "Merk teksten og kopier den selv" });
    await button("Kopier").click();
    await said.waitFor();
    await page.evaluate(() => {
      window.__said = 0;
      new MutationObserver(() => window.__said++).observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    await button("Kopier").click();
    await page.waitForFunction(() => window.__said > 0);
    await said.waitFor();
  });

  // The moment after which a wait is shown comes when the test says so.
  const patience = "const later = setTimeout; window.setTimeout = (act, time, ...more) => (time === 400 ? ((window.__late = act), 0) : later(act, time, ...more));";
  test("what takes long to open is said, and what does not is not shown for a blink", { state: f.home(), answers: { app_state: "pending" }, script: patience }, async ({ page }) => {
    const shown = () => page.locator("main .logo").evaluate((logo) => getComputedStyle(logo).visibility);
    await page.waitForFunction(() => window.__late);
    assert.equal(await shown(), "hidden");
    assert.equal(await page.getByRole("status").textContent(), "");
    await page.evaluate(() => window.__late());
    await page.getByRole("status").filter({ hasText: /\S/ }).waitFor({ state: "attached" });
    assert.equal(await shown(), "visible");
  });

  test("what no code knows is told as a fault of ours, never raw", { state: f.welcome(), answers: { start_login: { reject: "thread panicked at …" } } }, async ({ page, button, text }) => {
    await button("Logg inn med Feide").click();
    await text("Noe gikk galt");
    await text("LB-UI-001");
    assert.equal(await page.getByText("panicked").count(), 0);
  });

  test("Feide's refusal offers the county's password page, outside the app", { state: f.welcome(), answers: { start_login: { reject: f.problem("feide_refused", "expected") } } }, async ({ page, button, text }) => {
    await button("Logg inn med Feide").click();
    await text("Feide slapp deg ikke inn");
    const link = page.getByRole("link", { name: /Glemt Feide-passordet/ });
    assert.equal(await link.getAttribute("href"), f.county.password_help_url);
    assert.equal(await link.getAttribute("target"), "_blank");
  });
});

describe("confirming the photo", () => {
  const state = f.enrolling(f.photoToConfirm);

  test("where the photo comes from and when is said, and yes sends that photo's name", { state, answers: { confirm_photo: f.home() } }, async ({ page, button, text, calls }) => {
    await text("Fra skolens register · Tatt 24. august 2026");
    await button("Dette er meg").click();
    await page.getByRole("article").waitFor();
    assert.deepEqual((await calls("confirm_photo"))[0].args, { sha256: f.photoToConfirm.sha256 });
  });

  test("no is asked once more, with the safe answer in focus, by keyboard alone", { state, answers: { reject_photo: f.enrolling(f.waiting.photo_rejected) } }, async ({ page, button, heading, calls }) => {
    await button("Dette er ikke meg").focus();
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), "Gå tilbake");
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("dialog[open]").count(), 0);
    assert.equal((await calls("reject_photo")).length, 0);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await heading("Da trenger vi et nytt bilde");
    assert.equal((await calls("reject_photo")).length, 1);
  });

  test("a photo that was replaced meanwhile is said", { state, answers: { confirm_photo: { reject: f.problem("photo_changed", "expected") } } }, async ({ button, text }) => {
    await button("Dette er meg").click();
    await text("Bildet er byttet ut");
  });
});

describe("waiting for the records", () => {
  for (const [name, words] of Object.entries({
    photo_missing: "Vi mangler et bilde av deg", photo_rejected: "Da trenger vi et nytt bilde", photo_returned: "Skolen vil ha et annet bilde",
    photo_reset: "Du kan ta et nytt bilde", photo_in_review: "Bildet er sendt", not_in_records: "Vi finner deg ikke ennå",
    record_incomplete: "dette mangler i registeret: klasse og utdanningsprogram", school_not_enabled: "Ytre Fjordviken videregående skole har ikke tatt i bruk",
    not_started: "begynner 16. august 2027", ended: "ble avsluttet 19. juni 2026", interrupted: "sluttet 1. oktober 2026", guest: "Gjesteelever får ikke bevis her",
    category_not_covered: "Elevkategorien din er ikke med", contract_type_unknown: "Vi kjenner ikke kontrakttypen din", blocked: "Stansen gjelder til 1. desember 2026",
  })) {
    test(`${name} has its own words, its code, and the contact who can help`, { state: f.enrolling(f.waiting[name]) }, async ({ page, text }) => {
      await text(words);
      const code = situationCodes[name === "blocked" ? "blocked_until" : name];
      await page.getByText(`Støttekode ${code}`, { exact: true }).waitFor();
      await page.getByRole("button", { name: "Kopier", exact: true }).waitFor();
      const { contact } = f.waiting[name];
      await text(contact.name);
      const call = page.getByRole("link", { name: `Ring ${contact.phone}` });
      assert.equal(await call.getAttribute("href"), `tel:${contact.phone.replaceAll(" ", "")}`);
      if (contact.email) assert.equal(await page.getByRole("link", { name: contact.email }).getAttribute("href"), `mailto:${contact.email}`);
    });
  }

  test("a block without an end has a code of its own, which goes along into help", { state: f.enrolling({ ...f.waiting.blocked, until: null }) }, async ({ page }) => {
    const code = page.getByText(`Støttekode ${situationCodes.blocked}`, { exact: true });
    await code.waitFor();
    await page.locator(".help-link").click();
    await page.locator(".case").waitFor();
    await code.waitFor();
  });

  test("the next reading is told, and trying again asks the core", { state: f.enrolling(f.waiting.not_in_records), answers: { check_again: f.enrolling(f.photoToConfirm) } }, async ({ button, heading, text }) => {
    await text("Listene oppdateres neste gang i morgen kl. 03:00");
    await button("Prøv igjen").click();
    await heading("Er dette deg?");
  });

  test("the library card works without a photo", { state: f.enrolling(f.waiting.photo_missing, { library: f.library }) }, async ({ page, button }) => {
    await button("Vis bibliotekkortet").click();
    await page.getByRole("img", { name: /N004417829/ }).waitFor();
  });
});

describe("the county's accessibility statement", () => {
  const menu = async ({ button, heading }) => { await button("Meny").click(); await heading("Meny"); };
  test("is a tap from the menu, outside the app", { state: f.home() }, async (app) => {
    await menu(app);
    const link = app.page.getByRole("link", { name: "Tilgjengelighetserklæring" });
    assert.equal(await link.getAttribute("href"), f.county.accessibility_statement_url);
    assert.equal(await link.getAttribute("target"), "_blank");
  });
  test("is not spoken of where the county has named none", { state: f.welcome({ county: { ...f.county, accessibility_statement_url: null } }) }, async (app) => {
    await menu(app);
    assert.equal(await app.page.getByText("erklæring").count(), 0);
  });
});

describe("the card", () => {
  test("every field is on it, with dates in words", { state: f.home() }, async ({ text }) => {
    for (const words of ["Elevbevis", "Fjordviken fylkeskommune", "Nora Sofie", "Bjørkøy", "Født 14. mars 2009", "Fjordviken videregående skole", "2STA", "Studiespesialisering", "204417", "Høst 2026", "1. aug.–31. des. 2026", "til 31. des. 2026", "Sist oppdatert i dag kl. 06:12"]) await text(words);
  });

  it("the eight states differ in words, in icon and in colour", async () => {
    const looks = [];
    for (const state of ["valid", "not_yet_valid", "needs_refresh", "expires_soon", "expired", "suspended", "revoked", "unknown"]) {
      const app = await open({ state: f.home({ ...f.nora, state }) });
      looks.push(await app.page.locator(".state").evaluate((line) => {
        const style = getComputedStyle(line);
        return { words: line.textContent, icon: line.querySelector("path").getAttribute("d"), colour: `${style.backgroundColor} ${style.color} ${style.borderBlockStartStyle}` };
      }));
      await app.close();
    }
    for (const part of ["words", "icon", "colour"]) assert.equal(new Set(looks.map((look) => look[part])).size, 8, part);
  });

  test("of several cards one can be chosen by keyboard, and its own code is asked for", { state: f.home(f.nora, { cards: [f.nora, f.leif] }) }, async ({ page, button, calls }) => {
    await page.getByRole("radio", { name: /Elev/ }).focus();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("article", { name: "Lærlingbevis for Leif Hammernes" }).waitFor();
    await button("Vis koden").click();
    await page.locator(".square img").waitFor();
    assert.deepEqual((await calls("show_code"))[0].args, { cardId: "card-leif", profile: "travel", challenge: null });
  });

  test("the core's news are drawn as they come", { state: f.home() }, async ({ emit, text }) => {
    await emit(f.home({ ...f.nora, state: "suspended" }, { notice: f.waiting.blocked }));
    await text("Midlertidig stanset");
    await text("Beviset ditt er stanset");
  });

  test("a refresh that fails leaves the card as it was", { state: f.home(), answers: { refresh: { reject: f.problem("no_network") } } }, async ({ page, button, text }) => {
    await button("Oppdater").click();
    await text("Ingen nettforbindelse");
    await page.getByRole("article").waitFor();
    await text("Gyldig");
  });

  test("the pattern follows the finger", { state: f.home() }, async ({ page }) => {
    const place = () => page.locator(".near").first().evaluate((layer) => getComputedStyle(layer).transform);
    const box = await page.getByRole("article").boundingBox();
    const before = await place();
    await page.mouse.move(box.x + box.width * 0.9, box.y + 40);
    await page.waitForFunction((old) => getComputedStyle(document.querySelector(".near")).transform !== old, before);
  });

  test("the pattern is still for those who want no motion", { state: f.home(), still: true }, async ({ page }) => {
    const box = await page.getByRole("article").boundingBox();
    await page.mouse.move(box.x + box.width * 0.9, box.y + 40);
    assert.equal(await page.locator(".near").first().evaluate((layer) => getComputedStyle(layer).transform), "none");
    assert.equal(await page.evaluate(() => document.getAnimations().filter((each) => each.playState === "running").length), 0);
  });
});

describe("the control code", () => {
  const fresh = { sequence: [f.code(), f.code({ svg: f.qrLike(121, 8) }), f.code({ svg: f.qrLike(121, 9) })] };

  test("it renews itself when the core says, and counts down to it", { state: f.home(), answers: { show_code: fresh }, pause: true }, async ({ page, button, calls }) => {
    await button("Vis koden").click();
    const picture = page.locator(".square img");
    await picture.waitFor();
    const first = await picture.getAttribute("src");
    await page.clock.runFor(14_000);
    assert.equal((await calls("show_code")).length, 1);
    assert.equal(await page.locator(".ring > span").textContent(), "1");
    await page.clock.runFor(1_500);
    await page.waitForFunction((old) => document.querySelector(".square img").src !== old, first);
    assert.equal((await calls("show_code")).length, 2);
    await page.clock.runFor(15_500);
    assert.equal((await calls("show_code")).length, 3);
  });

  test("it fills the width of the screen, is white in the dark, and has words for those who cannot see it", { state: f.home(), dark: true }, async ({ page, button }) => {
    await button("Vis koden").click();
    const picture = page.getByRole("img", { name: /QR-kode som beviser hvem Nora Sofie Bjørkøy er/ });
    assert.equal(Math.round((await picture.boundingBox()).width), 390);
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
    await page.getByText("Koden fornyer seg selv hvert 15. sekund").waitFor();
  });

  test("a code that cannot be renewed is taken away, said, and tried again on demand", { state: f.home(), answers: { show_code: { sequence: [f.code(), { reject: f.problem("clock_wrong", "expected") }, f.code()] } }, pause: true }, async ({ page, button, text, calls }) => {
    await button("Vis koden").click();
    await page.locator(".square img").waitFor();
    await page.clock.runFor(16_000);
    await text("Klokka går feil");
    assert.equal(await page.locator(".square img").count(), 0);
    await page.clock.runFor(60_000);
    assert.equal((await calls("show_code")).length, 2, "it does not hammer the core");
    await button("Prøv igjen").click();
    await page.locator(".square img").waitFor();
  });

  test("a device that has lost the key of the code fetches the card anew, and then shows one", { state: f.home(), answers: { show_code: { sequence: [{ reject: f.problem("holder_key_gone", "expected") }, f.code()] }, refresh: f.home() } }, async ({ page, button, text, calls }) => {
    await button("Vis koden").click();
    await text("Beviset må hentes på nytt");
    await button("Hent beviset på nytt").click();
    await page.locator(".square img").waitFor();
    assert.equal((await calls("refresh")).length, 1);
  });

  test("a device that was locked is asked again by itself", { state: f.home(), answers: { show_code: { sequence: [f.code(), { reject: f.problem("key_store_locked", "expected") }, f.code()] } }, pause: true }, async ({ page, button, text }) => {
    await button("Vis koden").click();
    await page.locator(".square img").waitFor();
    await page.clock.runFor(16_000);
    await text("Nøkkellageret er låst");
    await page.clock.runFor(2_500);
    await page.locator(".square img").waitFor();
  });

  test("closing stops the renewal; the back gesture and Escape close it", { state: f.home(), pause: true }, async ({ page, button, calls }) => {
    await button("Vis koden").click();
    await page.locator(".square img").waitFor();
    await page.goBack();
    await page.getByRole("article").waitFor();
    const asked = (await calls("show_code")).length;
    await page.clock.runFor(60_000);
    assert.equal((await calls("show_code")).length, asked);
    await button("Vis koden").click();
    await page.keyboard.press("Escape");
    await page.getByRole("article").waitFor();
  });

  test("nothing moves when the code arrives", { state: f.home(), answers: { show_code: "pending" } }, async ({ page, button, settle }) => {
    await button("Vis koden").click();
    await page.getByText("Lager kode").waitFor();
    const place = () => page.locator(".square").boundingBox();
    const before = await place();
    await settle("show_code", f.code());
    await page.locator(".square img").waitFor();
    assert.equal((await place()).width, before.width);
  });
});

describe("what the code discloses", () => {
  const purpose = (page, name) => page.getByRole("radio", { name, exact: true });

  test("is the holder's choice, said in words, asked of the core, and remembered", { state: f.home() }, async ({ page, button, text, calls }) => {
    await button("Vis koden").click();
    await text("Viser navn, fødselsdato, skole, bevistype, semester og siste dag.");
    await purpose(page, "Reise").focus();
    await page.keyboard.press("ArrowRight");
    await text("Viser fornavn, bevistype, semester og siste dag. Ikke mer.");
    await page.locator(".square img").waitFor();
    assert.deepEqual((await calls("show_code")).map((call) => call.args.profile), ["travel", "discount"]);
    await page.reload();
    await button("Vis koden").click();
    await page.locator(".square img").waitFor();
    assert.ok(await purpose(page, "Rabatt").isChecked());
    assert.equal((await calls("show_code"))[0].args.profile, "discount");
  });

  test("the screen shows the checker no more than the code does", { state: f.home() }, async ({ page, button }) => {
    await button("Vis koden").click();
    const told = (part) => page.locator(".below").getByText(part, { exact: false }).count();
    for (const [name, shown, hidden] of [
      ["Eksamen", ["Bjørkøy", "14. mars 2009"], []], ["Rabatt", ["Nora Sofie", "Høst 2026"], ["Bjørkøy", "2009"]], ["Alder", [], ["Nora", "2009", "Høst"]],
    ]) {
      await page.getByText(name, { exact: true }).click();
      await page.locator(".square img").waitFor();
      for (const part of shown) assert.ok(await told(part), `${name}: ${part}`);
      for (const part of hidden) assert.equal(await told(part), 0, `${name}: ${part}`);
    }
  });

  test("a code for another purpose is taken away at once, also when it comes late", { state: f.home(), answers: { show_code: "pending" } }, async ({ page, button, settle }) => {
    await button("Vis koden").click();
    await page.getByText("Alder", { exact: true }).click();
    await settle("show_code", f.code({ svg: f.qrLike(121, 8) }));
    await page.waitForFunction(() => window.__core.waiting.length === 1);
    assert.equal(await page.locator(".square img").count(), 0, "the travel code was asked for first and is not wanted any more");
    await settle("show_code", f.code({ profile: "age" }));
    await page.locator(".square img").waitFor();
  });

  test("for a checker without the app it becomes a link, and back", { state: f.home() }, async ({ page, button, text }) => {
    await button("Vis koden").click();
    const picture = page.locator(".square img");
    const plain = await picture.getAttribute("src");
    await button("Kontrolløren har ikke appen").click();
    await text("Koden er nå en lenke");
    assert.notEqual(await picture.getAttribute("src"), plain);
    await button("Kontrolløren har appen").click();
    assert.equal(await picture.getAttribute("src"), plain);
  });

  test("the photo code stands still until one goes back to a fresh control code", { state: f.home(), pause: true }, async ({ page, button, calls, text }) => {
    await button("Vis koden").click();
    await button("Vis bildekode").click();
    await page.getByRole("img", { name: "QR-kode med bildet av Nora Sofie Bjørkøy" }).waitFor();
    await text("Skannes rett etter kontrollkoden.");
    await page.clock.runFor(40_000);
    assert.equal((await calls("show_code")).length, 1);
    await button("Tilbake til kontrollkoden").click();
    await page.waitForFunction(() => window.__core.calls.filter((call) => call.command === "show_code").length === 2);
  });

  test("a card without a photo code does not offer one", { state: f.home(), answers: { show_code: f.code({ has_photo_code: false, link_svg: null }) } }, async ({ page, button }) => {
    await button("Vis koden").click();
    await page.locator(".square img").waitFor();
    assert.equal(await button("Vis bildekode").count(), 0);
    assert.equal(await button("Kontrolløren har ikke appen").count(), 0);
  });

  test("a checker's code is answered by the next codes, with a sign, until one stops", { state: f.home() }, async ({ page, button, calls, text, give }) => {
    await button("Vis koden").click();
    await button("Svar på kontrollkode").click();
    // What the camera sees is somebody's card, not a checker's code.
    await text("Det var ikke en kode fra en kontrollør.");
    await give(await pngFile(f.challenge.text));
    await text("Svarer på kontrollørens kode");
    await page.locator(".square img").waitFor();
    assert.equal((await calls("show_code")).at(-1).args.challenge, f.challenge.text);
    await button("Avslutt").click();
    await page.locator(".square img").waitFor();
    assert.equal((await calls("show_code")).at(-1).args.challenge, null);
  });

  test("a checker's code that cannot be answered is told, and one's own code comes back", { state: f.home(), answers: { show_code: { sequence: [f.code(), { reject: f.problem("challenge_invalid", "expected") }, f.code()] } } }, async ({ page, button, calls, text, give }) => {
    await button("Vis koden").click();
    await button("Svar på kontrollkode").click();
    await give(await pngFile("SIC1:NOT REALLY"));
    await text("Det var ikke en kontrollkode");
    await button("Prøv igjen").click();
    await page.locator(".square img").waitFor();
    assert.equal((await calls("show_code")).at(-1).args.challenge, null);
  });
});

describe("the library card", () => {
  test("drawn, in figures, and copied", { state: f.home() }, async ({ page, button, text }) => {
    await button("Bibliotek").click();
    await page.getByRole("img", { name: /N004417829/ }).waitFor();
    await text("N004417829");
    await button("Kopier nummeret").click();
    await button("Kopiert").waitFor();
  });

  test("the number is there even when it cannot be drawn", { state: f.home(), answers: { show_library_code: { reject: f.problem("internal", "bug") } } }, async ({ button, text }) => {
    await button("Bibliotek").click();
    await text("N004417829");
    await text("Noe gikk galt");
  });

  test("without a code it says whom to ask", { state: f.home(f.nora, { library: null }) }, async ({ page, button, heading, text, calls }) => {
    await button("Bibliotek").click();
    await heading("Ikke noe bibliotekkort ennå");
    await text(f.contacts.school.name);
    assert.equal(await page.getByText(f.contacts.feide.name).count(), 0);
    assert.equal((await calls("show_library_code")).length, 0);
  });
});

describe("checking validity", () => {
  test("the county's answer carries its own clock, and the code is one tap away", { state: f.home() }, async ({ page, button, text }) => {
    await button("Sjekk gyldighet").click();
    await text("Beviset er gyldig");
    await text("Fjordviken fylkeskommune svarte kl. 08:30:02");
    await text("Koden er beviset");
    await button("Vis koden").click();
    await page.locator(".square img").waitFor();
    await button("Lukk").click();
    await page.getByRole("article").waitFor();
  });

  test("offline it says what is known and how old that is", { state: f.home(), answers: { check_validity: f.offline } }, async ({ button, text }) => {
    await button("Sjekk gyldighet").click();
    await text("Sist kjent: Gyldig. Hentet for 2 timer siden.");
    await text("Beviset ditt blir ikke dårligere av det");
  });

  test("a bad answer is told, and can be asked for again", { state: f.home(), answers: { check_validity: { sequence: [f.online("revoked"), f.online("valid")] } } }, async ({ button, text }) => {
    await button("Sjekk gyldighet").click();
    await text("Beviset er trukket tilbake");
    await text("henter du et nytt ved å logge ut og inn igjen");
    await button("Sjekk en gang til").click();
    await text("Beviset er gyldig");
  });
});

describe("the menu", () => {
  test("the language is changed at once, remembered, and told to screen readers", { state: f.home() }, async ({ page, button, heading }) => {
    await button("Meny").click();
    await page.getByRole("group", { name: "Språk", exact: true }).getByRole("radio", { name: "Nynorsk" }).focus();
    await page.keyboard.press("ArrowRight");
    await heading("Menu");
    assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
    await page.reload();
    await page.getByRole("button", { name: "Show code" }).waitFor();
  });

  test("logging out is asked once more", { state: f.home(), answers: { log_out: f.welcome() } }, async ({ button, heading, calls }) => {
    await button("Meny").click();
    await button("Logg ut").click();
    await button("Avbryt").click();
    assert.equal((await calls("log_out")).length, 0);
    await button("Logg ut").click();
    await button("Ja, logg ut").click();
    await heading("Elevbeviset i lomma");
  });

  it("the device's language is the first choice, and bokmål the last resort", async () => {
    for (const [language, lang] of [["nn-NO", "nn"], ["nb-NO", "nb"], ["sv-SE", "nb"], ["de-DE", "nb"], ["en-US", "en"]]) {
      const app = await open({ state: f.welcome(), language });
      assert.equal(await app.page.evaluate(() => document.documentElement.lang), lang, language);
      await app.close();
    }
  });
});

describe("when the store cannot be opened", () => {
  for (const kind of ["store_damaged", "key_missing"]) {
    test(`${kind}: starting anew is offered, and asked once more`, { state: f.stopped(kind), answers: { reset_store: f.welcome({ kept_aside: true }) } }, async ({ button, text, calls }) => {
      await button("Begynn på nytt").click();
      assert.equal((await calls("reset_store")).length, 0);
      await button("Ja, begynn på nytt").click();
      await text("kunne ikke leses og er lagt til side");
    });
  }

  for (const kind of ["store_newer", "key_store_absent", "key_store_locked", "app_already_open", "county_setting"]) {
    test(`${kind}: only trying again, since starting anew would lose the card for nothing`, { state: f.stopped(kind), answers: { retry_open: f.home() } }, async ({ page, button, text }) => {
      await text("LB-STORE-201");
      assert.equal(await button("Begynn på nytt").count(), 0);
      await button("Prøv igjen").click();
      await page.getByRole("article").waitFor();
    });
  }

  test("others' cards can be checked all the same", { state: f.stopped("key_store_locked") }, async ({ button, heading }) => {
    await button("Kontroller et bevis").click();
    await heading("Kontroller");
    await button("Tilbake").click();
    await button("Prøv igjen").waitFor();
  });

  test("a core that does not answer is a stopped app, not an empty window", { state: f.welcome(), answers: { app_state: { reject: "no core" } } }, async ({ heading, text }) => {
    await heading("Noe gikk galt");
    await text("LB-UI-001");
  });
});

describe("long words", () => {
  test("of a title break where a syllable ends, on a small phone with large letters", { state: f.home(), width: 320, height: 568, still: true }, async ({ page, button, heading }) => {
    await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
    await button("Bibliotek").click();
    await heading("Bibliotekkort");
    const lines = await page.locator("h1").evaluate((title) => {
      const text = title.firstChild;
      const lines = [];
      const range = document.createRange();
      for (let at = 0; at < text.length; at++) {
        range.setStart(text, at);
        range.setEnd(text, at + 1);
        // The first letter after a hyphen has the hyphen's place too, on the line before.
        const box = [...range.getClientRects()].at(-1);
        if (!box || text.data[at] === "\u00ad") continue;
        if (lines.at(-1)?.top !== box.top) lines.push({ top: box.top, words: "" });
        lines.at(-1).words += text.data[at];
      }
      return lines.map(({ words }) => words);
    });
    assert.ok(lines.join("") === "Bibliotekkort" && lines.every((line) => ["Bibliotekkort", "Bibliotek", "kort"].includes(line)), lines.join(" / "));
  });
});
