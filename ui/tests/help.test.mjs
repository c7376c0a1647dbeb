// Help: every question is found by what people type, every failure leads to its answer in one tap, and every answer names
// the right person.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { createServer } from "vite";
import * as f from "./fixtures.mjs";
import { flows } from "./flow.mjs";

const { test } = flows();

/** The modules that draw nothing, as they are. */
let vite;
let help;
before(async () => {
  vite = await createServer({ configFile: false, root: new URL("..", import.meta.url).pathname, logLevel: "error", appType: "custom", server: { middlewareMode: true, hmr: false, ws: false, watch: null }, optimizeDeps: { noDiscovery: true } });
  const load = (name) => vite.ssrLoadModule(`/src/help/${name}.ts`);
  const [topics, search, contacts, wrong, disclosed, ways, nb, nn, en] = await Promise.all(
    ["topics", "search", "contacts", "wrong", "disclosed", "links/ways", "words/nb", "words/nn", "words/en"].map(load),
  );
  const words = { nb: nb.nb, nn: nn.nn, en: en.en };
  help = { ...topics, ...search, ...contacts, ...wrong, ...disclosed, ...ways, words };
});
after(() => vite.close());

/** As the page of help searches, for a reader of that language. */
function found(query, language = "nb") {
  const all = Object.values(help.words);
  const searched = help.topicIds.map((id) => ({
    id, question: help.words[language].topics[id].q, answer: help.words[language].topics[id].a.join(" "),
    synonyms: all.map(({ topics }) => `${topics[id].q} ${topics[id].s}`).join(" "),
  }));
  return help.search(searched, query);
}

describe("the search", () => {
  // The questions of the county's page, as people ask them. The answer is the first, or among the first three.
  for (const [asked, topic] of Object.entries({
    passord: "forgot_password", "glemt passord": "forgot_password", "passordet mitt virker ikke": "forgot_password",
    "bytte bilde": "photo_locked", "nytt bilde": "photo_locked", "bildet mitt er stygt": "photo_locked", selfie: "photo_needed",
    bussen: "where_used", rabatt: "where_used", "legitimasjon eksamen": "where_used",
    "skanner ikke": "not_scanning", "QR-koden leses ikke": "not_scanning", lysstyrke: "not_scanning",
    sms: "when_ready", "når er beviset klart": "when_ready", "laste ned": "get_started", "hva er lommebevis": "what_it_is",
    "skolen min benytter ikke": "school_not_enabled", "ikke registrert": "not_registered", "prøv i morgen": "not_registered",
    "byttet klasse": "changed_class", "ny klasse": "changed_class", "feil navn": "wrong_details", "rette opplysninger": "wrong_details",
    "gyldighet": "is_it_real", "uten nett": "offline", bibliotek: "library_missing", "mangler bibliotekkort": "library_missing", "feil bibliotekkode": "library_wrong",
    blokkert: "blocked", misbruk: "blocked", klage: "blocked", "ny telefon": "new_phone", "mistet telefonen": "lost_phone", stjålet: "lost_phone",
    kontakt: "who_to_ask", støttekode: "support_code", minid: "minid", "språk": "language", skjermbilde: "screenshot",
  })) {
    it(`«${asked}» finds ${topic}`, () => assert.ok(found(asked).slice(0, 3).includes(topic), found(asked).slice(0, 5).join(", ")));
  }

  it("in nynorsk and English as well", () => {
    for (const [asked, topic] of Object.entries({ "gløymt passord": "forgot_password", "byte bilete": "photo_locked", "skannar ikkje": "not_scanning", "bytt skule": "changed_class" })) {
      assert.ok(found(asked, "nn").slice(0, 3).includes(topic), asked);
    }
    for (const [asked, topic] of Object.entries({ "forgot password": "forgot_password", "change photo": "photo_locked", "it's not scanning": "not_scanning", bus: "where_used", stolen: "lost_phone" })) {
      assert.ok(found(asked, "en").slice(0, 3).includes(topic), asked);
    }
  });

  it("does not mind capitals, missing dots and rings, another language, word endings, or a slip of the finger", () => {
    for (const [asked, same] of [["BYTTE BILDE", "bytte bilde"], ["sprak", "språk"], ["spraak", "språk"], ["larling", "lærling"], ["laerling", "lærling"], ["stottekode", "støttekode"], ["stoettekode", "støttekode"]]) {
      assert.deepEqual(found(asked), found(same), asked);
      assert.ok(found(asked).length > 0, asked);
    }
    assert.ok(found("password").includes("forgot_password"), "English in a Norwegian app");
    assert.ok(found("passordene").includes("forgot_password"));
    assert.ok(found("pasord").includes("forgot_password"), "a letter too few");
    assert.ok(found("biblotek").includes("library_missing"));
    assert.ok(found("feidepassord").includes("forgot_password"), "a word within a word");
  });

  it("finds as you type", () => {
    for (const part of ["pa", "pas", "pass", "passo", "passor"]) assert.ok(found(part).includes("forgot_password"), part);
  });

  it("finds nothing rather than anything, and nothing for nothing", () => {
    for (const asked of ["", "   ", "?!", "kvantemekanikk", "xyzzy qwqwqw plugh"]) assert.deepEqual(found(asked), [], asked);
    assert.ok(Array.isArray(found("a".repeat(100_000))));
  });

  it("every question finds itself, in every language", () => {
    for (const [language, words] of Object.entries(help.words)) {
      for (const id of help.topicIds) assert.ok(found(words.topics[id].q, language).slice(0, 3).includes(id), `${language}: ${words.topics[id].q}`);
    }
  });
});

