// English: the words of src/mine.
import type { PageWords } from "./nb";

export const en: PageWords = {
  title: "Mine",
};
