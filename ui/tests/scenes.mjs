// Every screen and state, by name: for the pictures, and for the checks that hold on all of them.
import * as f from "./fixtures.mjs";
import { minidScenes } from "./minid-scenes.mjs";
import { pngFile } from "./qr.mjs";

const press = (name) => async (page) => page.getByRole("button", { name, exact: true }).first().click();
const enrolment = Object.entries(f.waiting).map(([name, state]) => ({ name: `enrolment-${name}`, state: f.enrolling(state) }));
const states = ["valid", "not_yet_valid", "needs_refresh", "expires_soon", "expired", "suspended", "revoked", "unknown"];
const stops = ["store_damaged", "store_newer", "key_store_absent", "key_store_locked", "key_missing", "app_already_open", "county_setting"];

const steps = (...each) => async (page) => { for (const step of each) await step(page); };
const checking = press("Kontroller et bevis");
/** The camera reads a code by itself; what comes of it is the scene. */
const verdicts = {
  valid: f.verdict(),
  "valid-exam": f.verdict({ card: { ...f.claims.exam, portrait: f.photos.nora }, photo: "shown" }),
  slip: f.slipVerdict(),
  "slip-seen": f.slipVerdict({ seen_at: f.NOW }),
  "slip-over": f.slipVerdict({ outcome: "invalid", reasons: [{ kind: "on_paper" }, { kind: "slip_over", on: "2026-08-31" }] }),
  "slip-revoked": f.slipVerdict({ outcome: "invalid", reasons: [{ kind: "on_paper" }, { kind: "revoked" }] }),
  "valid-age": f.verdict({ card: f.claims.age, photo: "none" }),
  "demo-old": f.verdict({ outcome: "invalid", demo: true, reasons: [{ kind: "code_too_old", seconds: 130 }, { kind: "demo_issuer" }] }),
  "status-unknown": f.verdict({ outcome: "status_unknown", reasons: [{ kind: "status_too_old", seconds: 190_000 }], status_age_seconds: 190_000 }),
  replayed: f.invalid({ kind: "replayed", seconds_ago: 8 }),
  suspended: f.invalid({ kind: "code_too_old", seconds: 61 }, { kind: "suspended" }),
  "unknown-issuer": { ...f.invalid({ kind: "unknown_issuer" }), authentic: false, issuer_name: null },
  unreadable: f.unreadable(),
  "photo-alone": f.photoVerdict({ outcome: "status_unknown", reasons: [{ kind: "photo_alone" }], belongs_to_last: null }),
};
const toExam = steps(checking, press("Eksamensrom"));
const inRoom = steps(toExam, press("Åpne Matematikk 2P, skriftlig, Fjordviken videregående skole"));
const admissions = {
  present: f.admission("present"),
  late: f.admission("late", { minutes_late: 12 }),
  "wrong-room": f.admission("wrong_room", { right_room: "B202", candidate: f.candidates[2] }),
  "not-on-list": f.admission("not_on_list", { candidate: null }),
  "not-admitted": f.admission("not_admitted", { verdict: f.invalid({ kind: "code_too_old", seconds: 130 }) }),
};
const showing = steps(press("Vis koden"), (page) => page.locator(".square img").waitFor());

/** Nora is asked for a picture of her own, and the camera sees her. */
const wants = (answers = {}, more = {}) => ({ state: f.enrolling(f.waiting.photo_missing, { library: f.library }), face: f.photos.nora, answers, ...more });
const toGuide = press("Ta eller velg et bilde");
const toCamera = steps(toGuide, press("Ta en selfie"));
const reviewed = steps(toCamera, press("Ta bildet"));
const hinted = (text) => async (page) => { await toCamera(page); await page.getByText(text).waitFor(); };
/** Three pictures that would not do. */
const thrice = steps(reviewed, press("Ta et nytt"), press("Ta bildet"), press("Ta et nytt"), press("Ta bildet"));

