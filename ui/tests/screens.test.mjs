// What holds on every screen and in every state: no fault, nothing forbidden by the page's policy, no request that
// leaves the page, WCAG 2.2 AA as far as axe sees it in light and dark, nothing cut off at 320 px, on a lying phone, with wide
// spacing or with 200 % text.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launch, open, serve } from "./browser.mjs";
import { scenes } from "./scenes.mjs";
import { assertWhole, axe, drawn } from "./whole.mjs";

async function show(browser, url, scene, options) {
  const app = await open(browser, url, { ...scene, still: true, ...options });
  await scene.go?.(app.page);
  await app.page.waitForSelector(scene.ready ?? "h1");
  await drawn(app.page);
  return app;
}

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

// One visit for each screen: opening it costs more than looking at it.
describe("every screen is whole and accessible: light, dark, small, lying, spaced, and with 200 % text", { concurrency: 2 }, () => {
  for (const scene of scenes) {
    it(scene.name, async () => {
      const app = await show(browser, server.url, scene, { script: axe });
      await assertWhole(app.page);
      assert.deepEqual(app.faults, []);
      await app.close();
    });
  }
});
