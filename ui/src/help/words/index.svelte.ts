// These screens' own words in the chosen language. South Sámi waits for its translator, as in the app.
import { i18n, type LanguageCode } from "../../lib/i18n/index.svelte";
import type { TopicId } from "../topics";
import { en } from "./en";
import { nb, type PageWords } from "./nb";
import { nn } from "./nn";

const all: Record<LanguageCode, PageWords> = { nb, nn, en, sma: nb };

class PageLanguage {
  get t(): PageWords {
    return all[i18n.code];
  }

  /** What people type for a question, in every language: many search in another than they read. */
  everywhere(topic: TopicId): string {
    return [nb, nn, en].map((language) => `${language.topics[topic].q} ${language.topics[topic].s}`).join(" ");
  }
}

export const words = new PageLanguage();
