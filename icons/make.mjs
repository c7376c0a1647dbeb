// Makes every size of the icon, for desktops, Android and iOS, from icon.svg and monochrome.svg: `npm run icon` in ui/, which
// then makes the Android project anew with them. The same drawing gives the same bytes, but for icon.icns, whose pictures come in any order.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { opaque } from "./opaque.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const mobile = fileURLToPath(new URL("../src-tauri/mobile/", import.meta.url));
const tauri = fileURLToPath(new URL("../ui/node_modules/.bin/tauri", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "icons-"));
// A place of its own, since the CLI writes into a project that lies beside.
const out = join(scratch, "made", "icons");
const draw = (drawing, ...options) =>
  execFileSync(tauri, ["icon", drawing, "-o", out, ...options], { stdio: ["ignore", "ignore", "inherit"] });

const drawing = readFileSync(join(here, "icon.svg"), "utf8");
const write = (name, text) => {
  writeFileSync(join(scratch, name), text);
  return join(scratch, name);
};
const without = (text, id) => {
  const changed = text.replace(new RegExp(`^  <g id="${id}">\n[^]*?\n  </g>\n(?=  <g id|</svg>)`, "m"), "");
  if (changed === text) throw new Error(`icon.svg has no layer ${id}`);
  return changed;
};
const seen = (text, box) => text.replace(/viewBox="[^"]*"/, `viewBox="${box}"`);

desktop();
ios();
android();
rmSync(scratch, { recursive: true });

function desktop() {
  draw(join(here, "icon.svg"));
  for (const name of ["32x32.png", "128x128.png", "128x128@2x.png", "icon.ico", "icon.icns"]) copyFileSync(join(out, name), join(here, name));
  copyFileSync(join(out, "icon.png"), join(here, "512x512.png"));
  draw(join(here, "icon.svg"), "-p", "1024");
  copyFileSync(join(out, "1024x1024.png"), join(here, "1024x1024.png"));
}

// iOS rounds the corners itself, and wants nothing transparent.
function ios() {
  const square = drawing.replace(' rx="228"', "");
  if (square === drawing) throw new Error("icon.svg has other corners");
  draw(write("ios.svg", square), "--ios-color", "#0a4350");
  const to = join(mobile, "ios/Resources/Assets.xcassets/AppIcon.appiconset");
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(to)) if (name.endsWith(".png")) rmSync(join(to, name));
  const images = readdirSync(join(out, "ios")).sort();
  for (const name of images) writeFileSync(join(to, name), opaque(readFileSync(join(out, "ios", name))));
  const entries = images.map((filename) => {
    const [, size, scale] = /^AppIcon-([\d.]+(?:x[\d.]+)?)@(\d)x(?:-1)?\.png$/.exec(filename);
    // The second picture of the same size is the tablet's.
    const store = size === "512";
    const tablet = ["76x76", "83.5x83.5"].includes(size) || filename.endsWith("-1.png") || (scale === "1" && size !== "512");
    return store
      ? { filename, idiom: "ios-marketing", scale: "1x", size: "1024x1024" }
      : { filename, idiom: tablet ? "ipad" : "iphone", scale: `${scale}x`, size };
  });
  writeFileSync(join(to, "Contents.json"), `${JSON.stringify({ images: entries, info: { author: "xcode", version: 1 } }, null, 2)}\n`);
}

// An adaptive icon is 108 dp wide, of which 72 are seen and a circle of 66 is sure to be. The whole drawing takes the place of
// the 72, so that the mark, 46 dp wide, fills the sure circle.
function android() {
  const CANVAS = "-256 -256 1536 1536";
  const mono = readFileSync(join(here, "monochrome.svg"), "utf8");
  write("fg.svg", seen(without(drawing, "back"), CANVAS));
  write("mono.svg", seen(mono, CANVAS));
  const manifest = { default: "fg.svg", android_fg: "fg.svg", android_monochrome: "mono.svg", bg_color: "#0a4350" };
  draw(write("icons.json", JSON.stringify(manifest)));
  const res = join(mobile, "android/app/src/main/res");
  for (const density of ["mdpi", "hdpi", "xhdpi", "xxhdpi", "xxxhdpi"]) {
    const from = join(out, "android", `mipmap-${density}`);
    const to = join(res, `mipmap-${density}`);
    mkdirSync(to, { recursive: true });
    for (const layer of ["foreground", "monochrome"]) copyFileSync(join(from, `ic_launcher_${layer}.png`), join(to, `ic_launcher_${layer}.png`));
  }
  mkdirSync(join(res, "mipmap-anydpi"), { recursive: true });
  mkdirSync(join(res, "drawable"), { recursive: true });
  writeFileSync(
    join(res, "mipmap-anydpi/ic_launcher.xml"),
    `<?xml version="1.0" encoding="utf-8"?>
<!-- Made by icons/make.mjs. -->
<adaptive-icon xmlns:android="http://schemas.android.com/apk/res/android">
    <background android:drawable="@drawable/ic_launcher_background" />
    <foreground android:drawable="@mipmap/ic_launcher_foreground" />
    <monochrome android:drawable="@mipmap/ic_launcher_monochrome" />
</adaptive-icon>
`,
  );
  const [, start, end] = /id="ground"[^]*?stop-color="(#\w+)"[^]*?stop-color="(#\w+)"/.exec(drawing);
  writeFileSync(
    join(res, "drawable/ic_launcher_background.xml"),
    `<?xml version="1.0" encoding="utf-8"?>
<!-- Made by icons/make.mjs: the ground of icon.svg, from the upper left to the lower right. -->
<shape xmlns:android="http://schemas.android.com/apk/res/android" android:shape="rectangle">
    <gradient android:angle="315" android:endColor="${end}" android:startColor="${start}" />
</shape>
`,
  );
  // What stands in the status bar for a notice: 24 dp, of which 22 are drawn.
  write("notice.svg", seen(mono, "72 72 880 880"));
  draw(join(scratch, "notice.svg"), ...[24, 36, 48, 72, 96].flatMap((size) => ["-p", String(size)]));
  for (const [density, size] of Object.entries({ mdpi: 24, hdpi: 36, xhdpi: 48, xxhdpi: 72, xxxhdpi: 96 })) {
    mkdirSync(join(res, `drawable-${density}`), { recursive: true });
    copyFileSync(join(out, `${size}x${size}.png`), join(res, `drawable-${density}/ic_notice.png`));
  }
}
