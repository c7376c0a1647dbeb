// Which screen lies on top of the first one. Kept in the history, so that the phone's own back gesture works.
export type Screen =
  | "first" | "code" | "respond" | "library" | "validity" | "menu" | "notice" | "portrait" | "camera" | "review"
  | "checker" | "challenge" | "answer" | "verdict" | "exams" | "exam" | "candidates" | "admission"
  | "help" | "help_topic" | "wrong_data" | "disclosed" | "phones"
  | "minid" | "minid_pupil" | "minid_class" | "minid_sheet"
  | "mine" | "history" | "settings";

/** Screens that need no login, so nothing that happens to one closes them. */
const free = new Set<Screen>([
  "checker", "challenge", "answer", "verdict", "exams", "exam", "candidates", "admission",
  "help", "help_topic", "phones", "minid", "minid_pupil", "minid_class", "minid_sheet", "settings",
]);

interface Entry {
  screen: Screen;
  /** What the screen is about, such as the question of a page of help. */
  about: string | null;
  /** How many steps the first screen is back. */
  depth: number;
  /** Counts the changes that closed what lay on top. */
  era: number;
}

const FIRST: Entry = { screen: "first", about: null, depth: 0, era: 0 };

class Navigation {
  #entry = $state.raw<Entry>(FIRST);
  #era = 0;

  constructor() {
    history.replaceState(this.#entry, "");
    addEventListener("popstate", (event) => {
      this.#entry = (event.state as Entry | null) ?? FIRST;
      // What lay under a screen that stayed open no longer belongs: one step leads past all of it.
      if (this.#entry.era !== this.#era && this.#closes()) this.leave();
    });
  }

  get screen(): Screen {
    return this.#entry.screen;
  }

  get about(): string | null {
    return this.#entry.about;
  }

  open(screen: Screen, about: string | null = null): void {
    if (screen === this.screen && about === this.about) return;
    this.#entry = { screen, about, depth: this.#entry.depth + 1, era: this.#era };
    history.pushState(this.#entry, "");
  }

  /** Goes to a screen in place of the present one, so that back leads past it. */
  replace(screen: Screen, about: string | null = null): void {
    this.#entry = { screen, about, depth: this.#entry.depth, era: this.#era };
    history.replaceState(this.#entry, "");
  }

  back(): void {
    if (this.#entry.depth > 0) history.back();
  }

  /** Back to the first screen, past everything between. It is shown at once; the history follows. */
  leave(): void {
    const { depth } = this.#entry;
    this.#entry = FIRST;
    if (depth > 0) history.go(-depth);
  }

  /** The state changed under us: whatever lay on top no longer belongs. */
  reset(): void {
    this.#era++;
    this.close();
  }

  /** Leaves a screen that does not belong while the app is locked; what lies under one that stays still belongs. */
  close(): void {
    if (this.#closes()) this.leave();
  }

  /** Whether a change of the state closes the present screen. */
  #closes(): boolean {
    return this.screen !== "first" && !free.has(this.screen);
  }
}

export const navigation = new Navigation();