const portraits = [
  { name: "portrait-guide", ...wants(), go: toGuide },
  { name: "portrait-guide-english", ...wants(), language: "en-GB", go: press("Take or choose a photo") },
  { name: "portrait-camera", ...wants({ check_frame: "pending" }), go: toCamera, ready: ".oval" },
  { name: "portrait-camera-dark-room", ...wants({ check_frame: f.frame("dark") }), go: hinted("Det er for mørkt. Snu deg mot et vindu"), ready: ".oval" },
  { name: "portrait-camera-move", ...wants({ check_frame: f.frame("framing", { direction: "left", place: { centre_x: 66, centre_y: 55, width: 44, height: 42 } }) }), go: hinted("Flytt deg litt til venstre."), ready: ".oval" },
  { name: "portrait-camera-good", ...wants({ check_frame: f.frame(), check_picture: "pending" }), go: hinted("Fint! Hold stille"), ready: ".oval" },
  { name: "portrait-camera-absent", ...wants(), face: null, camera: false, go: toCamera, ready: "[role=alert]" },
  { name: "portrait-review", ...wants({ check_frame: "pending" }), go: reviewed, ready: "main img" },
  { name: "portrait-review-advice", ...wants({ check_frame: "pending", check_picture: f.picture([f.found("side", false), f.found("background", false)]) }), go: reviewed, ready: "main img" },
  { name: "portrait-review-no", ...wants({ check_frame: "pending", check_picture: f.picture([f.found("dark"), f.found("background", false)]) }), go: reviewed, ready: "main img" },
  { name: "portrait-review-anyway", ...wants({ check_frame: "pending", check_picture: f.picture([f.found("blur")]) }), go: thrice, ready: "main img" },
  {
    name: "portrait-too-many", ...wants({ check_frame: "pending", submit_picture: { reject: f.problem("photo_too_many", "expected") } }),
    go: steps(reviewed, press("Bruk dette bildet")), ready: "[role=alert]",
  },
];

const pick = (label) => async (page) => page.getByRole("button", { name: label }).first().click();
const typed = (words) => async (page) => page.getByLabel("Hva lurer du på?").fill(words);
const inHelp = steps(press("Meny"), press("Hjelp"));
/** From a search to its first answer. */
const answered = (words, question) => steps(inHelp, typed(words), press(question));
const toGuide2 = (question) => steps(press("Meny"), press("Ny eller mistet telefon?"), press(question));
const wrong = press("Feil i opplysningene?");
const disclosed = press("Hva ser andre?");
const twoCards = f.home(f.nora, { cards: [f.nora, f.leif] });

