// Åarjelsaemien gïele (South Sámi). The words come from a translator, never from us: what is missing here is
// shown in bokmål, and the language is offered in the app once this file holds words.
import type { Words } from "./nb";

/** Any part of the words, as deep as the translator has come. */
export type Partly<T> = T extends (...args: never[]) => string
  ? T
  : T extends readonly string[]
    ? T
    : T extends object
      ? { [K in keyof T]?: Partly<T[K]> }
      : T;

export const sma: Partly<Words> = {};
