// One's own data, the history, the settings and the lock, as the reader meets them.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launch, open, serve } from "./browser.mjs";
import * as f from "./fixtures.mjs";
import { drawn } from "./whole.mjs";

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

const start = (options) => open(browser, server.url, options);
const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
async function toMine(options = {}) {
  const app = await start({ state: f.home(), ...options });
  await press(app.page, "Meny");
  await press(app.page, "Mine data");
  await app.page.locator(".who img").waitFor();
  return app;
}
async function toSettings(options = {}) {
  const app = await start({ state: f.home(), ...options });
  await press(app.page, "Meny");
  await press(app.page, "Innstillinger");
  await app.page.getByRole("switch").first().waitFor();
  return app;
}

describe("one's own data", () => {
  it("are told card by card, and a card is taken off only after a question and can be had back", async () => {
    const app = await toMine({ answers: { remove_card: f.home(f.nora, { cards: [], removed: ["elev"] }), check_again: f.home() } });
    await app.page.getByText("2STA").waitFor();
    await press(app.page, "Fjern beviset fra denne enheten Elevbevis");
    await press(app.page, "Avbryt");
    assert.deepEqual(await app.calls("remove_card"), []);
    await press(app.page, "Fjern beviset fra denne enheten Elevbevis");
    await app.answer("mine", f.mine({ cards: [], removed: ["elev"] }));
    await press(app.page, "Fjern");
    await app.page.getByText("Elevbevis er fjernet").waitFor();
    assert.deepEqual(await app.calls("remove_card"), [{ command: "remove_card", args: { cardId: f.nora.id } }]);
    await press(app.page, "Hent beviset igjen");
    assert.equal((await app.calls("check_again")).length, 1);
    assert.deepEqual(app.faults, []);
    await app.close();
  });

  it("are taken along with words in the reader's language", async () => {
    const app = await toMine();
    await press(app.page, "Lag en kopi");
    await app.page.getByText("Kopien er klar.").waitFor();
    const [{ args }] = await app.calls("export_data");
    assert.deepEqual(Object.keys(args.words).sort(), ["about", "at_county", "left_out"]);
    assert.match(args.words.about, /Dette er alt/);
    await app.close();
  });

  it("can all be removed, after a question", async () => {
    const app = await toMine({ answers: { remove_everything: f.welcome() } });
    await press(app.page, "Fjern alt fra denne enheten");
    await press(app.page, "Fjern alt");
    await app.page.getByRole("button", { name: "Logg inn med Feide" }).waitFor();
    await app.close();
  });

  it("without a card on the device say how to have it back, and the library's card is a tap away", async () => {
    const app = await start({ state: f.home(f.nora, { cards: [], removed: ["elev"] }), answers: { check_again: f.home() } });
    await app.page.getByRole("heading", { name: "Beviset er ikke her" }).waitFor();
    await app.page.getByRole("button", { name: f.home().library ? "Bibliotekkort" : "Meny" }).first().waitFor();
    await press(app.page, "Hent beviset igjen");
    await app.page.getByText("Bjørkøy").first().waitFor();
    await app.close();
  });
});

describe("the history", () => {
  it("is told in words, newest first, and emptied", async () => {
    const app = await toMine();
    await press(app.page, "Se historikken (4)");
    await app.page.locator("li").first().waitFor();
    const lines = await app.page.locator("li > span").allTextContents();
    assert.equal(lines[0], "Du viste koden: Reise");
    assert.match(lines[1], /^Du sjekket gyldigheten: .+ \(svar fra fylket\)$/);
    assert.equal(lines[3], "Elevbevis ble midlertidig stanset");
    await press(app.page, "Tøm historikken");
    await press(app.page, "Tøm");
    await app.page.getByRole("status").getByText("Historikken er tømt.").waitFor();
    // The focus is not lost with the button.
    await app.page.waitForFunction(() => document.activeElement.textContent === "Historikk");
    await app.close();
  });
});

