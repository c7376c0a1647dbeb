// Where the focus goes when what had it is gone.

/** To the screen's heading, if what had the focus has left the screen; after a question that closes has given it back. */
export async function keepFocus(): Promise<void> {
  await new Promise((done) => setTimeout(done));
  if (document.activeElement && document.activeElement !== document.body) return;
  document.querySelector<HTMLElement>(".page:not([hidden]) h1")?.focus({ preventScroll: true });
}
