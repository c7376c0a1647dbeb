// English: the words of src/minid.
import type { PageWords } from "./nb";

export const en: PageWords = {
  title: "MinID help",
};
