// The screens of MinID-hjelpen in the app, by name. The tests' day is 19 November 2026.
import * as f from "./fixtures.mjs";
import { numbers, openMinid } from "./minid-core.mjs";

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
const opened = (screen, then) => async (page) => {
  await openMinid(page, screen);
  // The screens themselves are fetched first.
  await page.waitForFunction(() => window.__core.calls.some(({ command }) => command === "minid_kept"));
  if (then !== "loading") await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
  if (typeof then === "function") await then(page);
};
const counts = { pupils: 27, ordered: 26, arrived: 25, registered: 3 };

/** Each with what the device has kept. */
const scene = (name, kept, screen, then, more = {}) => ({ name: `minid-${name}`, state: f.welcome(), minid: kept, go: opened(screen, then), ...more });
const typed = (number) => async (page) => {
  await page.getByLabel("Sjekk at du har det riktig").fill(number);
  await page.locator(".told").waitFor();
};

export const minidScenes = [
  scene("start", {}, "minid"),
  scene("start-nynorsk", { ordered_on: "2026-11-10" }, "minid", null, { language: "nn-NO" }),
  scene("start-english", {}, "minid", null, { language: "en-GB" }),
  scene("stuck", {}, "minid", null, { answers: { minid_facts: { reject: f.problem("internal", "bug") } }, ready: "[role=alert]" }),
  scene("loading", {}, "minid", "loading", { answers: { minid_facts: "pending" }, ready: "[aria-busy]" }),
  scene("order", {}, "minid_pupil"),
  scene("wait-off", { ordered_on: "2026-11-12" }, "minid_pupil", null, { answers: { preferences: f.preferences({ notifications: false }) } }),
  scene("wait-kept-back", { ordered_on: "2026-11-12" }, "minid_pupil", null, { answers: { preferences: f.preferences({ notices_allowed: false }) } }),
  scene("order-nynorsk", {}, "minid_pupil", null, { language: "nn-NO" }),
  scene("order-english", {}, "minid_pupil", null, { language: "en-GB" }),
  scene("order-number", {}, "minid_pupil", typed(numbers.fnr)),
  scene("order-number-wrong", {}, "minid_pupil", typed(numbers.mistyped)),
  scene("order-number-part", {}, "minid_pupil", typed("1309")),
  scene("order-other-day", {}, "minid_pupil", (page) => press(page, "Jeg bestilte en annen dag"), { ready: "select" }),
  scene("order-failed", {}, "minid_pupil", (page) => press(page, "Jeg har bestilt i dag"), { answers: { minid_keep: { reject: f.problem("internal", "bug") } }, ready: "[role=alert]" }),
  scene("ordered-today", {}, "minid_pupil", (page) => press(page, "Jeg har bestilt i dag"), { ready: ".done" }),
  scene("wait", { ordered_on: "2026-11-12" }, "minid_pupil"),
  scene("wait-english", { ordered_on: "2026-11-12" }, "minid_pupil", null, { language: "en-GB" }),
  scene("late", { ordered_on: "2026-11-01" }, "minid_pupil"),
  scene("late-hurry", { ordered_on: "2026-09-28" }, "minid_pupil"),
  scene("register", { ordered_on: "2026-11-09", arrived: true }, "minid_pupil"),
  scene("register-nynorsk", { ordered_on: "2026-11-09", arrived: true }, "minid_pupil", null, { language: "nn-NO" }),
  scene("register-hurry", { ordered_on: "2026-09-23", arrived: true }, "minid_pupil"),
  scene("register-last-day", { ordered_on: "2026-09-20", arrived: true }, "minid_pupil"),
  scene("expired", { ordered_on: "2026-09-10", arrived: true }, "minid_pupil"),
  scene("done", { ordered_on: "2026-11-01", arrived: true, registered: true }, "minid_pupil"),
  scene("done-now", { ordered_on: "2026-11-01", arrived: true }, "minid_pupil", (page) => press(page, "Jeg er ferdig registrert"), { ready: ".done" }),
  scene("class", {}, "minid_class"),
  scene("class-nynorsk", { counts }, "minid_class", null, { language: "nn-NO" }),
  scene("class-english", { counts }, "minid_class", null, { language: "en-GB" }),
  scene("class-counting", { counts }, "minid_class"),
  scene("class-reset", { counts }, "minid_class", (page) => press(page, "Nullstill tallene"), { ready: ".done" }),
  scene("class-too-late", {}, "minid_class", null, { now: "2027-02-20T08:30:00+01:00" }),
  scene("sheet", {}, "minid_class", (page) => press(page, "Ark til utskrift"), { ready: ".paper" }),
  scene("sheet-english", {}, "minid_class", (page) => press(page, "Sheets to print"), { language: "en-GB", ready: ".paper" }),
];
