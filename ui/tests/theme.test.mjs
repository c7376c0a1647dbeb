// The county's colours: Designsystemet's ramps, the contrast that is asked of them, and screens made with others than ours.
import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import chroma from "chroma-js";
import { build } from "vite";
import { launch, open, serve } from "./browser.mjs";
import * as f from "./fixtures.mjs";
import { axe, drawn, violations, wcag } from "./whole.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const out = here(".out/themed/");

// Written in TypeScript, and a part of the build: read as the build does.
const made = await build({
  configFile: false, logLevel: "error",
  build: { ssr: here("../theme/theme.ts"), outDir: here(".out/theme/"), emptyOutDir: true, rollupOptions: { output: { entryFileNames: "theme.mjs" } } },
});
assert.ok(made);
const { css, faults, parseTheme } = await import("./.out/theme/theme.mjs");
const neutral = parseTheme(await readFile(here("../theme/county.json"), "utf8"));
const berry = parseTheme(await readFile(here("themes/berry.json"), "utf8"));
after(() => rm(here(".out/theme/"), { recursive: true, force: true }));

describe("the ramps", () => {
  it("are those that Designsystemet publishes for its own colours", async () => {
    const published = await readFile(createRequire(import.meta.url).resolve("@digdir/designsystemet-css/theme.css"), "utf8");
    const [, light] = published.match(/\[data-color-scheme=["']?light["']?\][^{]*\{([^}]*--ds-color-accent-base-default[^}]*)\}/);
    const [, dark] = published.match(/\[data-color-scheme=["']?dark["']?\][^{]*\{([^}]*--ds-color-accent-base-default[^}]*)\}/);
    const accent = light.match(/--ds-color-accent-base-default:\s*(#[0-9a-f]{6})/i)[1];
    const ours = css({ ...neutral, accent });
    for (const [scheme, theirs] of Object.entries({ light, dark })) {
      const block = ours.match(new RegExp(`\\[data-color-scheme=${scheme}\\]\\{([^}]*)\\}`))[1];
      for (const [, step, colour] of theirs.matchAll(/--ds-color-accent-([\w-]+):\s*(#[0-9a-f]{3,8})/gi)) {
        const mine = block.match(new RegExp(`--ds-color-accent-${step}:(#[0-9a-f]{6})`))?.[1];
        assert.ok(mine, `${scheme} ${step}`);
        // One step of 255 in rounding.
        const [a, b] = [chroma(mine).rgb(), chroma(colour).rgb()];
        assert.ok(a.every((part, index) => Math.abs(part - b[index]) <= 1), `${scheme} ${step}: ${mine}, published ${colour}`);
      }
    }
  });
});

describe("a county's file", () => {
  it("ours and another have the contrast that is asked for", () => {
    assert.deepEqual(faults(neutral), []);
    assert.deepEqual(faults(berry), []);
  });

  it("is refused by the name of the colour that cannot be read, in light and dark", () => {
    const pale = faults({ ...neutral, cards: { ...neutral.cards, larling: "#9fc9a8" } });
    assert.ok(pale.length > 0 && pale.every((line) => line.startsWith("cards.larling #9fc9a8")), pale.join("\n"));
    assert.match(pale[0], /has \d\.\d\d:1 and needs 4\.5:1/);
    const yellow = faults({ ...neutral, accent: "#ffd400" });
    assert.ok(yellow.some((line) => line.startsWith("accent #ffd400, light theme, a button on page")), yellow.join("\n"));
  });

  for (const [what, text, words] of [
    ["not JSON", "{", /not JSON/],
    ["a colour by its name", JSON.stringify({ ...neutral, accent: "teal" }), /accent is not a colour/],
    ["a card without a colour", JSON.stringify({ ...neutral, cards: { elev: "#0f6068", larling: "#2f5d3f" } }), /cards\.larekandidat is not a colour/],
    ["a misspelled entry", JSON.stringify({ ...neutral, acent: "#0f6068" }), /unknown entries: acent/],
    ["arms, which nobody has asked us to ship", JSON.stringify({ ...neutral, logo: "arms.svg" }), /unknown entries: logo/],
  ]) {
    it(`with ${what} is refused with the place`, () => assert.throws(() => parseTheme(text), words));
  }
});

it("screens built with another theme have its colours, and can be read", async () => {
  process.env.LOMMEBEVIS_THEME = here("themes/berry.json");
  await build({ root: here(".."), logLevel: "error", build: { outDir: out, emptyOutDir: true } });
  delete process.env.LOMMEBEVIS_THEME;
  const server = await serve(out);
  const browser = await launch();
  for (const dark of [false, true]) {
    const app = await open(browser, server.url, { state: f.home(f.leif), still: true, dark, script: axe });
    await app.page.waitForSelector("article");
    await drawn(app.page);
    const colours = await app.page.evaluate(() => ({
      card: getComputedStyle(document.querySelector(".card .head")).backgroundImage,
      button: getComputedStyle(document.querySelector(".dock [data-big]")).backgroundColor,
    }));
    assert.ok(colours.card.includes(`rgb(${chroma(berry.cards.larling).rgb().join(", ")})`), colours.card);
    if (!dark) assert.equal(colours.button, `rgb(${chroma(berry.accent).rgb().join(", ")})`);
    assert.deepEqual(await violations(app.page, wcag), []);
    assert.deepEqual(app.faults, []);
    await app.close();
  }
  await browser.close();
  await server.close();
  await rm(out, { recursive: true, force: true });
});

it("a theme that cannot be read stops the build, and says why", async () => {
  process.env.LOMMEBEVIS_THEME = here("themes/no-such-file.json");
  await assert.rejects(build({ root: here(".."), logLevel: "silent", build: { outDir: out, write: false } }), /The county theme .*no-such-file\.json cannot be used/);
  delete process.env.LOMMEBEVIS_THEME;
});
