// A county's look: a small file of colours, checked and made into CSS variables when the screens are built.
import { loadEnv, type Plugin } from "vite";
import { contrast, over, ramp, shades, type Scheme } from "./colours.ts";

export interface Theme {
  accent: string;
  cards: Record<Card, string>;
}

const cards = ["elev", "larling", "larekandidat"] as const;
type Card = (typeof cards)[number];
const schemes: Scheme[] = ["light", "dark"];

/** The grounds that are not the county's to choose; src/styles/theme.css has them. */
const grounds: Record<Scheme, Record<string, string>> = {
  light: { page: "#f6f4ef", panel: "#ffffff", chosen: "#f0ede6" },
  dark: { page: "#15181a", panel: "#1e2224", chosen: "#282d2f" },
};
/** The pattern's stronger lines, which lie under the text of the card. */
const LINE = { colour: "#ffd8a0", opacity: 0.28 };

/** WCAG 1.4.3 for text, and 1.4.11 for what is needed to see a control. */
const TEXT = 4.5;
const CONTROL = 3;

/** Reads the file's content, and says which colour is wrong and how. */
export function parseTheme(text: string): Theme {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`it is not JSON (${(error as Error).message})`);
  }
  const object = (part: unknown, where: string, keys: readonly string[]): Record<string, unknown> => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) throw new Error(`${where} is not an object`);
    const strange = Object.keys(part).filter((key) => !keys.includes(key));
    if (strange.length > 0) throw new Error(`${where} has unknown entries: ${strange.join(", ")} (known: ${keys.join(", ")})`);
    return part as Record<string, unknown>;
  };
  const colour = (part: unknown, where: string): string => {
    if (typeof part !== "string" || !/^#[0-9a-f]{6}$/i.test(part)) throw new Error(`${where} is not a colour such as "#0c5560"`);
    return part.toLowerCase();
  };
  const root = object(value, "the theme", ["accent", "cards"]);
  const given = object(root.cards, "cards", cards);
  return {
    accent: colour(root.accent, "accent"),
    cards: Object.fromEntries(cards.map((card) => [card, colour(given[card], `cards.${card}`)])) as Record<Card, string>,
  };
}

/** Everything on the screens that stands on one of these colours, with the contrast it needs; empty if all is well. */
export function faults(theme: Theme): string[] {
  const found: string[] = [];
  const need = (what: string, one: string, other: string, least: number) => {
    const is = contrast(one, other);
    if (is < least) found.push(`${what}: ${one} on ${other} has ${is.toFixed(2)}:1 and needs ${least}:1`);
  };
  for (const scheme of schemes) {
    const accent = ramp(theme.accent, scheme);
    const step = (name: string) => accent[name] ?? "";
    const named = `accent ${theme.accent}, ${scheme} theme`;
    for (const base of ["base-default", "base-hover", "base-active"]) need(`${named}, text on a button (${base})`, step("base-contrast-default"), step(base), TEXT);
    for (const [ground, colour] of Object.entries({ ...grounds[scheme], tinted: step("surface-tinted"), hover: step("surface-hover") })) {
      need(`${named}, words on ${ground}`, step("text-subtle"), colour, TEXT);
      need(`${named}, strong words on ${ground}`, step("text-default"), colour, TEXT);
    }
    for (const ground of ["page", "panel"]) {
      const colour = grounds[scheme][ground] ?? "";
      need(`${named}, a button on ${ground}`, step("base-default"), colour, CONTROL);
      need(`${named}, a button's edge on ${ground}`, step("border-default"), colour, CONTROL);
    }
  }
  // The code is always on white, whatever the theme.
  for (const [card, colour] of Object.entries(theme.cards)) {
    for (const ground of shades(colour)) {
      need(`cards.${card} ${colour}, white words on the card`, "#ffffff", ground, TEXT);
      need(`cards.${card} ${colour}, white words over the pattern`, "#ffffff", over(LINE.colour, ground, LINE.opacity), CONTROL);
    }
  }
  return found;
}

const block = (selector: string, variables: [string, string][]) =>
  `${selector}{${variables.map(([name, value]) => `${name}:${value}`).join(";")}}`;

/** The CSS variables of a theme. */
export function css(theme: Theme): string {
  const accent = (scheme: Scheme) =>
    Object.entries(ramp(theme.accent, scheme)).map(([step, colour]): [string, string] => [`--ds-color-accent-${step}`, colour]);
  const grounds = Object.entries(theme.cards).flatMap(([card, colour]) =>
    shades(colour).map((shade, index): [string, string] => [`--lb-${card}-${index + 1}`, shade]),
  );
  return [
    block(":root", grounds),
    block(":root,[data-color-scheme=light]", accent("light")),
    block("[data-color-scheme=dark]", accent("dark")),
    `@media (prefers-color-scheme:dark){${block("[data-color-scheme=auto]", accent("dark"))}}`,
  ].join("\n");
}

const NEUTRAL = decodeURIComponent(new URL("county.json", import.meta.url).pathname);

/** Puts the county's colours behind src/styles/theme.css. `LOMMEBEVIS_THEME` names another file than our neutral one. */
export function countyTheme(): Plugin {
  let file = NEUTRAL;
  return {
    name: "county-theme",
    enforce: "pre",
    configResolved(config) {
      file = loadEnv(config.mode, config.root, "LOMMEBEVIS_").LOMMEBEVIS_THEME || NEUTRAL;
    },
    buildStart() {
      this.addWatchFile(file);
    },
    async transform(code, id) {
      if (!id.split("?")[0]?.endsWith("/styles/theme.css")) return null;
      try {
        const theme = parseTheme(await this.fs.readFile(file, { encoding: "utf8" }));
        const wrong = faults(theme);
        if (wrong.length > 0) throw new Error(`these colours cannot be read by everyone (WCAG 2.1 AA):\n  ${wrong.join("\n  ")}`);
        return { code: `${code}\n${css(theme)}\n`, map: null };
      } catch (error) {
        throw new Error(`The county theme ${file} cannot be used: ${(error as Error).message}`);
      }
    },
  };
}
