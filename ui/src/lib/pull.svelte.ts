// Pulling down from the top of a screen, by finger. A button does the same, for keys and for those who do not know it.

import { feel } from "./haptics";

/** How far the finger goes before letting go counts, in CSS pixels. */
const FAR = 96;
/** Less is a shaky tap. */
const NEAR = 10;

export class Pull {
  /** How far the sign has come: 0 hidden, 1 far enough. */
  reach = $state(0);
  #begun: { x: number; y: number } | null = null;
  #pulling = false;

  /** `may` says whether pulling is for anything now. */
  constructor(
    private readonly may: () => boolean,
    private readonly pulled: () => void,
  ) {}

  /** An attachment for the element that is pulled. */
  attach = (element: HTMLElement): (() => void) => {
    const options = { passive: false } as const;
    const begin = (event: TouchEvent) => this.#begin(event);
    const move = (event: TouchEvent) => this.#move(event);
    const end = () => this.#end(true);
    const cancel = () => this.#end(false);
    element.addEventListener("touchstart", begin, { passive: true });
    element.addEventListener("touchmove", move, options);
    element.addEventListener("touchend", end);
    element.addEventListener("touchcancel", cancel);
    return () => {
      element.removeEventListener("touchstart", begin);
      element.removeEventListener("touchmove", move);
      element.removeEventListener("touchend", end);
      element.removeEventListener("touchcancel", cancel);
    };
  };

  #begin({ touches }: TouchEvent): void {
    const [touch] = touches;
    // Two fingers enlarge; and only from the very top is there nothing to scroll.
    this.#begun = touch && touches.length === 1 && scrollY <= 0 && this.may() ? { x: touch.clientX, y: touch.clientY } : null;
    this.#pulling = false;
    this.reach = 0;
  }

  #move(event: TouchEvent): void {
    const [touch] = event.touches;
    if (!this.#begun || !touch || event.touches.length !== 1) return this.#end(false);
    const down = touch.clientY - this.#begun.y;
    if (!this.#pulling) {
      const across = Math.abs(touch.clientX - this.#begun.x);
      if (Math.max(Math.abs(down), across) < NEAR) return;
      // Sideways is for the cards, upwards for the page.
      if (down < across || down < 0) return this.#end(false);
      this.#pulling = true;
    }
    if (event.cancelable) event.preventDefault();
    const reach = Math.max(0, Math.min(1, down / FAR));
    // Felt where letting go begins to count, on devices that can.
    if (reach === 1 && this.reach < 1) feel("tap");
    this.reach = reach;
  }

  #end(released: boolean): void {
    const far = released && this.#pulling && this.reach === 1;
    this.#begun = null;
    this.#pulling = false;
    this.reach = 0;
    if (far) this.pulled();
  }
}
