// Bokmål: the words of src/mine.
export const nb = {
  title: "Mitt",
};

export type PageWords = typeof nb;