const help = [
  { name: "help", state: f.home(), go: inHelp, ready: "details" },
  { name: "help-open", state: f.home(), go: steps(inHelp, (page) => page.getByText("Innlogging og registrering").click()), ready: "details[open]" },
  { name: "help-welcome", state: f.welcome(), go: press("Hjelp"), ready: "details" },
  { name: "help-nynorsk", state: f.welcome(), language: "nn-NO", go: press("Hjelp"), ready: "details" },
  { name: "help-english", state: f.welcome(), language: "en-GB", go: press("Help"), ready: "details" },
  { name: "help-enrolling", state: f.enrolling(f.waiting.not_in_records), go: inHelp, ready: ".fitting" },
  { name: "help-stopped", state: f.stopped("key_missing"), go: press("Hjelp"), ready: ".fitting" },
  { name: "help-found", state: f.home(), go: steps(inHelp, typed("bytte bilde")), ready: ".rows" },
  { name: "help-nothing", state: f.home(), go: steps(inHelp, typed("kvantemekanikk")), ready: ".list .ds-button" },
  { name: "help-password", state: f.welcome(), answers: { start_login: { reject: f.problem("feide_refused", "expected") } }, go: steps(press("Logg inn med Feide"), press("Glemt passordet?")), ready: "a.ds-button" },
  { name: "help-not-registered", state: f.enrolling(f.waiting.not_in_records), go: press("Når kommer jeg med?"), ready: ".case" },
  { name: "help-blocked", state: f.enrolling(f.waiting.blocked), go: press("Hvor lenge, og kan jeg klage?"), ready: ".case" },
  { name: "help-photo-returned", state: f.enrolling(f.waiting.photo_returned), go: press("Hjelp med dette"), ready: ".case" },
  { name: "help-not-scanning", state: f.home(), go: steps(showing, press("Skanner ikke?")), ready: ".answer" },
  { name: "help-library", state: f.home(f.nora, { library: null }), go: steps(press("Bibliotek"), press("Hvorfor har jeg ingen kode?")), ready: ".answer" },
  { name: "help-changed-class", state: f.home(), go: answered("byttet klasse", "Jeg har byttet klasse eller skole, men det vises ikke"), ready: ".answer" },
  { name: "help-apprentice", state: f.home(f.leif), go: answered("feil navn", "Det står noe feil på beviset"), ready: ".answer" },
  { name: "help-who", state: f.home(), go: answered("hvem skal jeg spørre", "Hvem skal jeg spørre?"), ready: ".answer" },
  { name: "wrong-data", state: f.home(), go: wrong, ready: ".value" },
  { name: "wrong-data-class", state: f.home(), go: steps(wrong, pick(/^Klasse/)), ready: "blockquote" },
  { name: "wrong-data-training", state: f.home(f.leif, { cards: [f.leif, f.nora] }), go: steps(wrong, pick(/^Bedrift/)), ready: "blockquote" },
  { name: "wrong-data-long", state: f.home(f.aslak), go: steps(wrong, pick(/^Bilde/)), ready: "blockquote" },
  { name: "wrong-data-library", state: twoCards, go: steps(wrong, pick(/^Bibliotekkode/)), ready: "blockquote" },
  { name: "wrong-data-enrolling", state: f.enrolling(f.waiting.record_incomplete), go: steps(press("Meny"), press("Velg hva som er feil"), pick(/^Klasse/)), ready: "blockquote" },
  { name: "wrong-data-english", state: f.home(), language: "en-GB", go: steps(press("Something wrong on the card?"), pick(/^Class/)), ready: "blockquote" },
  { name: "disclosed", state: f.home(), go: disclosed, ready: ".one dl" },
  ...["Eksamen", "Rabatt", "Alder", "Bildekode"].map((each) => ({ name: `disclosed-${each}`, state: f.home(), go: steps(disclosed, (page) => page.getByText(each, { exact: true }).click()), ready: ".one .panel" })),
  { name: "disclosed-two-cards", state: twoCards, go: disclosed, ready: ".one dl" },
  { name: "phones", state: f.welcome(), go: steps(press("Meny"), press("Ny eller mistet telefon?")), ready: ".rows" },
  { name: "phones-new", state: f.home(), go: toGuide2("Jeg har fått ny telefon"), ready: "ol" },
  { name: "phones-lost", state: f.home(), go: toGuide2("Jeg har mistet telefonen"), ready: "ol" },
  { name: "phones-second", state: f.home(), go: toGuide2("Kan jeg ha beviset på to telefoner?"), ready: "ol" },
  { name: "phones-broken", state: f.home(), go: toGuide2("Telefonen er ødelagt eller tom for strøm"), ready: "ol" },
  { name: "phones-exam", state: f.home(), go: toGuide2("Jeg har ikke telefon på eksamen"), ready: "ol" },
];

