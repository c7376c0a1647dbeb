// Every screen and state, by name: for the pictures, and for the checks that hold on all of them.
import * as f from "./fixtures.mjs";

const press = (name) => async (page) => page.getByRole("button", { name, exact: true }).first().click();
const enrolment = Object.entries(f.waiting).map(([name, state]) => ({ name: `enrolment-${name}`, state: f.enrolling(state) }));
const states = ["valid", "not_yet_valid", "needs_refresh", "expires_soon", "expired", "suspended", "revoked", "unknown"];
const stops = ["store_damaged", "store_newer", "key_store_absent", "key_store_locked", "key_missing", "app_already_open", "county_setting"];

export const scenes = [
  { name: "opening", state: f.welcome(), answers: { app_state: "pending" }, ready: "[aria-busy]" },
  { name: "welcome", state: f.welcome() },
  { name: "welcome-nynorsk", state: f.welcome(), language: "nn-NO" },
  { name: "welcome-english", state: f.welcome(), language: "en-GB" },
  { name: "welcome-demo", state: f.welcome({ county: { ...f.county, demo: true } }) },
  { name: "welcome-kept-aside", state: f.welcome({ kept_aside: true }) },
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
  { name: "photo-not-fetched", state: f.enrolling({ ...f.photoToConfirm, photo: null }) },
  { name: "photo-reject", state: f.enrolling(f.photoToConfirm), go: press("Dette er ikke meg"), ready: "dialog[open]" },
  ...enrolment,
  { name: "enrolment-with-library", state: f.enrolling(f.waiting.photo_missing, { library: f.library }) },
  {
    name: "enrolment-check-failed", state: f.enrolling(f.waiting.not_in_records), answers: { check_again: { reject: f.problem("no_network") } },
    go: press("Prøv igjen"), ready: "[role=alert]",
  },
  ...states.map((state) => ({ name: `home-${state}`, state: f.home({ ...f.nora, state }) })),
  { name: "home-larling", state: f.home(f.leif) },
  { name: "home-long-name", state: f.home(f.aslak) },
  { name: "home-two-cards", state: f.home(f.nora, { cards: [f.nora, f.leif] }) },
  { name: "home-demo", state: f.home({ ...f.nora, demo: true }) },
  { name: "home-english", state: f.home(), language: "en-GB" },
  { name: "home-not-refreshed", state: f.home(f.nora, { last_refresh: "2026-11-18T21:40:00+01:00", last_refresh_failed: f.problem("no_network") }) },
  { name: "home-signed-out", state: f.home(f.nora, { last_refresh_failed: f.problem("signed_out_by_issuer", "expected") }) },
  { name: "home-clock", state: f.home(f.nora, { clock_warning_seconds: -140 }) },
  { name: "home-notice", state: f.home({ ...f.nora, state: "suspended" }, { notice: f.waiting.blocked }) },
  { name: "home-no-cards", state: f.home(f.nora, { cards: [] }) },
  { name: "code", state: f.home(), go: press("Vis koden"), ready: ".square img" },
  { name: "code-clock", state: f.home(), answers: { show_code: f.code({ clock_warning_seconds: 65 }) }, go: press("Vis koden"), ready: ".clock" },
  { name: "code-failed", state: f.home(), answers: { show_code: { reject: f.problem("clock_wrong", "expected") } }, go: press("Vis koden"), ready: "[role=alert]" },
  { name: "library", state: f.home(), go: press("Bibliotek"), ready: ".picture img" },
  {
    name: "library-qr", state: f.home(f.nora, { library: { code: "0000417829", symbology: "qr" } }),
    answers: { show_library_code: { svg: f.qrLike(25, 5), code: "0000417829", symbology: "qr" } }, go: press("Bibliotek"), ready: ".picture img",
  },
  { name: "library-empty", state: f.home(f.nora, { library: null }), go: press("Bibliotek") },
  ...["valid", "suspended", "revoked", "expired"].map((result) => ({
    name: `validity-${result}`, state: f.home(), answers: { check_validity: f.online(result) }, go: press("Sjekk gyldighet"), ready: ".answer[aria-busy=false]",
  })),
  { name: "validity-offline", state: f.home(), answers: { check_validity: f.offline }, go: press("Sjekk gyldighet"), ready: ".answer[aria-busy=false]" },
  { name: "validity-checking", state: f.home(), answers: { check_validity: "pending" }, go: press("Sjekk gyldighet") },
  { name: "menu", state: f.home(), go: press("Meny") },
  { name: "menu-log-out", state: f.home(), go: async (page) => { await press("Meny")(page); await press("Logg ut")(page); }, ready: "dialog[open]" },
  ...stops.map((kind) => ({ name: `stopped-${kind}`, state: f.stopped(kind) })),
];
