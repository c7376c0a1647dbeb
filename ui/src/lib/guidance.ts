// What the live view says, and when it takes the picture by itself. Knows no camera and no clock: frames come in with
// their time.
import type { FrameView, Hint, Rule } from "./bindings";

/** One thing to do, or that all is well. */
export type Message = { kind: "looking" } | { kind: "good" } | { kind: "do"; rule: Rule; direction: Hint | null; rejects: boolean };

/** So often a frame is looked at, one at a time, in milliseconds. */
export const FRAME_EVERY_MS = 200;
/** Only what two frames in a row say is said, */
const IN_A_ROW = 2;
/** and no oftener than this: people need time to read, and screen readers to speak. */
const HOLD_MS = 1_500;
/** After so long with nothing that stands in the way, the picture is taken. */
const STEADY_MS = 1_000;
/** But never in the very moment the view opens: nobody is ready then. */
const SETTLE_MS = 2_000;

export class Guidance {
  message: Message = { kind: "looking" };
  #said = -Infinity;
  #candidate = "";
  #count = 0;
  #opened: number | null = null;
  #goodSince: number | null = null;

  /** Takes in a frame that was grabbed at `now`, in milliseconds. */
  take(frame: FrameView, now: number): void {
    this.#opened ??= now;
    const message = toMessage(frame);
    const key = nameOf(message);
    this.#count = key === this.#candidate ? this.#count + 1 : 1;
    this.#candidate = key;
    if (this.#count >= IN_A_ROW && key !== nameOf(this.message) && now - this.#said >= HOLD_MS) {
      this.message = message;
      this.#said = now;
    }
    if (frame.verdict === "reject") this.#goodSince = null;
    else this.#goodSince ??= now;
  }

  /** How far it is to the picture, 0 to 1; at 1 it is to be taken. */
  progress(now: number): number {
    if (this.#goodSince === null || this.#opened === null) return 0;
    const from = Math.max(this.#goodSince, this.#opened + SETTLE_MS - STEADY_MS);
    return Math.min(1, Math.max(0, (now - from) / STEADY_MS));
  }
}

function toMessage({ verdict, hint, direction }: FrameView): Message {
  return hint === null ? { kind: "good" } : { kind: "do", rule: hint, direction, rejects: verdict === "reject" };
}

function nameOf(message: Message): string {
  return message.kind === "do" ? `${message.rule} ${message.direction} ${message.rejects}` : message.kind;
}
