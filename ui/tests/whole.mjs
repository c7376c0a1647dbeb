// Whether a page is whole and accessible, in every way a reader may have set it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

/** To be given to the page before its own scripts. */
export const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Two frames later: what was just changed is laid out and painted. */
export const drawn = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

/** The rules that hold on every screen. */
export const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds, one line for each rule. */
export async function violations(page, runOnly) {
  const { violations } = await page.evaluate((rules) => window.axe.run(document, { runOnly: rules, resultTypes: ["violations"] }), runOnly);
  return violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(" | ")}`);
}

/** Words that reach outside the screen or outside a box that hides what overflows. */
export const cutOff = () => {
  const cut = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) cut.push(`the page is ${root.scrollWidth} wide on a screen of ${root.clientWidth}`);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const words = text.textContent.trim();
    if (!words || text.parentElement.closest(".ds-sr-only, [aria-hidden=true], [inert], dialog:not([open])")) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const button = text.parentElement.closest(".ds-button")?.getBoundingClientRect();
    for (const box of range.getClientRects()) {
      if (box.right > root.clientWidth + 1 || box.left < -1) cut.push(`outside the screen: ${words}`);
      if (button && (box.right > button.right + 1 || box.bottom > button.bottom + 1)) cut.push(`outside its button: ${words}`);
    }
  }
  return [...new Set(cut)];
};

/** The reader's own text size, as the system sets it: 32 is 200 %. */
async function textSize(page, size) {
  const session = await page.context().newCDPSession(page);
  await session.send("Page.setFontSizes", { fontSizes: { standard: size, fixed: size } });
  await session.detach();
}

/** Text set as wide as WCAG 1.4.12 lets a reader set it. As a sheet of the script's own, which the page's policy allows. */
async function spacing(page, on) {
  await page.evaluate((on) => {
    const sheet = new CSSStyleSheet();
    if (on) sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }");
    document.adoptedStyleSheets = [sheet];
  }, on);
  await drawn(page);
}

/** WCAG 2.2 AA as far as axe sees it, light and dark; nothing cut off at 320 px, lying, with wide spacing or with 200 % text. */
export async function assertWhole(page) {
  // At the end, where nothing lies under the buttons that stay at the bottom of the screen.
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await drawn(page);
  assert.deepEqual(await violations(page, wcag), [], "light");
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await drawn(page);
  // The dark differs in its colours alone.
  assert.deepEqual(await violations(page, ["color-contrast"]), [], "dark");
  await page.setViewportSize({ width: 320, height: 568 });
  await drawn(page);
  assert.deepEqual(await page.evaluate(cutOff), [], "320 px");
  await page.setViewportSize({ width: 844, height: 390 });
  await drawn(page);
  assert.deepEqual(await page.evaluate(cutOff), [], "lying");
  await page.setViewportSize({ width: 1024, height: 768 });
  await drawn(page);
  assert.deepEqual(await page.evaluate(cutOff), [], "a tablet");
  await page.setViewportSize({ width: 390, height: 844 });
  await spacing(page, true);
  assert.deepEqual(await page.evaluate(cutOff), [], "wide spacing");
  await spacing(page, false);
  await textSize(page, 32);
  await drawn(page);
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), "32px");
  assert.deepEqual(await page.evaluate(cutOff), [], "200 %");
}
