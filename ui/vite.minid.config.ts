// The page /minid of the county's service: MinID-hjelpen for everybody, without the app.
import { readFile } from "node:fs/promises";
import ts from "typescript";
import { defineConfig, type Plugin } from "vite";
import { here, pageBuild } from "./page-build.ts";

/** Of the app's words, the page's screens say these: all of a group, or one of it. Its own are in src/minid/words. */
const SAID = ["common", "menu.language", "supportCode"];

/** The app's words in three languages would be half of the page. */
function onlyWhatIsSaid(): Plugin {
  return {
    name: "only-what-is-said",
    async load(id) {
      const code = id.match(/\/src\/lib\/i18n\/(nb|nn|en)\.ts$/)?.[1];
      if (!code) return null;
      const { outputText } = ts.transpileModule(await readFile(id, "utf8"), { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } });
      const { [code]: words } = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
      const said: Record<string, unknown> = {};
      for (const path of SAID) {
        const [group = "", word] = path.split(".");
        said[group] = word ? { [word]: words[group][word] } : words[group];
      }
      return `export const ${code} = ${JSON.stringify(said)};`;
    },
  };
}

export default defineConfig(
  pageBuild({
    name: "minid",
    crate: "minid-web",
    plugins: [onlyWhatIsSaid()],
    icons: { "icon-32.png": "32x32.png", "icon-256.png": "128x128@2x.png" },
    links: [
      { rel: "icon", type: "image/png", sizes: "32x32", href: "/minid/icon-32.png" },
      { rel: "apple-touch-icon", href: "/minid/icon-256.png" },
    ],
  }),
);