describe("the settings", () => {
  it("remove everything also where nobody is logged in, after a question", async () => {
    const app = await start({ state: f.welcome(), answers: { remove_everything: f.welcome() } });
    await press(app.page, "Meny");
    await press(app.page, "Innstillinger");
    await press(app.page, "Fjern alt fra denne enheten");
    assert.deepEqual(await app.calls("remove_everything"), []);
    await press(app.page, "Fjern alt");
    await app.page.waitForFunction(() => window.__core.calls.some(({ command }) => command === "remove_everything"));
    await app.close();
  });

  it("show what holds, also when the core refuses", async () => {
    const app = await toSettings({ answers: { set_app_lock: { reject: f.problem("not_unlocked", "expected") } } });
    const lock = app.page.getByRole("switch", { name: "Lås appen" });
    await lock.click();
    await app.page.getByRole("alert").waitFor();
    assert.equal(await lock.isChecked(), false);
    await app.page.getByRole("switch", { name: "Historikk" }).click();
    assert.deepEqual(await app.calls("set_history"), [], "asked about first");
    await press(app.page, "Slå av");
    await app.page.getByText("Ingenting blir lagret om hva du viser.").waitFor();
    assert.deepEqual((await app.calls("set_history")).map(({ args }) => args), [{ on: false }]);
    await app.close();
  });

  it("say where the system keeps notices back, and only where they are wanted", async () => {
    const app = await toSettings({ answers: { preferences: f.preferences({ notices_allowed: false }), set_notifications: f.preferences({ notifications: false, notices_allowed: false }) } });
    const told = app.page.getByRole("status").filter({ hasText: "Enheten slipper ikke varsler fra appen gjennom" });
    await told.waitFor();
    await app.page.getByRole("switch", { name: "Varsler" }).click();
    await told.waitFor({ state: "detached" });
    assert.deepEqual(app.faults, []);
    await app.close();
  });

  it("look again when the person comes back from the system's settings", async () => {
    const app = await toSettings({ answers: { preferences: f.preferences({ notices_allowed: false }) } });
    const told = app.page.getByRole("status").filter({ hasText: "Enheten slipper ikke varsler fra appen gjennom" });
    await told.waitFor();
    await app.answer("preferences", f.preferences());
    await app.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await told.waitFor({ state: "detached" });
    assert.deepEqual(app.faults, []);
    await app.close();
  });

  it("set one switch after the other, however quickly they are pressed", async () => {
    const app = await toSettings({ answers: { set_notifications: "pending", set_history: f.preferences() } });
    const switches = app.page.getByRole("switch");
    await switches.nth(0).click();
    await app.answer("preferences", f.preferences({ history: false }));
    // A second tap is the same wish.
    await switches.nth(2).dblclick();
    await drawn(app.page);
    assert.deepEqual(await app.calls("set_app_lock"), [], "not before the first is set");
    await app.answer("set_app_lock", f.preferences({ notifications: false, app_lock: true }));
    await app.settle("set_notifications", f.preferences({ notifications: false }));
    await app.page.waitForFunction(() => window.__core.calls.some(({ command }) => command === "set_app_lock"));
    await app.page.waitForFunction(() => document.querySelectorAll("[role=switch]")[2].checked);
    assert.equal(await switches.nth(0).isChecked(), false);
    await drawn(app.page);
    assert.equal((await app.calls("set_app_lock")).length, 1);
    await drawn(app.page);
    assert.equal((await app.calls("set_app_lock")).length, 1);
    await app.close();
  });

  it("say why there is no lock where there is none", async () => {
    const app = await toSettings({ answers: { preferences: f.preferences({ lock_offer: "not_set_up" }) } });
    await app.page.getByText("Telefonen har ingen skjermlås.").waitFor();
    assert.equal(await app.page.getByRole("switch", { name: "Lås appen" }).count(), 0);
    await app.close();
  });

  it("tell the core the language, at the start and when it is changed", async () => {
    const app = await toSettings();
    await app.page.getByText("Nynorsk", { exact: true }).click();
    await app.page.getByRole("heading", { name: "Innstillingar" }).waitFor();
    assert.deepEqual((await app.calls("set_language")).map(({ args }) => args.language), ["nb", "nn"]);
    await app.close();
  });
});

