import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { noCdn } from "./no-cdn";
import { countyTheme } from "./theme/theme";

export default defineConfig({
  plugins: [countyTheme(), svelte(), noCdn()],
  clearScreen: false,
  server: { port: 1420, strictPort: true, host: "127.0.0.1" },
  build: {
    // The oldest engines we meet: WebKitGTK 2.42 on Debian 12, iOS 16.4, Android System WebView 111.
    target: ["safari16.4", "chrome111"],
    // The code reader, help, MinID help and what is stored come when they are first asked for.
    // Inlined assets would be data: addresses, which the page's policy allows for pictures only.
    assetsInlineLimit: 0,
    modulePreload: false,
  },
});