describe("what the county's page answers, the app answers", () => {
  // Each point of that page, the question here, and the words without which it would be no answer.
  for (const [point, ids, ...needed] of [
    ["which cards there are", ["what_it_is"], /elevbevis/, /lærlingbevis/, /lærekandidatbevis/, /bibliotekkort/],
    ["where they serve, and that each decides", ["where_used"], /eksamen/, /buss/, /rabatt/, /bestemmer selv/],
    ["when the message comes", ["when_ready"], /skolestart/, /kontrakten er godkjent/, /SMS/],
    ["how to begin", ["get_started"], /[Ll]ast ned/, /Feide/, /bekrefter/, /tar du et nytt/],
    ["who helps with what", ["who_to_ask"], /[Ee]kspedisjonen/, /IKT-ansvarlig/, /[Oo]pplæringskontoret/],
    ["a block, why, how long, and whom to ask", ["blocked"], /stanse/, /begrunnelsen/, /hvor lenge/, /spørre/],
    ["Feide does not let one in", ["forgot_password"], /passordsiden/, /glemt passord/, /logg inn med det nye/],
    ["the school is not with, or the records lack something", ["school_not_enabled", "not_registered", "record_incomplete"], /morgen/, /skolen/],
    ["a picture of one's own", ["photo_needed"], /Se rett i kameraet/, /lys/],
    ["what is wrong is mended at its source", ["wrong_details"], /Ingenting kan endres i appen/, /skolen/, /opplæringskontoret/],
    ["a locked picture and who unlocks it", ["photo_locked"], /låses/, /skolen låse opp/, /fylkeskommunen/],
    ["a change of class", ["changed_class"], /hver natt/, /i morgen/],
    ["that the card is real", ["is_it_real"], /underskriften/, /Sjekk gyldighet/, /bare pynt/],
    ["a code that is not read", ["not_scanning"], /lysstyrken helt opp/],
    ["no library card", ["library_missing"], /ikke registrert noen bibliotekkode/, /skolen/],
    ["a wrong library code", ["library_wrong"], /skolen rette/],
  ]) {
    it(point, () => {
      for (const id of ids) {
        const answer = help.words.nb.topics[id].a.join(" ");
        for (const words of needed) assert.match(answer, words, id);
        // The same in the other languages: their own words, of about the same length.
        for (const language of ["nn", "en"]) {
          const other = help.words[language].topics[id].a.join(" ");
          assert.ok(other !== answer && other.length > answer.length / 2, `${language} ${id}`);
        }
      }
    });
  }
});

