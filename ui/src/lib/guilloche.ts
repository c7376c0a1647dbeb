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

/** A rosette: `lines` turned copies of a circle with `petals` waves on its rim. */
export function rosette(lines: number, radius: number, petals: number): string {
  const steps = petals * 12;
  let path = "";
  for (let line = 0; line < lines; line++) {
    const turn = (line / lines) * ((2 * Math.PI) / petals);
    const size = radius * (0.5 + (0.34 * line) / lines);
    for (let step = 0; step < steps; step++) {
      const angle = (step / steps) * 2 * Math.PI;
      const r = size * (1 + 0.18 * Math.sin(petals * (angle + turn)));
      const x = radius + r * Math.cos(angle);
      const y = radius + r * Math.sin(angle);
      path += `${step === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    }
    path += "Z";
  }
  return path;
}
