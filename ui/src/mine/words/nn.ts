// Nynorsk: the words of src/mine.
import type { PageWords } from "./nb";

export const nn: PageWords = {
  title: "Mitt",
};
