// Home and the codes as one lives with them: several cards, the pattern, pulling down, the screen held bright, and what is said aloud.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as f from "./fixtures.mjs";
import { flows } from "./flow.mjs";
import { drawn } from "./whole.mjs";

const { open, test } = flows();
/** The card in front: what is inert is not there for anyone. */
const article = (page, name) => page.locator("article:not([inert] *)").and(page.getByRole("article", { name }));
const held = async (calls) => (await calls("hold_screen")).map((call) => call.args.on);
/** Once what was queued has run. */
const calm = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
/** A finger by itself: Playwright's touchscreen can only tap. */
async function stroke(page, from, to, steps = 8) {
  const session = await page.context().newCDPSession(page);
  const at = (part) => [{ x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }];
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0) });
  for (let step = 1; step <= steps; step++) await session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(step / steps) });
  return { lift: async () => { await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] }); await session.detach(); } };
}
const states = ["valid", "not_yet_valid", "needs_refresh", "expires_soon", "expired", "suspended", "revoked", "unknown"];

describe("several cards", () => {
  const both = { state: f.home(f.nora, { cards: [f.nora, f.leif] }), still: true };

  test("are turned by a stroke of the finger, and the code is that of the card in front", both, async ({ page, button, calls }) => {
    await article(page, "Elevbevis for Nora Sofie Bjørkøy").waitFor();
    const finger = await stroke(page, { x: 330, y: 300 }, { x: 40, y: 305 });
    await finger.lift();
    await article(page, "Lærlingbevis for Leif Hammernes").waitFor();
    await page.getByRole("radio", { name: "Lærlingbevis", checked: true }).waitFor({ state: "attached" });
    assert.equal(await page.locator("article:not([inert] *)").count(), 1, "nobody hears two cards at once");
    await button("Vis koden").click();
    await page.locator(".square img").waitFor();
    assert.equal((await calls("show_code"))[0].args.cardId, "card-leif");
    await page.keyboard.press("Escape");
    await article(page, "Lærlingbevis for Leif Hammernes").waitFor();
  });

  test("are turned by arrow keys from anywhere, and the library's is one of them", both, async ({ page }) => {
    await page.keyboard.press("ArrowRight");
    await article(page, "Lærlingbevis for Leif Hammernes").waitFor();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("img", { name: /N004417829/ }).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowLeft");
    await article(page, "Lærlingbevis for Leif Hammernes").waitFor();
    assert.equal(await page.evaluate(() => document.querySelector(".track").scrollLeft), 390);
  });

  test("keep the one in front when the phone is turned", both, async ({ page }) => {
    await page.keyboard.press("ArrowRight");
    await article(page, "Lærlingbevis for Leif Hammernes").waitFor();
    await page.setViewportSize({ width: 844, height: 390 });
    await page.waitForFunction(() => { const track = document.querySelector(".track"); return Math.abs(track.scrollLeft - track.clientWidth) < 2; });
    await page.getByRole("radio", { name: "Lærlingbevis", checked: true }).waitFor();
  });

  /** What lies in the middle of the screen, and what is there for those who hear and for the keys. */
  const seenAndHeard = (page) => page.evaluate(() => {
    const track = document.querySelector(".track");
    const pages = [...track.children];
    return [Math.round(track.scrollLeft / track.clientWidth), pages.map((each) => !each.inert).indexOf(true), pages.filter((each) => !each.inert).length];
  });

  test("are turned by a screen reader's own scrolling too, which touches nothing", both, async ({ page }) => {
    for (const [left, name] of [[390, "Lærlingbevis"], [780, "Bibliotekkort"], [0, "Elevbevis"]]) {
      await page.evaluate((left) => document.querySelector(".track").scrollTo({ left, behavior: "instant" }), left);
      await page.getByRole("radio", { name, checked: true }).waitFor({ state: "attached" });
      assert.deepEqual(await seenAndHeard(page), [left / 390, left / 390, 1]);
    }
  });

  test("go back as far as they were told, also when the way there has only begun", { ...both, still: false }, async ({ page }) => {
    await article(page, "Elevbevis for Nora Sofie Bjørkøy").waitFor();
    await page.evaluate(async () => {
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      const press = (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      const track = document.querySelector(".track");
      press("ArrowRight");
      for (let frames = 0; track.scrollLeft === 0 && frames < 300; frames++) await frame();
      press("ArrowLeft");
      // Until it has lain still for a while.
      for (let last = null, still = 0; still < 20; ) {
        await frame();
        still = track.scrollLeft === last ? still + 1 : 0;
        last = track.scrollLeft;
      }
    });
    assert.deepEqual(await seenAndHeard(page), [0, 0, 1]);
  });

  test("are not turned by what the browser scrolls while the width changes", both, async ({ page }) => {
    await page.keyboard.press("ArrowRight");
    await article(page, "Lærlingbevis for Leif Hammernes").waitFor();
    // As in the frame in which a phone is turned: told of scrolling before told of the size.
    for (const width of ["150px", "1200px"]) {
      await page.evaluate((width) => {
        const track = document.querySelector(".track");
        track.style.inlineSize = width;
        track.dispatchEvent(new Event("scroll"));
      }, width);
      await drawn(page);
      assert.deepEqual(await seenAndHeard(page), [1, 1, 1], width);
    }
  });

  test("lie still, one in sight and the same one heard, through every size of the screen", both, async ({ page }) => {
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.getByRole("img", { name: /N004417829/ }).waitFor();
    for (const [width, height] of [[844, 390], [320, 568], [1280, 800], [667, 375], [390, 844]]) {
      await page.setViewportSize({ width, height });
      await page.waitForFunction((width) => { const track = document.querySelector(".track"); return innerWidth === width && Math.abs(track.scrollLeft - 2 * track.clientWidth) < 4; }, width);
      assert.deepEqual(await seenAndHeard(page), [2, 2, 1], `${width} × ${height}`);
    }
  });

  test("of the same kind are told apart by where they are from", { state: f.home(f.nora, { cards: [f.nora, { ...f.nora, id: "other", institution: "Ytre skole" }] }) }, async ({ page }) => {
    await page.getByRole("radio", { name: "Elevbevis, Ytre skole" }).waitFor({ state: "attached" });
  });

  test("one card alone has nothing to turn", { state: f.home(f.nora, { library: null }) }, async ({ page }) => {
    await article(page, "Elevbevis for Nora Sofie Bjørkøy").waitFor();
    assert.equal(await page.getByRole("radio").count(), 0);
    assert.equal(await page.locator(".track").count(), 0);
  });

  test("a card that has gone leaves the first in front", both, async ({ page, emit }) => {
    await page.keyboard.press("ArrowRight");
    await article(page, "Lærlingbevis for Leif Hammernes").waitFor();
    await emit(f.home(f.nora));
    await article(page, "Elevbevis for Nora Sofie Bjørkøy").waitFor();
  });
});

describe("names", () => {
  for (const [name, card] of Object.entries({ [`${f.aslak.given_name} ${f.aslak.family_name}`]: f.aslak, "Đorđe Žarko Ŧuomas Næss-Åsbjørnsen von Ïsterfjell de la Øygarden": f.elias, Suphansa: f.saw })) {
    test(`${name} is whole, on the card and beside the code`, { state: f.home(card) }, async ({ page, button }) => {
      await article(page, `${card.card_type === "elev" ? "Elevbevis" : "Lærekandidatbevis"} for ${name}`).waitFor();
      await page.getByRole("img", { name: `Bilde av ${name}`, exact: true }).waitFor();
      await button("Vis koden").click();
      await page.locator(".who .name").getByText(name, { exact: true }).waitFor();
      await page.getByRole("img", { name: `hvem ${name} er` }).waitFor();
    });
  }
});

describe("the eight states", () => {
  for (const [kind, setting] of Object.entries({
    "without colour": { filter: "grayscale(1)" },
    "with the reader's own few colours": { forced: "active" },
  })) {
    it(`are told apart ${kind}, also by those who do not read`, async () => {
      const seen = new Set();
      for (const state of states) {
        const app = await open({ state: f.home({ ...f.nora, state }), still: true });
        if (setting.forced) await app.page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
        if (setting.filter) await app.page.evaluate((filter) => (document.documentElement.style.filter = filter), setting.filter);
        await drawn(app.page);
        seen.add((await app.page.locator(".state .mark").screenshot()).toString("base64"));
        await app.close();
      }
      assert.equal(seen.size, 8);
    });
  }

  test("say what to do, and only the good one has nothing to do", { state: f.home() }, async ({ page, emit }) => {
    assert.equal(await page.locator(".state .now").count(), 0);
    const told = new Set();
    for (const state of states.slice(1)) {
      await emit(f.home({ ...f.nora, state }));
      told.add(await page.locator(`.state[data-state=${state}] .now`).textContent());
    }
    assert.equal(told.size, 7);
  });

  test("that do not count as a card now are also written over the picture", { state: f.home({ ...f.nora, state: "revoked" }) }, async ({ page, emit }) => {
    await page.locator(".photo").getByText("Trukket tilbake").waitFor();
    for (const [state, words] of [["not_yet_valid", "Ikke gyldig ennå"], ["unknown", "Ukjent"]]) {
      await emit(f.home({ ...f.nora, state }));
      await page.locator(".photo").getByText(words).waitFor();
    }
    await emit(f.home());
    await page.locator(".photo .over").waitFor({ state: "detached" });
  });

  test("are said when they change under one's eyes, and not before", { state: f.home() }, async ({ page, emit }) => {
    const said = page.locator("article").getByRole("status");
    assert.equal(await said.textContent(), "");
    await emit(f.home({ ...f.nora, state: "suspended" }));
    await said.filter({ hasText: "Midlertidig stanset" }).waitFor({ state: "attached" });
  });
});

describe("the pattern", () => {
  /** Whether each of its layers has lines. */
  const inked = (page) => page.locator(".guilloche canvas").evaluateAll((all) =>
    all.map((each) => each.getContext("2d").getImageData(0, 0, each.width, each.height).data.some((value) => value > 0)));

  test("is drawn, anew when the size changes, and again when the phone has thrown it away", { state: f.home(f.nora, { library: null }), still: true }, async ({ page }) => {
    await drawn(page);
    assert.deepEqual(await inked(page), [true, true]);
    await page.setViewportSize({ width: 320, height: 568 });
    await drawn(page);
    assert.deepEqual(await inked(page), [true, true]);
    for (const event of ["contextrestored", "visibilitychange"]) {
      await page.evaluate(() => document.querySelectorAll(".guilloche canvas").forEach((each) => each.getContext("2d").reset()));
      assert.deepEqual(await inked(page), [false, false]);
      await page.evaluate((event) => {
        if (event === "visibilitychange") document.dispatchEvent(new Event(event));
        else document.querySelectorAll(".guilloche canvas").forEach((each) => each.dispatchEvent(new Event(event)));
      }, event);
      assert.deepEqual(await inked(page), [true, true], event);
    }
  });

  const turn = (page, beta, gamma) => page.evaluate(([beta, gamma]) => dispatchEvent(new DeviceOrientationEvent("deviceorientation", { alpha: 0, beta, gamma })), [beta, gamma]);
  const place = (page) => page.locator(".near").first().evaluate((layer) => getComputedStyle(layer).transform);

  test("follows the phone, from however it is held", { state: f.home() }, async ({ page }) => {
    await turn(page, 50, 0);
    const before = await place(page);
    await turn(page, 45, 20);
    await page.waitForFunction((old) => getComputedStyle(document.querySelector(".near")).transform !== old, before);
  });

  test("stays still for those who want no motion, however the phone is held", { state: f.home(), still: true }, async ({ page }) => {
    await turn(page, 50, 0);
    await turn(page, 45, 20);
    await calm(page);
    assert.equal(await place(page), "none");
  });

  test("can be stopped by those who do not want it, and stays so", { state: f.home() }, async ({ page, button }) => {
    await button("Meny").click();
    await page.getByRole("checkbox", { name: "La mønsteret på beviset bevege seg" }).uncheck();
    await page.reload();
    await article(page, /Elevbevis/).waitFor();
    assert.equal(await page.evaluate(() => document.getAnimations().filter((each) => each.effect.target.closest(".guilloche")).length), 0);
    await turn(page, 50, 0);
    await turn(page, 45, 20);
    await calm(page);
    assert.equal(await place(page), "none");
  });

  test("asks an iPhone's owner for nothing but at a tap on the choice in the menu", {
    state: f.home(),
    script: `Object.defineProperty(navigator, "vendor", { value: "Apple Computer, Inc." }); window.__asked = 0; DeviceOrientationEvent.requestPermission = async () => { window.__asked++; return "granted"; };`,
  }, async ({ page, button }) => {
    const asked = () => page.evaluate(() => window.__asked);
    await page.locator(".card .head").tap();
    await calm(page);
    assert.equal(await asked(), 0);
    await button("Meny").click();
    await page.getByRole("checkbox", { name: "La mønsteret følge telefonen" }).check();
    await page.waitForFunction(() => window.__asked === 1);
    await page.goBack();
    await article(page, /Elevbevis/).waitFor();
    const before = await place(page);
    await turn(page, 50, 0);
    await turn(page, 45, 20);
    await page.waitForFunction((old) => getComputedStyle(document.querySelector(".near")).transform !== old, before);
    assert.equal(await asked(), 1);
  });

  test("moves by transforms alone, which cost no layout and no painting", { state: f.home() }, async ({ page }) => {
    await page.mouse.move(200, 200);
    await page.mouse.move(250, 260);
    await drawn(page);
    const moving = await page.evaluate(() =>
      document.getAnimations().map((each) => ({
        inPattern: each.effect.target.closest(".guilloche") !== null,
        what: each.transitionProperty ?? each.effect.getKeyframes().flatMap((frame) => Object.keys(frame)).filter((key) => !["offset", "computedOffset", "easing", "composite"].includes(key)).join(),
      })),
    );
    assert.ok(moving.length >= 2, "the pattern moves");
    for (const { inPattern, what } of moving) if (inPattern) assert.match(what, /^transform(,transform)*$/);
  });
});

describe("pulling down", () => {
  const waiting = { state: f.home(f.nora, { library: null }), answers: { refresh: "pending" } };

  test("refreshes once, is said aloud, and loses nothing", waiting, async ({ page, calls, settle, text }) => {
    const finger = await stroke(page, { x: 200, y: 200 }, { x: 205, y: 360 });
    await page.locator(".pull.shown").getByText("Slipp for å oppdatere").waitFor();
    assert.deepEqual((await calls("haptic")).map((call) => call.args), [{ kind: "tap" }], "felt, once");
    await finger.lift();
    await page.getByRole("status").filter({ hasText: "Oppdaterer" }).waitFor();
    await article(page, /Elevbevis/).waitFor();
    assert.equal((await calls("refresh")).length, 1);
    await settle("refresh", { reject: f.problem("no_network") });
    await article(page, /Elevbevis/).waitFor();
    await text("Ingen nettforbindelse");
    assert.equal(await page.locator(".pull.shown").count(), 0);
  });

  test("a little, sideways, or further down the page is nothing", waiting, async ({ page, calls }) => {
    for (const [from, to] of [[{ x: 200, y: 200 }, { x: 202, y: 250 }], [{ x: 80, y: 200 }, { x: 320, y: 260 }]]) await (await stroke(page, from, to)).lift();
    await page.setViewportSize({ width: 390, height: 500 });
    await page.evaluate(() => scrollTo(0, 100));
    await (await stroke(page, { x: 200, y: 150 }, { x: 200, y: 400 })).lift();
    await calm(page);
    assert.equal((await calls("refresh")).length, 0);
    assert.equal((await calls("haptic")).length, 0);
    assert.equal(await page.locator(".pull.shown").count(), 0);
  });

  test("leaves the browser's own pulling alone: it would load the app anew", waiting, async ({ page }) => {
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).overscrollBehaviorY), "contain");
  });
});

