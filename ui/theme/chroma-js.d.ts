/** Of chroma-js, what we use. */
declare module "chroma-js" {
  interface Color {
    hex(): string;
    oklch(): [l: number, c: number, h: number];
    luminance(): number;
    luminance(wanted: number): Color;
  }
  interface Chroma {
    (colour: string): Color;
    (l: number, c: number, h: number, space: "oklch"): Color;
    contrast(one: string, other: string): number;
    mix(one: string, other: string, part: number, space: "rgb"): Color;
  }
  const chroma: Chroma;
  export default chroma;
}
