// A code on the screen is to be read by a machine: full brightness, and awake, as long as it is there.
import { backend } from "./backend";

/** How many codes want it now: one screen may come before the other has gone. */
let wanting = 0;
let told = false;
let telling = false;

/** Says it once for a change of screens, and never what the core knows already. */
function tell(): void {
  if (telling) return;
  telling = true;
  queueMicrotask(() => {
    telling = false;
    const on = wanting > 0 && !document.hidden;
    if (on === told) return;
    told = on;
    // A screen that cannot be made brighter is no reason to show no code.
    backend.holdScreen(on).catch(() => undefined);
  });
}

document.addEventListener("visibilitychange", tell);
addEventListener("pagehide", () => {
  if (told) backend.holdScreen((told = false)).catch(() => undefined);
});

/** To be called while a component is made: holds the screen while `wanted` says so and the component is there. */
export function holdScreen(wanted: () => boolean): void {
  $effect(() => {
    if (!wanted()) return;
    wanting++;
    tell();
    return () => {
      wanting--;
      tell();
    };
  });
}
