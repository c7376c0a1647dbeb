// Makes pictures of every screen: `npm run shots [name part]`. At the design size in light, dark and with 200 % text; some also small, lying and on a desktop.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launch, open, serve } from "./browser.mjs";
import { scenes } from "./scenes.mjs";

const out = fileURLToPath(new URL(".out/", import.meta.url));
await mkdir(out, { recursive: true });
const wanted = process.argv[2] ?? "";
const chosen = scenes.filter((scene) => scene.name.includes(wanted));
const kinds = [
  { kind: "light" },
  { kind: "dark", dark: true },
  { kind: "large", fontSize: 32 },
  { kind: "lying", width: 844, height: 390, only: /^(code|home-valid|welcome)$/ },
  { kind: "desktop", width: 1280, height: 800, only: /^(code|home-valid|welcome|menu)$/ },
  { kind: "small", width: 320, height: 568, only: /^(code|home-valid|welcome|photo|library)$/ },
];

const server = await serve();
let made = 0;
for (const { kind, dark = false, fontSize, width, height, only = /./ } of kinds) {
  const browser = await launch({ fontSize });
  for (const scene of chosen.filter((each) => only.test(each.name))) {
    const app = await open(browser, server.url, { ...scene, dark, width, height, still: true });
    await scene.go?.(app.page);
    await app.page.waitForSelector(scene.ready ?? "h1");
    await app.page.waitForTimeout(50);
    await app.page.screenshot({ path: `${out}${scene.name}-${kind}.png`, fullPage: true });
    for (const fault of app.faults) console.error(`${scene.name} (${kind}): ${fault}`);
    await app.close();
    made++;
  }
  await browser.close();
}
await server.close();
console.log(`${made} pictures in ${out}`);
