// From a county's few colours to all that the screens use: Designsystemet's ramps, and the shades of a card.
//
// The ramps are made as `@digdir/designsystemet` 1.15 makes them (MIT, dist/src/colors/theme.js). The package itself
// wants Node 22 and brings 140 packages with it, so its two functions are written out here, and a test compares them
// with the ramps that Designsystemet has published for its own theme.
import chroma from "chroma-js";

export type Scheme = "light" | "dark";

/** The luminance of each step of a ramp. */
const luminance: Record<string, Record<Scheme, number>> = {
  "background-default": { light: 1, dark: 0.009 },
  "background-tinted": { light: 0.9, dark: 0.014 },
  "surface-default": { light: 1, dark: 0.021 },
  "surface-tinted": { light: 0.81, dark: 0.027 },
  "surface-hover": { light: 0.7, dark: 0.036 },
  "surface-active": { light: 0.59, dark: 0.056 },
  "border-subtle": { light: 0.5, dark: 0.08 },
  "border-default": { light: 0.19, dark: 0.22 },
  "border-strong": { light: 0.11, dark: 0.39 },
  "text-subtle": { light: 0.11, dark: 0.39 },
  "text-default": { light: 0.0245, dark: 0.84 },
};

/** CIE lightness, 0 to 100, of a relative luminance, and back. */
const lightness = (colour: string) => {
  const y = chroma(colour).luminance();
  return y <= 216 / 24389 ? (y * 24389) / 27 : 116 * Math.cbrt(y) - 16;
};
const luminanceOf = (l: number) => (l <= 8 ? (l * 27) / 24389 : ((l + 16) / 116) ** 3);
const at = (colour: string, l: number) => chroma(colour).luminance(luminanceOf(l)).hex();

/** Text on a colour: black or white, whichever is seen better; and one softer. */
function on(colour: string): { default: string; subtle: string } {
  const white = chroma.contrast(colour, "#ffffff") >= chroma.contrast(colour, "#000000");
  const l = lightness(colour);
  const step = l <= 40 || l >= 60 ? 60 : 50;
  return { default: white ? "#ffffff" : "#000000", subtle: at(colour, white ? l + step : l - step) };
}

/** All steps of a ramp, by the names of Designsystemet's variables. */
export function ramp(colour: string, scheme: Scheme): Record<string, string> {
  let tint = colour;
  if (scheme === "dark") {
    const [l, c, h] = chroma(colour).oklch();
    tint = chroma(l, c * 0.7, h, "oklch").hex();
  }
  const steps = Object.entries(luminance).map(([name, of]) => [name, chroma(tint).luminance(of[scheme]).hex()]);
  let l = lightness(colour);
  if (scheme === "dark") l = l <= 30 ? 70 : 100 - l;
  const step = l <= 30 || (l >= 49 && l <= 65) ? -8 : 8;
  const base = scheme === "light" ? colour : at(colour, l);
  const text = on(base);
  return {
    ...Object.fromEntries(steps),
    "base-default": base,
    "base-hover": at(colour, l - step),
    "base-active": at(colour, l - 2 * step),
    "base-contrast-subtle": text.subtle,
    "base-contrast-default": text.default,
  };
}

/** A card's ground, from its darkest corner to its lightest. */
export function shades(colour: string): [string, string, string] {
  const l = lightness(colour);
  return [at(colour, l * 0.72), colour, at(colour, Math.min(l * 1.1, l + 4))];
}

export const contrast = (one: string, other: string) => chroma.contrast(one, other);

/** What a thin line of this colour and opacity makes of its ground. */
export const over = (line: string, ground: string, opacity: number) => chroma.mix(ground, line, opacity, "rgb").hex();
