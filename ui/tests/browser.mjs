// Drives the built screens in Chromium with a stand-in for the Rust core behind `window.__TAURI_INTERNALS__`.
import { mkdir, readFile } from "node:fs/promises";
import { rmSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { standIn } from "./core.mjs";
import { answers as usual, NOW, SCANNED } from "./fixtures.mjs";
import { minidCore, numbers } from "./minid-core.mjs";
import { film as makeFilm } from "./qr.mjs";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".wasm": "application/wasm" };

/** The page's policy as the app sets it, so that a style or script it forbids fails here too. */
async function policy() {
  const config = JSON.parse(await readFile(new URL("../../src-tauri/tauri.conf.json", import.meta.url), "utf8"));
  return Object.entries(config.app.security.csp).map(([name, value]) => `${name} ${value}`).join("; ");
}

/** `root` holds the built screens. */
export async function serve(root = dist) {
  const csp = await policy();
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://localhost").pathname);
    try {
      const file = path === "/" ? "index.html" : path.slice(1);
      const body = await readFile(join(root, file));
      response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream", "content-security-policy": csp });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => new Promise((done) => server.close(done)) };
}

/** The camera sees a phone that shows these codes, one a second. */
async function camera(codes, size) {
  const out = fileURLToPath(new URL(".out/", import.meta.url));
  await mkdir(out, { recursive: true });
  return makeFilm(`${out}camera-${process.pid}-${Date.now()}.y4m`, codes, size);
}

/** `fontSize` is the reader's own text size: 32 is 200 %. A small film is read faster than what a phone would see. */
export async function launch({ fontSize = 16, codes = [SCANNED], film = { width: 640, height: 480 } } = {}) {
  const path = await camera(codes, film);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
      "--disable-domain-reliability", "--disable-client-side-phishing-detection", "--no-first-run", "--no-pings",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", `--blink-settings=defaultFontSize=${fontSize}`,
      "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${path}`,
    ],
  });
  browser.on("disconnected", () => rmSync(path, { force: true }));
  return browser;
}

/** Runs in the page before its own scripts: the camera sees this picture, and remembers whether it is on. */
function seeing(face) {
  const picture = new Image();
  picture.src = face;
  const streams = (window.__streams = []);
  navigator.mediaDevices.getUserMedia = async () => {
    await picture.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [480, 640];
    const context = canvas.getContext("2d");
    const draw = () => context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    draw();
    const stream = canvas.captureStream(2);
    const [track] = stream.getVideoTracks();
    const timer = setInterval(() => (track.readyState === "ended" ? clearInterval(timer) : draw()), 500);
    streams.push(stream);
    return stream;
  };
}

/** Opens the app in `state`. Fails the test on any script error, refused style, or request that leaves the page. `minid`: what MinID-hjelpen has kept. */
export async function open(browser, url, { state, answers = {}, dark = false, language = "nb-NO", still = false, width = 390, height = 844, scale = 2, pause = false, script = "", camera = true, face = null, minid = null, now = NOW }) {
  const context = await browser.newContext({
    viewport: { width, height }, deviceScaleFactor: scale, hasTouch: true, locale: language, timezoneId: "Europe/Oslo",
    colorScheme: dark ? "dark" : "light", reducedMotion: still ? "reduce" : "no-preference",
  });
  if (camera) await context.grantPermissions(["camera"], { origin: new URL(url).origin });
  const page = await context.newPage();
  const faults = [];
  const requests = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  page.on("request", (request) => {
    requests.push(request.url());
    if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) faults.push(`a request left the page: ${request.url()}`);
  });
  await page.clock.install({ time: new Date(now) });
  // Before the stand-in, which freezes the prototypes as the app does.
  if (script) await page.addInitScript({ content: script });
  if (face) await page.addInitScript(seeing, face);
  if (minid) await page.addInitScript(minidCore, { kept: minid, numbers });
  await page.addInitScript(standIn, {
    state,
    answers: { ...usual(), ...answers },
  });
  await page.goto(url);
  await page.waitForSelector("h1, [aria-busy]");
  if (pause) await page.clock.pauseAt(new Date(new Date(now).getTime() + 60_000));
  return {
    page,
    faults,
    requests,
    calls: (command) => page.evaluate((name) => window.__core.calls.filter((call) => call.command === name), command),
    emit: (next, event = "state-changed") => page.evaluate(([name, payload]) => window.__core.emit(name, payload), [event, next]),
    answer: (command, value) => page.evaluate(([name, next]) => (window.__core.answers[name] = next), [command, value]),
    settle: (command, value) =>
      page.evaluate(([name, next]) => {
        const at = window.__core.waiting.findIndex((each) => each.command === name);
        const [call] = window.__core.waiting.splice(at, 1);
        next?.reject ? call.reject(next.reject) : call.resolve(next);
      }, [command, value]),
    close: () => context.close(),
  };
}
