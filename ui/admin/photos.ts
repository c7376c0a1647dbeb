// Photos that wait, with the keyboard: J and K move, A approves, R opens what is needed to return one. The keys can be
// turned off (WCAG 2.1.4), and the choice is kept in this browser.
const list = document.querySelector<HTMLElement>("[data-photos]");
const KEPT = "photo-keys";

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
  const go = (photo: HTMLElement | undefined) => {
    photo?.focus();
    photo?.scrollIntoView({ block: "nearest" });
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
    if (target.closest("select, textarea, input:not([type=checkbox])")) return;
    const photo = here();
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
        photo?.querySelector<HTMLFormElement>("form[data-approve]")?.requestSubmit();
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
    go(next ?? waiting[0] ?? after);
  }).observe(list, { childList: true, subtree: true });
}
