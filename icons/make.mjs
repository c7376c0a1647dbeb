// Makes the icon's sizes from icon.svg: `npm run icon` in ui/. Android's and iOS' own sets are made with their projects.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const tauri = fileURLToPath(new URL("../ui/node_modules/.bin/tauri", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "icons-"));
const draw = (...options) => execFileSync(tauri, ["icon", join(here, "icon.svg"), "-o", out, ...options], { stdio: ["ignore", "ignore", "inherit"] });

draw();
for (const name of ["32x32.png", "128x128.png", "128x128@2x.png", "icon.ico", "icon.icns"]) copyFileSync(join(out, name), join(here, name));
copyFileSync(join(out, "icon.png"), join(here, "512x512.png"));
draw("-p", "1024");
copyFileSync(join(out, "1024x1024.png"), join(here, "1024x1024.png"));
rmSync(out, { recursive: true });