describe("the ways", () => {
  it("every kind of problem that the core has leads to an answer", async () => {
    const bindings = await readFile(new URL("../src/lib/bindings.ts", import.meta.url), "utf8");
    const kinds = [.../export type ProblemKind = ([^;]*);/.exec(bindings)[1].matchAll(/"(\w+)"/g)].map(([, kind]) => kind);
    assert.ok(kinds.length > 30);
    for (const kind of kinds) assert.ok(help.topicIds.includes(help.topicOfProblem[kind]), kind);
  });

  it("the failures that people have lead where they should", () => {
    const of = help.topicOfProblem;
    assert.equal(of.feide_refused, "forgot_password");
    assert.equal(of.photo_locked, "photo_locked");
    assert.equal(of.blocked, "blocked");
    assert.equal(of.clock_wrong, "clock");
    for (const [state, topic] of Object.entries({
      photo_missing: "photo_needed", photo_rejected: "photo_not_me", photo_returned: "photo_waiting", photo_reset: "photo_locked", photo_in_review: "photo_waiting",
      not_in_records: "not_registered", record_incomplete: "record_incomplete", school_not_enabled: "school_not_enabled", not_started: "no_right", ended: "no_right", blocked: "blocked",
    })) assert.equal(help.topicOfEnrolment(f.waiting[state]), topic, state);
  });

  it("no question leads nowhere or to itself, and each can be reached", () => {
    for (const id of help.topicIds) {
      assert.ok(help.groups.includes(help.topics[id].group), id);
      for (const next of help.topics[id].next) assert.ok(next !== id && help.topicIds.includes(next), `${id} → ${next}`);
    }
    assert.equal(help.topicNamed("constructor"), null);
    assert.equal(help.fieldNamed("__proto__"), null);
  });
});

describe("whom to ask", () => {
  const all = Object.values(f.contacts);
  const roles = (ask, type, contacts = all) => help.contactsFor(ask, contacts, type).map(({ role }) => role);

  it("a pupil's school, an apprentice's training office; the technical with the technical", () => {
    assert.deepEqual(roles("records", "elev"), ["school"]);
    assert.deepEqual(roles("records", "larling"), ["training_office"]);
    assert.deepEqual(roles("records", "larekandidat"), ["training_office"]);
    assert.deepEqual(roles("photo", "elev"), ["school"]);
    assert.deepEqual(roles("photo", "larling"), ["county"]);
    assert.deepEqual(roles("library", "elev"), ["school"]);
    assert.deepEqual(roles("library", "larling"), ["school"]);
    assert.deepEqual(roles("technical", "elev"), ["technical"]);
    assert.deepEqual(roles("feide", "elev"), ["feide_help"]);
    assert.deepEqual(roles("records", null), ["school", "training_office"]);
  });

  it("never nobody while anybody is known", () => {
    for (const ask of ["records", "photo", "library", "technical", "feide", "county"]) {
      for (const type of ["elev", "larling", null]) {
        for (const one of all) assert.deepEqual(help.contactsFor(ask, [one], type), [one]);
        assert.deepEqual(help.contactsFor(ask, [], type), []);
      }
    }
  });

  it("the one whom the county named, for what the person waits for", () => {
    const named = { ...f.contacts.county, name: "Klagenemnda" };
    const core = f.enrolling({ ...f.waiting.blocked, contact: named });
    assert.deepEqual(help.contactsOfTopic("blocked", core, null), [named]);
  });
});

