// The line work of the card, as SVG path data. Pure decoration, drawn from two waves like a banknote's guilloche.

/** A braid of `lines` waves across a `width` × `height` field. `turns` is the number of full waves. */
export function braid(lines: number, width: number, height: number, turns: number): string {
  const steps = 72;
  const middle = height / 2;
  let path = "";
  for (let line = 0; line < lines; line++) {
    const shift = (line / lines) * 2 * Math.PI;
    for (let step = 0; step <= steps; step++) {
      const t = step / steps;
      const swell = 0.55 + 0.45 * Math.sin(t * 2 * Math.PI + shift / 3);
      const y = middle + middle * swell * Math.sin(t * turns * 2 * Math.PI + shift);
      path += `${step === 0 ? "M" : "L"}${(t * width).toFixed(1)} ${y.toFixed(1)}`;
    }
  }
  return path;
}

/** A rosette of `lines` waves with `petals` crests, woven between two circles around the origin. */
export function rosette(lines: number, outer: number, inner: number, petals: number): string {
  const steps = petals * 14;
  const middle = (outer + inner) / 2;
  const reach = (outer - inner) / 2;
  let path = "";
  for (let line = 0; line < lines; line++) {
    const shift = (line / lines) * 2 * Math.PI;
    for (let step = 0; step < steps; step++) {
      const angle = (step / steps) * 2 * Math.PI;
      const r = middle + reach * Math.sin(petals * angle + shift);
      path += `${step === 0 ? "M" : "L"}${(r * Math.cos(angle)).toFixed(1)} ${(r * Math.sin(angle)).toFixed(1)}`;
    }
    path += "Z";
  }
  return path;
}