describe("the screen is held bright and awake", () => {
  const ways = {
    "for the control code, until it is closed": async ({ page, button }) => {
      await button("Vis koden").click();
      await page.locator(".square img").waitFor();
      return () => button("Lukk").click();
    },
    "for the photo code, until the back gesture": async ({ page, button }) => {
      await button("Vis koden").click();
      await button("Vis bildekode").click();
      await page.getByRole("img", { name: /QR-kode med bildet/ }).waitFor();
      return () => page.goBack();
    },
    "for the library's code, until Tilbake": async ({ page, button }) => {
      await button("Bibliotek").click();
      await page.locator(".sheet img").waitFor();
      return () => button("Tilbake").click();
    },
    "for the library's page among the cards, until another is in front": async ({ page }) => {
      await page.keyboard.press("ArrowRight");
      await page.locator(".sheet img").waitFor();
      return () => page.keyboard.press("ArrowLeft");
    },
    "for a checker's own code": async ({ page, button }) => {
      await button("Meny").click();
      await button("Kontroller et bevis").click();
      await button("Sikker kontroll").click();
      await page.locator(".square img").waitFor();
      return () => page.goBack();
    },
  };
  for (const [name, way] of Object.entries(ways)) {
    test(name, { state: f.home(), answers: { scan_code: "pending" } }, async (app) => {
      assert.deepEqual(await held(app.calls), []);
      const leave = await way(app);
      await calm(app.page);
      assert.deepEqual(await held(app.calls), [true]);
      await leave();
      await app.page.waitForFunction(() => window.__core.calls.filter((call) => call.command === "hold_screen").length === 2);
      assert.deepEqual(await held(app.calls), [true, false]);
    });
  }

  test("not while the app is out of sight, nor beside a fault", { state: f.home(), answers: { show_code: { sequence: [f.code(), { reject: f.problem("clock_wrong", "expected") }] } } }, async ({ page, button, calls }) => {
    const hide = (hidden) => page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
    await button("Vis koden").click();
    await page.locator(".square img").waitFor();
    await hide(true);
    await calm(page);
    assert.deepEqual(await held(calls), [true, false]);
    // Seen again, a new code is asked for, which fails here.
    await hide(false);
    await page.getByRole("alert").waitFor();
    await calm(page);
    assert.equal((await held(calls)).at(-1), false);
  });

  test("and a phone that cannot still shows the code", { state: f.home(), answers: { hold_screen: { reject: f.problem("internal", "bug") } } }, async ({ page, button }) => {
    await button("Vis koden").click();
    await page.locator(".square img").waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);
  });
});