describe("the message about a mistake", () => {
  it("names the detail and nothing of the person", () => {
    for (const words of Object.values(help.words)) {
      for (const field of Object.keys(words.wrong.fields)) {
        const message = help.messageAbout(field, words.wrong);
        const text = `${message.subject}\n${message.body}`;
        assert.ok(text.toLowerCase().includes(field === "photo" ? words.wrong.fields.photo.toLowerCase() : words.wrong.fields[field].toLowerCase()), text);
        for (const value of [f.nora.given_name, f.nora.family_name, f.nora.birth_date, f.nora.class, f.nora.student_number, f.nora.institution, f.library.code]) assert.ok(!text.includes(value), text);
      }
    }
  });

  it("is an address that mail programs understand", () => {
    const message = help.messageAbout("class", help.words.nb.wrong);
    const address = help.mailto("post.fjordviken@fjordviken.example", message);
    const url = new URL(address);
    assert.equal(url.protocol, "mailto:");
    assert.equal(url.pathname, "post.fjordviken@fjordviken.example");
    assert.equal(url.searchParams.get("subject"), "Feil i Lommebevis: klasse");
    assert.match(url.searchParams.get("body"), /Dette er feil: klasse\r\nSlik skal det være: \r\n/);
    // Mail programs read a plus as a plus.
    assert.doesNotMatch(address, /\+| /);
    assert.equal(new URL(help.mailto("a?cc=b@x.example", message)).searchParams.get("cc"), null);
  });
});

describe("what others see", () => {
  it("is what the checker gets", () => {
    for (const profile of ["exam", "travel", "age"]) assert.deepEqual(help.checkedCard(f.nora, profile, "2026-11-19"), f.claims[profile]);
    assert.deepEqual(help.checkedCard(f.nora, "discount", "2026-11-19"), { ...f.claims.discount, given_name: "Nora" });
  });

  it("ages change on the birthday, in Norway", () => {
    assert.equal(help.isOver("2009-03-14", 18, "2027-03-13"), false);
    assert.equal(help.isOver("2009-03-14", 18, "2027-03-14"), true);
    assert.equal(help.isOver("2008-02-29", 18, "2026-02-28"), false);
    assert.equal(help.isOver("2008-02-29", 18, "2026-03-01"), true);
    assert.equal(help.norwegianDay(new Date("2026-11-19T23:30:00Z")), "2026-11-20");
  });
});

const refusing = (kind, category = "retry") => ({ start_login: { reject: f.problem(kind, category) } });

