// Pictures for the two stores, at their sizes and in three languages: `npm run shots:store [language] [size]`. The people are made up,
// the screens are the app's. They lie in tests/.out/store/, and are not in the repository: 25 megabytes, which one command makes anew.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launch, open, serve } from "./browser.mjs";
import * as f from "./fixtures.mjs";
import { drawn } from "./whole.mjs";

/** CSS pixels and how many of the screen's make one: what the stores ask for is their product (docs/store/README.md). */
const sizes = {
  "iphone-6.9": { width: 440, height: 956, scale: 3 },
  "iphone-6.5": { width: 428, height: 926, scale: 3 },
  "ipad-13": { width: 1032, height: 1376, scale: 2 },
  // Such a phone is 412 wide or so; at most twice as high as wide.
  "google-phone": { width: 432, height: 864, scale: 2.5 },
};
const languages = {
  nb: { locale: "nb-NO", showCode: "Vis koden", library: "Bibliotek", check: "Kontroller et bevis" },
  nn: { locale: "nn-NO", showCode: "Vis koden", library: "Bibliotek", check: "Kontroller eit bevis" },
  en: { locale: "en-GB", showCode: "Show code", library: "Library", check: "Check a card" },
};
const press = (page, name) => page.getByRole("button", { name, exact: true }).first().click();

/** In the order in which the stores show them. */
const shots = [
  { name: "1-card", state: f.home(), ready: ".card img, main img" },
  { name: "2-code", state: f.home(), go: (page, words) => press(page, words.showCode), ready: ".square img" },
  // The verdict that the camera comes to: on the county's code, of a made-up person.
  {
    name: "3-check", state: f.welcome(), answers: { scan_code: f.verdict({ card: { ...f.claims.exam, portrait: f.photos.nora }, photo: "shown" }) },
    go: (page, words) => press(page, words.check), ready: ".answer-screen",
  },
  { name: "4-two-cards", state: f.home(f.leif, { cards: [f.leif, f.nora] }), ready: ".card img, main img" },
  { name: "5-library", state: f.home(), go: (page, words) => press(page, words.library), ready: ".picture img" },
];

const [language, size] = process.argv.slice(2);
const page = await serve();
const browser = await launch();
let made = 0;
let wrong = 0;
for (const [tongue, words] of Object.entries(languages).filter(([each]) => !language || each === language)) {
  for (const [kind, screen] of Object.entries(sizes).filter(([each]) => !size || each === size)) {
    const out = fileURLToPath(new URL(`.out/store/${kind}/${tongue}/`, import.meta.url));
    await mkdir(out, { recursive: true });
    for (const { name, state, answers = {}, go, ready } of shots) {
      const app = await open(browser, page.url, { state, answers, language: words.locale, still: true, ...screen });
      await go?.(app.page, words);
      await app.page.waitForSelector(ready);
      await drawn(app.page);
      // What a phone shows: the screen, and nothing that has to be scrolled to.
      await app.page.screenshot({ path: `${out}${name}.png` });
      for (const fault of app.faults) {
        console.error(`${tongue} ${kind} ${name}: ${fault}`);
        wrong++;
      }
      await app.close();
      made++;
    }
  }
}
await browser.close();
await page.close();
console.log(`${made} pictures in ui/tests/.out/store`);
process.exitCode = wrong ? 1 : 0;