describe("the lock", () => {
  it("asks at once, and shows the card when the owner is there", async () => {
    const app = await start({ state: f.locked, answers: { unlock: f.home() } });
    await app.page.getByText("Bjørkøy").first().waitFor();
    assert.deepEqual((await app.calls("unlock")).map(({ args }) => args), [{ reason: "Lås opp for å vise beviset" }]);
    await app.close();
  });

  it("lets who is not recognised try again, check others' cards, and log out", async () => {
    const app = await start({ state: f.locked, answers: { unlock: { reject: f.problem("not_unlocked", "expected") }, log_out: f.welcome() } });
    await app.page.getByRole("alert").waitFor();
    await press(app.page, "Lås opp");
    assert.equal((await app.calls("unlock")).length, 2);
    await app.page.getByText("Kommer du ikke inn?").click();
    await press(app.page, "Logg ut");
    await app.page.getByRole("dialog").getByRole("button", { name: "Logg ut" }).click();
    await app.page.getByRole("button", { name: "Logg inn med Feide" }).waitFor();
    await app.close();
  });

  it("asks by itself once, and again only when the lock has closed anew", async () => {
    const app = await start({ state: f.locked, answers: { unlock: { reject: f.problem("not_unlocked", "expected") } } });
    await app.page.getByRole("alert").waitFor();
    await press(app.page, "Hjelp");
    await app.page.locator("details").first().waitFor();
    await press(app.page, "Tilbake");
    await app.page.getByRole("heading", { name: "Appen er låst" }).waitFor();
    assert.equal((await app.calls("unlock")).length, 1);
    await app.emit(f.home());
    await app.page.getByRole("article").waitFor();
    await app.emit(f.locked);
    await app.page.getByRole("alert").waitFor();
    assert.equal((await app.calls("unlock")).length, 2);
    await app.close();
  });

  it("covers everything while nobody looks, and uncovers when the core has said what holds", async () => {
    const app = await start({ state: f.home(), answers: { preferences: f.preferences({ app_lock: true }), unlock: "pending" } });
    await app.page.getByRole("article").waitFor();
    const look = (hidden) => app.page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
    await look(true);
    await app.page.locator(".cover").waitFor();
    await app.answer("app_state", f.locked);
    await look(false);
    await app.page.locator(".cover").waitFor({ state: "detached" });
    await app.page.getByRole("heading", { name: "Appen er låst" }).waitFor();
    await app.close();
  });

  it("is not followed by a step back to what lay open before", async () => {
    const app = await toMine({ answers: { unlock: "pending" } });
    await app.emit(f.locked);
    await app.page.waitForFunction(() => history.state.depth === 0);
    await app.emit(f.home());
    await app.page.getByRole("article").waitFor();
    assert.equal(await app.page.evaluate(() => history.state.screen), "first");
    await app.close();
  });

  it("leaves what lay under the settings as its owner left it", async () => {
    const app = await toSettings({ answers: { unlock: "pending" } });
    await app.emit(f.locked);
    await app.page.getByRole("heading", { name: "Appen er låst" }).waitFor();
    await app.emit(f.home());
    await app.page.getByRole("switch").first().waitFor();
    await press(app.page, "Tilbake");
    await app.page.getByRole("heading", { name: "Meny" }).waitFor();
    await app.close();
  });

  it("or a log-out under a screen that stays open leaves no step back that does nothing", async () => {
    const app = await toMine();
    await app.page.evaluate(() => history.pushState({ ...history.state, screen: "settings", depth: history.state.depth + 1 }, ""));
    await app.page.goBack();
    await app.page.locator(".who img").waitFor();
    await app.page.goForward();
    await app.page.getByRole("switch").first().waitFor();
    await app.emit(f.welcome());
    await app.page.getByRole("switch").first().waitFor();
    // One step, past one's own data and the menu, which are no longer there.
    await press(app.page, "Tilbake");
    await app.page.getByRole("button", { name: "Logg inn med Feide" }).waitFor();
    await app.page.waitForFunction(() => history.state.screen === "first");
    assert.deepEqual(app.faults, []);
    await app.close();
  });

  it("that falls while one's own data are open takes them off the screen", async () => {
    const app = await toMine({ answers: { unlock: "pending" } });
    await app.emit(f.locked);
    await app.page.getByRole("heading", { name: "Appen er låst" }).waitFor();
    assert.equal(await app.page.getByText("2STA").count(), 0);
    await app.close();
  });
});
