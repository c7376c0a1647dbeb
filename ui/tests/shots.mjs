// Makes pictures of every screen: `npm run shots [name part]`. Light, dark and 200 % text, at the design size.
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
];

const server = await serve();
for (const { kind, dark = false, fontSize } of kinds) {
  const browser = await launch({ fontSize });
  for (const scene of chosen) {
    const app = await open(browser, server.url, { ...scene, dark, still: true });
    await scene.go?.(app.page);
    await app.page.waitForSelector(scene.ready ?? "h1");
    await app.page.waitForTimeout(50);
    await app.page.screenshot({ path: `${out}${scene.name}-${kind}.png`, fullPage: true });
    for (const fault of app.faults) console.error(`${scene.name} (${kind}): ${fault}`);
    await app.close();
  }
  await browser.close();
}
await server.close();
console.log(`${chosen.length * kinds.length} pictures in ${out}`);
