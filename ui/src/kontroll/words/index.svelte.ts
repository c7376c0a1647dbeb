// The page's own words in the chosen language. What South Sámi lacks is said in bokmål, as in the app.
import { filled } from "../../lib/i18n/filled";
import { i18n, type LanguageCode } from "../../lib/i18n/index.svelte";
import { en } from "./en";
import { nb, type PageWords } from "./nb";
import { nn } from "./nn";
import { sma } from "./sma";

const all: Record<LanguageCode, PageWords> = { nb, nn, en, sma: filled<PageWords>(nb, sma) };

class PageLanguage {
  get t(): PageWords {
    return all[i18n.code];
  }
}

export const words = new PageLanguage();