describe("for those who hear the code", () => {
  test("how to hold the phone is said once, then that the code is new, and never each second", { state: f.home(), pause: true }, async ({ page, button }) => {
    await page.evaluate(() => {
      window.__said = [];
      new MutationObserver(() => {
        const said = document.querySelector(".code [role=status]")?.textContent ?? "";
        if (said && said !== window.__said.at(-1)) window.__said.push(said);
      }).observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    await button("Vis koden").click();
    await page.locator(".square img").waitFor();
    await page.clock.runFor(15_500);
    await page.clock.runFor(15_500);
    const said = await page.evaluate(() => window.__said.filter((words) => !words.startsWith("Lager")));
    assert.match(said[0], /^Koden er klar\. Hold telefonen slik: skjermen mot skanneren/);
    assert.deepEqual(said.slice(1).map((words) => words.trim()), ["Ny kode", "Ny kode"]);
  });

  test("how long it lasts is a ring and a number for the eye, and can be looked up by those who hear", { state: f.home(), pause: true }, async ({ page, button, calls }) => {
    await button("Vis koden").click();
    await page.locator(".square img").waitFor();
    const left = () => page.locator(".ring").evaluate((ring) => [ring.textContent.trim(), Number(ring.querySelector(".left").style.strokeDashoffset).toFixed(2)]);
    const shows = async (number) => {
      await page.getByText(`Ny kode om ${number} sekunder`, { exact: true }).waitFor({ state: "attached" });
      assert.deepEqual(await left(), [String(number), (1 - number / 15).toFixed(2)]);
    };
    await shows(15);
    await page.clock.runFor(5_000);
    await shows(10);
    assert.equal((await calls("show_code")).length, 1);
    await page.clock.runFor(10_250);
    await shows(15);
    assert.equal((await calls("show_code")).length, 2, "another code, and the ring is whole again");
  });

  test("the library's number is spelled", { state: f.home() }, async ({ page, button }) => {
    await button("Bibliotek").click();
    await page.getByText("N 0 0 4 4 1 7 8 2 9", { exact: true }).waitFor({ state: "attached" });
    assert.equal(await page.locator(".digits").getAttribute("aria-hidden"), "true");
  });

  test("help is one tap from a code that is not read", { state: f.home() }, async ({ page, button }) => {
    await button("Vis koden").click();
    await button("Skanner ikke?").click();
    await page.waitForFunction(() => history.state?.screen === "help_topic" && history.state.about === "not_scanning");
  });
});

describe("the code is whole in sight", () => {
  for (const [width, height] of [[390, 844], [320, 568], [844, 390], [667, 375], [1280, 800]]) {
    test(`at ${width} × ${height}`, { state: f.home(), still: true, width, height }, async ({ page, button }) => {
      await button("Vis koden").click();
      const picture = page.locator(".square img");
      await picture.waitFor();
      const box = await picture.boundingBox();
      assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height, JSON.stringify(box));
      // Its quiet zone included; the shorter side has little else.
      assert.ok(box.width >= Math.min(width, height) * 0.8, `${box.width}`);
    });
  }
});

describe("where the screen has a notch and rounded corners", () => {
  const insets = { top: 59, right: 47, bottom: 34, left: 47 };
  /** What is written or pressed, and lies where the screen is not whole. Decoration may. */
  const outside = ({ top, right, bottom, left }) => {
    const found = [];
    for (const each of document.querySelectorAll("button, a, h1, p, dd, .square img, .sheet img, label")) {
      if (each.closest(".ds-sr-only, [inert], [aria-hidden=true], dialog:not([open]), .pull") || !each.checkVisibility()) continue;
      const box = each.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) continue;
      // The room around a button's words may lie there.
      const { paddingLeft, paddingRight } = getComputedStyle(each);
      // What is scrolled away is not in the corner for good.
      const first = box.top + scrollY < top - 1;
      const last = box.bottom > innerHeight - bottom + 1 && scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
      if (first || last || box.left + parseFloat(paddingLeft) < left - 1 || box.right - parseFloat(paddingRight) > innerWidth - right + 1) found.push(`${each.tagName} ${each.textContent.trim().slice(0, 30)} ${JSON.stringify(box)}`);
    }
    return found;
  };
  for (const [width, height] of [[390, 844], [844, 390]]) {
    const sides = width > height ? { ...insets, top: 0 } : { ...insets, left: 0, right: 0 };
    test(`nothing to read or press lies there, at ${width} × ${height}`, { state: f.home(), still: true, width, height }, async ({ page, button }) => {
      const session = await page.context().newCDPSession(page);
      await session.send("Emulation.setSafeAreaInsetsOverride", { insets: sides });
      await drawn(page);
      const check = async (screen) => {
        await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
        await drawn(page);
        assert.deepEqual(await page.evaluate(outside, sides), [], screen);
      };
      await check("home");
      await button("Meny").click();
      await page.getByRole("heading", { level: 1, name: "Meny" }).waitFor();
      await check("menu");
      await button("Tilbake").click();
      await button("Bibliotek").click();
      await page.locator(".sheet img").waitFor();
      await check("library");
      await button("Tilbake").click();
      await button("Vis koden").click();
      await page.locator(".square img").waitFor();
      await check("code");
    });
  }
});

