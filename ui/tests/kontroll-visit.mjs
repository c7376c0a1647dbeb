// A person with a phone who opens the page /kontroll.

export async function visit(browser, place, { dark = false, language = "nb-NO", camera = true, clock = null, script = "" } = {}) {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, locale: language, timezoneId: "Europe/Oslo",
    colorScheme: dark ? "dark" : "light", reducedMotion: "reduce",
  });
  context.setDefaultTimeout(90_000);
  if (camera) await context.grantPermissions(["camera"], { origin: place.origin });
  const faults = [];
  const elsewhere = [];
  // The service worker's requests as well.
  context.on("request", (request) => {
    if (!request.url().startsWith(`${place.origin}/`) && !/^(data|blob):/.test(request.url())) elsewhere.push(request.url());
  });
  const tab = async () => {
    const page = await context.newPage();
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    if (clock !== null) await page.clock.install({ time: clock });
    if (script) await page.addInitScript({ content: script });
    return page;
  };
  const page = await tab();
  return {
    page, tab, faults, elsewhere,
    verdict: () => page.locator("[data-look]").waitFor(),
    word: () => page.locator("[data-look] h1").innerText(),
    /** All of the page is kept, and the lists are there. */
    ready: () => page.evaluate(async () => {
      const until = async (done) => {
        while (!(await done())) await new Promise((next) => setTimeout(next, 20));
      };
      await until(async () => {
        const registrations = await navigator.serviceWorker.getRegistrations();
        return registrations.length === 2 && registrations.every(({ active }) => active?.state === "activated");
      });
      await until(async () => (await (await caches.open("kontroll-lists")).keys()).length >= 5);
    }),
    close: () => context.close(),
  };
}
