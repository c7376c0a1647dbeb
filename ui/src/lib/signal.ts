// What a verdict sounds and feels like, for those who do not look at the screen. Made of tones, so there is no file to load.
export type Signal = "good" | "closer" | "again" | "bad";

const STORED = "sound";

/** Hertz, start and length in seconds: rising for good, level for a closer look, down and up again for once more, low and long for bad. */
const tones: Record<Signal, [hertz: number, at: number, length: number][]> = {
  good: [[784, 0, 0.1], [1175, 0.11, 0.18]],
  closer: [[587, 0, 0.12], [587, 0.2, 0.12]],
  again: [[523, 0, 0.1], [392, 0.13, 0.1], [523, 0.26, 0.12]],
  bad: [[196, 0, 0.22], [156, 0.24, 0.38]],
};

/** Milliseconds on, off, on. */
const shakes: Record<Signal, number[]> = { good: [60], closer: [80, 90, 80], again: [60, 60, 60, 60, 60], bad: [250, 90, 250] };

/** How it is felt: in a browser by shaking the device. */
let felt = (which: Signal): void => void navigator.vibrate?.(shakes[which]);

/** The app has a better way to the motor than a page. */
export function feelBy(way: (which: Signal) => void): void {
  felt = way;
}

let context: AudioContext | null = null;

export const soundIsOn = () => localStorage.getItem(STORED) !== "off";

export function setSound(on: boolean): void {
  localStorage.setItem(STORED, on ? "on" : "off");
}

/** Sounds and shakes where the device can; what it cannot do is left out. */
export function signal(which: Signal): void {
  // A page that was opened with a code: browsers refuse until the person has touched it, and would sound too late.
  if (navigator.userActivation?.hasBeenActive === false) return;
  felt(which);
  if (soundIsOn()) void sound(which).catch(() => undefined);
}

async function sound(which: Signal): Promise<void> {
  context ??= new AudioContext();
  // Asleep until the person has touched the page, and after a call.
  if (context.state !== "running") await context.resume();
  for (const [hertz, at, length] of tones[which]) {
    const begin = context.currentTime + 0.02 + at;
    const oscillator = context.createOscillator();
    const volume = context.createGain();
    oscillator.type = which === "bad" ? "square" : "sine";
    oscillator.frequency.value = hertz;
    // Soft edges: a tone that is cut off clicks.
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(which === "bad" ? 0.12 : 0.3, begin + 0.015);
    volume.gain.setValueAtTime(which === "bad" ? 0.12 : 0.3, begin + length - 0.03);
    volume.gain.linearRampToValueAtTime(0, begin + length);
    oscillator.connect(volume).connect(context.destination);
    oscillator.start(begin);
    oscillator.stop(begin + length);
  }
}
