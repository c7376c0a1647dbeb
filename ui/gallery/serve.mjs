// Serves the gallery and the built app. `node gallery/serve.mjs [--open] [PORT]`; the tests make their pictures from it.
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { pngFile } from "../tests/qr.mjs";

const ui = fileURLToPath(new URL("..", import.meta.url));
const types = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
  ".png": "image/png", ".wasm": "application/wasm",
};
/** Of the tests, what the scenes are made of, as far as their imports lead; nothing else of this machine is served. */
const shared = await imported("core.mjs", "scenes.mjs");

async function imported(...names) {
  const found = new Set();
  for (const name of names) {
    if (found.has(name)) continue;
    found.add(name);
    // Served as the stand-in below: the real one needs Node.
    if (name === "qr.mjs") continue;
    const text = await readFile(new URL(`../tests/${name}`, import.meta.url), "utf8");
    names.push(...[...text.matchAll(/^(?:import|export)[^;]*?from "\.\/([\w-]+\.mjs)";/gm)].map(([, each]) => each));
  }
  return found;
}

/** What only Node can do: drawing codes. */
const qr = `export const pngFile = async (text) => ({ name: "code.png", mimeType: "image/png", buffer: await (await fetch("/gallery/code.png?" + new URLSearchParams({ text }))).arrayBuffer() });`;

async function answer(address) {
  const path = normalize(decodeURIComponent(address.pathname)).replaceAll(sep, "/");
  if (path === "/gallery/code.png") return [".png", (await pngFile(address.searchParams.get("text") ?? "")).buffer];
  if (path === "/tests/qr.mjs") return [".mjs", qr];
  if (path === "/gallery" || path === "/gallery/") return [".html", await readFile(join(ui, "gallery/index.html"))];
  if (path === "/" && address.searchParams.has("scene")) {
    const app = await readFile(join(ui, "dist/index.html"), "utf8");
    // Modules run in the order in which they stand.
    return [".html", app.replace("<script type=\"module\"", '<script type="module" src="/gallery/stage.mjs"></script><script type="module"')];
  }
  if (path.startsWith("/gallery/")) return [extname(path), await readFile(join(ui, path))];
  if (path.startsWith("/tests/") && shared.has(path.slice(7))) return [extname(path), await readFile(join(ui, path))];
  if (path.startsWith("/assets/")) return [extname(path), await readFile(join(ui, "dist", path))];
  return null;
}

export async function serveGallery(port = 0) {
  const config = JSON.parse(await readFile(join(ui, "../src-tauri/tauri.conf.json"), "utf8"));
  const policy = Object.entries(config.app.security.csp).map(([name, value]) => `${name} ${value}`).join("; ");
  // The app's own policy, but that the gallery may show it in frames.
  const framed = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'");
  const server = createServer(async (request, response) => {
    const found = await answer(new URL(request.url, "http://localhost")).catch(() => null);
    if (!found) return void response.writeHead(found === null && request.url === "/" ? 302 : 404, { location: "/gallery" }).end();
    response.writeHead(200, { "content-type": types[found[0]] ?? "application/octet-stream", "content-security-policy": framed, "cache-control": "no-store" });
    response.end(found[1]);
  });
  await new Promise((ready, failed) => server.once("error", failed).listen(port, "127.0.0.1", ready));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => new Promise((done) => { server.closeAllConnections(); server.close(done); }) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await serveGallery(Number(process.argv.slice(2).find((each) => /^\d+$/.test(each)) ?? 1421));
  console.log(`The gallery: ${url}gallery (Ctrl-C ends it)`);
  if (process.argv.includes("--open")) {
    const opener = { darwin: "open", win32: "explorer" }[process.platform] ?? "xdg-open";
    spawn(opener, [`${url}gallery`], { stdio: "ignore", detached: true }).on("error", () => console.log("Open it in a browser.")).unref();
  }
}
