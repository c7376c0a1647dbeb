// The words of the links into help, in the chosen language. They are there from the start; help itself comes later.
import { filled } from "../../../lib/i18n/filled";
import { i18n, type LanguageCode } from "../../../lib/i18n/index.svelte";
import { en } from "./en";
import { nb, type LinkWords } from "./nb";
import { nn } from "./nn";
import { sma } from "./sma";

const all: Record<LanguageCode, LinkWords> = { nb, nn, en, sma: filled<LinkWords>(nb, sma) };

class LinkLanguage {
  get t(): LinkWords {
    return all[i18n.code];
  }
}

export const links = new LinkLanguage();
