// A county for the page /kontroll: real lists and codes from crates/verifier-web's specimen, served as the county's
// service serves them. Everything that is asked of the server is written down.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The county's on accessibility. */
export const STATEMENT = "https://uustatus.example/fjordviken";

const repository = fileURLToPath(new URL("../../", import.meta.url));
export const dist = fileURLToPath(new URL("../dist-kontroll/", import.meta.url));
const policy = readFileSync(new URL("../kontroll/policy.txt", import.meta.url), "utf8").trim().split("\n").join("; ");
const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".png": "image/png", ".webmanifest": "application/manifest+json" };

let building = null;

/** The program that makes lists and codes, built once. */
function program() {
  building ??= new Promise((resolve, reject) => {
    const cargo = spawn("cargo", ["build", "--locked", "--message-format=json-render-diagnostics", "-p", "verifier-web", "--example", "specimen"], {
      cwd: repository, stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    cargo.stdout.on("data", (data) => (said += data));
    cargo.on("error", reject);
    cargo.on("close", () => {
      const built = said.split("\n").map((line) => line && JSON.parse(line).executable).filter(Boolean);
      if (built.length === 1) resolve(built[0]);
      else reject(new Error("the specimen cannot be built"));
    });
  });
  return building;
}

/** Makes lists and codes on order, one line each. */
class Specimen {
  constructor(path, issuer) {
    this.process = spawn(path, [issuer], { stdio: ["pipe", "pipe", "inherit"] });
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }
  async order(...words) {
    this.process.stdin.write(`${words.join(" ")}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`the specimen does not obey: ${words.join(" ")}`);
    return value;
  }
  end() {
    this.process.stdin.end();
  }
}

/** `prefix`: the path in the county's public address. */
export async function county({ demo = false, prefix = "", listAge = 0 } = {}) {
  const path = await program();
  if (!existsSync(join(dist, "index.html"))) throw new Error("ui/dist-kontroll is not built: see kontroll_page in tests/setup/prepare.sh");
  const asked = [];
  const answers = new Map();
  let holding = null;
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    asked.push({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString("latin1") });
    const path = normalize(new URL(request.url, "http://localhost").pathname);
    const headers = { "content-security-policy": policy, "referrer-policy": "no-referrer", "x-content-type-options": "nosniff", "cache-control": "no-cache" };
    const send = (status, type, body) => response.writeHead(status, { ...headers, "content-type": type }).end(body);
    const answer = answers.get(path);
    if (answer) {
      await holding;
      return send(200, answer.type, answer.body);
    }
    if ([`${prefix}/kontroll`, `${prefix}/KONTROLL`.toUpperCase()].includes(path)) {
      const page = await readFile(join(dist, "index.html"), "utf8");
      headers["permissions-policy"] = "camera=(self)";
      return send(200, types[".html"], page.replaceAll('"/kontroll/', `"${prefix}/kontroll/`));
    }
    try {
      if (!path.startsWith(`${prefix}/kontroll/`)) throw new Error("not here");
      const file = path.slice(`${prefix}/kontroll/`.length);
      const body = await readFile(join(dist, file));
      if (file === "worker.js") headers["service-worker-allowed"] = "/";
      else if (file.startsWith("assets/")) headers["cache-control"] = "public, max-age=31536000, immutable";
      return send(200, types[extname(file)] ?? "application/octet-stream", body);
    } catch {
      return send(404, "text/plain", "");
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address();
  const origin = `http://127.0.0.1:${port}`;
  const url = `${origin}${prefix}`;
  const specimen = new Specimen(path, url);
  if (demo) await specimen.order("demo");

  const serve = (path, type, body) => answers.set(prefix + path, { type, body });
  const self = {
    url, origin, asked, prefix,
    page: `${url}/kontroll`,
    /** Signs the lists anew, `age` seconds ago. Entries are `IDX=VALUE`. */
    async sign({ age = 0, version = 1, entries = ["2=1", "3=2"] } = {}) {
      serve("/trust-list", "application/trust-list+jwt", await specimen.order("trust-list", version, -age));
      serve("/status-lists/1", "application/statuslist+jwt", await specimen.order("status-list", 1, -age, ...entries));
      serve("/status-lists/2", "application/statuslist+jwt", await specimen.order("status-list", 2, -age));
    },
    /** The text of a code made `age` seconds ago. */
    code: ({ profile = "exam", age = 0, idx = 1, forged = false } = {}) => specimen.order("code", profile, -age, idx, ...(forged ? ["forged"] : [])),
    photo: () => specimen.order("photo"),
    async link(options) {
      const address = await specimen.order("link", `${url}/kontroll`, await self.code(options));
      // As the phone's browser writes it.
      return address.replace(/^HTTP:\/\/[^/]+/, origin);
    },
    serve,
    /** The lists take their time: until what this gives is called. */
    hold() {
      let release;
      holding = new Promise((done) => (release = done));
      return () => {
        release();
        holding = null;
      };
    },
    /** Nothing answers any longer. */
    cut: () => new Promise((done) => {
      server.closeAllConnections();
      server.close(done);
    }),
    restore: () => new Promise((ready) => server.listen(port, "127.0.0.1", ready)),
    async close() {
      specimen.end();
      if (server.listening) await self.cut();
    },
  };
  const itself = { ...JSON.parse(await specimen.order("county")), accessibility_statement_url: STATEMENT };
  serve("/kontroll/county.json", "application/json", JSON.stringify(itself));
  serve("/status-lists", "application/json", JSON.stringify({ status_lists: [1, 2].map((id) => `${url}/status-lists/${id}`) }));
  await self.sign({ age: listAge });
  return self;
}
