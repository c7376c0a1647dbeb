// Every main way through the app by keys alone: what has the focus is named, seen, in order, and never covered.
import assert from "node:assert/strict";
import { describe } from "node:test";
import * as f from "./fixtures.mjs";
import { flows } from "./flow.mjs";
import { pngFile } from "./qr.mjs";

const { test } = flows();

/** What has the focus: its name, whether a ring is seen around it, and whether all of it is in sight, above everything else. */
const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const words = element.getAttribute("aria-label") ?? (element.labels?.[0] ?? element).textContent;
    // A radio button out of sight is drawn by its label.
    const drawn = element.matches(".ds-sr-only") ? (element.nextElementSibling ?? element) : element;
    const box = drawn.getBoundingClientRect();
    const style = getComputedStyle(drawn);
    const ring = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
    const at = (x, y) => document.elementFromPoint(x, y);
    const inside = (found) => found !== null && (drawn.contains(found) || found.contains(drawn) || element.contains(found) || found.closest("label")?.contains(element));
    const [x, top, bottom] = [box.left + box.width / 2, box.top + 4, Math.min(box.bottom, innerHeight) - 4];
    return {
      name: words.replaceAll("\u00ad", "").replace(/\s+/g, " ").trim(),
      heading: element.tagName === "H1",
      ring,
      seen: box.left >= -1 && box.right <= innerWidth + 1 && (box.height > innerHeight / 3 ? box.top < innerHeight / 2 : box.top >= -1 && box.bottom <= innerHeight + 1),
      // What is higher than there is room for is seen from its top.
      covered: !inside(at(x, Math.max(top, 0))) || (box.height < innerHeight / 3 && !inside(at(x, bottom))),
      size: Math.min(box.width, box.height),
    };
  });

/** From the heading through all that takes the focus, by Tab, until it comes round; checks each, and gives their names in order. */
async function walk(page, { back = false } = {}) {
  const names = [];
  let round = 0;
  for (let step = 0; step < 60; step++) {
    await page.keyboard.press(back ? "Shift+Tab" : "Tab");
    const now = await focused(page);
    // Past the last comes the browser itself, and then the first.
    if (!now && ++round <= 2) continue;
    if (!now || now.heading) break;
    assert.ok(now.name, "what has the focus has a name");
    assert.ok(now.ring, `the focus on ${now.name} is seen`);
    assert.ok(now.seen, `${now.name} is in sight`);
    assert.ok(!now.covered, `nothing covers ${now.name}`);
    assert.ok(now.size >= 24, `${now.name} is ${now.size} px large`);
    if (names.length > 1 && now.name === names[0]) break;
    names.push(now.name);
  }
  return names;
}
/** Tabs to this and presses Enter, or Space on a choice. */
async function go(page, name, key = "Enter") {
  for (let step = 0; step < 60; step++) {
    const now = await focused(page);
    if (now?.name === name || (name instanceof RegExp && now && name.test(now.name))) return page.keyboard.press(key);
    await page.keyboard.press("Tab");
  }
  assert.fail(`the keys do not lead to ${name}`);
}

