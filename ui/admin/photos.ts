// Photos that wait, with the keyboard: J and K move, A approves, R opens what is needed to return one, and Escape closes it.
// The keys can be turned off (WCAG 2.1.4), and the choice is kept in this browser.
const list = document.querySelector<HTMLElement>("[data-photos]");
const KEPT = "photo-keys";
/** Nobody has seen a photo that has been at hand for less, milliseconds: a key pressed twice is one press. */
const SEEN_AFTER = 700;

if (list) {
  const bar = document.querySelector<HTMLElement>("[data-keys]");
  const box = document.querySelector<HTMLInputElement>("[data-keys-on]");
  if (bar) bar.hidden = false;
  if (box) {
    box.checked = localStorage.getItem(KEPT) !== "off";
    box.addEventListener("change", () => localStorage.setItem(KEPT, box.checked ? "on" : "off"));
  }

  const photos = () => [...list.querySelectorAll<HTMLElement>("[data-photo], [data-decided]")];
  const here = () => document.activeElement?.closest<HTMLElement>("[data-photo], [data-decided]") ?? null;
  let since = 0;
  const go = (place: HTMLElement | null | undefined) => {
    since = performance.now();
    // The picture, and the next one's, come before they are scrolled to.
    const images = [place, place && photos()[photos().indexOf(place) + 1]].map((photo) => photo?.querySelector("img"));
    for (const image of images) if (image) image.loading = "eager";
    place?.focus();
    place?.scrollIntoView({ block: "nearest" });
  };
  const isSeen = (photo: HTMLElement) => {
    const image = photo.querySelector("img");
    return image?.complete === true && image.naturalWidth > 0 && performance.now() - since >= SEEN_AFTER;
  };
  const move = (by: number) => {
    const all = photos();
    const current = here();
    const at = current ? all.indexOf(current) + by : by > 0 ? 0 : all.length - 1;
    go(all[Math.max(0, Math.min(all.length - 1, at))]);
  };

  document.addEventListener("keydown", (event) => {
    if (!box?.checked || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const target = event.target as HTMLElement;
    const photo = here();
    if (event.key === "Escape") {
      const open = target.closest<HTMLDetailsElement>("details[data-return]");
      if (!open) return;
      open.open = false;
      photo?.focus();
      return;
    }
    if (target.closest("select, textarea, input:not([type=checkbox])")) return;
    // Elsewhere the arrows scroll the page.
    if (event.key.startsWith("Arrow") && !photo) return;
    switch (event.key) {
      case "j":
      case "J":
      case "ArrowDown":
        move(1);
        break;
      case "k":
      case "K":
      case "ArrowUp":
        move(-1);
        break;
      case "a":
      case "A":
        if (photo && isSeen(photo)) photo.querySelector<HTMLFormElement>("form[data-approve]")?.requestSubmit();
        break;
      case "r":
      case "R": {
        const more = photo?.querySelector<HTMLDetailsElement>("details[data-return]");
        if (!more) return;
        more.open = true;
        more.querySelector("select")?.focus();
        break;
      }
      default:
        return;
    }
    event.preventDefault();
  });

  // What was decided on gives way, and the next one is at hand. A screen reader is told by the status in what came.
  new MutationObserver((changes) => {
    const came = changes.flatMap((change) => [...change.addedNodes]);
    const after = came.find((node): node is HTMLElement => node instanceof HTMLElement && node.matches("[data-decided]"));
    if (!after) return;
    const waiting = photos().filter((photo) => photo.matches("[data-photo]"));
    const next = waiting.find((photo) => (after.compareDocumentPosition(photo) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0);
    go(next ?? waiting[0] ?? document.querySelector<HTMLElement>("[data-next-photos]") ?? after);
  }).observe(list, { childList: true, subtree: true });
}
