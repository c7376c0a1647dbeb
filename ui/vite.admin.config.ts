// Style and script of the issuer's own pages (/admin, /min-side), and what the app says in each case, for the staff.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";
import { appTexts } from "./admin/app-texts.ts";
import { here } from "./page-build.ts";
import { countyTheme } from "./theme/theme.ts";

const out = here("dist-admin/");

/** What the app says, from the app's own words: the issuer shows it to those who help. */
function whatTheAppSays(): Plugin {
  return {
    name: "what-the-app-says",
    async generateBundle() {
      this.emitFile({ type: "asset", fileName: "app-texts.json", source: JSON.stringify(appTexts(), null, 1) });
      this.emitFile({ type: "asset", fileName: "icon-32.png", source: await readFile(here("../icons/32x32.png")) });
    },
  };
}

/** Compressed once and well, instead of anew for every visitor. */
function compressed(): Plugin {
  return {
    name: "compressed",
    enforce: "post",
    async writeBundle() {
      const folder = `${out}assets/`;
      for (const name of await readdir(folder)) {
        if (!/\.(js|css)$/.test(name)) continue;
        const content = await readFile(folder + name);
        await writeFile(`${folder}${name}.gz`, gzipSync(content, { level: 9 }));
        await writeFile(`${folder}${name}.br`, brotliCompressSync(content));
      }
    },
  };
}

export default defineConfig({
  root: here("admin"),
  plugins: [countyTheme(), whatTheAppSays(), compressed()],
  clearScreen: false,
  build: {
    // As in vite.config.ts.
    target: ["safari16.4", "chrome111"],
    outDir: out,
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: false,
    cssCodeSplit: false,
    rollupOptions: {
      input: { web: here("admin/main.ts") },
      // The issuer adds a part of the digest to the address.
      output: {
        format: "es",
        entryFileNames: "assets/web.js",
        assetFileNames: (asset) => (asset.names.some((name) => name.endsWith(".css")) ? "assets/web.css" : "assets/[name][extname]"),
      },
    },
  },
});
