// The chosen language and its words.
import { en } from "./en";
import { filled } from "./filled";
import { nb, type Words } from "./nb";
import { nn } from "./nn";
import { sma } from "./sma";

export type LanguageCode = "nb" | "nn" | "en" | "sma";

interface Language {
  code: LanguageCode;
  /** Its name in itself, as a language list should have it. */
  name: string;
  words: Words;
  /** For Intl, best first: not every system knows every language. */
  locales: string[];
}

const bokmal: Language = { code: "nb", name: "Bokmål", words: nb, locales: ["nb-NO", "no-NO"] };

const all: Language[] = [
  bokmal,
  { code: "nn", name: "Nynorsk", words: nn, locales: ["nn-NO", "nb-NO", "no-NO"] },
  { code: "en", name: "English", words: en, locales: ["en-GB", "en"] },
  { code: "sma", name: "Åarjelsaemien", words: filled<Words>(nb, sma), locales: ["sma-NO", "nb-NO", "no-NO"] },
];

/** What can be chosen: South Sámi as soon as it has words. */
export const languages = all.filter((language) => language.code !== "sma" || Object.keys(sma).length > 0);

const STORED = "language";
/** The language of the card, for those who want another there than in the app. */
const STORED_CARD = "card-language";

/** The reader's own choice, else the first of the device's languages that we have, else bokmål. */
function initial(): Language {
  const wanted = [localStorage.getItem(STORED), ...navigator.languages];
  for (const tag of wanted) {
    const code = tag?.toLowerCase().split("-")[0];
    const known = code === "no" || code === "da" || code === "sv" ? "nb" : code;
    const language = languages.find((candidate) => candidate.code === known);
    if (language) return language;
  }
  return bokmal;
}

class I18n {
  #language = $state.raw(initial());
  #card = $state.raw(languages.find((language) => language.code === localStorage.getItem(STORED_CARD)) ?? null);

  constructor() {
    document.documentElement.lang = this.#language.code;
  }

  get code(): LanguageCode {
    return this.#language.code;
  }

  /** The words of the chosen language. */
  get t(): Words {
    return this.#language.words;
  }

  get locales(): string[] {
    return this.#language.locales;
  }

  /** What is held up to a checker is said in this language: the card's own, if one was chosen, else the app's. */
  get card(): Readonly<Pick<Language, "code" | "words" | "locales">> {
    return this.#card ?? this.#language;
  }

  /** The language chosen for the card; none while it follows the app. */
  get cardChoice(): LanguageCode | null {
    return this.#card?.code ?? null;
  }

  chooseForCard(code: LanguageCode | null): void {
    this.#card = languages.find((language) => language.code === code) ?? null;
    if (this.#card) localStorage.setItem(STORED_CARD, this.#card.code);
    else localStorage.removeItem(STORED_CARD);
  }

  choose(code: LanguageCode): void {
    const language = languages.find((candidate) => candidate.code === code);
    if (!language) return;
    this.#language = language;
    document.documentElement.lang = code;
    localStorage.setItem(STORED, code);
  }
}

export const i18n = new I18n();