export const scenes = [
  { name: "opening", state: f.welcome(), answers: { app_state: "pending" }, ready: "main .logo" },
  { name: "welcome", state: f.welcome() },
  { name: "welcome-nynorsk", state: f.welcome(), language: "nn-NO" },
  { name: "welcome-english", state: f.welcome(), language: "en-GB" },
  { name: "welcome-demo", state: f.welcome({ county: { ...f.county, demo: true } }) },
  { name: "welcome-kept-aside", state: f.welcome({ kept_aside: true }) },
  { name: "welcome-finishing-login", state: f.welcome({ finishing_login: true }) },
  { name: "welcome-login-failed", state: f.welcome({ login_failed: f.problem("login_expired", "expected") }), ready: "[role=alert]" },
  {
    name: "welcome-feide-refused", state: f.welcome(), answers: { start_login: { reject: f.problem("feide_refused", "expected") } },
    go: press("Logg inn med Feide"), ready: "[role=alert]",
  },
  {
    name: "welcome-feide-down", state: f.welcome(), answers: { start_login: { reject: f.problem("feide_unavailable") } },
    go: press("Logg inn med Feide"), ready: "[role=alert]",
  },
  { name: "signing-in", state: f.welcome(), answers: { start_login: "pending" }, go: press("Logg inn med Feide"), ready: ".ds-spinner" },
  { name: "fetching", state: f.enrolling({ state: "ready", holder: f.holder }), answers: { check_again: "pending" } },
  { name: "fetching-no-network", state: f.enrolling({ state: "ready", holder: f.holder }), answers: { check_again: { reject: f.problem("no_network") } }, ready: "[role=alert]" },
  { name: "photo", state: f.enrolling(f.photoToConfirm) },
  { name: "photo-again", state: f.enrolling({ ...f.photoToConfirm, reset: "Du ba om å få bytte bilde." }) },
  { name: "photo-not-fetched", state: f.enrolling({ ...f.photoToConfirm, photo: null }) },
  { name: "photo-reject", state: f.enrolling(f.photoToConfirm), go: press("Dette er ikke meg"), ready: "dialog[open]" },
  ...portraits,
  ...help,
  ...enrolment,
  { name: "enrolment-with-library", state: f.enrolling(f.waiting.photo_missing, { library: f.library }) },
  {
    name: "enrolment-check-failed", state: f.enrolling(f.waiting.not_in_records), answers: { check_again: { reject: f.problem("no_network") } },
    go: press("Prøv igjen"), ready: "[role=alert]",
  },
  ...states.map((state) => ({ name: `home-${state}`, state: f.home({ ...f.nora, state }) })),
  { name: "home-larling", state: f.home(f.leif) },
  { name: "home-long-name", state: f.home(f.aslak) },
  { name: "home-one-name", state: f.home(f.saw) },
  { name: "home-letters", state: f.home(f.elias) },
  { name: "home-no-library", state: f.home(f.nora, { library: null }) },
  { name: "home-library-page", state: f.home(), go: (page) => page.locator("fieldset label").last().click(), ready: ".sheet img" },
  { name: "home-card-english", state: f.home(), go: steps(press("Meny"), (page) => page.getByText("English", { exact: true }).last().click(), press("Tilbake")), ready: "article[lang=en]" },
  { name: "home-two-cards", state: f.home(f.nora, { cards: [f.nora, f.leif] }) },
  { name: "home-demo", state: f.home({ ...f.nora, demo: true }) },
  { name: "home-english", state: f.home(), language: "en-GB" },
  { name: "home-not-refreshed", state: f.home(f.nora, { last_refresh: "2026-11-18T21:40:00+01:00", last_refresh_failed: f.problem("no_network") }) },
  { name: "home-signed-out", state: f.home(f.nora, { last_refresh_failed: f.problem("signed_out_by_issuer", "expected") }) },
  { name: "home-clock", state: f.home(f.nora, { clock_warning_seconds: -140 }) },
  { name: "home-notice", state: f.home({ ...f.nora, state: "suspended" }, { notice: f.waiting.blocked }) },
  { name: "home-photo-in-review", state: f.home({ ...f.nora, state: "revoked" }, { notice: f.waiting.photo_in_review }) },
  { name: "home-no-cards", state: f.home(f.nora, { cards: [] }) },
  { name: "code", state: f.home(), go: press("Vis koden"), ready: ".square img" },
  { name: "code-clock", state: f.home(), answers: { show_code: f.code({ clock_warning_seconds: 65 }) }, go: press("Vis koden"), ready: ".clock" },
  { name: "code-failed", state: f.home(), answers: { show_code: { reject: f.problem("clock_wrong", "expected") } }, go: press("Vis koden"), ready: "[role=alert]" },
  ...["holder_key_gone", "holder_key_failed", "key_store_locked"].map((kind) => ({
    name: `code-${kind}`, state: f.home(), answers: { show_code: { reject: f.problem(kind) } }, go: press("Vis koden"), ready: "[role=alert]",
  })),
  { name: "library", state: f.home(), go: press("Bibliotek"), ready: ".picture img" },
  {
    name: "library-qr", state: f.home(f.nora, { library: { code: "0000417829", symbology: "qr" } }),
    answers: { show_library_code: { svg: f.qrLike(25, 5), code: "0000417829", symbology: "qr" } }, go: press("Bibliotek"), ready: ".picture img",
  },
  {
    name: "library-not-fitting", state: f.home(f.nora, { library: { code: "Nr. 0417–829", symbology: "ean13" } }),
    answers: { show_library_code: { reject: f.problem("internal", "personal_data", "LB-CARD-621") } }, go: press("Bibliotek"), ready: "[role=alert]",
  },
  { name: "library-empty", state: f.home(f.nora, { library: null }), go: press("Bibliotek") },
  ...["valid", "suspended", "revoked", "expired"].map((result) => ({
    name: `validity-${result}`, state: f.home(), answers: { check_validity: f.online(result) }, go: press("Sjekk gyldighet"), ready: ".answer[aria-busy=false]",
  })),
  { name: "validity-offline", state: f.home(), answers: { check_validity: f.offline }, go: press("Sjekk gyldighet"), ready: ".answer[aria-busy=false]" },
  { name: "validity-checking", state: f.home(), answers: { check_validity: "pending" }, go: press("Sjekk gyldighet") },
  { name: "menu", state: f.home(), go: press("Meny") },
  { name: "menu-log-out", state: f.home(), go: async (page) => { await press("Meny")(page); await press("Logg ut")(page); }, ready: "dialog[open]" },
  { name: "mine", state: f.home(), go: steps(press("Meny"), press("Mine data")), ready: ".who img" },
  { name: "mine-minid", state: f.home(), minid: { ordered_on: "2026-11-12" }, go: steps(press("Meny"), press("Mine data"), (page) => page.getByText("Du har notert hvor langt").waitFor()), ready: ".who img" },
  ...["key_store", "file"].map((protection) => ({
    name: `mine-keys-${protection}`, state: f.home(), answers: { mine: f.mine({ cards: [{ ...f.mine().cards[0], key_protection: protection }] }) },
    go: steps(press("Meny"), press("Mine data")), ready: ".who img",
  })),
  { name: "mine-english", state: f.home(), language: "en-GB", go: steps(press("Menu"), press("My data")), ready: ".who img" },
  {
    name: "mine-two-cards", state: f.home(f.nora, { cards: [f.nora, f.aslak] }), answers: { mine: f.mine({ cards: [f.mine().cards[0], { ...f.mine().cards[0], id: f.aslak.id, card_type: "larekandidat" }], removed: ["larling"], exam_lists: 2, log_outs_to_tell: 1 }) },
    go: steps(press("Meny"), press("Mine data")), ready: ".who img",
  },
  { name: "mine-enrolling", state: f.enrolling(f.waiting.photo_missing, { library: f.library }), answers: { mine: f.mine({ cards: [], history: 1, last_refresh: null }) }, go: steps(press("Meny"), press("Mine data")), ready: "dl" },
  { name: "mine-copy", state: f.home(), go: steps(press("Meny"), press("Mine data"), press("Lag en kopi")), ready: "[role=status]" },
  { name: "mine-remove", state: f.home(), go: steps(press("Meny"), press("Mine data"), press("Fjern beviset fra denne enheten Elevbevis")), ready: "dialog[open]" },
  { name: "mine-remove-all", state: f.home(), go: steps(press("Meny"), press("Mine data"), press("Fjern alt fra denne enheten")), ready: "dialog[open]" },
  { name: "mine-removed", state: f.home(f.nora, { cards: [], removed: ["elev"] }) },
  { name: "mine-removed-signed-out", state: f.home(f.nora, { cards: [], removed: ["elev"], last_refresh_failed: f.problem("signed_out_by_issuer", "expected"), notice: f.waiting.blocked }) },
  { name: "history", state: f.home(), go: steps(press("Meny"), press("Mine data"), press("Se historikken (4)")), ready: "li time" },
  { name: "history-empty", state: f.home(), answers: { history: [], mine: f.mine({ history: 0 }) }, go: steps(press("Meny"), press("Mine data"), press("Se historikken (0)")), ready: "p[role=status]" },
  { name: "history-off", state: f.home(), answers: { history: [], mine: f.mine({ history: 0 }), preferences: f.preferences({ history: false }) }, go: steps(press("Meny"), press("Mine data"), press("Se historikken (0)")), ready: "p[role=status]" },
  { name: "settings", state: f.home(), go: steps(press("Meny"), press("Innstillinger")), ready: "[role=switch]" },
  { name: "settings-history-off", state: f.home(), go: steps(press("Meny"), press("Innstillinger"), (page) => page.locator("[role=switch]").nth(1).click()), ready: "dialog[open]" },
  { name: "settings-nobody", state: f.welcome(), go: steps(press("Meny"), press("Innstillinger")), ready: "[role=switch]" },
  { name: "settings-locked", state: f.home(), answers: { preferences: f.preferences({ app_lock: true, history: false }) }, go: steps(press("Meny"), press("Innstillinger")), ready: "[role=switch]" },
  { name: "settings-notices-kept-back", state: f.home(), answers: { preferences: f.preferences({ notices_allowed: false }) }, go: steps(press("Meny"), press("Innstillinger")), ready: "[role=switch]" },
  { name: "settings-no-lock", state: f.home(), answers: { preferences: f.preferences({ lock_offer: "not_here" }) }, go: steps(press("Meny"), press("Innstillinger")), ready: "[role=switch]" },
  { name: "settings-not-unlocked", state: f.home(), answers: { set_app_lock: { reject: f.problem("not_unlocked", "expected") } }, go: steps(press("Meny"), press("Innstillinger"), (page) => page.getByLabel("Lås appen").click()), ready: "[role=alert]" },
  { name: "locked", state: f.locked, answers: { unlock: "pending" }, ready: ".badge" },
  { name: "locked-refused", state: f.locked, answers: { unlock: { reject: f.problem("not_unlocked", "expected") } }, ready: "[role=alert]" },
  { name: "locked-stuck", state: f.locked, answers: { unlock: { reject: f.problem("not_unlocked", "expected") } }, go: (page) => page.getByText("Kommer du ikke inn?").click(), ready: "details[open]" },
  ...stops.map((kind) => ({ name: `stopped-${kind}`, state: f.stopped(kind) })),
  { name: "checker", state: f.welcome(), answers: { scan_code: "pending" }, go: checking, ready: ".finder path" },
  { name: "checker-no-camera", state: f.welcome(), camera: false, go: checking, ready: "[role=alert]" },
  { name: "checker-stale", state: f.welcome(), answers: { scan_code: "pending", checker_state: f.lists({ stale: true, status_age_seconds: 190_000 }), update_checker: f.lists({ stale: true, clock_off_seconds: 130, status_age_seconds: 190_000, last_update_failed: f.problem("no_network") }) }, go: checking, ready: ".finder path" },
  { name: "checker-not-ready", state: f.welcome(), answers: { checker_state: f.lists({ ready: false, status_age_seconds: null }), update_checker: { reject: f.problem("no_network") } }, go: checking, ready: ".lists .ds-button:not(:disabled)" },
  ...Object.entries(verdicts).map(([name, scan]) => ({ name: `verdict-${name}`, state: f.welcome(), answers: { scan_code: scan }, go: checking, ready: ".answer-screen" })),
  {
    name: "verdict-photo", state: f.welcome(), answers: { scan_code: { sequence: [f.verdict(), f.photoVerdict()] } },
    // The camera still shows the same code, which is not read twice: the photo code comes as a picture.
    go: steps(checking, press("Skann også bildekoden"), async (page) => page.locator("input[type=file]").setInputFiles(await pngFile("SIP1:PHOTO"))), ready: ".answer-screen img",
  },
  { name: "challenge", state: f.welcome(), answers: { scan_code: "pending" }, go: steps(checking, press("Sikker kontroll")), ready: ".square img" },
  { name: "challenge-answer", state: f.welcome(), answers: { scan_code: "pending" }, go: steps(checking, press("Sikker kontroll"), press("Skann svaret")), ready: ".finder path" },
  { name: "exams", state: f.welcome(), answers: { scan_code: "pending" }, go: toExam },
  { name: "exams-none", state: f.welcome(), answers: { scan_code: "pending", exam_rooms: [] }, go: toExam, ready: ".badge" },
  { name: "exam", state: f.welcome(), answers: { scan_code: "pending", admit: "pending" }, go: inRoom, ready: ".finder path" },
  { name: "exam-stale", state: f.welcome(), answers: { scan_code: "pending", admit: "pending", checker_state: f.lists({ stale: true, status_age_seconds: 190_000 }), update_checker: f.lists({ stale: true, clock_off_seconds: 130, status_age_seconds: 190_000, last_update_failed: f.problem("no_network") }) }, go: inRoom, ready: ".clock" },
  { name: "exam-exported", state: f.welcome(), answers: { scan_code: "pending", admit: { reject: f.problem("internal", "bug") } }, go: steps(inRoom, press("Eksporter")) },
  ...Object.entries(admissions).map(([name, admit]) => ({ name: `admission-${name}`, state: f.welcome(), answers: { scan_code: "pending", admit }, go: inRoom, ready: ".answer-screen" })),
  { name: "candidates", state: f.welcome(), answers: { scan_code: "pending", admit: "pending" }, go: steps(inRoom, press("Deltakere")), ready: "input[type=search]" },
  {
    name: "candidates-open", state: f.welcome(), answers: { scan_code: "pending", admit: "pending" },
    go: steps(inRoom, press("Deltakere"), async (page) => { await page.getByLabel("Søk på navn").fill("bjork"); await page.locator(".row").click(); }), ready: ".row[aria-expanded=true]",
  },
  ...["Rabatt", "Alder"].map((profile) => ({ name: `code-${profile}`, state: f.home(), answers: { show_code: f.code({ has_photo_code: false }) }, go: steps(showing, (page) => page.getByText(profile, { exact: true }).click()), ready: ".square img" })),
  { name: "code-link", state: f.home(), go: steps(showing, press("Kontrolløren har ikke appen")), ready: ".square img" },
  { name: "code-photo", state: f.home(), go: steps(showing, press("Vis bildekode")), ready: ".square img" },
  { name: "code-respond", state: f.home(), go: steps(showing, press("Svar på kontrollkode")), ready: ".wrong:not(:empty)" },
  {
    name: "code-responding", state: f.home(),
    go: steps(showing, press("Svar på kontrollkode"), async (page) => page.locator("input[type=file]").setInputFiles(await pngFile(f.challenge.text))), ready: ".mode",
  },
  ...minidScenes,
];
