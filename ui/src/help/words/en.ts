// English: the words of src/help.
import type { PageWords } from "./nb";

export const en: PageWords = {
  title: "Help",
};