describe("from the failure itself", () => {
  const kinds = ["login_cancelled", "feide_refused", "feide_unavailable", "login_expired", "login_mismatch", "no_network", "issuer_unavailable", "issuer_refused", "browser_not_opened", "key_store_locked", "internal"];
  test("every failed login leads to its answer in one tap, with the support code to give", { state: f.welcome() }, async ({ page, button, heading, text, answer }) => {
    for (const kind of kinds) {
      await answer("start_login", { reject: f.problem(kind, kind === "feide_refused" ? "expected" : "retry", `LB-TEST-${kind.length}`) });
      await button("Logg inn med Feide").click();
      const notice = page.getByRole("alert");
      await notice.getByText(`LB-TEST-${kind.length}`).waitFor();
      assert.equal(await notice.getByRole("button", { name: "Kopier" }).count(), 1, kind);
      await notice.locator(".help-link").click();
      await heading(help.words.nb.topics[help.topicOfProblem[kind]].q);
      await text(`LB-TEST-${kind.length}`);
      await button("Tilbake").click();
      await heading("Elevbeviset i lomma");
    }
  });

  test("a forgotten password: the county's page, and back to the login", { state: f.welcome(), answers: refusing("feide_refused", "expected") }, async ({ page, button, heading, calls }) => {
    await button("Logg inn med Feide").click();
    await button("Glemt passordet?").click();
    const link = page.getByRole("link", { name: /Åpne passordsiden/ });
    assert.equal(await link.getAttribute("href"), f.county.password_help_url);
    assert.equal(await link.getAttribute("target"), "_blank");
    await button("Logg inn med Feide").click();
    await heading("Elevbeviset i lomma");
    await page.getByRole("alert").waitFor();
    assert.equal((await calls("start_login")).length, 2);
  });

  test("a forgotten password where the county has named no page: the school's help, and no link", { state: { ...f.welcome(), county: { ...f.county, password_help_url: null } }, answers: refusing("feide_refused", "expected") }, async ({ page, button, text }) => {
    await button("Logg inn med Feide").click();
    await button("Glemt passordet?").click();
    for (const paragraph of help.words.nb.withoutPasswordPage.forgot_password) await text(paragraph);
    assert.equal(await page.getByText("passordsiden").count(), 0);
    assert.equal(await page.getByRole("link").count(), 0);
  });

  for (const [name, words] of Object.entries({
    not_in_records: "Registeret leses neste gang i morgen kl. 03:00", record_incomplete: "klasse og utdanningsprogram", school_not_enabled: "Ytre Fjordviken videregående skole",
    photo_reset: "Du ba om å få bytte bilde.", photo_returned: "Vi ser ikke øynene dine bak solbrillene", blocked: "Stansen gjelder til 1. desember 2026", ended: "ble avsluttet 19. juni 2026",
  })) {
    test(`${name}: what holds, what the county says now, and whom it named`, { state: f.enrolling(f.waiting[name]) }, async ({ page, heading, text }) => {
      await page.locator(".help-link").click();
      await heading(help.words.nb.topics[help.topicOfEnrolment(f.waiting[name])].q);
      await text(words);
      await text(f.waiting[name].contact.name);
    });
  }

  test("not registered: looking again is done from the answer itself", { state: f.enrolling(f.waiting.not_in_records), answers: { check_again: f.home() } }, async ({ page, button, heading, calls }) => {
    await button("Når kommer jeg med?").click();
    await button("Oppdater nå").click();
    // Help needs no login, so it stays; what waited is over.
    await page.locator(".case").waitFor({ state: "detached" });
    assert.equal((await calls("check_again")).length, 1);
    await button("Tilbake").click();
    await heading("Beviset ditt");
  });

  test("the code is not read: brightness, one tap from the code, and back to it", { state: f.home() }, async ({ button, heading, text, page }) => {
    await button("Vis koden").click();
    await button("Skanner ikke?").click();
    await heading("Koden min skanner ikke");
    await text("Skru lysstyrken helt opp");
    await text("IKT-ansvarlig Tor Vik");
    await page.goBack();
    await page.locator(".square img").waitFor();
  });

  test("the library card: not read, wrong, and none", { state: f.home() }, async ({ page, button, heading, text }) => {
    await button("Bibliotek").click();
    await button("Skanner ikke?").click();
    await heading("Biblioteket får ikke skannet kortet mitt");
    await text("kan nummeret under koden skrives inn for hånd");
    await button("Tilbake").click();
    await button("Feil kode?").click();
    await heading("Bibliotekkoden er feil");
    await text(f.contacts.school.name);
    assert.equal(await page.getByText(f.contacts.office.name).count(), 0);
  });

  test("no library code: whom to ask", { state: f.home(f.nora, { library: null }) }, async ({ button, heading, text }) => {
    await button("Bibliotek").click();
    await button("Hvorfor har jeg ingen kode?").click();
    await heading("Jeg har ikke noe bibliotekkort i appen");
    await text(f.contacts.school.name);
  });

  for (const kind of ["store_damaged", "store_newer", "key_store_absent", "key_missing", "app_already_open", "county_setting"]) {
    test(`stopped by ${kind}: its answer, and the phones' guide`, { state: f.stopped(kind) }, async ({ page, button, heading }) => {
      await page.locator(".help-link").click();
      await heading(help.words.nb.topics[help.topicOfProblem[kind]].q);
      await button("Alle spørsmål").click();
      await page.getByText("Telefonen", { exact: true }).click();
      await button("Jeg har mistet telefonen").click();
      await page.getByRole("listitem").filter({ hasText: "Logg inn på en annen telefon" }).waitFor();
    });
  }
});

