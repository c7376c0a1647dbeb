// Nynorsk: the words of src/help.
import type { PageWords } from "./nb";

export const nn: PageWords = {
  title: "Hjelp",
};
