// Every screen of the page /kontroll, by name: for the pictures, and for the checks that hold on all of them.

const heading = (page, name) => page.getByRole("heading", { name }).waitFor();
const link = (code) => async (place, page) => {
  await page.goto(await place.link(code));
  await page.locator("[data-look]").waitFor();
};
const home = async (place, page) => {
  await page.goto(place.page);
  await page.getByText("Virker uten nett").waitFor();
};
const scanner = async (place, page) => {
  await page.goto(place.page);
  await page.getByRole("button", { name: "Skann en kode" }).click();
};

export const scenes = [
  { name: "home", go: home },
  { name: "home-demo", demo: true, go: home },
  { name: "home-old", listAge: 3 * 86_400, go: home },
  {
    name: "home-clock", clock: Date.now() + 20 * 60_000,
    go: async (place, page) => {
      await home(place, page);
      await page.getByText("Klokka på denne enheten").waitFor();
    },
  },
  {
    name: "home-offline", listAge: 5 * 3600,
    go: async (place, page) => {
      await home(place, page);
      await place.cut();
      await page.reload();
      await page.getByText("Fikk ikke hentet en nyere nå").waitFor();
    },
  },
  {
    name: "stuck",
    go: async (place, page) => {
      place.serve("/trust-list", "text/plain", "the way is down");
      await page.goto(place.page);
      await heading(page, "Listene mangler");
    },
  },
  {
    name: "broken",
    go: async (place, page) => {
      await page.route("**/*.wasm", (route) => route.abort());
      await page.goto(place.page);
      await heading(page, "Kontrollen kom ikke i gang");
    },
  },
  {
    name: "scanner",
    go: async (place, page) => {
      await scanner(place, page);
      // The code that this camera sees is none of ours; that it is looked at is enough.
      await page.locator("video, [data-look]").first().waitFor();
    },
  },
  {
    name: "scanner-refused", camera: false,
    go: async (place, page) => {
      await scanner(place, page);
      await page.getByText("Kameraet er ikke tillatt").waitFor();
    },
  },
  { name: "valid", go: link() },
  { name: "valid-age", go: link({ profile: "age" }) },
  { name: "demo", demo: true, go: link() },
  { name: "suspended", go: link({ idx: 3 }) },
  { name: "old-code", go: link({ age: 400 }) },
  { name: "old-lists", listAge: 3 * 86_400, go: link() },
  {
    name: "valid-clock", clock: Date.now() - 20 * 60_000,
    go: async (place, page) => {
      await link()(place, page);
      await heading(page, "Gyldig");
    },
  },
];