describe("help by itself", () => {
  test("by keyboard alone: from the menu, through the search, to the answer and back where one was", { state: f.home() }, async ({ page, heading }) => {
    const active = () => page.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.id);
    const tabTo = async (wanted) => {
      for (let presses = 0; presses < 40; presses++) {
        if ((await active()) === wanted) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`${wanted} is not reached; the focus is on ${await active()}`);
    };
    await tabTo("Meny");
    await page.keyboard.press("Enter");
    await heading("Meny");
    await tabTo("Hjelp");
    await page.keyboard.press("Enter");
    await heading("Hjelp");
    assert.equal(await active(), "Hjelp");
    await tabTo("help-search");
    await page.keyboard.type("bytte bil");
    await page.getByRole("status").filter({ hasText: /svar/ }).waitFor({ state: "attached" });
    await tabTo("Jeg vil bytte bildet");
    await page.keyboard.press("Enter");
    await heading("Jeg vil bytte bildet");
    assert.equal(await active(), "Jeg vil bytte bildet");
    await page.goBack();
    await heading("Hjelp");
    assert.equal(await page.getByLabel("Hva lurer du på?").inputValue(), "bytte bil");
    await page.waitForFunction(() => document.activeElement.textContent.trim() === "Jeg vil bytte bildet");
  });

  test("a subject is folded out by keyboard, and is so still when one comes back", { state: f.welcome() }, async ({ page, button, heading }) => {
    await button("Hjelp").click();
    await page.locator("summary").filter({ hasText: "Koden du viser" }).focus();
    await page.keyboard.press("Enter");
    await button("Koden min skanner ikke").press("Enter");
    await heading("Koden min skanner ikke");
    await page.goBack();
    await button("Koden min skanner ikke").waitFor();
  });

  test("nothing found: a person all the same, and the way back to the questions", { state: f.home(f.leif) }, async ({ page, button, text }) => {
    await button("Meny").click();
    await button("Hjelp").click();
    await page.getByLabel("Hva lurer du på?").fill("kvantemekanikk");
    await text("Fant ikke noe svar på det");
    await text(f.contacts.office.name);
    await button("Vis alle spørsmål").click();
    await text("Kom i gang");
  });

  test("the same answer names another contact on another card", { state: f.home(f.nora, { cards: [f.nora, f.leif] }) }, async ({ page, button, text }) => {
    const ask = async () => {
      await button("Meny").click();
      await button("Hjelp").click();
      await page.getByLabel("Hva lurer du på?").fill("feil navn");
      await button("Det står noe feil på beviset").click();
    };
    await ask();
    await text(f.contacts.school.name);
    assert.equal(await page.getByText(f.contacts.office.name).count(), 0);
  });

  test("nothing is asked of the network or the core", { state: f.home() }, async ({ page, button, calls, requests }) => {
    await page.waitForFunction(() => window.__core.calls.length > 0);
    await button("Meny").click();
    const before = await page.evaluate(() => window.__core.calls.length);
    await button("Hjelp").click();
    await page.getByLabel("Hva lurer du på?").fill("minid");
    await button("Jeg trenger MinID for å søke videregående").click();
    await button("Åpne MinID-hjelpen").waitFor();
    assert.equal(await page.evaluate(() => window.__core.calls.length), before);
    assert.deepEqual(requests.filter((url) => !url.startsWith("http://127.0.0.1") && !/^(data|blob):/.test(url)), []);
    assert.equal((await calls("refresh")).length, 0);
  });
});

