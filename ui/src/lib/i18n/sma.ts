// Åarjelsaemien gïele (South Sámi). The words come from a translator, never from us: what is missing here is
// shown in bokmål, and the language is offered in the app once this file holds words.
import type { Partly } from "./filled";
import type { Words } from "./nb";

export const sma: Partly<Words> = {};
