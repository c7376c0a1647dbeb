// What holds on every screen and in every state: no fault, nothing forbidden by the page's policy, no request that
// leaves the page, WCAG 2.1 AA as far as axe sees it in light and dark, nothing cut off at 320 px or with 200 % text.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, it } from "node:test";
import { launch, open, serve } from "./browser.mjs";
import { scenes } from "./scenes.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function show(browser, url, scene, options) {
  const app = await open(browser, url, { ...scene, still: true, ...options });
  await scene.go?.(app.page);
  await app.page.waitForSelector(scene.ready ?? "h1");
  await drawn(app.page);
  return app;
}

/** Two frames later: what was just changed is laid out and painted. */
const drawn = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];

async function violations(page, runOnly) {
  const { violations } = await page.evaluate((rules) => window.axe.run(document, { runOnly: rules, resultTypes: ["violations"] }), runOnly);
  return violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(" | ")}`);
}

/** Words that reach outside the screen or outside a box that hides what overflows. */
const cutOff = () => {
  const cut = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) cut.push(`the page is ${root.scrollWidth} wide on a screen of ${root.clientWidth}`);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const words = text.textContent.trim();
    if (!words || text.parentElement.closest(".ds-sr-only, [aria-hidden=true], dialog:not([open])")) continue;
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

let server;
let browser;
before(async () => {
  server = await serve();
  browser = await launch();
});
after(async () => {
  await browser.close();
  await server.close();
});

/** The reader's own text size, as the system sets it: 32 is 200 %. */
async function textSize(page, size) {
  const session = await page.context().newCDPSession(page);
  await session.send("Page.setFontSizes", { fontSizes: { standard: size, fixed: size } });
  await session.detach();
}

// One visit for each screen: opening it costs more than looking at it.
describe("every screen is whole and accessible: light, dark, small, and with 200 % text", { concurrency: 2 }, () => {
  for (const scene of scenes) {
    it(scene.name, async () => {
      const app = await show(browser, server.url, scene, { script: axe });
      assert.deepEqual(await violations(app.page, wcag), [], "light");
      await app.page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
      await drawn(app.page);
      // The dark differs in its colours alone.
      assert.deepEqual(await violations(app.page, ["color-contrast"]), [], "dark");
      await app.page.setViewportSize({ width: 320, height: 568 });
      await drawn(app.page);
      assert.deepEqual(await app.page.evaluate(cutOff), [], "320 px");
      await app.page.setViewportSize({ width: 390, height: 844 });
      await textSize(app.page, 32);
      await drawn(app.page);
      assert.equal(await app.page.evaluate(() => getComputedStyle(document.documentElement).fontSize), "32px");
      assert.deepEqual(await app.page.evaluate(cutOff), [], "200 %");
      assert.deepEqual(app.faults, []);
      await app.close();
    });
  }
});
