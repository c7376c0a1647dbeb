// A county that serves the page /minid as its service does. Everything that is asked of it is written down.
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

export const dist = fileURLToPath(new URL("../dist-minid/", import.meta.url));
const policy = readFileSync(new URL("../minid/policy.txt", import.meta.url), "utf8").trim().split("\n").join("; ");
const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".png": "image/png" };

/** The settings as the service hands them out: those of crates/minid-guide/guide.toml, whose few forms are read here. */
export function settings() {
  const all = {};
  let section = all;
  for (const line of readFileSync(new URL("../../crates/minid-guide/guide.toml", import.meta.url), "utf8").split("\n")) {
    const [, name] = line.match(/^\[(\w+)\]$/) ?? [];
    if (name) section = all[name] = {};
    const [, key, value] = line.match(/^(\w+) = (.+)$/) ?? [];
    if (key) section[key] = JSON.parse(value.replace(/(\w+) = /g, '"$1": '));
  }
  return all;
}

/** `prefix`: the path in the county's public address. `guide`: its settings; null if they cannot be had. `statement`: on accessibility. */
export async function county({ prefix = "", guide = settings(), statement = "https://uustatus.example/fjordviken" } = {}) {
  if (!existsSync(join(dist, "index.html"))) throw new Error("ui/dist-minid is not built: see minid_page in tests/setup/prepare.sh");
  const asked = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    asked.push({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString("latin1") });
    const path = normalize(new URL(request.url, "http://localhost").pathname);
    const send = (status, type, body) =>
      response.writeHead(status, { "content-type": type, "content-security-policy": policy, "referrer-policy": "no-referrer", "x-content-type-options": "nosniff", "cache-control": "no-cache" }).end(body);
    if (path === `${prefix}/minid`) return send(200, types[".html"], (await readFile(join(dist, "index.html"), "utf8")).replaceAll('"/minid/', `"${prefix}/minid/`));
    if (path === `${prefix}/minid/guide.json` && guide) return send(200, "application/json", JSON.stringify(guide));
    if (path === `${prefix}/kontroll/county.json` && statement) return send(200, "application/json", JSON.stringify({ accessibility_statement_url: statement }));
    try {
      if (!path.startsWith(`${prefix}/minid/`)) throw new Error("not here");
      const file = path.slice(`${prefix}/minid/`.length);
      return send(200, types[extname(file)] ?? "application/octet-stream", await readFile(join(dist, file)));
    } catch {
      return send(404, "text/plain", "");
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin, asked, page: `${origin}${prefix}/minid`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
