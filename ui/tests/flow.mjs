// What the tests of ways through the app share: a browser for the file, and a fresh app for each test.
import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { launch, open, serve } from "./browser.mjs";

/** Call once in a file, at the top. `options` are the browser's. */
export function flows(options = {}) {
  const shared = {};
  before(async () => {
    shared.server = await serve();
    shared.browser = await launch(options);
  });
  after(async () => {
    await shared.browser.close();
    await shared.server.close();
  });
  return {
    open: (setting) => open(shared.browser, shared.server.url, setting),
    /** A test in its own fresh app; script faults fail it. */
    test(name, setting, body) {
      it(name, async () => {
        const app = await open(shared.browser, shared.server.url, setting);
        const button = (label) => app.page.getByRole("button", { name: label, exact: true });
        const heading = (label) => app.page.getByRole("heading", { level: 1, name: label, exact: true }).waitFor();
        const text = (words) => app.page.getByText(words).filter({ visible: true }).first().waitFor();
        /** As the scanner's picture file, which goes through the same reader as the camera. */
        const give = async (file) => app.page.locator("input[type=file]:not([disabled])").last().setInputFiles(file);
        await body({ ...app, button, heading, text, give });
        assert.deepEqual(app.faults, []);
        await app.close();
      });
    },
  };
}
