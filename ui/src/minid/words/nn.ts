// Nynorsk: the words of src/minid.
import type { PageWords } from "./nb";

export const nn: PageWords = {
  title: "MinID-hjelpa",
};
