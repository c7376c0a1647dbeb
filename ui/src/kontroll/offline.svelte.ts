// Lets the page open without a network after its first visit.

/** The built script lies in `…/kontroll/assets/`. */
const script = import.meta.url;
const worker = new URL("../worker.js", script);
/** The page's own address, and the same in capitals, as it stands in a link code. */
const page = new URL("../../kontroll", script).pathname;
const scopes = [page, page.toUpperCase()];

class Offline {
  /** The page has all of itself here. */
  ready = $state(false);
}

export const offline = new Offline();

export async function workOffline(): Promise<void> {
  // Not everywhere: private windows of some browsers have none.
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!workers) return;
  try {
    const registrations = await Promise.all(scopes.map((scope) => workers.register(worker, { scope })));
    await Promise.all(registrations.map(active));
    offline.ready = true;
    // By itself the browser looks for a newer one only at the address that was opened.
    for (const registration of registrations) registration.update().catch(() => undefined);
  } catch {
    // The page works all the same, with a network.
  }
}

/** Once a registration has an active worker, all of the page is kept. */
function active(registration: ServiceWorkerRegistration): Promise<void> {
  return new Promise((resolve, reject) => {
    const coming = registration.installing ?? registration.waiting;
    if (registration.active) return resolve();
    if (!coming) return reject(new Error("no worker"));
    coming.addEventListener("statechange", () => {
      if (coming.state === "activated") resolve();
      if (coming.state === "redundant") reject(new Error("not installed"));
    });
  });
}
