// Makes pictures of every screen from the gallery: `npm run shots [name part]`. At the design size in light and dark, with
// 100 and 200 % text; some also small, lying and on a desktop.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { serveGallery } from "../gallery/serve.mjs";
import { launch } from "./browser.mjs";
import { picture, visit } from "./gallery-visit.mjs";
import { scenes } from "./scenes.mjs";

const out = fileURLToPath(new URL(".out/", import.meta.url));
await mkdir(out, { recursive: true });
const wanted = process.argv[2] ?? "";
const kinds = [
  { kind: "light" },
  { kind: "dark", scheme: "dark" },
  { kind: "large", text: 200 },
  { kind: "large-dark", scheme: "dark", text: 200 },
  { kind: "lying", width: 844, height: 390, only: /^(code|home-valid|welcome)$/ },
  { kind: "desktop", width: 1280, height: 800, only: /^(code|home-valid|welcome|menu)$/ },
  { kind: "small", width: 320, height: 568, only: /^(code|home-valid|welcome|photo|library)$/ },
];

const gallery = await serveGallery();
const browser = await launch();
let made = 0;
for (const scene of scenes.filter(({ name }) => name.includes(wanted))) {
  const shown = await visit(browser, gallery.url, scene.name);
  for (const { kind, only = /./, ...as } of kinds.filter((each) => (each.only ?? /./).test(scene.name))) {
    await picture(shown.page, as, `${out}${scene.name}-${kind}.png`);
    made++;
  }
  for (const fault of shown.faults) console.error(`${scene.name}: ${fault}`);
  await shown.close();
}
await browser.close();
await gallery.close();
console.log(`${made} pictures in ${out}`);
