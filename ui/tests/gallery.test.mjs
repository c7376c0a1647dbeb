// The gallery renders every screen and state from the core's own types, in light and dark, with 100 and 200 % text; the
// pictures of the tests are made from it. That nothing is cut off is held by screens.test.mjs.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { serveGallery } from "../gallery/serve.mjs";
import { launch } from "./browser.mjs";
import { picture, visit } from "./gallery-visit.mjs";
import { scenes } from "./scenes.mjs";

const out = fileURLToPath(new URL(".out/gallery/", import.meta.url));
const looks = [["light", 100], ["dark", 100], ["light", 200], ["dark", 200]];

let gallery;
let browser;
before(async () => {
  await mkdir(out, { recursive: true });
  gallery = await serveGallery();
  browser = await launch();
});
after(async () => {
  await browser.close();
  await gallery.close();
});

describe("every scene is reached and drawn: light and dark, 100 and 200 %", { concurrency: 2 }, () => {
  for (const { name } of scenes) {
    it(name, async () => {
      const shown = await visit(browser, gallery.url, name);
      const pictures = new Set();
      for (const [scheme, text] of looks) {
        pictures.add((await picture(shown.page, { scheme, text }, `${out}${name}-${scheme}-${text}.png`)).toString("base64"));
      }
      // A code is white and an answer has its own colours, whatever the theme; larger text is seen everywhere but on a spinner.
      assert.ok(pictures.size >= 2 || name === "opening", `${pictures.size} different pictures`);
      assert.deepEqual(shown.faults, []);
      await shown.close();
    });
  }
});

it("the page shows them beside each other, and finds them by name", async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.goto(`${gallery.url}gallery`);
  await page.getByText(`${scenes.length} of ${scenes.length} scenes`).waitFor();
  await page.getByLabel("Name").fill("home-suspended");
  await page.getByText("1 of").waitFor();
  assert.equal(await page.locator("iframe").count(), 4);
  await page.frameLocator("iframe >> nth=0").getByRole("article").waitFor();
  await page.getByLabel("dark").uncheck();
  assert.equal(await page.locator("iframe").count(), 2);
  assert.deepEqual(faults, []);
  await page.close();
});

it("nothing of the machine is served but the app, the gallery and what the scenes are made of", async () => {
  for (const path of ["package.json", "tests/whole.mjs", "gallery/..%2fpackage.json", "assets/..%2f..%2fpackage.json", "%2e%2e/README.md", "src/App.svelte"]) {
    assert.equal((await fetch(`${gallery.url}${path}`)).status, 404, path);
  }
});
