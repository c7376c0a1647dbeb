// What the builds of the service's pages (/kontroll, /minid) have in common: each has an entry of its own and a crate of
// ours as WebAssembly, and goes into dist-NAME, which the service carries in itself. The crate must have been written to
// NAME/wasm before (tests/setup/prepare.sh: web_page).
import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin, UserConfig } from "vite";
import { noCdn } from "./no-cdn.ts";
import { countyTheme } from "./theme/theme.ts";

export const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

interface Page {
  /** Of the page's address, its folder here, and the folder that it is built into. */
  name: string;
  /** The crate, as scripts import it. */
  crate: string;
  plugins?: Plugin[];
  /** Icons by the names that the page gives them, from icons/. */
  icons: Record<string, string>;
  /** Links in its head, besides the one to the WebAssembly. */
  links: Record<string, string>[];
  /** Entries besides the page itself. */
  input?: Record<string, string>;
  entryFileNames?: (name: string) => string;
  chunkFileNames?: (moduleIds: string[]) => string;
  /** Files that are fetched when they are first asked for. */
  isApart?: (file: string) => boolean;
}

const named = () => "assets/[name]-[hash].js";

export function pageBuild({ name, crate, plugins = [], icons, links, input = {}, entryFileNames = named, chunkFileNames = named, isApart = () => false }: Page): UserConfig {
  const out = here(`dist-${name}/`);
  return {
    root: here(name),
    plugins: [svelte({ configFile: here("svelte.config.js") }), noCdn(), countyTheme(), withIcons(icons), ...plugins, withLinks(name, links, isApart), compressed(out)],
    clearScreen: false,
    resolve: { alias: { [crate]: here(`${name}/wasm/${crate.replaceAll("-", "_")}.js`) } },
    build: {
      // As in vite.config.ts.
      target: ["safari16.4", "chrome111"],
      outDir: out,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: false,
      rollupOptions: {
        // Compressing takes long, and is meant to.
        checks: { pluginTimings: false, bundlerTimings: false },
        input: { index: here(`${name}/index.html`), ...input },
        output: { entryFileNames: (chunk) => entryFileNames(chunk.name), chunkFileNames: (chunk) => chunkFileNames(chunk.moduleIds) },
      },
    },
    experimental: {
      // The page names its files from the root, whichever of its addresses it was asked by; the service puts the path in
      // its public address before that. Scripts and styles find theirs beside themselves.
      renderBuiltUrl: (file, { hostType }) => (hostType === "html" ? `/${name}/${file}` : { relative: true }),
    },
  };
}

function withIcons(icons: Record<string, string>): Plugin {
  return {
    name: "icons",
    async generateBundle() {
      for (const [fileName, from] of Object.entries(icons)) {
        this.emitFile({ type: "asset", fileName, source: await readFile(here(`../icons/${from}`)) });
      }
    },
  };
}

/** Lets the browser fetch the WebAssembly beside the scripts, which would ask for it only when they run. */
function withLinks(page: string, links: Record<string, string>[], isApart: (file: string) => boolean): Plugin {
  return {
    name: "links",
    transformIndexHtml: {
      order: "post",
      handler(_, { bundle }) {
        const wasm = Object.keys(bundle ?? {}).find((file) => file.endsWith(".wasm") && !isApart(file));
        if (!wasm) throw new Error("there is no WebAssembly");
        const first = { rel: "preload", as: "fetch", type: "application/wasm", crossorigin: true, href: `/${page}/${wasm}` };
        return [first, ...links].map((attrs) => ({ tag: "link", attrs, injectTo: "head" }));
      },
    },
  };
}

/** Compressed once and well, instead of anew for every visitor. */
function compressed(out: string): Plugin {
  return {
    name: "compressed",
    enforce: "post",
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
