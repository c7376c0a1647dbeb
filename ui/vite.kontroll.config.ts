// The page /kontroll of the county's service, with its service worker and the scanner that it fetches when asked.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { defineConfig, type Plugin } from "vite";
import { here, pageBuild } from "./page-build.ts";

/** The scanner, which is fetched when it is first asked for, and kept then. */
const isScanner = (file: string) => file.includes("zxing");

/** For those who put the page on their home screen; browsers keep for longer what such pages keep. */
const manifest = {
  name: "Kontroll – Lommebevis",
  short_name: "Kontroll",
  lang: "nb",
  start_url: "../kontroll",
  scope: "../kontroll",
  display: "standalone",
  background_color: "#f6f4ef",
  theme_color: "#f6f4ef",
  icons: [256, 512].map((size) => ({ src: `icon-${size}.png`, sizes: `${size}x${size}`, type: "image/png" })),
};

/** Tells the service worker what the page is made of. */
function shell(): Plugin {
  return {
    name: "shell",
    enforce: "post",
    async generateBundle(_, bundle) {
      this.emitFile({ type: "asset", fileName: "manifest.webmanifest", source: JSON.stringify(manifest) });
      const assets = Object.keys(bundle).filter((file) => file.startsWith("assets/")).sort();
      const files = assets.filter((file) => !isScanner(file));
      const scanner = assets.filter(isScanner);
      const build = createHash("sha256").update(await readFile(here("kontroll/index.html"))).update(files.join());
      const worker = bundle["worker.js"];
      if (worker?.type !== "chunk") throw new Error("there is no worker");
      if (worker.imports.length > 0) throw new Error("the worker must be one file");
      const filledIn = { __FILES__: files, __SCANNER__: scanner, __BUILD__: build.digest("hex").slice(0, 16) };
      for (const [name, value] of Object.entries(filledIn)) worker.code = worker.code.replace(name, JSON.stringify(value));
    },
  };
}

// The page answers to two addresses, /kontroll and /KONTROLL.
export default defineConfig(
  pageBuild({
    name: "kontroll",
    crate: "verifier-web",
    plugins: [shell()],
    icons: { "icon-32.png": "32x32.png", "icon-256.png": "128x128@2x.png", "icon-512.png": "512x512.png" },
    links: [
      { rel: "manifest", href: "/kontroll/manifest.webmanifest" },
      { rel: "icon", type: "image/png", sizes: "32x32", href: "/kontroll/icon-32.png" },
      { rel: "apple-touch-icon", href: "/kontroll/icon-256.png" },
    ],
    input: { worker: here("src/kontroll/worker.ts") },
    entryFileNames: (name) => (name === "worker" ? "worker.js" : "assets/[name]-[hash].js"),
    chunkFileNames: (moduleIds) => (moduleIds.some(isScanner) ? "assets/zxing-[hash].js" : "assets/[name]-[hash].js"),
    isApart: isScanner,
  }),
);
