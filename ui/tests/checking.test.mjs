// Checking cards: the scanner with a real code in front of a camera, the verdict, the secure check, and the exam room.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import * as f from "./fixtures.mjs";
import { flows } from "./flow.mjs";
import { pngFile, wallFile } from "./qr.mjs";

// As long as the longest control code, as a phone's camera sees it.
const seen = f.codeText(700);
const { open, test } = flows({ codes: [seen], film: { width: 1280, height: 720 } });

/** Runs in the page before the app: remembers the camera's tracks and the tones. */
const watch = `
  window.__heard = []; window.__tracks = []; window.__torch = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...args) { window.__heard.push(this.frequency.value); return start.apply(this, args); };
  const getUserMedia = MediaDevices.prototype.getUserMedia;
  MediaDevices.prototype.getUserMedia = async function (...args) {
    const stream = await getUserMedia.apply(this, args);
    window.__tracks.push(...stream.getTracks());
    return stream;
  };
`;
const torch = `
  MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });
  MediaStreamTrack.prototype.applyConstraints = async ({ advanced: [wish] }) => { if ("torch" in wish) window.__torch.push(wish.torch); };
`;
/** What the phone was told to make felt. */
const felt = async (app) => (await app.calls("haptic")).map((call) => call.args.kind);
const idle = { scan_code: "pending", admit: "pending" };
const tracks = (page) => page.evaluate(() => window.__tracks.map((track) => track.readyState));
const look = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
/** Opens the scanner, whose camera has the code in view, and waits for the verdict. */
async function scan(app) {
  await app.button("Kontroller et bevis").click();
  await app.page.locator(".answer-screen").waitFor();
}

describe("a sheet of paper", () => {
  for (const [name, more, word, ...told] of [
    ["with old lists", { outcome: "status_unknown", reasons: [{ kind: "on_paper" }, { kind: "status_too_old", seconds: 190_000 }] }, "Usikkert", "Sammenlign ansiktet med bildet. Er du i tvil, be om legitimasjon."],
    ["of a specimen", { outcome: "demo", demo: true, reasons: [{ kind: "on_paper" }, { kind: "demo_issuer" }] }, "Demo", "Dette er et prøvebevis."],
    ["that was revoked", { outcome: "invalid", reasons: [{ kind: "on_paper" }, { kind: "revoked" }] }, "Trukket tilbake", "Det kan finnes en nyere. Spør etter den, eller ring skolen."],
    ["that is blocked", { outcome: "invalid", reasons: [{ kind: "on_paper" }, { kind: "suspended" }] }, "Sperret", "Godta ikke papirlappen."],
    ["that was to answer a challenge", { outcome: "invalid", reasons: [{ kind: "on_paper" }, { kind: "wrong_challenge" }] }, "Feil svar", "Papir kan ikke svare"],
  ]) {
    test(`${name} says that it is paper, and nothing that fits a phone alone`, { state: f.welcome(), answers: { scan_code: f.slipVerdict(more) } }, async (app) => {
      await scan(app);
      await app.heading(word);
      for (const words of told) await app.text(words);
      const all = await app.page.locator(".answer-screen").innerText();
      assert.match(all, /Papir\u00ad?lapp/);
      for (const phone of ["i appen", "meldt tapt", "kontrollkoden din, og skann svaret"]) assert.ok(!all.includes(phone), phone);
    });
  }
});

