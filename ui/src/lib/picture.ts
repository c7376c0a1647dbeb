/** An SVG from the core as a picture's address: drawn as an image, it can neither run scripts nor fetch anything. */
export function picture(svg: string): string {
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
}
