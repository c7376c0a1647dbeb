// Makes pictures of the page /kontroll: `npm run shots:kontroll [name part]`, at 390×844 in light, dark and with 200 % text.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launch } from "./browser.mjs";
import { county } from "./kontroll-county.mjs";
import { scenes } from "./kontroll-scenes.mjs";
import { visit } from "./kontroll-visit.mjs";

const out = fileURLToPath(new URL(".out/", import.meta.url));
await mkdir(out, { recursive: true });
const wanted = process.argv[2] ?? "";
for (const { kind, dark = false, fontSize } of [{ kind: "light" }, { kind: "dark", dark: true }, { kind: "large", fontSize: 32 }]) {
  const browser = await launch({ fontSize });
  for (const { name, go, clock, camera, ...options } of scenes.filter((scene) => scene.name.includes(wanted))) {
    const place = await county(options);
    const guest = await visit(browser, place, { clock, camera, dark });
    await go(place, guest.page);
    await guest.page.waitForTimeout(100);
    await guest.page.screenshot({ path: `${out}kontroll-${name}-${kind}.png`, fullPage: true });
    await guest.close();
    await place.close();
  }
  await browser.close();
}
