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
/** Advice on the screen wants time to be followed first. */
const STEADY_ADVISED_MS = 3_000;
/** After so long with something in the way, it is time to say that the button works all the same. */
const STUCK_MS = 10_000;
/** But never in the very moment the view opens: nobody is ready then. */
const SETTLE_MS = 2_000;

export class Guidance {
  message: Message = { kind: "looking" };
  #said = -Infinity;
  #candidate = "";
  #count = 0;
  #opened: number | null = null;
  #goodSince: number | null = null;
  #badSince: number | null = null;

  /** Takes in a frame that was grabbed at `now`, in milliseconds. */
  take(frame: FrameView, now: number): void {
    this.#opened ??= now;
    const message = toMessage(frame);
    const key = nameOf(message);
    this.#count = key === this.#candidate ? this.#count + 1 : 1;
    this.#candidate = key;
    if (key === nameOf(this.message)) {
      // The words stay; only how grave they are may be another.
      this.message = message;
    } else if (this.#count >= IN_A_ROW && now - this.#said >= HOLD_MS) {
      this.message = message;
      this.#said = now;
    }
    // As long as the screen says that something is in the way, nothing is taken: the person is moving.
    if (frame.verdict === "reject" || (this.message.kind === "do" && this.message.rejects)) this.#goodSince = null;
    else this.#goodSince ??= now;
    if (frame.verdict === "reject") this.#badSince ??= now;
    else this.#badSince = null;
  }

  /** Something has stood in the way for a long while. */
  isStuck(now: number): boolean {
    return this.#badSince !== null && now - this.#badSince >= STUCK_MS;
  }

  /** How far it is to the picture, 0 to 1; at 1 it is to be taken. */
  progress(now: number): number {
    if (this.#goodSince === null || this.#opened === null) return 0;
    const steady = this.message.kind === "do" ? STEADY_ADVISED_MS : STEADY_MS;
    const from = Math.max(this.#goodSince, this.#opened + SETTLE_MS - steady);
    return Math.min(1, Math.max(0, (now - from) / steady));
  }
}

function toMessage({ verdict, hint, direction }: FrameView): Message {
  return hint === null ? { kind: "good" } : { kind: "do", rule: hint, direction, rejects: verdict === "reject" };
}

/** What makes other words of it. */
function nameOf(message: Message): string {
  if (message.kind !== "do") return message.kind;
  return message.rule === "framing" ? `framing ${message.direction}` : message.rule;
}
