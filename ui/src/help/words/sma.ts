// These screens' words in South Sámi, by a translator: see lib/i18n/sma.ts.
import type { Partly } from "../../lib/i18n/filled";
import type { PageWords } from "./nb";

export const sma: Partly<PageWords> = {};
