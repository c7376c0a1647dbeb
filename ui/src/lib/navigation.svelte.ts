// Which screen lies on top of the first one. Kept in the history, so that the phone's own back gesture works.
export type Screen =
  | "first" | "code" | "respond" | "library" | "validity" | "menu" | "notice" | "portrait" | "camera" | "review"
  | "checker" | "challenge" | "answer" | "verdict" | "exams" | "exam" | "candidates" | "admission";

/** Screens for those who check. They need no login, so nothing that happens to one closes them. */
const checking = new Set<Screen>(["checker", "challenge", "answer", "verdict", "exams", "exam", "candidates", "admission"]);

interface Entry {
  screen: Screen;
  /** How many steps the first screen is back. */
  depth: number;
}

class Navigation {
  #entry = $state.raw<Entry>({ screen: "first", depth: 0 });

  constructor() {
    history.replaceState(this.#entry, "");
    addEventListener("popstate", (event) => {
      this.#entry = (event.state as Entry | null) ?? { screen: "first", depth: 0 };
    });
  }

  get screen(): Screen {
    return this.#entry.screen;
  }

  open(screen: Screen): void {
    if (screen === this.screen) return;
    this.#entry = { screen, depth: this.#entry.depth + 1 };
    history.pushState(this.#entry, "");
  }

  /** Goes to a screen in place of the present one, so that back leads past it. */
  replace(screen: Screen): void {
    this.#entry = { screen, depth: this.#entry.depth };
    history.replaceState(this.#entry, "");
  }

  back(): void {
    if (this.#entry.depth > 0) history.back();
  }

  /** Back to the first screen, past everything between. */
  leave(): void {
    if (this.#entry.depth > 0) history.go(-this.#entry.depth);
  }

  /** The state changed under us: whatever lay on top no longer belongs. */
  reset(): void {
    if (this.screen !== "first" && !checking.has(this.screen)) this.replace("first");
  }
}

export const navigation = new Navigation();
