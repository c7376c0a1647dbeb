// The code that the page was opened with, behind the `#` of its address. It is taken out of the address at once, so
// that it stays neither in the address bar nor in what a reload or a shared link would carry.

/** The text of a code, and when it came before this device, in milliseconds since 1970. */
export interface Seen {
  text: string;
  at: number;
}

/** On a slow network the page itself takes a while to come; that time is not the code's fault. */
const MAX_LOADING_MS = 30_000;

export function takeOpened(): Seen | null {
  if (location.hash.length < 2) return null;
  const text = location.href;
  history.replaceState(history.state, "", location.pathname);
  const now = Date.now();
  const loading = now - performance.timeOrigin;
  return { text, at: loading > 0 && loading < MAX_LOADING_MS ? performance.timeOrigin : now };
}

/** Scanned again while the page is open: the browser then only changes what is behind the `#`. */
export function onOpenedAgain(opened: (seen: Seen) => void): void {
  addEventListener("hashchange", () => {
    if (location.hash.length < 2) return;
    const seen = { text: location.href, at: Date.now() };
    history.replaceState(history.state, "", location.pathname);
    opened(seen);
  });
}