describe("something is wrong", () => {
  test("a pupil's class: the school, why not here, when, and a message that names it", { state: f.home() }, async ({ page, button, heading, text }) => {
    await button("Feil i opplysningene?").click();
    await page.getByRole("button", { name: /^Klasse 2STA/ }).click();
    await heading("Feil: Klasse");
    await text("skolens register");
    await text(f.contacts.school.name);
    await text("Registeret leses hver natt");
    const link = page.getByRole("link", { name: /Skriv e-post/ });
    const url = new URL(await link.getAttribute("href"));
    assert.equal(url.pathname, f.contacts.school.email);
    assert.equal(url.searchParams.get("subject"), "Feil i Lommebevis: klasse");
    assert.ok(!url.href.includes("Nora") && !url.href.includes("2STA"));
    await button("Kopier meldingen").click();
    await button("Kopiert").waitFor();
    await button("Tilbake").click();
    await heading("Feil i opplysningene?");
  });

  test("an apprentice's company: the training office; the photo: the county; the library code: the school", { state: f.home(f.leif) }, async ({ page, button, text }) => {
    await button("Feil i opplysningene?").click();
    assert.equal(await page.getByRole("button", { name: /^Klasse/ }).count(), 0);
    await page.getByRole("button", { name: /^Bedrift/ }).click();
    await text(f.contacts.office.name);
    assert.equal(await page.getByText(f.contacts.school.name).count(), 0);
    await button("Tilbake").click();
    await page.getByRole("button", { name: /^Bilde/ }).click();
    await text("Fylkeskommunen kan låse det opp");
    await page.getByRole("link", { name: new RegExp(f.contacts.county.phone.replace("+", "\\+")) }).waitFor();
    await button("Tilbake").click();
    await page.getByRole("button", { name: /^Bibliotekkode/ }).click();
    await text(f.contacts.school.name);
  });

  test("each card of two has its own", { state: f.home(f.nora, { cards: [f.nora, f.leif] }) }, async ({ page, button, text }) => {
    await button("Feil i opplysningene?").click();
    await page.getByRole("button", { name: /^Navn Leif/ }).click();
    await text(f.contacts.office.name);
    await button("Tilbake").click();
    await page.getByRole("button", { name: /^Navn Nora/ }).click();
    await text(f.contacts.school.name);
  });
});

describe("what others see, shown", () => {
  test("from the code, for what it is made for now; and the same rows as the checker", { state: f.home() }, async ({ page, button, heading, text }) => {
    await button("Vis koden").click();
    await page.getByText("Rabatt", { exact: true }).click();
    await button("Hva ser andre?").click();
    await heading("Hva ser andre?");
    assert.ok(await page.getByLabel("Rabatt").isChecked());
    const shown = page.locator(".one .panel");
    assert.match(await shown.innerText(), /^Nora\n/);
    assert.doesNotMatch(await shown.innerText(), /Bjørkøy|2009|2STA/);
    await page.getByText("Alder", { exact: true }).click();
    assert.deepEqual((await shown.innerText()).split("\n").map((line) => line.trim()).filter(Boolean), ["Over 16 år", "Ikke over 18 år", "Ikke over 20 år"]);
    await page.getByText("Bildekode", { exact: true }).click();
    assert.equal(await shown.locator("img").count(), 1);
    assert.equal((await shown.innerText()).trim(), "");
    await text("Fylkeskommunen får ikke vite at du ble kontrollert");
  });

  test("from the card and from the menu", { state: f.home() }, async ({ page, button, heading }) => {
    await button("Hva ser andre?").click();
    await heading("Hva ser andre?");
    await button("Tilbake").click();
    await button("Meny").click();
    await button("Hva ser andre?").click();
    await heading("Hva ser andre?");
    await page.locator(".one dl").waitFor();
  });
});

describe("phones", () => {
  for (const [question, step] of Object.entries({
    "Jeg har fått ny telefon": "Logg inn med Feide der", "Jeg har mistet telefonen": "Har du ingen telefon, så ring", "Kan jeg ha beviset på to telefoner?": "Beviset er på én telefon om gangen",
    "Telefonen er ødelagt eller tom for strøm": "Er skjermen knust?", "Jeg har ikke telefon på eksamen": "Ta med annen legitimasjon",
  })) {
    test(`«${question}», without a login`, { state: f.welcome(), answers: { start_login: "pending" } }, async ({ page, button, heading, text }) => {
      await button("Meny").click();
      await button("Ny eller mistet telefon?").click();
      await button(question).click();
      await heading(question);
      await page.getByRole("heading", { level: 2, name: step }).waitFor();
      await text("Kommer du ikke videre?");
      await button("Logg inn med Feide").click();
      await heading("Fortsett i nettleseren");
    });
  }

  test("when this device was logged out, the answer says why and logs in again", { state: f.home(f.nora, { last_refresh_failed: f.problem("signed_out_by_issuer", "expected") }), answers: { start_login: "pending" } }, async ({ page, button, heading }) => {
    await page.getByRole("alert").locator(".help-link").click();
    await heading("Hvorfor er jeg logget ut?");
    await button("Logg inn med Feide").click();
    await heading("Fortsett i nettleseren");
  });
});
