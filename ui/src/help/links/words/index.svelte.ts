// The words of the links into help, in the chosen language. They are there from the start; help itself comes later.
import { i18n, type LanguageCode } from "../../../lib/i18n/index.svelte";
import { en } from "./en";
import { nb, type LinkWords } from "./nb";
import { nn } from "./nn";

const all: Record<LanguageCode, LinkWords> = { nb, nn, en, sma: nb };

class LinkLanguage {
  get t(): LinkWords {
    return all[i18n.code];
  }
}

export const links = new LinkLanguage();
