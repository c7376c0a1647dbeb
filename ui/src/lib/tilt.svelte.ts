// How the phone is held, for the living pattern: from -1 to 1 each way from where it has rested. Decoration only.
//
// iPhones ask the person first, and only in answer to a tap: so it is a choice in the menu there, asked for never
// else. Those who want no motion get none, whatever they chose.

const STORED = "tilt";
/** Degrees from rest to the end of the way. */
const REACH = 28;
/** How fast the rest follows the hand, per reading: any way of holding the phone becomes the middle after a while. */
const DRIFT = 0.02;

interface Asking {
  requestPermission?: () => Promise<"granted" | "denied">;
}
const asking = (): Asking | null => (typeof DeviceOrientationEvent === "undefined" ? null : (DeviceOrientationEvent as Asking));

const still = matchMedia("(prefers-reduced-motion: reduce)");
const clamp = (value: number) => Math.max(-1, Math.min(1, value));

const STORED_STILL = "pattern";

/** Whether the pattern moves at all is the reader's choice, beside what the device is set to (WCAG 2.2.2). */
class Pattern {
  moving = $state(localStorage.getItem(STORED_STILL) !== "still");

  move(on: boolean): void {
    this.moving = on;
    localStorage.setItem(STORED_STILL, on ? "moving" : "still");
  }
}

export const pattern = new Pattern();

class Tilt {
  x = $state(0);
  y = $state(0);
  /** The person has to be asked, and is by a choice in the menu. Others have the function too, but tell without it. */
  readonly asks = navigator.vendor.startsWith("Apple") && typeof asking()?.requestPermission === "function";
  wanted = $state(localStorage.getItem(STORED) === "on");
  refused = $state(false);

  #allowed = !this.asks;
  #rest: { x: number; y: number } | null = null;
  #frame = 0;

  /** Only in answer to a tap, else the system refuses. */
  async want(on: boolean): Promise<void> {
    this.wanted = on;
    this.refused = false;
    localStorage.setItem(STORED, on ? "on" : "off");
    if (on) await this.touched();
    if (!this.#allowed) this.refused = on;
  }

  /** The system forgets its answer with the app, and gives it again at a tap. */
  async touched(): Promise<void> {
    if (!this.asks || this.#allowed || !this.wanted || still.matches) return;
    this.#allowed = (await asking()?.requestPermission?.().catch(() => "denied")) === "granted";
  }

  /** Until the returned function is called. */
  watch(): () => void {
    const turned = (event: DeviceOrientationEvent) => this.#turned(event);
    const listen = () => {
      removeEventListener("deviceorientation", turned);
      this.#settle();
      if (!still.matches) addEventListener("deviceorientation", turned);
    };
    listen();
    still.addEventListener("change", listen);
    return () => {
      still.removeEventListener("change", listen);
      removeEventListener("deviceorientation", turned);
      this.#settle();
    };
  }

  #settle(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#rest = null;
    this.x = 0;
    this.y = 0;
  }

  #turned({ beta, gamma }: DeviceOrientationEvent): void {
    if (beta === null || gamma === null || (this.asks && !this.wanted)) return;
    const lying = Math.abs(screen.orientation?.angle ?? 0) === 90;
    const [x, y] = lying ? [beta, gamma] : [gamma, beta];
    const rest = (this.#rest ??= { x, y });
    rest.x += (x - rest.x) * DRIFT;
    rest.y += (y - rest.y) * DRIFT;
    // Sensors tell more often than the screen draws.
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.x = clamp((x - rest.x) / REACH);
      this.y = clamp((y - rest.y) / REACH);
    });
  }
}

export const tilt = new Tilt();