describe("by keys alone", () => {
  for (const [screen, width, height] of [["a phone", 390, 844], ["a small phone", 320, 568], ["a lying phone", 844, 390]]) {
    test(`home on ${screen}: everything in the order in which it is seen, nothing under the buttons at the bottom`, { state: f.home(f.nora, { cards: [f.nora, f.leif], notice: f.waiting.blocked }), still: true, width, height }, async ({ page }) => {
      const names = await walk(page);
      assert.deepEqual(names, ["Les mer", "Elevbevis", "Velg bevis", "Oppdater", "Hva ser andre?", "Feil i opplysningene?", "Vis koden", "Bibliotek", "Sjekk gyldighet", "Meny"]);
    });
  }

  test("backwards too", { state: f.home(), still: true }, async ({ page }) => {
    const names = await walk(page, { back: true });
    assert.ok(names.includes("Vis koden") && names.includes("Meny"), names.join());
  });

  test("to the code, its purpose, its help, and home again by Escape", { state: f.home(), still: true }, async ({ page }) => {
    await go(page, "Vis koden");
    await page.locator(".square img").waitFor();
    assert.ok((await focused(page)).heading, "a new screen begins at its heading");
    const names = await walk(page);
    assert.deepEqual(names, ["Reise", "Kontrolløren har ikke appen", "Vis bildekode", "Svar på kontrollkode", "Hva ser andre?", "Lukk", "Skanner ikke?"]);
    await go(page, "Reise", "ArrowRight");
    await page.getByText("Viser fornavn, bevistype").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("article").first().waitFor();
    assert.ok((await focused(page)).heading);
  });

  test("to the photo code and back by Escape, one step at a time", { state: f.home(), still: true }, async ({ page }) => {
    await go(page, "Vis koden");
    await page.locator(".square img").waitFor();
    await go(page, "Vis bildekode");
    await page.getByRole("img", { name: /QR-kode med bildet/ }).waitFor();
    // The button has gone: the reader goes on at the heading, which says what is shown now.
    assert.ok((await focused(page)).heading);
    await page.keyboard.press("Escape");
    await page.getByRole("img", { name: /QR-kode som beviser/ }).waitFor();
    assert.ok((await focused(page)).heading);
    await page.keyboard.press("Escape");
    await page.getByRole("article").first().waitFor();
  });

  test("to the library card, and its number copied", { state: f.home(), still: true }, async ({ page }) => {
    await go(page, "Bibliotek");
    await page.locator(".sheet img").waitFor();
    assert.deepEqual(await walk(page), ["Kopier nummeret", "Skanner ikke?", "Feil kode?", "Tilbake"]);
    await go(page, "Kopier nummeret");
    await page.getByRole("status").filter({ hasText: "Kopiert" }).waitFor({ state: "attached" });
    await go(page, "Tilbake");
    await page.getByRole("article").first().waitFor();
  });

  test("to the menu, a language, and out of the question about logging out by Escape", { state: f.home(), still: true }, async ({ page }) => {
    await go(page, "Meny");
    const names = await walk(page);
    assert.deepEqual(names.slice(0, 9), ["Kontroller et bevis", "Hjelp", "Hva ser andre?", "Ny eller mistet telefon?", "Mine data", "Innstillinger", "MinID-hjelpen", "Bokmål", "Som appen"]);
    await go(page, "Logg ut");
    await page.locator("dialog[open]").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("dialog:not([open])").waitFor({ state: "attached" });
    assert.equal((await focused(page)).name, "Logg ut", "the focus is where it was");
  });

  test("through a login that fails, to the page for a forgotten password", { state: f.welcome(), still: true, answers: { start_login: { reject: f.problem("feide_refused", "expected") } } }, async ({ page }) => {
    await go(page, "Logg inn med Feide");
    await page.getByRole("alert").waitFor();
    const names = await walk(page);
    assert.ok(names.some((name) => name.startsWith("Glemt Feide-passordet?")), names.join());
  });

  test("through the photo: yes, or no and the question", { state: f.enrolling(f.photoToConfirm), still: true, answers: { confirm_photo: f.home() } }, async ({ page }) => {
    await go(page, "Dette er ikke meg");
    await page.locator("dialog[open]").waitFor();
    await page.keyboard.press("Escape");
    await go(page, "Dette er meg");
    await page.getByRole("article").first().waitFor();
    assert.ok((await focused(page)).heading);
  });

  test("checking a card from a picture, the answer, and the next", { state: f.welcome(), still: true, camera: false }, async ({ page, give }) => {
    await go(page, /Kontroller et bevis/);
    await page.getByRole("alert").waitFor();
    await walk(page);
    await give(await pngFile("SID1:ANYTHING"));
    await page.locator(".answer-screen").waitFor();
    assert.equal((await focused(page)).name, "Neste");
    await page.keyboard.press("Escape");
    await page.locator(".answer-screen").waitFor({ state: "detached" });
  });
});
