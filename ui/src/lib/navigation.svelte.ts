// Which screen lies on top of the first one. Kept in the history, so that the phone's own back gesture works.
export type Screen = "first" | "code" | "library" | "validity" | "menu" | "notice";

class Navigation {
  screen = $state<Screen>("first");

  constructor() {
    history.replaceState({ screen: "first" }, "");
    addEventListener("popstate", (event) => {
      this.screen = (event.state as { screen?: Screen } | null)?.screen ?? "first";
    });
  }

  open(screen: Screen): void {
    if (screen === this.screen) return;
    history.pushState({ screen }, "");
    this.screen = screen;
  }

  /** Goes to a screen in place of the present one, so that back leads past it. */
  replace(screen: Screen): void {
    history.replaceState({ screen }, "");
    this.screen = screen;
  }

  back(): void {
    if (this.screen !== "first") history.back();
  }

  /** The state changed under us: whatever lay on top no longer belongs. */
  reset(): void {
    if (this.screen !== "first") this.replace("first");
  }
}

export const navigation = new Navigation();
