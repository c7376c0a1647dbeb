// What the app has a phone make felt. A phone without a motor, and a person who has turned it off, feel nothing.
import { backend, type Haptic } from "./backend";
import type { Signal } from "./signal";

/** Nobody waits for it, and that it failed is nothing to tell. */
export function feel(kind: Haptic): void {
  void backend.haptic(kind).catch(() => undefined);
}

/** What a verdict feels like: well, or look. Which of the others it is, is heard and seen. */
export const feelVerdict = (which: Signal) => feel(which === "good" ? "success" : "warning");
