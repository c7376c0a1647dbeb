// The service worker: keeps the page itself, so that it opens without a network. The county's lists are not its
// business (store.ts keeps them, once they have been checked), and it sees no code: what is behind the `#` of an address
// is not looked at here and is sent nowhere.

/** Filled in by the build. */
declare const __FILES__: string[];
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

async function install(): Promise<void> {
  const cache = await caches.open(NAME);
  // Files of one name never change, so those that the page has just loaded need not be fetched again.
  await Promise.all(files.map(async (file) => (await cache.match(file)) ?? cache.add(file)));
  const answer = await fetch(page, { cache: "no-cache", credentials: "omit" });
  const text = await answer.clone().text();
  // Between two versions on the server, the page of one would be kept with the files of the other.
  if (!answer.ok || !names.some((file) => file.endsWith(".js") && text.includes(file))) throw new Error("another version");
  await cache.put(page, answer);
  await worker.skipWaiting();
}

async function activate(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== NAME) await caches.delete(name);
  }
  await worker.clients.claim();
}

async function kept(address: URL | string, request: Request): Promise<Response> {
  const cache = await caches.open(NAME);
  const found = await cache.match(address);
  if (found) return found;
  const answer = await fetch(request);
  // The scanner, which is fetched when it is first asked for.
  if (answer.ok && request.url.startsWith(new URL("assets/", folder).href)) await cache.put(request, answer.clone());
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
