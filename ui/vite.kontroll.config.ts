// The page /kontroll of the county's service: its own build, into dist-kontroll, which the service carries in itself.
// crates/verifier-web must have been written to kontroll/wasm before (tests/setup/prepare.sh: kontroll_page).
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";
import { noCdn } from "./no-cdn.ts";
import { countyTheme } from "./theme/theme.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const out = here("dist-kontroll/");

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
const icons = { "icon-32.png": "32x32.png", "icon-256.png": "128x128@2x.png", "icon-512.png": "512x512.png" };

/** Tells the service worker what the page is made of, and lets the browser fetch the verifier beside the scripts. */
function shell(): Plugin {
  return {
    name: "shell",
    enforce: "post",
    async generateBundle(_, bundle) {
      this.emitFile({ type: "asset", fileName: "manifest.webmanifest", source: JSON.stringify(manifest) });
      for (const [fileName, from] of Object.entries(icons)) {
        this.emitFile({ type: "asset", fileName, source: await readFile(here(`../icons/${from}`)) });
      }
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
    transformIndexHtml: {
      order: "post",
      handler(_, { bundle }) {
        const verifier = Object.keys(bundle ?? {}).find((file) => file.endsWith(".wasm") && !isScanner(file));
        if (!verifier) throw new Error("there is no verifier");
        return [
          { rel: "preload", as: "fetch", type: "application/wasm", crossorigin: true, href: `/kontroll/${verifier}` },
          { rel: "manifest", href: "/kontroll/manifest.webmanifest" },
          { rel: "icon", type: "image/png", sizes: "32x32", href: "/kontroll/icon-32.png" },
          { rel: "apple-touch-icon", href: "/kontroll/icon-256.png" },
        ].map((attrs) => ({ tag: "link", attrs, injectTo: "head" }));
      },
    },
    // Compressed once and well, instead of anew for every visitor.
    async writeBundle() {
      for (const folder of [out, `${out}assets/`]) {
        for (const name of await readdir(folder)) {
          if (!/\.(js|css|wasm)$/.test(name)) continue;
          const content = await readFile(folder + name);
          await writeFile(`${folder}${name}.gz`, gzipSync(content, { level: 9 }));
          await writeFile(`${folder}${name}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }));
        }
      }
    },
  };
}

export default defineConfig({
  root: here("kontroll"),
  plugins: [svelte({ configFile: here("svelte.config.js") }), noCdn(), countyTheme(), shell()],
  clearScreen: false,
  resolve: { alias: { "verifier-web": here("kontroll/wasm/verifier_web.js") } },
  build: {
    target: ["safari16.4", "chrome111"],
    outDir: out,
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: false,
    rollupOptions: {
      // Compressing takes long, and is meant to.
      checks: { pluginTimings: false, bundlerTimings: false },
      input: { index: here("kontroll/index.html"), worker: here("src/kontroll/worker.ts") },
      output: {
        entryFileNames: ({ name }) => (name === "worker" ? "worker.js" : "assets/[name]-[hash].js"),
        chunkFileNames: ({ moduleIds }) => (moduleIds.some(isScanner) ? "assets/zxing-[hash].js" : "assets/[name]-[hash].js"),
      },
    },
  },
  experimental: {
    // The page answers to two addresses, /kontroll and /KONTROLL, so it names its files from the root; the service puts
    // the path in its public address before that. Scripts and styles find theirs beside themselves.
    renderBuiltUrl: (file, { hostType }) => (hostType === "html" ? `/kontroll/${file}` : { relative: true }),
  },
});
