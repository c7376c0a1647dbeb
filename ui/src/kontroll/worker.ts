// The service worker: keeps the page itself, so that it opens without a network. The county's lists are not its
// business (store.ts keeps them, once they have been checked), and it sees no code: what is behind the `#` of an address
// is not looked at here and is sent nowhere.

/** Filled in by the build. */
declare const __FILES__: string[];
declare const __SCANNER__: string[];
declare const __BUILD__: string;

interface ExtendableEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker extends EventTarget {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
}

const worker = self as unknown as Worker;
const PREFIX = "kontroll-page-";
const NAME = `${PREFIX}${__BUILD__}`;
/** This file lies in `…/kontroll/`. */
const folder = new URL("./", worker.location.href);
const page = new URL("../kontroll", worker.location.href);
const pages = [page.pathname, `${page.pathname}/`, page.pathname.toUpperCase()];
const names = __FILES__;
/** What browsers ask for by themselves. */
const besides = ["manifest.webmanifest", "icon-32.png", "icon-256.png"];
const files = [...names, ...besides].map((file) => new URL(file, folder).href);
const scanner = __SCANNER__.map((file) => new URL(file, folder).href);

async function install(): Promise<void> {
  const cache = await caches.open(NAME);
  // Files of one name never change, so those that the page has just loaded need not be fetched again.
  await Promise.all(files.map(async (file) => (await cache.match(file)) ?? cache.add(file)));
  const answer = await fetch(page, { cache: "no-cache", credentials: "omit" });
  const text = await answer.clone().text();
  // Between two versions on the server, the page of one would be kept with the files of the other.
  if (!answer.ok || !names.some((file) => file.endsWith(".js") && text.includes(file))) throw new Error("another version");
  await cache.put(page, answer);
  await carryScanner(cache).catch(() => undefined);
  await worker.skipWaiting();
}

/** Whoever could scan without a network can do so after an update as well. */
async function carryScanner(cache: Cache): Promise<void> {
  if (!(await hadScanner())) return;
  for (const file of scanner) {
    const same = await caches.match(file);
    if (same) await cache.put(file, same);
    else await cache.add(file);
  }
}

async function hadScanner(): Promise<boolean> {
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX) || name === NAME) continue;
    const requests = await (await caches.open(name)).keys();
    if (requests.some(({ url }) => url.includes("zxing"))) return true;
  }
  return false;
}

async function activate(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== NAME) await caches.delete(name);
  }
  await worker.clients.claim();
}

async function kept(address: URL | string, request: Request): Promise<Response> {
  // The worker of the other address, when it is newer, has put its own cache in the place of ours.
  const found = (await caches.match(address, { cacheName: NAME })) ?? (await caches.match(address));
  if (found) return found;
  const answer = await fetch(request);
  // The scanner, which is fetched when it is first asked for.
  if (answer.ok && request.url.startsWith(new URL("assets/", folder).href)) {
    const cache = await caches.open(NAME);
    await cache.put(request, answer.clone());
  }
  return answer;
}

worker.addEventListener("install", (event) => (event as ExtendableEvent).waitUntil(install()));
worker.addEventListener("activate", (event) => (event as ExtendableEvent).waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  const { request } = event as FetchEvent;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== folder.origin) return;
  if (request.mode === "navigate") {
    if (pages.includes(pathname)) (event as FetchEvent).respondWith(kept(page, request));
  } else if (pathname.startsWith(new URL("assets/", folder).pathname) || files.includes(request.url)) {
    (event as FetchEvent).respondWith(kept(request.url, request));
  }
});
