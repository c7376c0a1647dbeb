// One scene of the gallery, as its page walks to it by itself, and pictures of it.
import { drawn } from "./whole.mjs";

/** Opens a scene and waits until it is there. `faults`: script errors, what the policy refused, and scenes not reached. */
export async function visit(browser, url, name) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, reducedMotion: "reduce", timezoneId: "Europe/Oslo" });
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.goto(`${url}?${new URLSearchParams({ scene: name, scheme: "light" })}`);
  const reached = await page.waitForSelector("html[data-ready]", { state: "attached", timeout: 120_000 });
  if ((await reached.getAttribute("data-ready")) !== "") faults.push(`the scene ${name} was not reached`);
  return { page, faults, close: () => context.close() };
}

/** The same scene in other colours, with larger text or on another screen, without walking there again. */
export async function dress(page, { scheme = "light", text = 100, width = 390, height = 844 } = {}) {
  await page.setViewportSize({ width, height });
  await page.evaluate(([scheme, text]) => {
    document.documentElement.dataset.colorScheme = scheme;
    document.documentElement.style.fontSize = `${text}%`;
  }, [scheme, text]);
  await drawn(page);
}

export async function picture(page, as, path) {
  await dress(page, as);
  return page.screenshot({ path, fullPage: true });
}
