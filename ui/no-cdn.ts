// The code reader's package would fetch its WebAssembly from a CDN unless told otherwise. We always tell it otherwise
// (src/lib/scanner.ts); this takes the address out of what is built, so that nobody needs to believe it.
import type { Plugin } from "vite";

export function noCdn(): Plugin {
  return {
    name: "no-cdn",
    transform(code, id) {
      if (!id.includes("/zxing-wasm/") || !code.includes("https://fastly.jsdelivr.net/")) return null;
      return { code: code.replaceAll(/https:\/\/fastly\.jsdelivr\.net\/[^$`"']*/g, "./"), map: null };
    },
  };
}