describe("the library's number", () => {
  test("has the width for its barcode on a small phone with large letters", { state: f.home(), width: 320, height: 568 }, async ({ page, button }) => {
    await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
    await button("Bibliotek").click();
    await page.locator(".picture img").waitFor();
    const [picture, sheet] = await page.evaluate(() => [".picture img", ".sheet"].map((each) => document.querySelector(each).getBoundingClientRect().toJSON()));
    assert.ok(picture.width >= 0.85 * 320, `${picture.width} px`);
    assert.ok(picture.left >= sheet.left && picture.right <= sheet.right, "on the white");
  });

  const problem = f.problem("internal", "personal_data", "LB-CARD-621");
  test("that does not fit its barcode says so, and whom to ask, and is there all the same", { state: f.home(), answers: { show_library_code: { reject: problem } } }, async ({ page, button, text }) => {
    await button("Bibliotek").click();
    await text("Nummeret passer ikke til strekkoden");
    await text(f.contacts.school.name);
    await text("N004417829");
    assert.equal(await page.getByText("Noe gikk galt").count(), 0);
  });
});

describe("the language of the card", () => {
  test("may be another than the app's, with dates and the right mark for voices", { state: f.home() }, async ({ page, button, text }) => {
    await button("Meny").click();
    await page.getByRole("radio", { name: "English" }).last().check({ force: true });
    await page.goBack();
    await page.locator("article[lang=en]").waitFor();
    for (const words of ["Student ID", "Born 14 March 2009", "Autumn 2026", "1 Aug – 31 Dec 2026"]) await text(new RegExp(words.replaceAll(" ", "\\s").replace("–", "[–-]")));
    assert.equal(await page.locator("article dd[lang=nb]").first().textContent(), f.nora.institution);
    await button("Vis koden").click();
    await page.locator(".who [lang=en]").getByText("Born 14 March 2009").waitFor();
    await text("Viser navn, fødselsdato");
    await page.reload();
    await page.locator("article[lang=en]").waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), "nb");
  });

  test("follows the app until another is chosen, and again on demand", { state: f.home() }, async ({ page, button }) => {
    await button("Meny").click();
    await page.getByRole("radio", { name: "Nynorsk" }).first().check({ force: true });
    await page.goBack();
    await page.locator("article[lang=nn]").waitFor();
    await page.getByText("Fødd 14. mars 2009").waitFor();
    await page.getByText("1. aug.–31. des. 2026").waitFor();
  });
});

it("nothing moves by itself from the first paint to the code", async () => {
  const app = await open({
    state: f.home(), still: true,
    script: `window.__moved = []; new PerformanceObserver((list) => { for (const each of list.getEntries()) window.__moved.push({ value: each.value, by: each.sources?.map(({ node }) => node?.className ?? "") }); }).observe({ type: "layout-shift", buffered: true });`,
  });
  await app.page.getByRole("article").waitFor();
  await app.emit(f.home(f.nora, { last_refresh: "2026-11-19T08:29:00+01:00" }));
  await drawn(app.page);
  await app.page.keyboard.press("Tab");
  await app.page.getByRole("button", { name: "Vis koden" }).press("Enter");
  await app.page.locator(".square img").waitFor();
  await calm(app.page);
  assert.deepEqual(await app.page.evaluate(() => window.__moved), []);
  await app.close();
});