describe("the scanner", () => {
  test("reads the code in front of the camera, and its reader is not loaded before", { state: f.welcome() }, async ({ button, heading, calls, requests }) => {
    const ofReader = () => requests.filter((address) => /\/assets\/(zxing_)?reader-/.test(address));
    assert.deepEqual(ofReader(), []);
    await button("Kontroller et bevis").click();
    await heading("Gyldig");
    assert.deepEqual((await calls("scan_code")).map((call) => call.args), [{ text: seen, answers: false }]);
    assert.equal(ofReader().length, 2);
  });

  test("the next is one tap away with the camera still on, and the same showing is not read twice", { state: f.welcome(), script: watch }, async (app) => {
    await scan(app);
    assert.equal(await app.page.evaluate(() => document.activeElement.textContent.trim()), "Neste");
    await app.page.keyboard.press("Enter");
    await app.heading("Kontroller");
    await app.page.waitForTimeout(800);
    assert.equal((await app.calls("scan_code")).length, 1);
    assert.deepEqual(await tracks(app.page), ["live"]);
  });

  test("a phone left in view while one looks at the person is one showing, however long", { state: f.welcome() }, async (app) => {
    await scan(app);
    await app.button("Neste").click();
    await app.heading("Kontroller");
    await app.page.waitForTimeout(6_000);
    assert.equal((await app.calls("scan_code")).length, 1);
  });

  for (const ours of ["SID1:ON A PHONE", "SIP1:ON A PHONE", "HTTPS://BEVIS.FJORDVIKEN.EXAMPLE/KONTROLL#ON A PHONE"]) {
    const foreign = "https://meny.example/i-dag";
    for (const texts of [[foreign, ours], [ours, foreign], [foreign, foreign, ours]]) {
      test(`${ours.slice(0, 5)} is read among others, also as number ${texts.indexOf(ours) + 1} of ${texts.length}`, { state: f.welcome(), camera: false }, async ({ button, give, heading, calls }) => {
        await button("Kontroller et bevis").click();
        await give(await wallFile(texts));
        await heading("Gyldig");
        assert.equal((await calls("scan_code"))[0].args.text, ours);
      });
    }
  }

  test("where there is no code of ours, another one is told as such", { state: f.welcome(), camera: false, answers: { scan_code: f.unreadable() } }, async ({ button, give, heading }) => {
    await button("Kontroller et bevis").click();
    await give(await wallFile(["https://meny.example/i-dag"]));
    await heading("Ukjent kode");
  });

  test("the camera stops when the app is out of sight, comes back with it, and stops for good when one leaves", { state: f.welcome(), answers: idle, script: watch }, async ({ page, button }) => {
    const turn = (hidden) => page.evaluate((value) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
    await button("Kontroller et bevis").click();
    await page.locator(".finder path").waitFor();
    await turn(true);
    assert.deepEqual(await tracks(page), ["ended"]);
    await turn(false);
    await page.locator(".finder path").waitFor();
    assert.deepEqual(await tracks(page), ["ended", "live"]);
    await button("Tilbake").click();
    await button("Logg inn med Feide").waitFor();
    assert.deepEqual(await tracks(page), ["ended", "ended"]);
  });

  test("the light is offered where the camera has one", { state: f.welcome(), answers: idle, script: watch + torch }, async ({ page, button }) => {
    await button("Kontroller et bevis").click();
    await button("Slå på lys").click();
    await button("Slå av lys").click();
    assert.deepEqual(await page.evaluate(() => window.__torch), [true, false]);
  });

  test("a refused camera is told with what to do, and a picture does as well", { state: f.welcome(), camera: false }, async ({ page, button, text, give, heading, calls }) => {
    await button("Kontroller et bevis").click();
    await text("Kameraet er ikke tillatt");
    await give({ name: "empty.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
    await text("Fant ingen kode i bildet.");
    await give(await pngFile("SID1:FROM A PICTURE"));
    await heading("Gyldig");
    assert.equal((await calls("scan_code"))[0].args.text, "SID1:FROM A PICTURE");
    await page.keyboard.press("Escape");
    await button("Logg inn med Feide").waitFor();
  });

  test("where there is no camera interface at all, a picture is the way", { state: f.welcome(), script: "Object.defineProperty(navigator, 'mediaDevices', { value: undefined })" }, async ({ button, text, give, heading }) => {
    await button("Kontroller et bevis").click();
    await text("Kameraet kan ikke brukes her");
    await give(await pngFile("SID1:FROM A PICTURE"));
    await heading("Gyldig");
  });
});

describe("the verdict", () => {
  for (const [name, answer, word, ...told] of [
    ["a screenshot", f.invalid({ kind: "code_too_old", seconds: 130 }), "Gammel kode", "Koden er 2 minutter gammel", "Be om å se koden skifte i appen"],
    ["a wrong clock", f.invalid({ kind: "clock_differs", seconds: 95 }), "Feil klokke", "Ingenting er galt med beviset. Slå på automatisk tid"],
    ["an unknown issuer", f.invalid({ kind: "unknown_issuer" }), "Ukjent utsteder", "Ingen kjent fylkeskommune har laget dette"],
    ["a blocked card", f.invalid({ kind: "suspended" }), "Sperret", "Beviset er sperret for tiden"],
    ["a lost phone", f.invalid({ kind: "revoked" }), "Trukket tilbake", "Eieren kan logge inn igjen i appen"],
    ["a copied token", f.invalid({ kind: "bad_holder_signature" }), "Ikke ekte", "Koden er kopiert"],
    ["a code taken before", f.invalid({ kind: "replayed", seconds_ago: 8 }), "Brukt kode", "Samme kode ble skannet for 8 sekunder siden"],
    ["an expired card", f.invalid({ kind: "card_expired", on: "2026-06-30" }), "Utløpt", "Siste dag var 30. juni 2026"],
    ["old lists", f.verdict({ outcome: "status_unknown", reasons: [{ kind: "status_too_old", seconds: 190_000 }] }), "Usikkert", "listene her er for gamle", "Sperrelisten ble laget for 2 døgn siden"],
    ["another QR code", f.unreadable(), "Ukjent kode", "Ikke en kontrollkode"],
    ["what a later version calls wrong", f.invalid({ kind: "something_new" }), "Ikke gyldig", "Ikke godta det slik det er nå."],
  ]) {
    test(`${name} has its own word and says what to do`, { state: f.welcome(), answers: { scan_code: answer } }, async (app) => {
      await scan(app);
      await app.heading(word);
      for (const words of told) await app.text(words);
      await app.page.waitForFunction((first) => document.querySelector("[aria-live=assertive]").textContent.startsWith(first), word);
    });
  }

  for (const [word, line, ...reasons] of [
    ["Brukt kode", "Ikke avgjort. Prøv igjen når koden har skiftet.", { kind: "replayed", seconds_ago: 8 }],
    ["Feil klokke", "Ikke avgjort. Prøv igjen når begge klokkene går riktig.", { kind: "clock_differs", seconds: 95 }],
    ["Feil klokke", "Ikke avgjort. Prøv igjen når klokka her går riktig.", { kind: "not_yet_valid" }],
    ["Må oppdateres", "Ikke avgjort. Prøv igjen når telefonen har vært på nett.", { kind: "token_expired" }],
    ["Brukt kode", "Ikke avgjort. Prøv igjen når koden har skiftet.", { kind: "replayed", seconds_ago: 8 }, { kind: "status_too_old", seconds: 190_000 }],
  ]) {
    test(`what passes by itself is not called bad: ${reasons.map(({ kind }) => kind)}`, { state: f.welcome(), answers: { scan_code: f.invalid(...reasons) } }, async (app) => {
      await scan(app);
      await app.heading(word);
      await app.text(line);
      assert.equal(await app.page.locator("[data-look]").getAttribute("data-look"), "again");
      assert.equal(await app.page.getByText("Ikke godta det").count(), 0);
    });
  }

  for (const other of ["revoked", "issuer_key_not_in_use", "something_new"]) {
    test(`beside ${other} a wrong clock is not the matter`, { state: f.welcome(), answers: { scan_code: f.invalid({ kind: "clock_differs", seconds: 95 }, { kind: other }) } }, async (app) => {
      await scan(app);
      await app.text("Ikke godta det slik det er nå.");
      assert.equal(await app.page.locator("[data-look]").getAttribute("data-look"), "bad");
    });
  }

  test("the weightiest reason comes first", { state: f.welcome(), answers: { scan_code: f.invalid({ kind: "status_unknown" }, { kind: "code_too_old", seconds: 61 }, { kind: "suspended" }) } }, async (app) => {
    await scan(app);
    await app.heading("Sperret");
    assert.deepEqual(await app.page.locator("li strong").allTextContents(), ["Beviset er sperret for tiden", "Koden er 61 sekunder gammel", "Sperrelisten er ikke hentet"]);
  });

  it("the five answers differ in colour, icon, sound and touch; sound can be turned off, and stays off", async () => {
    const answers = {
      valid: f.verdict(), unsure: f.verdict({ outcome: "status_unknown", reasons: [{ kind: "status_unknown" }] }), bad: f.invalid({ kind: "revoked" }),
      again: f.invalid({ kind: "replayed", seconds_ago: 8 }),
      demo: f.verdict({ outcome: "demo", demo: true, reasons: [{ kind: "demo_issuer" }] }),
    };
    const all = [];
    for (const answer of Object.values(answers)) {
      const app = await open({ state: f.welcome(), answers: { scan_code: answer }, script: watch });
      const button = (name) => app.page.getByRole("button", { name, exact: true });
      await button("Kontroller et bevis").click();
      await app.page.locator(".answer-screen").waitFor();
      await app.page.waitForFunction(() => window.__heard.length > 0);
      all.push(await app.page.evaluate(() => ({
        colour: getComputedStyle(document.body).backgroundColor, icon: document.querySelector(".mark path").getAttribute("d"),
        sound: String(window.__heard),
      })));
      assert.deepEqual(await felt(app), [answer === answers.valid ? "success" : "warning"]);
      await button("Lyd").click();
      assert.equal(await button("Lyd").getAttribute("aria-pressed"), "false");
      await app.page.reload();
      await button("Kontroller et bevis").click();
      await app.page.locator(".answer-screen").waitFor();
      await app.page.waitForFunction(() => window.__core.calls.some((call) => call.command === "haptic"));
      assert.deepEqual(await app.page.evaluate(() => window.__heard), []);
      assert.deepEqual(app.faults, []);
      await app.close();
    }
    for (const part of ["colour", "icon"]) assert.equal(new Set(all.map((each) => each[part])).size, 5, part);
    // A specimen sounds like what needs a closer look.
    assert.equal(new Set(all.map((each) => each.sound)).size, 4);
  });

  test("a specimen is grey and called one, whatever else is wrong with it", { state: f.welcome(), answers: { scan_code: f.verdict({ outcome: "invalid", demo: true, reasons: [{ kind: "revoked" }, { kind: "demo_issuer" }] }) } }, async (app) => {
    await scan(app);
    await app.heading("Demo");
    assert.equal(await look(app.page), "rgb(90, 95, 99)");
  });

  test("what nobody has signed is called a claim", { state: f.welcome(), answers: { scan_code: { ...f.invalid({ kind: "unknown_issuer" }), authentic: false } } }, async (app) => {
    await scan(app);
    await app.text("Dette påstår koden. Ingen har bekreftet det.");
  });

  for (const [profile, shown, hidden] of [
    ["exam", ["Nora Sofie Bjørkøy", "14. mars 2009", "2STA", "204417", "31. desember 2026"], ["Semester"]],
    ["travel", ["Nora Sofie Bjørkøy", "14. mars 2009", "Høst 2026"], ["Klasse", "Elevnummer"]],
    ["discount", ["Nora Sofie", "Elevbevis", "Høst 2026"], ["Fødselsdato", "Skole"]],
    ["age", ["Over 16 år", "Ikke over 18 år"], ["Bevis", "Fødselsdato"]],
  ]) {
    test(`the ${profile} profile shows its claims and no empty ones`, { state: f.welcome(), answers: { scan_code: f.verdict({ card: f.claims[profile], photo: "none" }) } }, async (app) => {
      await scan(app);
      for (const part of shown) await app.text(part);
      for (const label of hidden) assert.equal(await app.page.locator("dt").getByText(label, { exact: true }).count(), 0, label);
    });
  }

  test("the photo code is asked for, and its photo joins the card", { state: f.welcome(), answers: { scan_code: { sequence: [f.verdict(), f.photoVerdict()] } } }, async (app) => {
    await scan(app);
    await app.button("Skann også bildekoden").click();
    await app.text("Be om bildekoden, og skann den");
    await app.give(await pngFile("SIP1:PHOTO"));
    await app.page.getByRole("img", { name: "Bilde av Nora Sofie Bjørkøy" }).waitFor();
    await app.heading("Gyldig");
    await app.text("Se at det er samme person som på bildet.");
  });

  test("a photo does not make a bad card good", { state: f.welcome(), answers: { scan_code: { sequence: [f.verdict({ outcome: "status_unknown", reasons: [{ kind: "status_unknown" }] }), f.photoVerdict()] } } }, async (app) => {
    await scan(app);
    await app.button("Skann også bildekoden").click();
    await app.give(await pngFile("SIP1:PHOTO"));
    await app.page.getByRole("img", { name: /Bilde av/ }).waitFor();
    await app.heading("Usikkert");
    await app.text("Sperrelisten er ikke hentet");
  });

  test("a photo alone is never green", { state: f.welcome(), answers: { scan_code: f.photoVerdict({ outcome: "status_unknown", reasons: [{ kind: "photo_alone" }], belongs_to_last: null }) } }, async (app) => {
    await scan(app);
    await app.heading("Bare bilde");
    assert.equal(await look(app.page), "rgb(255, 194, 51)");
  });
});

describe("the lists", () => {
  test("are shown as the core has them now, and when to fetch them is the core's business", { state: f.welcome(), answers: { ...idle, checker_state: f.lists({ status_age_seconds: 4000 }) } }, async ({ page, button, text, emit, calls }) => {
    await button("Kontroller et bevis").click();
    await text("Sperrelisten ble laget for 1 time siden.");
    await emit(f.lists({ status_age_seconds: 20 }), "checker-changed");
    await text("Sperrelisten ble laget for 1 minutt siden.");
    await emit(f.lists({ stale: true, status_age_seconds: 190_000, clock_off_seconds: -130, last_update_failed: f.problem("no_network") }), "checker-changed");
    await text("Listene er for gamle");
    await text("Klokka her går 2 minutter feil.");
    assert.equal(await page.getByRole("alert").count(), 0);
    assert.equal((await calls("update_checker")).length, 0);
  });

  test("are looked at again when the phone wakes up", { state: f.welcome(), answers: { ...idle, checker_state: { sequence: [f.lists(), f.lists({ stale: true, status_age_seconds: 190_000 })] }, update_checker: f.lists({ stale: true, status_age_seconds: 190_000, last_update_failed: f.problem("no_network") }) } }, async ({ page, button, text }) => {
    await button("Kontroller et bevis").click();
    await text("Kontrollen virker uten nett.");
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await text("Listene er for gamle");
  });

  test("that come while a verdict stands change it, and are told aloud", { state: f.welcome(), answers: { scan_again: { sequence: [f.verdict({ status_age_seconds: 20 }), f.invalid({ kind: "suspended" })] } }, script: watch }, async (app) => {
    await scan(app);
    await app.heading("Gyldig");
    assert.deepEqual(await felt(app), ["success"]);
    // The same verdict by newer lists: only its age is new.
    await app.emit(f.lists({ status_age_seconds: 20 }), "checker-changed");
    await app.text("Sperrelisten ble laget for 1 minutt siden.");
    assert.deepEqual(await felt(app), ["success"]);
    await app.emit(f.lists({ status_age_seconds: 10 }), "checker-changed");
    await app.heading("Sperret");
    assert.deepEqual(await felt(app), ["success", "warning"]);
    assert.deepEqual((await app.calls("scan_again")).map((call) => call.args), [{ text: seen }, { text: seen }]);
    assert.equal((await app.calls("scan_code")).length, 1);
  });

  test("that come when the verdict is closed judge nobody", { state: f.welcome() }, async (app) => {
    await scan(app);
    await app.button("Neste").click();
    await app.emit(f.lists({ status_age_seconds: 20 }), "checker-changed");
    await app.text("Sperrelisten ble laget for 1 minutt siden.");
    assert.equal((await app.calls("scan_again")).length, 0);
  });

  test("offline, a line says so and the scanner stays", { state: f.welcome(), answers: { ...idle, checker_state: f.lists({ status_age_seconds: 4000, last_update_failed: f.problem("no_network") }), update_checker: { reject: f.problem("no_network") } } }, async ({ page, button, text }) => {
    await button("Kontroller et bevis").click();
    await text("Fikk ikke hentet en nyere nå.");
    await page.locator(".finder path").waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);
    await button("Oppdater").click();
    await text("Ingen nettforbindelse");
  });

  test("must be fetched once before anything can be checked", { state: f.welcome(), answers: { ...idle, checker_state: f.lists({ ready: false, status_age_seconds: null }), update_checker: { sequence: [{ reject: f.problem("no_network") }, f.lists()] } } }, async ({ page, button, text }) => {
    await button("Kontroller et bevis").click();
    await text("Listene må hentes én gang");
    await text("Ingen nettforbindelse");
    assert.equal(await page.locator(".finder").count(), 0);
    await button("Oppdater").click();
    await page.locator(".finder path").waitFor();
  });

  test("a wrong clock here is said, and misjudges nobody", { state: f.welcome(), answers: { ...idle, checker_state: f.lists({ clock_off_seconds: -130 }) } }, async ({ button, text }) => {
    await button("Kontroller et bevis").click();
    await text("Klokka her går 2 minutter feil. Kontrollen regner med riktig tid");
  });

  test("too old is said", { state: f.welcome(), answers: { ...idle, checker_state: f.lists({ stale: true, status_age_seconds: 190_000 }), update_checker: f.lists({ stale: true, status_age_seconds: 190_000, last_update_failed: f.problem("no_network") }) } }, async ({ button, text }) => {
    await button("Kontroller et bevis").click();
    await text("Listene er for gamle");
    await text("Sperrelisten ble laget for 2 døgn siden.");
  });
});

describe("checking and being logged in", () => {
  test("have nothing to do with each other: from the menu, and a login that ends does not close it", { state: f.home(), answers: idle }, async ({ page, button, heading, emit }) => {
    await button("Meny").click();
    await button("Kontroller et bevis").click();
    await heading("Kontroller");
    await emit(f.welcome());
    await page.locator(".finder path").waitFor();
    await button("Tilbake").click();
    // The menu of a card that is gone is gone with it.
    await button("Logg inn med Feide").waitFor();
    assert.equal(await page.getByRole("heading", { level: 1, name: "Meny" }).count(), 0);
  });
});

describe("the secure check", () => {
  test("shows a code, reads its answer, and makes a new one for the next person", { state: f.welcome(), answers: { ...idle } }, async ({ page, button, heading, calls, answer, settle, give }) => {
    await button("Kontroller et bevis").click();
    await page.waitForFunction(() => window.__core.waiting.length === 1);
    await settle("scan_code", { reject: f.problem("internal", "bug") });
    await answer("scan_code", f.verdict());
    await button("Sikker kontroll").click();
    await page.getByRole("img", { name: "Kontrollkode som telefonen til personen skal skanne" }).waitFor();
    await button("Skann svaret").click();
    await give(await pngFile("SID1:ANSWER"));
    await heading("Gyldig");
    assert.equal((await calls("scan_code")).at(-1).args.answers, true);
    await button("Neste").click();
    await heading("Sikker kontroll");
    await page.waitForFunction(() => window.__core.calls.filter((call) => call.command === "new_challenge").length === 2);
    await button("Tilbake").click();
    await heading("Kontroller");
    await button("Tilbake").click();
    await button("Logg inn med Feide").waitFor();
    assert.equal((await calls("end_challenge")).length, 1);
  });

  test("asks for an answer also when a photo code was to be scanned before", { state: f.welcome() }, async (app) => {
    await scan(app);
    await app.button("Skann også bildekoden").click();
    await app.text("Be om bildekoden, og skann den");
    await app.button("Sikker kontroll").click();
    await app.button("Skann svaret").click();
    await app.give(await pngFile("SID1:ANSWER"));
    await app.heading("Gyldig");
    assert.deepEqual((await app.calls("scan_code")).map((call) => call.args), [{ text: seen, answers: false }, { text: "SID1:ANSWER", answers: true }]);
  });

  test("asks for an answer of every living code, and of no photo code", { state: f.welcome(), answers: { scan_code: "pending" } }, async (app) => {
    const next = (count) => app.page.waitForFunction((wanted) => window.__core.calls.filter((call) => call.command === "scan_code").length === wanted, count);
    await app.button("Kontroller et bevis").click();
    await next(1);
    await app.settle("scan_code", { reject: f.problem("internal", "bug") });
    await app.answer("scan_code", f.verdict());
    await app.button("Sikker kontroll").click();
    await app.button("Skann svaret").click();
    await app.give(await pngFile("SID1:ANSWER"));
    await app.heading("Gyldig");
    await app.button("Skann også bildekoden").click();
    await app.give(await pngFile("SIP1:PHOTO"));
    await next(3);
    await app.heading("Gyldig");
    await app.button("Skann også bildekoden").click();
    await app.give(await pngFile("SID1:LIVING"));
    await next(4);
    assert.deepEqual((await app.calls("scan_code")).map((call) => call.args.answers), [false, true, false, true]);
  });
});

describe("the exam room", () => {
  const enter = async ({ button }) => {
    await button("Kontroller et bevis").click();
    await button("Eksamensrom").click();
    await button("Åpne Matematikk 2P, skriftlig, Fjordviken videregående skole").click();
  };

  test("a roster is loaded from its file", { state: f.welcome(), answers: { ...idle, exam_rooms: [] } }, async ({ page, button, text, give, heading, calls }) => {
    await button("Kontroller et bevis").click();
    await button("Eksamensrom").click();
    await text("Det er ingen deltakerliste her.");
    await text("slettes av seg selv etter dagen");
    await give({ name: "liste.jwt", mimeType: "application/jwt", buffer: Buffer.from("eyJ.signed.roster") });
    await heading("Matematikk 2P, skriftlig");
    assert.equal((await calls("open_roster"))[0].args.text, "eyJ.signed.roster");
    await text("Slettes av seg selv i morgen kl. 03:00");
    await page.locator(".finder path").waitFor();
  });

  test("a file that is no roster is refused with what to do", { state: f.welcome(), answers: { ...idle, exam_rooms: [], open_roster: { reject: f.problem("roster_not_trusted", "expected") } } }, async ({ button, text, give }) => {
    await button("Kontroller et bevis").click();
    await button("Eksamensrom").click();
    await give({ name: "x.txt", mimeType: "text/plain", buffer: Buffer.from("x") });
    await text("Listen er ikke fra en kjent fylkeskommune");
  });

  for (const [name, answer, word, ...told] of [
    ["a pupil on the list", f.admission("present"), "Til stede", "Se at det er samme person", "Nora Sofie Bjørkøy"],
    ["one who is late", f.admission("late", { minutes_late: 12 }), "For sent", "12 minutter etter start. Registrert."],
    ["one who was scanned before", f.admission("already_scanned", { first_seen_at: "2026-11-19T08:25:00+01:00" }), "Allerede skannet", "Skannet før, kl. 08:25"],
    ["one for another room", f.admission("wrong_room", { right_room: "B202" }), "Feil rom", "Skal til B202. Ikke registrert her."],
    ["one who is not on the list", f.admission("not_on_list", { candidate: null }), "Ikke på listen", "Søk i listen"],
    ["a code for another purpose", f.admission("wrong_profile", { candidate: null }), "Feil formål", "Be personen velge «Eksamen»"],
    ["a code that is no good", f.admission("not_admitted", { candidate: null, verdict: f.invalid({ kind: "code_too_old", seconds: 130 }) }), "Gammel kode", "Be om å se koden skifte i appen"],
  ]) {
    test(`${name} is told in a word`, { state: f.welcome(), answers: { ...idle, admit: answer } }, async (app) => {
      await enter(app);
      await app.heading(word);
      for (const words of told) await app.text(words);
      assert.deepEqual((await app.calls("admit"))[0].args, { id: "exam-1", text: seen });
      assert.equal(await app.button("Angre").count(), word === "Til stede" || word === "For sent" ? 1 : 0);
      await app.button("Neste").click();
      await app.heading("Matematikk 2P, skriftlig");
    });
  }

  test("an admission says how old the lists were that it rests on", { state: f.welcome(), answers: { ...idle, admit: f.admission("present") } }, async (app) => {
    await enter(app);
    await app.heading("Til stede");
    await app.text("Sperrelisten ble laget for 5 minutter siden. Kontrollert kl. 08:30:00.");
  });

  const blocked = { verdict: f.invalid({ kind: "suspended" }) };
  test("fresh lists change what the door has said, and the counts follow", { state: f.welcome(), answers: { ...idle, admit: f.admission("present"), admit_again: f.admission("not_admitted", blocked), exam_rooms: { sequence: [[f.exam()], [f.exam()], [f.exam({ counts: { present: 2, late: 1, expected: 28 } })]] } } }, async (app) => {
    await enter(app);
    await app.heading("Til stede");
    await app.emit(f.lists({ status_age_seconds: 20 }), "checker-changed");
    await app.heading("Sperret");
    assert.deepEqual(await felt(app), ["success", "warning"]);
    assert.deepEqual((await app.calls("admit_again"))[0].args, { id: "exam-1", text: seen });
    await app.button("Neste").click();
    await app.text("2 av 28 til stede");
  });

  test("one on the list whose code is no good is shown as the list has them, and let in by hand", { state: f.welcome(), answers: { ...idle, admit: f.admission("not_admitted", { verdict: f.invalid({ kind: "replayed", seconds_ago: 8 }) }) } }, async (app) => {
    await enter(app);
    await app.heading("Brukt kode");
    await app.page.getByRole("img", { name: "Bilde av Nora Sofie Bjørkøy" }).waitFor();
    await app.text("Slik står personen på listen.");
    await app.button("Til stede").click();
    await app.heading("Matematikk 2P, skriftlig");
    assert.deepEqual((await app.calls("admit_by_hand"))[0].args, { id: "exam-1", index: 0 });
  });

  for (const [name, more, word, mayComeIn, ...told] of [
    ["a good sheet", { outcome: "slip", reasons: [{ kind: "on_paper" }] }, /Papir.?lapp/, true, "Sammenlign ansiktet med bildet", "Sett før kl. 08:25"],
    ["a sheet that a newer one has replaced", { outcome: "invalid", reasons: [{ kind: "on_paper" }, { kind: "revoked" }] }, "Trukket tilbake", false, "Papirlappen gjelder ikke lenger", "Det kan finnes en nyere."],
    ["yesterday's sheet", { outcome: "invalid", reasons: [{ kind: "on_paper" }, { kind: "slip_over", on: "2026-11-18" }] }, "Utløpt", false, "Papirlappen gjaldt bare"],
    ["a specimen's sheet", { outcome: "demo", demo: true, reasons: [{ kind: "on_paper" }, { kind: "demo_issuer" }] }, "Demo", true, "Trykt på papir"],
  ]) {
    const verdict = f.verdict({ card: { ...f.claims.exam, portrait: f.photos.nora }, photo: "shown", ...more });
    test(`${name} at the door is told as paper`, { state: f.welcome(), answers: { ...idle, admit: f.admission("not_admitted", { verdict, first_seen_at: "2026-11-19T08:25:00+01:00" }) } }, async (app) => {
      await enter(app);
      await app.heading(word);
      for (const words of told) await app.text(words);
      assert.match(await app.page.locator(".answer-screen").innerText(), /Papir\u00ad?lapp/);
      assert.equal(await app.button("Til stede").count(), mayComeIn ? 1 : 0);
    });
  }

  test("what nobody has signed lets nobody in by hand from there", { state: f.welcome(), answers: { ...idle, admit: f.admission("not_admitted", { verdict: { ...f.invalid({ kind: "unknown_issuer" }), authentic: false } }) } }, async (app) => {
    await enter(app);
    await app.heading("Ukjent utsteder");
    await app.page.getByRole("img", { name: "Bilde av Nora Sofie Bjørkøy" }).waitFor();
    assert.equal(await app.button("Til stede").count(), 0);
    await app.button("Deltakere").waitFor();
  });

  test("the door says how old its lists are, that they are too old, and that the clock is wrong", { state: f.welcome(), answers: idle }, async (app) => {
    await enter(app);
    await app.text("Sperrelisten ble laget for 3 minutter siden.");
    await app.emit(f.lists({ stale: true, status_age_seconds: 190_000, clock_off_seconds: -130 }), "checker-changed");
    await app.text("Listene er for gamle");
    await app.text("Klokka her går 2 minutter feil.");
    await app.page.locator(".finder path").waitFor();
  });

  test("without lists the door has no camera, and says what is missing", { state: f.welcome(), answers: { ...idle, checker_state: f.lists({ ready: false, status_age_seconds: null }), update_checker: { reject: f.problem("no_network") } } }, async (app) => {
    await enter(app);
    await app.text("Listene må hentes én gang");
    await app.text("Ingen nettforbindelse");
    assert.equal(await app.page.locator(".finder").count(), 0);
  });

  test("inside a room it is told that the list could not be deleted", { state: f.welcome(), answers: { ...idle, delete_exam_room: { reject: f.problem("internal", "bug") } } }, async (app) => {
    await enter(app);
    await app.button("Slett").click();
    await app.button("Ja, slett").click();
    await app.page.getByRole("alert").waitFor();
    await app.heading("Matematikk 2P, skriftlig");
  });

  test("a file too large for a roster is not read", { state: f.welcome(), answers: { ...idle, exam_rooms: [] } }, async ({ page, button, give, heading, calls }) => {
    await button("Kontroller et bevis").click();
    await button("Eksamensrom").click();
    await give({ name: "large.txt", mimeType: "text/plain", buffer: Buffer.alloc(4 * 1024 * 1024 + 1, "a") });
    await heading("Matematikk 2P, skriftlig");
    assert.equal((await calls("open_roster"))[0].args.text, "");
  });

  test("an admission can be undone, and the counts follow", { state: f.welcome(), answers: { ...idle, admit: f.admission("present"), undo_admission: f.exam({ counts: { present: 2, late: 1, expected: 28 } }) } }, async (app) => {
    await enter(app);
    await app.heading("Til stede");
    await app.button("Angre").click();
    await app.text("2 av 28 til stede");
    assert.deepEqual((await app.calls("undo_admission"))[0].args, { id: "exam-1", index: 0 });
  });

  test("the room is chosen by keyboard", { state: f.welcome(), answers: { ...idle, choose_room: f.exam({ room: "B202", counts: { present: 0, late: 0, expected: 9 } }) } }, async (app) => {
    await enter(app);
    await app.page.getByRole("radio", { name: "B201" }).focus();
    await app.page.keyboard.press("ArrowRight");
    await app.text("0 av 9 til stede");
    assert.deepEqual((await app.calls("choose_room"))[0].args, { id: "exam-1", room: "B202" });
  });

  test("a dead phone: found by a name without its accents, with the photo, and let in by hand", { state: f.welcome(), answers: { ...idle, admit_by_hand: f.exam({ candidates: f.candidates.map((each) => (each.index === 2 ? { ...each, present_at: f.NOW, by_hand: true } : each)) }) } }, async (app) => {
    await enter(app);
    await app.button("Deltakere").click();
    await app.page.getByLabel("Søk på navn").fill("mih aslat");
    await app.text("Viser 1 av 5");
    await app.page.getByRole("button", { name: /Áslat/ }).click();
    await app.page.getByRole("img", { name: /Bilde av Áslat/ }).waitFor();
    await app.button("Til stede").click();
    await app.text("registrert for hånd");
    assert.deepEqual((await app.calls("admit_by_hand"))[0].args, { id: "exam-1", index: 2 });
    await app.button("Angre").waitFor();
  });

  test("the list is exported as a file that spreadsheets read, or copied", { state: f.welcome(), answers: idle }, async (app) => {
    await enter(app);
    await app.page.waitForFunction(() => window.__core.waiting.some((each) => each.command === "admit"));
    await app.settle("admit", { reject: f.problem("internal", "bug") });
    await app.button("Eksporter").click();
    await app.text("Den inneholder personopplysninger");
    const [download] = await Promise.all([app.page.waitForEvent("download"), app.button("Lagre filen").click()]);
    assert.equal(download.suggestedFilename(), "deltakere.csv");
    assert.equal(await readFile(await download.path(), "utf8"), "\ufeffNavn;Til stede\r\nNora Sofie Bjørkøy;08:31\r\n");
    assert.equal((await app.calls("export_exam_room"))[0].args.words.minutes_late, "Minutter for sent");
  });

  test("a roster whose day is over disappears by itself", { state: f.welcome(), answers: idle }, async (app) => {
    await enter(app);
    await app.emit([], "exam-rooms-changed");
    await app.text("Det er ingen deltakerliste her.");
  });

  test("deleting is asked once more", { state: f.welcome(), answers: idle }, async (app) => {
    await enter(app);
    await app.button("Slett").click();
    assert.equal((await app.calls("delete_exam_room")).length, 0);
    await app.button("Ja, slett").click();
    await app.text("Det er ingen deltakerliste her.");
  });
});
